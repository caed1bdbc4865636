"""What pages report of their person: the last input, whether the page is in sight, and unsaved text.

A silent connection is another matter: it ends a lease by itself.
"""

from __future__ import annotations

from . import grants
from .room import Member, Room, replace
from .timing import RECONNECT_SECONDS
from .transition import Transition, visibly

NOTED_SHARE = 0.1
"""Input is noted again once it is newer by this share of the time that makes somebody idle."""


def is_news(room: Room, now: float, member_id: str, idle_seconds: float, hidden: bool, unsaved: bool) -> bool:
    """Whether this report says more than the room knows."""
    member = room.members.get(member_id)
    if member is None:
        return False
    if (hidden, unsaved) != (member.hidden, member.unsaved):
        return True
    newer = now - max(idle_seconds, 0.0) - member.active_at
    return newer > (0 if member.idle or member.passed_over or _is_asked(room, member_id) else _noted(room))


def report(room: Room, now: float, member_id: str, idle_seconds: float, hidden: bool, unsaved: bool) -> Transition:
    """Take in what a page says of itself.

    idle_seconds: how long ago the last input was.
    """
    if not is_news(room, now, member_id, idle_seconds, hidden, unsaved):
        return Transition(room)
    before = room.members[member_id]
    active_at = max(before.active_at, now - max(idle_seconds, 0.0))
    member = replace(before, active_at=active_at, hidden=hidden, unsaved=unsaved, idle=False)
    idle_at = room.idle_at(member)
    member = replace(member, idle=idle_at is not None and idle_at <= now)
    if member.is_attentive:
        member = replace(member, passed_over=False)
    if member.is_unconfirmed and not before.hidden:
        room = _no_longer_than_a_break(room, now, member)
    seen_by_others = (member.idle, member.passed_over) != (before.idle, before.passed_over)
    room = (visibly(room) if seen_by_others else room).with_member(member)
    return grants.promote(room, now) or Transition(room)


def _no_longer_than_a_break(room: Room, now: float, member: Member) -> Room:
    """A page that polls is hidden, and others wait: its lease lasts as long as after a broken connection."""
    lease = room.live_lease(now)
    if lease is None or lease.holder != member.id or not grants.is_waited_for(room):
        return room
    until = max(min(lease.expires_at, now + RECONNECT_SECONDS), room.held_until())
    return visibly(room, lease=replace(lease, expires_at=until))


def settle(room: Room, now: float) -> Room:
    """Mark the members idle whose last input is too long ago."""
    for member in room.members.values():
        idle_at = room.idle_at(member)
        if idle_at is not None and idle_at <= now:
            room = visibly(room).with_member(replace(member, idle=True))
    return room


def _is_asked(room: Room, member_id: str) -> bool:
    return room.offer is not None and room.offer.member == member_id


def _noted(room: Room) -> float:
    return room.idle_seconds * NOTED_SHARE
