"""Who may edit: claiming, renewing, resuming and releasing the lease.

Every rule that acts for a holder asks for the exact member and token that were granted.
"""

from __future__ import annotations

from typing import Optional

from . import messages
from .grants import end, grant, granted, holds, is_waited_for, lease_ms
from .room import Lease, Member, Room, replace
from .timing import POLL_RENEW_SECONDS, POLL_RESTORE_SECONDS, RESTORE_SECONDS
from .transition import Event, Transition, visibly


def may_be_resumed(room: Room, now: float, lease: Lease) -> bool:
    """Whether its holder may resume it: not while a save is under way, nor after its page said good-bye."""
    return lease.is_live(now) or (lease.can_be_resumed(now) and not room.is_held(now) and not _is_going(room, lease))


def _is_going(room: Room, lease: Lease) -> bool:
    """Whether its holder's page has said that it goes away. Only joining again says that it is back."""
    holder = room.members.get(lease.holder)
    return holder is not None and not holder.connection


def claim(
    room: Room,
    now: float,
    member_id: str,
    wait: bool = False,
    remembered: Optional[int] = None,
    seen: Optional[int] = None,
) -> Transition:
    """Grant the lease to ``member_id`` unless another member's is still live; else answer, and queue if asked.

    remembered: a token that this member provably held; it puts back a lease that all processes lost.
    seen: the newest version that this member knows from before it came back.
    """
    member = room.members.get(member_id)
    if member is None or not member.may_edit:
        return Transition(room).reply(messages.error("forbidden", "claim_editor"))
    lease = room.lease
    if lease and lease.holder == member_id and may_be_resumed(room, now, lease):
        return resume(room, now, lease)
    if not member.connection:
        return _refuse(room, now, member, wait=False)  # its page has said that it goes away
    if seen is not None and seen < room.born and room.last_token == room.born:
        # There was a room before this one: whoever held the lease there may be on the way back, too.
        pause = POLL_RESTORE_SECONDS if member.polls else RESTORE_SECONDS
        room = replace(room, no_grant_before=max(room.no_grant_before, room.born / 1000 + pause))
    if remembered is not None and now < room.no_grant_before and room.may_put_back(remembered):
        back = put_back(room, member.id, member.user, remembered, now + room.silence_limit(member))
        return back.reply(granted(back.room, now))
    if lease and lease.is_live(now) and room.may_grant(now) and _is_unconfirmed(room, lease):
        return _inherit(room, now, member)
    if lease and lease.is_live(now) and not _makes_way(room, lease, member):
        return _refuse(room, now, member, wait)
    if now < room.no_grant_before:
        return _queue(room, now, member)  # a moment's patience; whoever held the lease goes first
    if not room.may_grant(now):
        return _refuse(room, now, member, wait)
    if room.offer and room.offer.member != member_id:
        return _queue(room, now, member)  # somebody is asked just now whether they are there
    return grant(room, now, member, asked=True)


def resume(room: Room, now: float, lease: Lease) -> Transition:
    """The holder is back: the same lease, the same token, live again."""
    holder = room.members.get(lease.holder)
    until = renewed_until(room, lease, now + room.silence_limit(holder))
    if not lease.lapsed and holder and holder.polls and until < lease.expires_at + POLL_RENEW_SECONDS:
        return Transition(room).reply(granted(room, now))
    renewed = replace(lease, expires_at=until, lapsed=False)
    if not lease.lapsed:
        room = replace(room, lease=renewed)
        return Transition(room).reply(granted(room, now))
    room = visibly(room, lease=renewed)
    return Transition(room).reply(granted(room, now)).tell(Event(messages.editor_status(room.editor())))


def renew(room: Room, now: float, member_id: str, token: Optional[int]) -> Transition:
    """A sign of life of the holder. Somebody else's is answered with who holds the lease."""
    lease = room.lease if holds(room, member_id, token) and member_id in room.members else None
    if lease is None or not may_be_resumed(room, now, lease):
        return Transition(room).reply(not_holder(room, "heartbeat"))
    after = resume(room, now, lease)
    return replace(after, replies=({"type": "alive", "lease_ms": lease_ms(after.room, now)},))


