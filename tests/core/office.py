"""A small office for the state machine: people's tabs, the sockets that processes serve, one store.

Every step goes the way of ``Rooms``: what time has ended is settled first, then the step is carried out.
After each, the office checks what must always hold.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Callable, Dict, List, Optional

from django_admin_collaborator.core import lease, polling, presence
from django_admin_collaborator.core.room import Member, Person, Room
from django_admin_collaborator.core.timing import OFFER_SECONDS, RECONNECT_SECONDS, RESTORE_SECONDS
from django_admin_collaborator.core.transition import Step, Transition
from django_admin_collaborator.core.view import view
from tests.core.examples import NOW, PEOPLE


@dataclass
class Tab:
    """What a page knows: until when its lease surely lives, by its own clock, and what it says when it comes back."""

    sure_until: float = 0.0
    answered_at: float = 0.0
    remembered: Optional[int] = None
    seen: Optional[int] = None

    def noticed_a_break(self) -> None:
        self.sure_until = min(self.sure_until, self.answered_at + RECONNECT_SECONDS)


@dataclass
class Socket:
    """What a process knows of one connection. ``dead``: its client is gone, and the process does not know."""

    member: Member
    process: int
    heard_at: float
    token: Optional[int] = None
    dead: bool = False

    @property
    def id(self) -> str:
        return self.member.id

    @property
    def person(self) -> Person:
        return PEOPLE[self.member.user]


def cannot_be_asked(member: Member) -> bool:
    """A contract client is never asked to let go, and a hidden page that polls believes nothing."""
    return member.bare or member.is_unconfirmed


@dataclass
class Office:
    now: float = NOW
    room: Optional[Room] = None
    born_at: float = 0.0
    sockets: List[Socket] = field(default_factory=list)
    tabs: Dict[str, Tab] = field(default_factory=dict)
    granted: Dict[int, str] = field(default_factory=dict)
    last_version: int = 0
    report_at: Optional[float] = None

    def do(self, step: Step, ends_lease: Callable[[Room], bool] = lambda room: False) -> Transition:
        """Carry out a step. ``ends_lease``: whether it may end the live lease that it finds."""
        no_grant_before = self.born_at + RESTORE_SECONDS if self.born_at else 0.0
        found = self.room or Room.new(self.now, no_grant_before)
        settled = presence.settle(found, self.now)
        self.check(found, settled.room, may_end=False)
        self.check_settled(settled.room)
        transition = step(settled.room, self.now)
        self.check(settled.room, transition.room, may_end=ends_lease(settled.room))
        if transition.room is not found:
            self.room = transition.room
        return transition

    def settled(self) -> Room:
        return self.do(lambda room, now: Transition(room)).room

    # What must always hold ---------------------------------------------------------------------

    def check(self, before: Room, after: Room, may_end: bool) -> None:
        assert after.version >= max(before.version, self.last_version), "versions only grow"
        assert after.version > before.version or view(after) == view(before), "a change has a version"
        self.last_version = after.version
        assert after.last_token >= before.last_token
        was, now_is = before.live_lease(self.now), after.live_lease(self.now)
        same = was and now_is and (was.holder, was.token) == (now_is.holder, now_is.token)
        if was and not same and not may_end:
            by_others = self.is_newer_report(was, now_is) or self.is_passed_by_a_contract_client(before, was)
            assert by_others, "a live lease only ends by its holder"
        if now_is and not same:
            self.check_start(before, after)

    def is_newer_report(self, was: lease.Lease, now_is: Optional[lease.Lease]) -> bool:
        """After a loss: of two reported leases the newest counts."""
        return now_is is not None and was.token < now_is.token <= (self.room or Room.new(self.now)).born

    def is_passed_by_a_contract_client(self, before: Room, was: lease.Lease) -> bool:
        """It cannot be asked to let go, and reckons with no clock of its own."""
        due = before.take_over is not None and self.now >= before.take_over.at
        return cannot_be_asked(before.members[was.holder]) and (before.heir is not None or due)

    def check_start(self, before: Room, after: Room) -> None:
        """A lease began to live: granted, resumed or put back."""
        started = after.lease
        assert started
        if started.token in self.granted:
            assert self.granted[started.token] == started.holder, "a token belongs to one member"
        else:
            assert started.token > max(self.granted, default=0), "tokens only grow"
            assert after.may_grant(self.now), "nothing is granted under a save, after a loss, or when deleted"
            member = after.members[started.holder]
            assert member.connection, "who is granted a lease is there"
            assert member.may_edit
            self.granted[started.token] = started.holder
        for name, tab in self.tabs.items():
            assert name == started.holder or tab.sure_until <= self.now, "two pages are surely protected"

    def check_settled(self, room: Room) -> None:
        if (room.lease is None or room.lease.lapsed) and room.may_grant(self.now):
            there = [m for m in room.queue() if m.connection and m.may_edit and m.expires_at > self.now]
            waiting = [m for m in there if not m.passed_over and (m.is_attentive or m.polls <= OFFER_SECONDS)]
            offered = room.offer.member if room.offer else None
            assert [m.id for m in waiting[:1]] == ([offered] if offered else []), "nobody waits for a free lease"
            assert not any(m.is_attentive for m in waiting[:1]), "who is there is not asked whether they are"
        assert not room.lease or room.lease.lapsed or room.lease.is_live(self.now)
        assert set(room.people) == {member.user for member in room.members.values()}
        live = room.live_lease(self.now)
        assert live is None or live.holder in room.members
        deadline = room.next_deadline()
        assert deadline is None or deadline > self.now, "a deadline is never over"
        shown = str(view(room))
        assert not any(member.connection and member.connection in shown for member in room.members.values())
        assert room.lease is None or str(room.lease.token) not in shown

    # Time and processes ------------------------------------------------------------------------

    def wait(self, seconds: float) -> None:
        end = self.now + seconds
        if self.report_at is not None and self.report_at <= end:
            self.now = max(self.now, self.report_at)
            self.report_at = None
            for process in sorted({socket.process for socket in self.sockets}):
                self.beat(process)
        self.now = end

    def alive(self, process: int) -> List[presence.Alive]:
        """As ``Membership.alive`` has it."""
        known = []
        for socket in self.sockets:
            silent = self.now - socket.heard_at
            if socket.process == process and not socket.member.polls and (socket.member.bare or silent <= 30):
                known.append(presence.Alive(socket.member, socket.person, silent, socket.token))
        return known

    def beat(self, process: int) -> None:
        self.keep(self.alive(process))
        self.catch_up(process)

    def keep(self, alive: List[presence.Alive]) -> None:
        reported = {(one.member.id, one.token) for one in alive}

        def step(room: Room, now: float) -> Transition:
            transition = presence.keep(room, now, alive)
            old, new = room.lease, transition.room.lease
            if old != new:
                assert new
                assert (new.holder, new.token) in reported, "a lease only moves for the exact member and token"
            return transition

        self.do(step)

    def catch_up(self, process: int) -> None:
        room = self.settled()
        for socket in self.sockets:
            if socket.process == process:
                self.follow_lease(socket, room)

    def everybody_hears(self) -> None:
        for process in {socket.process for socket in self.sockets}:
            self.catch_up(process)

    def follow_lease(self, socket: Socket, room: Room) -> None:
        """As ``PageClient.follow_lease`` has it: tokens follow what the room says."""
        held = room.lease if room.lease and room.lease.holder == socket.id else None
        if held and not held.lapsed:
            socket.token = held.token
        elif held is None and socket.token is not None and not room.may_put_back(socket.token):
            socket.token = None
            self.tab(socket.id).remembered = None
        if not socket.dead:
            self.tab(socket.id).seen = room.version
            if room.editor() and not held:
                self.tab(socket.id).remembered = None

    def lose_everything(self) -> None:
        """The store begins anew, empty. Processes notice within a second and report at once.

        What was told before the loss was heard. A tab that lost its connection or its process in the same seconds
        has nobody to report for it: nothing but the comparison of base and row guards its save then, so it is no
        longer counted as surely protected.
        """
        self.everybody_hears()
        self.wait(0.3)
        served = {socket.id for socket in self.sockets if not socket.member.polls}
        for name in set(self.tabs) - served:
            self.tabs[name].sure_until = 0.0
        self.room, self.born_at = None, self.now
        self.report_at = self.now + 1.5

    # People ------------------------------------------------------------------------------------

    def tab(self, name: str) -> Tab:
        return self.tabs.setdefault(name, Tab())

    def speaking(self, socket: Socket, step: Step) -> Step:
        """As ``Membership.speaking`` has it: who speaks is in the room."""
        socket.heard_at = self.now
        one = presence.Alive(socket.member, socket.person, 0.0, socket.token)
        if socket.member.polls:
            return lambda room, now: self.polled(room, now, socket, one, step)

        def both(room: Room, now: float) -> Transition:
            return presence.keep(room, now, [] if socket.id in room.members else [one]).then(step, now)

        return both

    def polled(self, room: Room, now: float, socket: Socket, one: presence.Alive, step: Step) -> Transition:
        """As ``PollClient`` has it: whose member is not there any more over this connection has to open again."""
        known = room.members.get(socket.id)
        if known is None and room.born > (self.tab(socket.id).seen or 0):
            return presence.keep(room, now, [one]).then(step, now)
        if known is None or known.connection != socket.member.connection:
            self.remove(socket)
            return Transition(room)
        return step(room, now).then(polling.stay, now, socket.id, socket.member.connection, socket.token)

    def hear(self, socket: Socket, transition: Transition) -> None:
        """The answers reach process and browser."""
        tab = self.tab(socket.id)
        for reply in transition.replies:
            if reply["type"] == "lease":
                socket.token = tab.remembered = reply["token"]
            if reply["type"] in ("lease", "alive"):
                tab.answered_at = self.now
                tab.sure_until = self.now + reply["lease_ms"] / 1000
            if reply.get("code") == "not_holder":
                tab.sure_until = 0.0
        self.follow_lease(socket, transition.room)
        known = transition.room.members.get(socket.id)
        if socket.member.bare or (known and known.is_unconfirmed):
            tab.sure_until = 0.0  # a contract client has no such clock, and a hidden page that polls believes nothing

    def remove(self, socket: Socket) -> None:
        self.sockets = [other for other in self.sockets if other is not socket]
