"""The state of a room as every page of it may see it: no tokens, no connections."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Set

from . import live
from .handover import Request
from .messages import saved_view
from .room import Lease, Member, Room

MOST_PEOPLE = 50
"""At most this many people are named in a state; the rest are counted."""


def view(room: Room) -> Dict[str, Any]:
    """What has nothing to say is left out, but for what has always been there."""
    editor = None
    lease = room.told_lease
    if lease and lease.user in room.people:
        editor = {"member_id": lease.holder, **_named(room, lease.user), "since": lease.granted_at}
        editor["avatar_url"] = room.people[lease.user].avatar_url
        holder = room.members.get(lease.holder)
        if holder and holder.idle:
            editor["idle"] = True
        if holder and not holder.connection and not holder.bare:
            editor["away"] = True
        watched = live.watched(room)
        if watched:
            editor["watched"] = watched
    shown = {
        "editor": editor,
        "people": people(room, lease),
        "people_count": len(room.people),
        "queue": [{"member_id": m.id, **_named(room, m.user)} for m in room.queue()[:MOST_PEOPLE]],
        "saved": saved_view(room.saved) if room.saved else None,
        "deleted": room.deleted,
    }
    return {**shown, **{name: value for name, value in _passing(room).items() if value}}


def _passing(room: Room) -> Dict[str, Any]:
    """What is about to become of the lease, and what became of it last."""
    offer, heir, take_over, handover = room.offer, room.heir, room.take_over, room.handover
    asking = sorted(room.requests.values(), key=lambda request: request.at)
    return {
        "offer": offer and vars(offer),
        "requests": [_request(room, request) for request in asking[:MOST_PEOPLE]],
        "take_over": take_over
        and {
            "member_id": take_over.member,
            **_named(room, take_over.user),
            "reason": take_over.reason,
            "at": take_over.at,
        },
        "passing": heir and {"member_id": heir.member, **_named(room, heir.user), "kind": heir.kind},
        "handover": handover and vars(handover),
    }


def _request(room: Room, request: Request) -> Dict[str, Any]:
    return {
        "member_id": request.member,
        **_named(room, request.user),
        "at": request.at,
        "until": request.until,
        "answer": request.answer or None,
        "minutes": request.minutes,
        "text": request.text,
    }


def _named(room: Room, user: str) -> Dict[str, Any]:
    person = room.people.get(user)
    return {"user_id": person.id if person else user, "name": person.name if person else ""}


def people(room: Room, lease: Optional[Lease] = None) -> List[Dict[str, Any]]:
    """One entry per person: whoever edits first, then in the order of coming."""
    editing = lease.user if lease else ""
    holder = room.members.get(lease.holder) if lease else None
    came: Dict[str, float] = {}
    active: Set[str] = set()
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
            "state": _state(user, editing, active, holder),
        }
        for user in order[:MOST_PEOPLE]
    ]


MOST_AT_A_GLANCE = 4


def glance(room: Room) -> Optional[Dict[str, Any]]:
    """What a list shows of a room; None where nobody is.

    people: the first of ``people``. count: of all of them. is_edited: whether the first one has the lease.
    """
    if not room.members:
        return None
    lease = room.told_lease
    is_edited = lease is not None and bool(room.members_of(lease.user))
    here = people(room, lease)[:MOST_AT_A_GLANCE]
    return {"people": here, "count": len(room.people), "is_edited": is_edited}


def _state(user: str, editing: str, active: Set[str], holder: Optional[Member]) -> str:
    if user == editing and not (holder and holder.idle):
        return "editing"
    return "viewing" if user in active and user != editing else "idle"
