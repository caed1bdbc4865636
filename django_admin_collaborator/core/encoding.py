"""A room as text and back. What cannot be read is no room: a neighbour may have planted it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, Dict, Optional

from .room import Lease, Member, Person, Room, Save

FORMAT = 1


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
        return _read(json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _read(data: Dict[str, Any]) -> Optional[Room]:
    if data.pop("format", None) != FORMAT:
        return None
    data["lease"] = Lease(**data["lease"]) if data["lease"] else None
    data["saved"] = Save(**data["saved"]) if data["saved"] else None
    data["members"] = {member["id"]: Member(**member) for member in data["members"]}
    data["people"] = {person["key"]: Person(**person) for person in data["people"]}
    room = Room(**data)
    if not all(isinstance(n, int) for n in (room.version, room.born, room.last_token)):
        return None
    if not {member.user for member in room.members.values()} <= set(room.people):
        return None
    return room
