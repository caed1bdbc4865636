"""What an operator may do to a room from outside of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Optional

from . import grants
from .facts import Fact
from .passing import Handover
from .room import Person, Room
from .timing import RESTORE_SECONDS
from .transition import Transition, visibly


def force_release(room: Room, now: float, reason: str, by: Optional[Person] = None) -> Transition:
    """End the live lease; its holder cannot resume it. ``by`` is None for somebody at a shell.

    Whoever is next gets it a moment later, when the holder's page has surely heard of it.
    """
    lease = room.live_lease(now)
    if lease is None:
        return Transition(room).reply({"type": "forced", "released": False})
    person = room.people.get(lease.user)
    name, user_id = (person.name, person.id) if person else ("", None)
    pause = min(lease.expires_at, now + RESTORE_SECONDS)
    room = replace(room, no_grant_before=max(room.no_grant_before, pause), requests={}, take_over=None)
    ended = grants.end(room, now, keep_record=False)
    told = Handover("forced", now, reason, user_id, name, lease.holder)
    facts = (*(fact for fact in ended.facts if fact.kind != "released"), Fact("forced", now, by, person, reason))
    after = replace(ended, room=visibly(ended.room, handover=told), facts=facts)
    return after.reply({"type": "forced", "released": True, "holder_name": name})
