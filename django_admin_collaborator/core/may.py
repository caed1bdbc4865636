"""A change of what a member may do while it is in the room."""

from __future__ import annotations

from . import grants
from .room import Room, replace
from .transition import Transition, visibly


def follow(room: Room, now: float, member_id: str, may_edit: bool, may_take_over: bool) -> Transition:
    """A member that may no longer edit loses the lease and its place in the queue, and goes on watching."""
    member = room.members.get(member_id)
    if member is None:
        return Transition(room)
    waiting = member.waiting_since if may_edit else None
    changed = replace(member, may_edit=may_edit, may_take_over=may_take_over, waiting_since=waiting)
    transition = Transition(visibly(room).with_member(changed))
    if not may_edit and room.lease and room.lease.holder == member_id:
        return transition.then(grants.end, now, keep_record=False)
    return transition
