"""How a lease begins and ends, and who is next. Rules that let it begin or end come here for it."""

from __future__ import annotations

from typing import Optional, Tuple

from . import messages
from .facts import Fact
from .handover import Handover, Heir, Offer
from .room import Lease, Member, Person, Room, replace
from .timing import OFFER_SECONDS, RECONNECT_SECONDS
from .transition import Event, Transition, visibly

Ended = Tuple[Optional[Lease], Optional[Person]]
"""A lease that has just ended, and its person."""


def holds(room: Room, member_id: str, token: Optional[int]) -> bool:
    """Whether this is the very lease that was granted, live or still resumable."""
    lease = room.lease
    return lease is not None and lease.holder == member_id and lease.token == token


def grant(room: Room, now: float, member: Member, asked: bool) -> Transition:
    """Give the lease to ``member`` under a new token.

    asked: the member waits for this very answer. One that was promoted out of the queue has to confirm
    within the grace of a reconnect, so that nobody waits long for a connection that is dead.
    """
    token = max(room.last_token + 1, int(now * 1000))
    confirmed = asked or member.bare  # a contract client has nothing to confirm with before its heartbeat
    expires_at = now + (room.silence_limit(member) if confirmed else _confirming_seconds(room, member))
    lease = Lease(member.id, member.user, token, granted_at=now, expires_at=expires_at)
    same_editor = room.heir is not None and room.heir.kind == "transfer"
    take_over = room.take_over if room.take_over and room.take_over.user != member.user else None
    if take_over and not same_editor:
        # Who edits now has to be told, too.
        take_over = replace(take_over, at=now + room.takeover_seconds + member.late_seconds)
    room = visibly(
        room,
        lease=lease,
        last_token=token,
        offer=None,
        requests=room.requests if same_editor else {},  # the others were for the editor before
        take_over=take_over,
        heir=None,
        handover=None,
    ).with_member(replace(member, waiting_since=None, passed_over=False))
    transition = Transition(room).note(Fact("claimed", now, room.people[member.user]))
    if asked:
        transition = transition.reply(granted(room, now))
    return transition.tell(Event(messages.editor_status(room.editor())))


def _confirming_seconds(room: Room, member: Member) -> float:
    """A page that polls hears of it with its next poll, and may miss one."""
    return min(max(RECONNECT_SECONDS, 2 * member.polls), room.lease_seconds)


def granted(room: Room, now: float) -> messages.Message:
    assert room.lease
    return {"type": "lease", "token": room.lease.token, "lease_ms": lease_ms(room, now)}


def lease_ms(room: Room, now: float) -> int:
    """For how long the holder that speaks now can rely on its lease."""
    assert room.lease
    seconds = min(room.silence_limit(room.members.get(room.lease.holder)), room.lease.expires_at - now)
    return int(seconds * 1000 + 0.001)  # a moment has six digits behind its point


def end(room: Room, now: float, keep_record: bool) -> Transition:
    """End the lease now. With its record kept, the holder may resume it while nobody else was granted one."""
    lease = room.lease
    if lease is None or lease.lapsed:
        return Transition(room if keep_record else replace(room, lease=None))
    person = room.people.get(lease.user)
    record = replace(lease, lapsed=True, expires_at=min(lease.expires_at, now)) if keep_record else None
    transition = Transition(visibly(room, lease=record))
    if person:
        transition = transition.tell(Event(messages.about("lock_released", person, now)))
    if room.heir is None:
        transition = transition.note(Fact("released", now, person, reason="expired" if keep_record else ""))
    next_one = promote(transition.room, now, before=(lease, person))
    if next_one is None or next_one.room.lease is record:
        transition = transition.tell(Event(messages.editor_status(None)))
    return transition.then(lambda _: next_one) if next_one else transition


def promote(room: Room, now: float, before: Optional[Ended] = None) -> Optional[Transition]:
    """Give a free lease to whose turn it is; None if there is nobody, or it is not free."""
    if (room.lease and not room.lease.lapsed) or not room.may_grant(now):
        return None
    heir = room.heir and present(room, now, room.heir.member)
    if heir:
        return _inherit(room, now, heir, before)
    taker = room.take_over and present(room, now, room.take_over.member)
    if taker:
        return grant(room, now, taker, asked=False)
    for member in room.queue():
        if member.passed_over or not present(room, now, member.id):
            continue
        if member.is_attentive:
            return grant(room, now, member, asked=False)
        if member.polls > OFFER_SECONDS:
            continue  # would not hear of it in time
        return None if room.offer else _offer(room, now, member)
    return None


def present(room: Room, now: float, member_id: str) -> Optional[Member]:
    """The member, if it is connected and may edit."""
    member = room.members.get(member_id)
    there = member and member.connection and member.may_edit and member.expires_at > now
    return member if there else None


def _inherit(room: Room, now: float, member: Member, before: Optional[Ended]) -> Transition:
    heir = room.heir
    assert heir is not None
    lease, person = before or (room.lease, room.people.get(room.lease.user) if room.lease else None)
    transition = grant(room, now, member, asked=False)
    handover = handed_over(heir, now, person, lease.holder if lease else "", room.people[member.user], member.id)
    kind = "taken_over" if heir.kind in ("take_over", "idle") else "transferred"
    fact = Fact(kind, now, room.people[member.user], person, heir.reason)
    return replace(transition, room=replace(transition.room, handover=handover), facts=(fact,))


def handed_over(
    heir: Heir,
    now: float,
    before: Optional[Person],
    before_member: str,
    after: Optional[Person] = None,
    after_member: str = "",
) -> Handover:
    return Handover(
        heir.kind,
        now,
        heir.reason,
        before.id if before else None,
        before.name if before else "",
        before_member,
        after.id if after else None,
        after.name if after else "",
        after_member,
    )


def is_waited_for(room: Room) -> bool:
    """Whether somebody else than its holder waits for the lease."""
    return room.lease is not None and any(member.id != room.lease.holder for member in room.queue())


def _offer(room: Room, now: float, member: Member) -> Transition:
    return Transition(visibly(room, offer=Offer(member.id, now + OFFER_SECONDS)))


def settle_offer(room: Room, now: float) -> Transition:
    """Pass over somebody who was asked and is not there; their turn comes again when they are."""
    offer = room.offer
    if offer is None:
        return Transition(room)
    member = present(room, now, offer.member)
    if member is None or member.waiting_since is None:
        return Transition(visibly(room, offer=None))
    if now < offer.until:
        return Transition(room)
    return Transition(visibly(room, offer=None).with_member(replace(member, passed_over=True)))
