"""Members whose pages have no connection and ask again and again: how soon, and how long each answer holds.

A poll is a sign of life. It writes something only when the last sign is old, or when it is to come at another pace.
"""

from __future__ import annotations

from typing import AbstractSet, Optional, Tuple

from . import grants, post, presence
from . import lease as leases
from .room import Member, Person, Room, replace
from .timing import (
    POLL_ALONE_SECONDS,
    POLL_HIDDEN_SECONDS,
    POLL_IDLE_SECONDS,
    POLL_RENEW_SECONDS,
    POLL_SECONDS,
)
from .transition import Transition


def interval(room: Room, member: Member) -> float:
    """How soon the page of this member is to ask again, in seconds."""
    if member.hidden:
        return POLL_HIDDEN_SECONDS
    if room.members.keys() <= {member.id}:
        return POLL_ALONE_SECONDS
    edits = room.lease is not None and not room.lease.lapsed and room.lease.holder == member.id
    return POLL_IDLE_SECONDS if member.idle and not edits else POLL_SECONDS


def stay(
    room: Room,
    now: float,
    member_id: str,
    connection: str,
    token: Optional[int] = None,
    known: AbstractSet[int] = frozenset(),
    polls: Optional[float] = None,
) -> Transition:
    """A poll of this member. Whoever came under its id over another connection is not renewed by it.

    token: of the lease that it believes to hold. known: numbers of the letters that it has.
    polls: how soon it asks again, where something else than this room decides.
    """
    before = room.members.get(member_id)
    if before is None or before.connection != connection:
        return Transition(room)
    if known:
        room = post.received(room, member_id, known)
    member = replace(before, polls=interval(room, before) if polls is None else polls)
    until = now + room.silence_limit(member)
    lease = room.live_lease(now) if grants.holds(room, member_id, token) else None
    lease_until = leases.renewed_until(room, lease, until) if lease else until
    oldest = min(before.expires_at, until - (lease_until - lease.expires_at) if lease else until)
    if member.polls != before.polls or oldest <= until - POLL_RENEW_SECONDS:
        # Both together, so that one of a few polls writes.
        room = room.with_member(replace(member, expires_at=until))
        room = replace(room, lease=replace(lease, expires_at=lease_until)) if lease else room
    return Transition(room)


def turn_in_seconds(room: Room, now: float, member: Member) -> Optional[float]:
    """In how many seconds the lease of somebody who has gone ends for this member, who is next; None otherwise."""
    lease = room.live_lease(now)
    holder = room.members.get(lease.holder) if lease else None
    if lease is None or holder is None or holder.connection or [one.id for one in room.queue()[:1]] != [member.id]:
        return None
    return lease.expires_at - now


def enter(
    room: Room,
    now: float,
    member: Member,
    person: Person,
    subject: Optional[Tuple[str, str]] = None,
    modified: Optional[str] = None,
) -> Transition:
    """Join, as somebody who polls at the pace of this room."""
    joined = presence.join(room, now, member, person, subject, modified)
    token = joined.room.lease.token if joined.room.lease else None
    return joined.then(stay, now, member.id, member.connection, token)
