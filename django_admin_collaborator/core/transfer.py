"""Passing the lease on while its holder is there: to one's own other tab, by a take-over, from somebody idle.

Nobody's lease is taken while their page may still believe to hold it. The next one becomes the heir; the
holder's page is asked to let go, and the lease passes when it does, or when it expires by itself.
"""

from __future__ import annotations

from . import grants, lease, messages
from .handover import Heir, TakeOver
from .room import Room
from .transition import Transition, visibly

LONGEST_REASON = 200


def here(room: Room, now: float, member_id: str) -> Transition:
    """The lease of one's own other tab moves to this one."""
    member = room.members.get(member_id)
    live = room.live_lease(now)
    if member is None or not member.may_edit:
        return Transition(room).reply(messages.error("forbidden", "transfer_lease"))
    if live is None or live.holder == member_id:
        return lease.claim(room, now, member_id, wait=True)
    if live.user != member.user:
        return Transition(room).reply(lease.not_holder(room, "transfer_lease"))
    return pass_on(room, now, Heir(member_id, member.user, "transfer"), "transfer_lease")


def take_over(room: Room, now: float, member_id: str, reason: str) -> Transition:
    """Take the lease from somebody else: at once from somebody idle, else announced, with permission and reason."""
    member = room.members.get(member_id)
    live = room.live_lease(now)
    if member is None or not member.may_edit:
        return Transition(room).reply(messages.error("forbidden", "take_over"))
    if live is None or live.holder == member_id:
        return lease.claim(room, now, member_id, wait=True)
    if live.user == member.user:
        return here(room, now, member_id)
    if room.members[live.holder].idle:
        return pass_on(room, now, Heir(member_id, member.user, "idle"), "take_over")
    if not member.may_take_over:
        return Transition(room).reply(messages.error("forbidden", "take_over"))
    if not reason.strip():
        return Transition(room).reply(messages.error("reason_needed", "take_over"))
    if room.take_over and room.take_over.member != member_id:
        return Transition(room).reply(messages.error("lease_not_free_yet", "take_over", retry_after=1))
    soonest = now + room.takeover_seconds + room.members[live.holder].late_seconds
    announced = TakeOver(member_id, member.user, reason.strip()[:LONGEST_REASON], soonest)
    return Transition(visibly(room, take_over=room.take_over or announced))


def call_off(room: Room, now: float, member_id: str) -> Transition:
    """Take back a take-over that was announced; the member goes on waiting. One that has begun goes on."""
    announced = room.take_over
    return Transition(visibly(room, take_over=None) if announced and announced.member == member_id else room)


def pass_on(room: Room, now: float, heir: Heir, in_reply_to: str = "") -> Transition:
    """Let the live lease go to ``heir`` next; who is heir already stays it."""
    if room.heir and room.heir.user != heir.user:
        return Transition(room).reply(messages.error("lease_not_free_yet", in_reply_to, retry_after=1))
    return Transition(visibly(room, heir=heir)).then(settle_heir, now)


def settle(room: Room, now: float) -> Transition:
    """Carry out what is due, and forget who is not there any more."""
    announced = room.take_over
    if announced and not _may_come(room, announced.member):
        room = visibly(room, take_over=None)
    elif announced and not room.heir and room.live_lease(now) and now >= announced.at and not room.is_held(now):
        heir = Heir(announced.member, announced.user, "take_over", announced.reason)
        room = visibly(room, take_over=None, heir=heir)
    return settle_heir(room, now)


def settle_heir(room: Room, now: float) -> Transition:
    heir, live = room.heir, room.live_lease(now)
    if heir is None:
        return Transition(room)
    if not _may_come(room, heir.member) or (live and live.holder == heir.member):
        return Transition(visibly(room, heir=None))
    holder = room.members.get(live.holder) if live else None
    if holder and (holder.bare or holder.is_unconfirmed) and not room.is_held(now):
        # A contract client knows of no such question; it learns who edits by ``editor_status``.
        return grants.end(room, now, keep_record=False)
    return Transition(room)


def _may_come(room: Room, member_id: str) -> bool:
    member = room.members.get(member_id)
    return member is not None and member.may_edit
