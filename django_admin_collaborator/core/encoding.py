"""A room as text and back. What cannot be read is no room: a neighbour may have planted it."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import Any, Dict, List, Optional, Set, Tuple

from .room import Lease, Member, Person, Room, Save

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
    "Optional[UserId]": {int, str} | NOTHING,
}
"""What JSON gives for a field, by its annotation."""

NESTED = {"lease", "saved", "members", "people", "holds", "attention"}
SHAPES: Dict[type, List[Tuple[str, Set[type]]]] = {
    kind: [(f.name, JSON_TYPES[str(f.type)]) for f in fields(kind) if f.name not in NESTED]
    for kind in (Room, Member, Person, Lease, Save)
}


def encode(room: Room) -> str:
    data = {name: getattr(room, name) for name in room.__dataclass_fields__}
    data["lease"] = asdict(room.lease) if room.lease else None
    data["saved"] = asdict(room.saved) if room.saved else None
    data["members"] = [vars(member) for member in room.members.values()]
    data["people"] = [vars(person) for person in room.people.values()]
    data["format"] = FORMAT
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False)


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
    data["lease"] = Lease(**data["lease"]) if data["lease"] else None
    data["saved"] = Save(**data["saved"]) if data["saved"] else None
    data["members"] = {member["id"]: Member(**member) for member in data["members"]}
    data["people"] = {person["key"]: Person(**person) for person in data["people"]}
    room = Room(**data)
    parts = [room, *room.members.values(), *room.people.values(), *filter(None, (room.lease, room.saved))]
    if not all(_has_its_shape(part) for part in parts):
        return None
    if not all(type(moment) in NUMBER for moment in (*room.holds.values(), *room.attention.values())):
        return None
    if not {member.user for member in room.members.values()} <= set(room.people):
        return None
    return room


def _has_its_shape(part: Any) -> bool:
    return all(type(getattr(part, name)) in types for name, types in SHAPES[type(part)])
