"""The state of a room as every page of it may see it: no tokens, no connections."""

from __future__ import annotations

from typing import Any, Dict, List

from .messages import saved_view
from .room import Room

MOST_PEOPLE = 50
"""So many people are named in a state; the rest are counted."""


def view(room: Room) -> Dict[str, Any]:
    editor = None
    lease = room.lease if room.lease and not room.lease.lapsed else None
    if lease and lease.user in room.people:
        person = room.people[lease.user]
        editor = {
            "member_id": lease.holder,
            "user_id": person.id,
            "name": person.name,
            "avatar_url": person.avatar_url,
            "since": lease.granted_at,
        }
    return {
        "editor": editor,
        "people": people(room, lease.user if lease else ""),
        "people_count": len(room.people),
        "queue": [{"member_id": m.id, "user_id": room.people[m.user].id} for m in room.queue()[:MOST_PEOPLE]],
        "saved": saved_view(room.saved) if room.saved else None,
        "deleted": room.deleted,
    }


def people(room: Room, editing: str) -> List[Dict[str, Any]]:
    """One entry per person: whoever edits first, then in the order of coming."""
    came: Dict[str, float] = {}
    active = set()
    for member in room.members.values():
        came[member.user] = min(came.get(member.user, member.joined_at), member.joined_at)
        if not member.idle:
            active.add(member.user)
    order = sorted(came, key=lambda user: (user != editing, came[user], user))
    return [
        {
            "user_id": room.people[user].id,
            "name": room.people[user].name,
            "avatar_url": room.people[user].avatar_url,
            "state": "editing" if user == editing else "viewing" if user in active else "idle",
        }
        for user in order[:MOST_PEOPLE]
    ]
