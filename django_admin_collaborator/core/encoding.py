"""A room as text and back. What cannot be read is no room: a neighbour may have planted it."""

from __future__ import annotations

import json
from dataclasses import MISSING, Field, fields
from typing import Any, Dict, List, Optional, Set, Tuple

from .handover import Handover, Heir, Offer, Request, TakeOver
from .room import Lease, Letter, Member, Person, Room, Save

FORMAT = 1

NUMBER: Set[type] = {int, float}
NOTHING: Set[type] = {type(None)}
JSON_TYPES: Dict[str, Set[type]] = {
    "str": {str},
    "int": {int},
    "float": NUMBER,
    "bool": {bool},
    "UserId": {int, str},
    "Optional[str]": {str} | NOTHING,
    "Optional[float]": NUMBER | NOTHING,
    "Optional[int]": {int} | NOTHING,
    "Optional[UserId]": {int, str} | NOTHING,
    "Optional[Union[int, str]]": {int, str} | NOTHING,
}
"""What JSON gives for a field, by its annotation."""

PARTS: Dict[str, Any] = {
    "lease": Lease,
    "saved": Save,
    "offer": Offer,
    "take_over": TakeOver,
    "heir": Heir,
    "handover": Handover,
}
"""Fields of a room that hold one record, or none."""

LISTS: Dict[str, Tuple[Any, str]] = {
    "members": (Member, "id"),
    "people": (Person, "key"),
    "requests": (Request, "user"),
}
"""Fields that hold records by one of their own fields."""

NESTED = {*PARTS, *LISTS, "holds", "attention", "subject", "post"}
SHAPES: Dict[type, List[Tuple[str, Set[type]]]] = {
    kind: [(f.name, JSON_TYPES[str(f.type)]) for f in fields(kind) if f.name not in NESTED]
    for kind in (Room, *PARTS.values(), *(kind for kind, _ in LISTS.values()))
}


def _empty(field: Field[Any]) -> Dict[str, Any]:
    default = field.default if field.default_factory is MISSING else field.default_factory()
    return {} if default is MISSING or default else {field.name: default}


EMPTY: Dict[type, Dict[str, Any]] = {
    kind: {name: default for f in fields(kind) for name, default in _empty(f).items()} for kind in SHAPES
}
"""The fields that are empty where nothing else is said, with their value then."""

_compact = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


def encode(room: Room) -> str:
    data = _written(room)
    for name in PARTS:
        if name in data:
            data[name] = _written(data[name])
    for name in LISTS:
        if name in data:
            data[name] = [_written(record) for record in data[name].values()]
    if room.post:
        data["post"] = [vars(letter) for letter in room.post]
    data["format"] = FORMAT
    return _compact(data)


def _written(record: Any) -> Dict[str, Any]:
    """The fields of a record that say something: most are empty most of the time, and are so again when read."""
    empty = EMPTY[type(record)]
    return {name: value for name, value in vars(record).items() if value or value != empty.get(name, MISSING)}


def decode(text: str) -> Optional[Room]:
    """The room, or None when this is not one that this version of the package wrote."""
    try:
        return _read(json.loads(text, parse_constant=_refuse))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not a number of ours")


def _read(data: Dict[str, Any]) -> Optional[Room]:
    if data.pop("format", None) != FORMAT:
        return None
    for name, kind in PARTS.items():
        data[name] = kind(**data[name]) if data.get(name) else None
    for name, (kind, key) in LISTS.items():
        data[name] = {record[key]: kind(**record) for record in data.get(name, ())}
    data["subject"] = _subject(data.get("subject"))
    data["post"] = tuple(_letter(**letter) for letter in data.get("post", ()))
    room = Room(**data)
    records = [getattr(room, name) for name in PARTS]
    for name in LISTS:
        records += getattr(room, name).values()
    if not all(_has_its_shape(record) for record in [room, *filter(None, records)]):
        return None
    if not all(type(moment) in NUMBER for moment in (*room.holds.values(), *room.attention.values())):
        return None
    present = {member.user for member in room.members.values()}
    if not {*present, *room.requests} <= set(room.people):
        return None
    return room


def _subject(value: Any) -> Optional[Tuple[str, str]]:
    if value is None:
        return None
    label, pk = value
    return str(label), str(pk)


def _letter(number: int, until: float, to: List[str], message: Dict[str, Any]) -> Letter:
    if type(number) is not int or type(until) not in NUMBER or type(message["type"]) is not str:
        raise TypeError("not a letter of ours")
    return Letter(number, until, tuple(map(str, to)), message)


def _has_its_shape(part: Any) -> bool:
    return all(type(getattr(part, name)) in types for name, types in SHAPES[type(part)])