def renewed_until(room: Room, lease: Lease, until: float) -> float:
    """A sign of life renews a lease, unless its holder has been asked to let it go, or has said that it goes away."""
    is_to_end = (room.heir is not None and not lease.lapsed) or _is_going(room, lease)
    is_to_end = is_to_end or (_is_unconfirmed(room, lease) and is_waited_for(room))
    return lease.expires_at if is_to_end else max(lease.expires_at, until)


def release(
    room: Room, now: float, member_id: str, token: Optional[int], modified: Optional[str] = None
) -> Transition:
    """The holder gives the lease back; whoever waited longest gets it in the same step.

    modified: of the object, as a project's own hook says; else now.
    """
    if not holds(room, member_id, token) or room.lease is None or room.lease.lapsed:
        return Transition(room).reply(not_yours(room, member_id, "release_lock"))
    return end(replace(room, modified=modified or messages.iso(now)), now, keep_record=False)


def put_back(room: Room, member_id: str, user: str, token: int, expires_at: float) -> Transition:
    """A lease that was lost with the store's data goes on, under its own token.

    Of two that are reported the newer is the real one: the older had ended before, unheard of in a stalled process.
    """
    lease = Lease(member_id, user, token, granted_at=token / 1000, expires_at=expires_at)
    room = visibly(room, lease=lease, restored=token)
    return Transition(room).tell(Event(messages.editor_status(room.editor())))


def stop_waiting(room: Room, now: float, member_id: str) -> Transition:
    """Leave the queue, and take back whatever would make this member the next editor."""
    member = room.members.get(member_id)
    heir = room.heir if room.heir and room.heir.member != member_id else None
    take_over = room.take_over if room.take_over and room.take_over.member != member_id else None
    waits = member is not None and member.waiting_since is not None
    if member is None or (not waits and heir is room.heir and take_over is room.take_over):
        return Transition(room)
    room = visibly(room, heir=heir, take_over=take_over)
    return Transition(room.with_member(replace(member, waiting_since=None, passed_over=False)))


def not_yours(room: Room, member_id: str, in_reply_to: str) -> messages.Message:
    """Why a member that does not hold the lease may not act for it: it may only look, or who holds it."""
    member = room.members.get(member_id)
    if member is not None and not member.may_edit:
        return messages.error("forbidden", in_reply_to)
    return not_holder(room, in_reply_to)


def not_holder(room: Room, in_reply_to: str) -> messages.Message:
    editor = room.editor()
    return messages.error(
        "not_holder",
        in_reply_to,
        editor_id=editor.id if editor else None,
        editor_name=editor.label if editor else None,
    )


def _is_unconfirmed(room: Room, lease: Lease) -> bool:
    holder = room.members.get(lease.holder)
    return holder is not None and holder.is_unconfirmed


def _inherit(room: Room, now: float, member: Member) -> Transition:
    """The holder's page is hidden and believes nothing: whoever waited longest gets the lease, ``member`` last."""
    waiting = member if member.waiting_since is not None else replace(member, waiting_since=now)
    ended = end(visibly(room).with_member(waiting), now, keep_record=False)
    held = ended.room.lease
    if held is not None and held.holder == member.id:
        return ended.then(resume, now, held)
    return ended.reply({"type": "queued"})


def _makes_way(room: Room, lease: Lease, member: Member) -> bool:
    """A contract client has no id to come back under: after a break its user's next connection is its heir."""
    holder = room.members.get(lease.holder)
    gone = holder is None or not holder.connection
    return gone and member.bare and member.user == lease.user and (holder is None or holder.bare)


def _refuse(room: Room, now: float, member: Member, wait: bool) -> Transition:
    editor = room.editor()
    if editor:
        said = messages.error(
            "lease_held", "claim_editor", name=editor.name, editor_id=editor.id, editor_name=editor.label
        )
    else:
        said = messages.error("lease_not_free_yet", "claim_editor", retry_after=1)
    transition = Transition(room).reply(said).reply(messages.editor_status(editor))
    return transition.then(_queue, now, member) if wait else transition


def _queue(room: Room, now: float, member: Member) -> Transition:
    if member.waiting_since is None:
        room = visibly(room).with_member(replace(member, waiting_since=now))
    return Transition(room).reply({"type": "queued"})
