"""Any number of people, tabs, processes, breaks, losses and saves, in any order."""

from __future__ import annotations

from dataclasses import replace
from typing import List, Tuple

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from django_admin_collaborator.core import attention, lease, polling, presence, saving
from django_admin_collaborator.core.room import Room
from django_admin_collaborator.core.timing import POLL_SECONDS
from django_admin_collaborator.core.transition import Transition
from tests.core.examples import ADA, BOB, CAY, tab
from tests.core.moves import TABS
from tests.core.office import Office, Socket, Tab
from tests.core.passing_rules import A_SOCKET, PassingRules, somebody_connected
from tests.core.profiles import machine

CHIEF = replace(tab(CAY, 3), may_take_over=True)
POLLING = [replace(tab(person, 4), polls=POLL_SECONDS) for person in (ADA, BOB, CAY)]
MEMBERS = [*TABS, tab(BOB, 3, bare=True), tab(ADA, 3, bare=True), CHIEF, *POLLING]
A_PROCESS = st.integers(0, 2)
MOMENTS = st.sampled_from([0.0, 0.05, 0.3, 0.8, 1.0, 2.5, 4.0, 8.0])
HEARTBEATS = st.sampled_from([1, 1, 2, 4, 24])
MISFORTUNES = ["half-open", "killed", "killed", "lost", "lost", "lost", "stalled", "forgotten", "deleted"]


