"""What is known about the people around one object.

A room is a value: rules take one and return another. Whoever keeps it decides when it was read; its
``version`` says which of two is newer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Optional, Tuple, Union

from .handover import Handover, Heir, Offer, Request, TakeOver
from .timing import (
    ANSWER_SECONDS,
    IDLE_SECONDS,
    LEASE_SECONDS,
    POLL_SECONDS,
    POLLS_MISSED,
    RECORD_SECONDS,
    TAKEOVER_SECONDS,
)

UserId = Union[int, str]

if TYPE_CHECKING:
    from dataclasses import replace as replace
else:

    def replace(record: Any, **changes: Any) -> Any:
        """``dataclasses.replace`` for records that are nothing but their fields: four times as fast.

        That one calls ``__init__``, which assigns every field of a frozen record by a call of its own.

        Raises: TypeError: there is no such field.
        """
        after = object.__new__(type(record))
        vars(after).update(vars(record), **changes)
        if len(vars(after)) != len(vars(record)):
            raise TypeError(f"{type(record).__name__} has no field {', '.join(set(changes) - set(vars(record)))}")
        return after


@dataclass(frozen=True)
class Person:
    """One user, as others see them.

    key: the user's primary key as text; what identities are compared by.
    id: the primary key as it travels in messages: a number stays a number.
    label: what the documented events call ``username``: the email, else a name; in chat the user name.
    name: what a page shows.
    """

    key: str
    id: UserId
    label: str
    name: str
    email: str = ""
    avatar_url: Optional[str] = None


@dataclass(frozen=True)
class Member:
    """One tab of one user.

    connection: id of its live socket; empty while the tab is away (reloading, reconnecting).
    expires_at: when it is no longer counted as present, unless renewed; seconds, store's clock.
    waiting_since: when it asked for the lease and was put in the queue.
    bare: a client that follows the documented contract alone; it cannot come back under the same id.
    may_take_over: has the permission to take the lease from somebody who edits.
    active_at: when its person last did something on the page. hidden: the page is not in sight.
    unsaved: there is unsaved text on it. idle: nothing was done there for long.
    passed_over: its turn came, and nobody was there.
    polls: its page has no connection, and asks again so many seconds after each answer; 0 for one that has.
    watching: its page shows what the editor types.
    """

    id: str
    user: str
    joined_at: float
    expires_at: float
    connection: str = ""
    may_edit: bool = False
    bare: bool = False
    waiting_since: Optional[float] = None
    idle: bool = False
    may_take_over: bool = False
    active_at: float = 0.0
    hidden: bool = False
    unsaved: bool = False
    passed_over: bool = False
    polls: float = 0.0
    watching: bool = False

    @property
    def late_seconds(self) -> float:
        """How much later than others its page may hear of something."""
        return max(0.0, self.polls - POLL_SECONDS)

    @property
    def is_unconfirmed(self) -> bool:
        """Whether its page believes nothing before it was answered again: a hidden one cannot be told in time."""
        return bool(self.polls) and self.hidden

    @property
    def is_attentive(self) -> bool:
        """Whether somebody is certainly there to edit."""
        return self.bare or not (self.idle or self.hidden)


@dataclass(frozen=True)
class Lease:
    """The right of one member to edit, until it expires.

    holder: member id. user: key of its user.
    token: fencing token; greater than that of every earlier lease of this object.
    granted_at, expires_at: seconds since the Unix epoch, on the store's clock.
    lapsed: its end has been told to the room; its holder may still resume it.
    """

    holder: str
    user: str
    token: int
    granted_at: float
    expires_at: float
    lapsed: bool = False

    def is_live(self, now: float) -> bool:
        return now < self.expires_at

    def can_be_resumed(self, now: float) -> bool:
        return now < self.expires_at + RECORD_SECONDS


@dataclass(frozen=True)
class Letter:
    """An event that members who poll have not been told of yet.

    number: tells it from the others of its room. until: when nobody of them is counted as present any more.
    to: ids of these members.
    """

    number: int
    until: float
    to: Tuple[str, ...]
    message: Mapping[str, Any]


@dataclass(frozen=True)
class Save:
    """The last commit that the room was told of; ``number`` counts them."""

    at: float
    number: int
    user: str
    name: str
    user_id: Optional[UserId] = None
    member: str = ""


@dataclass(frozen=True)
class Room:
    """The state of one object's room.

    version: grows with every change that a browser can see.
    born: when this room began, in milliseconds; a token that is not greater was granted before all was lost.
    last_token: the greatest fencing token that was ever granted here.
    restored: the greatest token of a lease that was put back after a loss.
    lease_seconds: how long a lease stays live after the last sign of life of its holder. idle_seconds,
        answer_seconds, takeover_seconds: see timing.
    subject: what this room is about: the model's label in lower case and the primary key as text.
    no_grant_before: until then only a lease that existed before may be resumed.
    holds: saves on their way to a commit, with the moment until which each keeps the lease from moving.
    attention: when each user last asked for the editor, by user key.
    modified: when the object was last modified, ISO 8601; empty before anybody came.
    offer: the free lease waits for somebody. requests: who asks for the lease, by user key.
    take_over: announced. heir: gets the lease next. handover: how the present lease came to its holder.
    post: what members who poll have not been told yet, see ``post``.
    """

    version: int
    born: int
    last_token: int
    lease_seconds: float = LEASE_SECONDS
    restored: int = 0
    no_grant_before: float = 0.0
    lease: Optional[Lease] = None
    members: Mapping[str, Member] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)
    holds: Mapping[str, float] = field(default_factory=dict)
    attention: Mapping[str, float] = field(default_factory=dict)
    saved: Optional[Save] = None
    deleted: bool = False
    idle_seconds: float = IDLE_SECONDS
    answer_seconds: float = ANSWER_SECONDS
    takeover_seconds: float = TAKEOVER_SECONDS
    subject: Optional[Tuple[str, str]] = None
    modified: str = ""
    offer: Optional[Offer] = None
    requests: Mapping[str, Request] = field(default_factory=dict)
    take_over: Optional[TakeOver] = None
    heir: Optional[Heir] = None
    handover: Optional[Handover] = None
    post: Tuple[Letter, ...] = ()

    @classmethod
    def new(cls, now: float, no_grant_before: float = 0.0, **seconds: Any) -> Room:
        """An empty room. Both counters are seeded by the clock, so that they grow over a loss of all data.

        seconds: ``lease_seconds``, ``idle_seconds``, ``answer_seconds``, ``takeover_seconds``.
        """
        seed = int(now * 1000)
        return cls(seed, seed, seed, no_grant_before=no_grant_before, **seconds)

    def silence_limit(self, member: Optional[Member]) -> float:
        """How long after a sign of life a member counts as present, and its lease stays live, in seconds."""
        return max(self.lease_seconds, POLLS_MISSED * member.polls) if member else self.lease_seconds

    @property
    def told_lease(self) -> Optional[Lease]:
        """The lease as the room was last told: none when its end was, though its holder may still resume it."""
        return self.lease if self.lease and not self.lease.lapsed else None

    def live_lease(self, now: float) -> Optional[Lease]:
        return self.lease if self.lease and self.lease.is_live(now) else None

    def may_put_back(self, token: int) -> bool:
        """Whether a lease of this token was lost with the store's data: not one that was put back and has ended."""
        newest = self.lease.token if self.lease else 0
        return max(self.restored, newest) < token <= self.born

    def is_held(self, now: float) -> bool:
        """Whether a save is on its way: until its commit the lease stays where that save found it."""
        return now < self.held_until()

    def held_until(self) -> float:
        return max(self.holds.values(), default=0.0)

    def may_grant(self, now: float) -> bool:
        """Whether a lease may go to somebody new: no save is on its way, and holders had time to report."""
        return now >= self.no_grant_before and not self.is_held(now) and not self.deleted

    def editor(self) -> Optional[Person]:
        """Who edits, as the room was last told."""
        return self.people.get(self.told_lease.user) if self.told_lease else None

    def members_of(self, user: str) -> List[Member]:
        return [member for member in self.members.values() if member.user == user]

    def queue(self) -> List[Member]:
        """Who waits for the lease, longest first."""
        waiting = [m for m in self.members.values() if m.waiting_since is not None]
        return sorted(waiting, key=lambda m: (m.waiting_since or 0.0, m.id))

    def with_member(self, member: Member) -> Room:
        members: Dict[str, Member] = dict(self.members)
        members[member.id] = member
        return replace(self, members=members)

    def idle_at(self, member: Member) -> Optional[float]:
        """When a page becomes idle unless something is done there; None for one that does not."""
        if member.bare or member.idle or (member.hidden and member.unsaved):
            return None
        return member.active_at + self.idle_seconds

    def next_deadline(self) -> Optional[float]:
        """When something ends by itself, in seconds on the store's clock; None while nothing does."""
        told = self.told_lease
        moments: List[Optional[float]] = [self.idle_at(m) for m in self.members.values()]
        # A holder stays as long as its lease, however long it was away.
        moments += [m.expires_at for m in self.members.values() if not (told and told.holder == m.id)]
        moments += [request.until for request in self.requests.values()]
        if self.offer:
            moments.append(self.offer.until)
        if told:
            moments.append(told.expires_at)
            if self.heir:
                moments.extend(self.holds.values())
            elif self.take_over:
                moments.append(max(self.take_over.at, self.held_until()))
        elif self.queue() or self.heir or self.take_over:
            moments.extend([*self.holds.values(), self.no_grant_before or None])
        return min((moment for moment in moments if moment is not None), default=None)
