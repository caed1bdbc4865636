"""Who is here: coming, going, staying alive, and what time brings about.

A member is a tab; a person is present while at least one member of theirs is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Sequence, Tuple

from . import activity, grants, messages, post, requests, transfer
from . import lease as leases
from .room import Member, Person, Room, replace
from .timing import LEAVING_SECONDS, RECONNECT_SECONDS
from .transition import Event, Transition, visibly


@dataclass(frozen=True)
class Alive:
    """What the process that serves a member knows of it.

    heard_seconds_ago: age of the last frame that came from its socket.
    token: of the lease it was granted, if it believes to hold one. subject: of its room.
    """

    member: Member
    person: Person
    heard_seconds_ago: float
    token: Optional[int] = None
    subject: Optional[Tuple[str, str]] = None


def join(
    room: Room,
    now: float,
    member: Member,
    person: Person,
    subject: Optional[Tuple[str, str]] = None,
    modified: Optional[str] = None,
) -> Transition:
    """A tab comes, or comes back under its old id and takes up where it was.

    ``member.connection`` names its socket. Who comes has just seen that the object exists.
    modified: of the object, as a project's own hook says; without one the room keeps what it knows.
    """
    if subject:
        room = replace(room, modified=modified or room.modified or messages.iso(now))
    transition = _enter(room, now, member, person, subject)
    transition = replace(transition, room=replace(transition.room, deleted=False))
    lease = transition.room.lease
    if lease is None or lease.holder != member.id:
        return transition
    if not member.may_edit:
        return transition.then(grants.end, now, keep_record=False)
    if leases.may_be_resumed(transition.room, now, lease):
        return transition.then(leases.resume, now, lease)
    return transition


def _enter(room: Room, now: float, member: Member, person: Person, subject: Optional[Tuple[str, str]]) -> Transition:
    known = room.members.get(member.id)
    transition = Transition(room)
    if known and known.connection and known.connection != member.connection:
        transition = transition.tell(Event({"type": "superseded"}, connection=known.connection))
    waiting = known.waiting_since if known and member.may_edit else None
    member = replace(
        member,
        joined_at=known.joined_at if known else now,
        expires_at=now + room.silence_limit(member),
        waiting_since=waiting,
        active_at=known.active_at if known else now,
        hidden=known.hidden if known else False,
        unsaved=known.unsaved if known else False,
        idle=known.idle if known else False,
        passed_over=known.passed_over if known else False,
    )
    newcomer = person.key not in room.people
    people = {**room.people, person.key: person}
    room = visibly(room, people=people, subject=room.subject or subject).with_member(member)
    transition = replace(transition, room=room)
    if newcomer:
        transition = transition.tell(Event(messages.user_joined(person, now, room.modified), besides=member.id))
    return transition


def leave(room: Room, now: float, member_id: str, connection: str, seconds: float) -> Transition:
    """A socket has gone. The member may come back within ``seconds``; its lease waits as long."""
    member = room.members.get(member_id)
    if member is None or member.connection != connection:
        return Transition(room)
    until = now + seconds
    lease = room.told_lease if room.told_lease and room.told_lease.holder == member_id else None
    if member.bare and not lease:
        until = now
    away = replace(member, connection="", expires_at=min(until, member.expires_at))
    # A new version, although nothing is to be seen yet: every process has to know of the nearer deadline.
    room = visibly(room).with_member(away)
    if lease:
        until = max(min(until, lease.expires_at), room.held_until())
        room = replace(room, lease=replace(lease, expires_at=until))
    return settle(room, now)


def going(room: Room, now: float, member_id: str, connection: str, submitting: bool) -> Transition:
    """A page says that it goes away, before its socket does."""
    return leave(room, now, member_id, connection, RECONNECT_SECONDS if submitting else LEAVING_SECONDS)


def keep(room: Room, now: float, alive: Sequence[Alive]) -> Transition:
    """Renew all that one process serves in this room, and restore what a loss of the store's data took away."""
    transition = Transition(room)
    for one in alive:
        transition = transition.then(_keep_one, now, one)
    return transition


def _keep_one(room: Room, now: float, one: Alive) -> Transition:
    known = room.members.get(one.member.id)
    if known is None:
        transition = _enter(room, now, one.member, one.person, one.subject)
    elif known.connection == one.member.connection:
        transition = Transition(room.with_member(replace(known, expires_at=now + room.silence_limit(known))))
    else:
        return Transition(room)
    if one.token is None:
        return transition
    return transition.then(_keep_lease, now, one)


def _keep_lease(room: Room, now: float, one: Alive) -> Transition:
    lease = room.lease
    expires_at = now - one.heard_seconds_ago + room.silence_limit(one.member)
    if expires_at <= now or one.token is None:
        return Transition(room)
    if one.member.may_edit and room.may_put_back(one.token):
        return leases.put_back(room, one.member.id, one.person.key, one.token, expires_at)
    if lease is None or not grants.holds(room, one.member.id, one.token) or expires_at <= lease.expires_at:
        return Transition(room)
    if not leases.may_be_resumed(room, now, lease):
        return Transition(room)
    renewed = replace(lease, expires_at=leases.renewed_until(room, lease, expires_at), lapsed=False)
    if not lease.lapsed:
        return Transition(replace(room, lease=renewed))
    room = visibly(room, lease=renewed)
    return Transition(room).tell(Event(messages.editor_status(room.editor())))


def settle(room: Room, now: float) -> Transition:
    """Expire what is due, then promote the head of the queue."""
    holds = {hold: until for hold, until in room.holds.items() if now < until}
    if len(holds) < len(room.holds):
        room = replace(room, holds=holds)
    if room.no_grant_before and room.no_grant_before <= now:
        room = replace(room, no_grant_before=0.0)
    if room.post:
        room = post.settle(room, now)
    transition = Transition(activity.settle(room, now))
    lease = room.lease
    if lease and not lease.lapsed and not lease.is_live(now):
        transition = transition.then(grants.end, now, keep_record=True)
    elif lease and not lease.can_be_resumed(now):
        transition = Transition(replace(transition.room, lease=None))
    transition = transition.then(_drop_absent, now)
    for rule in (requests.settle, transfer.settle, grants.settle_offer):
        transition = transition.then(rule, now)
    promoted = grants.promote(transition.room, now)
    transition = transition.then(lambda _: promoted) if promoted else transition
    # The last holder stays no longer than others.
    return transition.then(_drop_absent, now)


def _drop_absent(room: Room, now: float) -> Transition:
    live = room.live_lease(now)
    staying = {k: m for k, m in room.members.items() if m.expires_at > now or (live and live.holder == k)}
    if len(staying) == len(room.members):
        return Transition(room)
    present = {member.user for member in staying.values()}
    left = [person for key, person in room.people.items() if key not in present]
    people = {key: person for key, person in room.people.items() if key in present}
    transition = Transition(visibly(room, members=staying, people=people))
    for person in left:
        transition = transition.tell(Event(messages.user_left(person)))
    return transition
