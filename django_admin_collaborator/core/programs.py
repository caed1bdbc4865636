"""What a program does in a room: it takes the lease or waits for it, stays, saves and goes."""

from __future__ import annotations

from typing import Optional, Tuple

from . import grants, lease, presence, saving
from .presence import Alive
from .room import Member, Person, Room
from .transition import Transition

FRESH = 2 / 3
"""A part of its time. What has more than that left need not be renewed."""


def enter(
    room: Room, now: float, member: Member, person: Person, subject: Optional[Tuple[str, str]], wait: bool
) -> Transition:
    """Take the lease, or join the queue; who may do neither leaves no trace."""
    known = room.people.get(person.key, person)  # a page of theirs has told more than a program knows
    after = presence.join(room, now, member, known, subject).then(lease.claim, now, member.id, wait)
    return after if wait or is_holder(after.room, now, member.id) else Transition(room)


def stay(room: Room, now: float, alive: Alive) -> Transition:
    """A sign of life. Most change nothing, so that a program may give one often and notice at once what it lost."""
    known = room.members.get(alive.member.id)
    enough = now + room.lease_seconds * FRESH
    is_fresh = known is not None and known.expires_at > enough
    if is_fresh and alive.token is not None:
        live = room.live_lease(now)
        is_fresh = live is not None and live.holder == alive.member.id and live.expires_at > enough
    return Transition(room) if is_fresh else presence.keep(room, now, [alive])


def wait_on(room: Room, now: float, alive: Alive) -> Transition:
    """Still waiting: keep the place in the queue, or join it again where it was lost with the store's data."""
    return stay(room, now, alive).then(lease.claim, now, alive.member.id, True)


def hold(room: Room, now: float, alive: Alive, hold_id: str) -> Transition:
    """Admit a save of the holder, and of nobody else: a lease that is free is not this program's either."""
    after = stay(room, now, alive)
    if not is_holder(after.room, now, alive.member.id, alive.token):
        return after.reply({"type": "hold", "admitted": False})
    return after.then(saving.hold, now, alive.member.user, alive.member.id, alive.token, hold_id)


def leave(room: Room, now: float, member_id: str, connection: str, token: Optional[int]) -> Transition:
    """Give the lease back, if it is still this one, and go."""
    transition = Transition(room)
    if is_holder(room, now, member_id, token):
        transition = transition.then(lease.release, now, member_id, token)
    return transition.then(presence.leave, now, member_id, connection, 0.0)


def is_holder(room: Room, now: float, member_id: str, token: Optional[int] = None) -> bool:
    live = room.live_lease(now)
    if live is None or live.lapsed or live.holder != member_id:
        return False
    return token is None or grants.holds(room, member_id, token)
