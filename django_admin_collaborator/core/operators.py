"""What an operator sees of a room, and may do to it, from outside of it."""

from __future__ import annotations

from typing import Any, Dict, Optional

from . import grants
from .facts import Fact
from .handover import Handover
from .room import Member, Person, Room, replace
from .timing import RESTORE_SECONDS
from .transfer import LONGEST_REASON
from .transition import Transition, visibly


def force_release(room: Room, now: float, reason: str, by: Optional[Person] = None) -> Transition:
    """End the live lease; its holder cannot resume it. ``by`` is None for somebody at a shell.

    Whoever is next gets it a moment later, when the holder's page has certainly heard of it.
    """
    lease = room.live_lease(now)
    reason = reason.strip()[:LONGEST_REASON]
    if lease is None:
        return Transition(room).reply({"type": "forced", "released": False})
    person = room.people.get(lease.user)
    name, user_id = (person.name, person.id) if person else ("", None)
    holder = room.members.get(lease.holder)
    pause = min(lease.expires_at, now + max(RESTORE_SECONDS, holder.polls if holder else 0.0))
    room = replace(room, no_grant_before=max(room.no_grant_before, pause), requests={}, take_over=None)
    ended = grants.end(room, now, keep_record=False)
    told = Handover("forced", now, reason, user_id, name, lease.holder)
    facts = (*(fact for fact in ended.facts if fact.kind != "released"), Fact("forced", now, by, person, reason))
    after = replace(ended, room=visibly(ended.room, handover=told), facts=facts)
    return after.reply({"type": "forced", "released": True, "holder_name": name})


def overview(room: Room) -> Dict[str, Any]:
    """Who edits, who waits in which order, and who else is here, each with ``since`` when.

    Moments are seconds since the Unix epoch, on the store's clock. One entry per member: a person with two tabs
    is there twice.
    """
    lease = room.told_lease
    holder = room.members.get(lease.holder) if lease else None
    queue = room.queue()
    others = sorted(room.members.values(), key=lambda member: (member.joined_at, member.id))
    editor = None
    if lease:
        idle = holder is not None and holder.idle
        editor = {**_who(room, lease.user), "since": lease.granted_at, "until": lease.expires_at, "idle": idle}
    return {
        "editor": editor,
        "waiting": [{**_who(room, one.user), "since": one.waiting_since} for one in queue],
        "here": [_here(room, one) for one in others if one is not holder and one not in queue],
    }


def _here(room: Room, member: Member) -> Dict[str, Any]:
    return {**_who(room, member.user), "since": member.joined_at, "idle": member.idle, "away": not member.connection}


def _who(room: Room, user: str) -> Dict[str, Any]:
    person = room.people.get(user)
    return {"user_id": person.id if person else user, "name": person.name if person else user}