class OfficeMachine(PassingRules, RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.office = Office()
        self.connections = 0
        self.saves: List[Tuple[str, Socket]] = []
        self.reports: List[Tuple[float, List[presence.Alive]]] = []

    def speaker(self, which: int) -> Socket:
        connected = [socket for socket in self.office.sockets if not socket.dead]
        return connected[which % len(connected)]

    def says(self, which: int, step, ends_lease=lambda room: False) -> None:
        socket = self.speaker(which)
        step = self.office.speaking(socket, step(socket))
        self.office.hear(socket, self.office.do(step, ends_lease))

    # Coming and going --------------------------------------------------------------------------

    @initialize(
        members=st.lists(st.sampled_from(MEMBERS), min_size=2, max_size=5, unique_by=lambda member: member.id),
        claimers=st.integers(0, 4),
    )
    def some_are_here(self, members: list, claimers: int) -> None:
        for place, member in enumerate(members):
            self.comes(member, place % 2, True, True)
        for which in range(min(claimers, len(members))):
            self.claims(which, wait=True)

    @rule(member=st.sampled_from(MEMBERS), process=A_PROCESS, reloaded=st.booleans(), told=st.booleans())
    def comes(self, member, process: int, reloaded: bool, told: bool) -> None:
        """A tab connects: for the first time, reloaded, or again after a break. ``told``: the old socket hears it."""
        self.connections += 1
        member = replace(member, connection="wire-{}".format(self.connections))
        socket = Socket(member, -1 if member.polls else process, self.office.now)
        join = polling.enter if member.polls else presence.join
        browser = self.office.tab(member.id)
        browser.noticed_a_break()
        if reloaded:
            browser = self.office.tabs[member.id] = Tab()
        for old in [other for other in self.office.sockets if other.id == member.id]:
            old.dead = True
            if told:
                self.office.remove(old)

        def may_end(room: Room) -> bool:
            return not member.may_edit and room.lease is not None and room.lease.holder == member.id

        joined = self.office.do(lambda room, now: join(room, now, member, socket.person), may_end)
        held = joined.room.lease
        if held and not held.lapsed and held.holder == member.id:
            socket.token = held.token
        else:
            browser.sure_until = 0.0  # its welcome says so
        self.office.sockets.append(socket)

    @precondition(somebody_connected)
    @rule(which=A_SOCKET, submitting=st.booleans())
    def says_goodbye(self, which: int, submitting: bool) -> None:
        socket = self.speaker(which)
        self.office.tab(socket.id).sure_until = 0.0
        names = {"member_id": socket.id, "connection": socket.member.connection}
        self.office.do(lambda room, now: presence.going(room, now, submitting=submitting, **names))
        self.office.remove(socket)

    @precondition(somebody_connected)
    @rule(which=A_SOCKET, closed=st.booleans())
    def breaks(self, which: int, closed: bool) -> None:
        """A connection ends: closed by its tab, or cut."""
        socket = self.speaker(which)
        browser = self.office.tab(socket.id)
        browser.noticed_a_break()
        if closed:
            browser.sure_until = 0.0
        if socket.member.polls and not closed:  # nobody notices
            self.office.remove(socket)
            return
        seconds = 0.8 if closed else 8.0
        names = {"member_id": socket.id, "connection": socket.member.connection, "seconds": seconds}
        self.office.do(lambda room, now: presence.leave(room, now, **names))
        self.office.remove(socket)

    # Speaking ----------------------------------------------------------------------------------

    @precondition(somebody_connected)
    @rule(which=A_SOCKET, wait=st.booleans())
    def claims(self, which: int, wait: bool) -> None:
        socket = self.speaker(which)

        def inherits(room: Room) -> bool:
            held = room.lease and room.members.get(room.lease.holder)
            broken = held and held.bare and not held.connection and held.user == socket.member.user
            return bool((socket.member.bare and broken) or (held and held.is_unconfirmed))

        page = self.office.tab(socket.id)
        knows = {} if socket.member.bare else {"remembered": page.remembered, "seen": page.seen}
        self.says(which, lambda socket: lambda room, now: lease.claim(room, now, socket.id, wait, **knows), inherits)

    @precondition(somebody_connected)
    @rule(which=A_SOCKET)
    def claims_to_wait(self, which: int) -> None:
        self.claims(which, wait=True)

    @rule()
    def everybody_answers_a_ping(self) -> None:
        for socket in [other for other in self.office.sockets if not other.dead]:
            if socket.token is None and socket.member.polls:
                self.office.hear(
                    socket, self.office.do(self.office.speaking(socket, lambda room, now: Transition(room)))
                )
            elif socket.token is None:
                socket.heard_at = self.office.now
            else:
                self.answers(socket, socket.token)

    def answers(self, socket: Socket, token: int) -> None:
        step = self.office.speaking(socket, lambda room, now: lease.renew(room, now, socket.id, token))
        self.office.hear(socket, self.office.do(step))

    @precondition(somebody_connected)
    @rule(
        which=A_SOCKET, off=st.integers(-2, 2), verb=st.sampled_from([lease.renew, lease.release, saving.announced])
    )
    def speaks_for_a_lease_that_is_not_its_own(self, which: int, off: int, verb) -> None:
        socket = self.speaker(which)

        def step(room: Room, now: float):
            token = (room.lease.token if room.lease else room.last_token) + off
            if lease.holds(room, socket.id, token):
                token += 1
            transition = verb(room, now, socket.id, token)
            assert transition.room is room, "only the exact member and token act"
            return transition

        self.office.do(step)

    @precondition(somebody_connected)
    @rule(which=A_SOCKET)
    def releases(self, which: int) -> None:
        socket = self.speaker(which)
        token = socket.token

        def step(socket: Socket):
            return lambda room, now: lease.release(room, now, socket.id, token)

        self.office.tab(socket.id).sure_until = 0.0
        self.says(which, step, lambda room: lease.holds(room, socket.id, token))

    @precondition(somebody_connected)
    @rule(which=A_SOCKET, asks=st.booleans())
    def stops_waiting_or_asks_for_attention(self, which: int, asks: bool) -> None:
        if asks:
            self.says(which, lambda socket: lambda room, now: attention.request(room, now, socket.id, 15.0))
        else:
            self.says(which, lambda socket: lambda room, now: lease.stop_waiting(room, now, socket.id))

    # Saving ------------------------------------------------------------------------------------

    @precondition(somebody_connected)
    @rule(which=A_SOCKET, named=st.booleans())
    def begins_to_save(self, which: int, named: bool) -> None:
        socket = self.speaker(which)
        save = "save-{}".format(len(self.saves))
        member_id = socket.id if named else ""
        answer = self.office.do(
            lambda room, now: saving.hold(room, now, socket.member.user, member_id, socket.token, save)
        ).replies[0]
        if answer["admitted"]:
            self.saves.append((save, socket))

    @precondition(lambda self: self.saves)
    @rule(which=A_SOCKET, outcome=st.sampled_from(["dropped", "commits", "commits and leaves"]))
    def ends_a_save(self, which: int, outcome: str) -> None:
        save, socket = self.saves.pop(which % len(self.saves))
        token = socket.token
        if outcome == "dropped":
            self.office.do(lambda room, now: saving.drop(room, now, save))
            return
        leaves = outcome == "commits and leaves"
        promised = any(request.answer == "after_save" for request in self.office.settled().requests.values())
        if leaves or promised:  # the page that posted the form is not typed in any more
            self.office.tab(socket.id).sure_until = 0.0
        self.office.do(
            lambda room, now: saving.saved(room, now, socket.person, socket.id, token, leaves, save),
            lambda room: (leaves or promised) and lease.holds(room, socket.id, token),
        )

    # Processes, the store and time --------------------------------------------------------------

    @rule(process=A_PROCESS)
    def process_beats(self, process: int) -> None:
        self.office.beat(process)

    @rule(process=A_PROCESS)
    def process_is_about_to_beat(self, process: int) -> None:
        self.reports.append((self.office.now, self.office.alive(process)))

    @precondition(lambda self: self.reports)
    @rule(which=A_SOCKET)
    def old_knowledge_arrives(self, which: int) -> None:
        when, alive = self.reports.pop(which % len(self.reports))
        if self.office.now - when <= 3.0:  # what took longer was given up
            self.office.keep(alive)

    @rule(process=A_PROCESS)
    def process_hears_the_room(self, process: int) -> None:
        self.office.catch_up(process)

    @rule(seconds=MOMENTS)
    def a_moment_passes(self, seconds: float) -> None:
        self.office.wait(seconds)

    @rule(beats=HEARTBEATS)
    def time_passes(self, beats: int) -> None:
        """Long enough for processes to ping, and for those who are there to answer."""
        for _ in range(beats):
            self.office.wait(8.0)
            self.everybody_answers_a_ping()
            for process in range(3):
                self.office.beat(process)

    @rule(kind=st.sampled_from(MISFORTUNES), which=A_SOCKET)
    def misfortune(self, kind: str, which: int) -> None:
        office = self.office
        if kind == "half-open" and somebody_connected(self):
            self.speaker(which).dead = True
        elif kind == "killed":
            for socket in [other for other in office.sockets if other.process == which % 3]:
                office.tab(socket.id).noticed_a_break()
                office.remove(socket)
        elif kind == "lost":
            office.lose_everything()
        elif kind == "stalled":  # all processes at once, so that nothing is kept
            office.wait([9.0, 31.0, 45.0, 181.0][which % 4])
        elif kind == "forgotten":  # the room's key went by itself
            office.everybody_hears()
            office.wait(601.0)
            office.room = None
        elif kind == "deleted":
            for browser in office.tabs.values():
                browser.sure_until = 0.0
            office.do(saving.deleted, lambda room: True)


@pytest.mark.timeout(0)
class TestOffice(OfficeMachine.TestCase):  # type: ignore[misc, name-defined]
    pass


TestOffice.settings = machine(short_runs=150, short_steps=40)
