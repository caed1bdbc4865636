"""A room as text and back. What cannot be read is no room: a neighbour may have planted it."""

from __future__ import annotations

import json
from dataclasses import fields
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


_compact = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


def encode(room: Room) -> str:
    data = {name: getattr(room, name) for name in room.__dataclass_fields__}
    for name in PARTS:
        data[name] = vars(data[name]) if data[name] else None
    for name in LISTS:
        data[name] = [vars(record) for record in data[name].values()]
    # Rooms in which nobody polls are written as by versions that know nothing of polls.
    data["members"] = [record if record["polls"] else _without_polls(record) for record in data["members"]]
    if room.post:
        data["post"] = [vars(letter) for letter in room.post]
    else:
        del data["post"]
    data["format"] = FORMAT
    return _compact(data)


def _without_polls(record: Dict[str, Any]) -> Dict[str, Any]:
    record = dict(record)
    del record["polls"]
    return record


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
        data[name] = kind(**data[name]) if data[name] else None
    for name, (kind, key) in LISTS.items():
        data[name] = {record[key]: kind(**record) for record in data[name]}
    data["subject"] = _subject(data["subject"])
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
