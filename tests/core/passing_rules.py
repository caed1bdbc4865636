"""What the state machine does with a lease that is asked for, passed on and taken over."""

from __future__ import annotations

from typing import Any, Optional

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from django_admin_collaborator.core import activity, attention, lease, requests, transfer
from django_admin_collaborator.core.room import Room
from tests.core.office import cannot_be_asked

A_SOCKET = st.integers(0, 9)
SILENCES = st.sampled_from([0.0, 0.0, 5.0, 590.0, 650.0])


def somebody_connected(machine: Any) -> bool:
    return any(not socket.dead for socket in machine.office.sockets)


def held_by_one_who_cannot_be_asked(room: Room) -> bool:
    """Such a holder cannot be asked to let go: its lease may end for an heir."""
    held = room.lease and room.members.get(room.lease.holder)
    return bool(held and cannot_be_asked(held))


class PassingRules:
    office: Any
    speaker: Any
    says: Any

    @precondition(somebody_connected)
    @rule(which=A_SOCKET, idle_seconds=SILENCES, hidden=st.booleans(), unsaved=st.booleans())
    def reports_activity(self, which: int, idle_seconds: float, hidden: bool, unsaved: bool) -> None:
        if not self.speaker(which).member.bare:
            self.says(
                which,
                lambda socket: lambda room, now: activity.report(room, now, socket.id, idle_seconds, hidden, unsaved),
            )

    @precondition(somebody_connected)
    @rule(which=A_SOCKET)
    def edits_here(self, which: int) -> None:
        self.says(
            which,
            lambda socket: lambda room, now: transfer.here(room, now, socket.id),
            held_by_one_who_cannot_be_asked,
        )

    @precondition(somebody_connected)
    @rule(which=A_SOCKET, reason=st.sampled_from(["", "Print is waiting"]))
    def takes_over(self, which: int, reason: str) -> None:
        socket = self.speaker(which)
        before = self.office.settled()
        self.says(
            which,
            lambda socket: lambda room, now: transfer.take_over(room, now, socket.id, reason),
            held_by_one_who_cannot_be_asked,
        )
        after = self.office.room
        if after.take_over and after.take_over != before.take_over:
            assert socket.member.may_take_over, "only with the permission"
            assert reason, "only with a reason"
            assert after.take_over.at >= self.office.now + after.takeover_seconds, "the editor is told before"
        if after.heir and after.heir != before.heir and after.heir.kind == "idle":
            assert before.members[before.lease.holder].idle, "at once only from somebody idle"

    @precondition(somebody_connected)
    @rule(which=A_SOCKET)
    def asks_to_edit(self, which: int) -> None:
        self.says(which, lambda socket: lambda room, now: attention.request(room, now, socket.id, 15.0, edit=True))

    @precondition(somebody_connected)
    @rule(which=A_SOCKET)
    def withdraws(self, which: int) -> None:
        self.says(which, lambda socket: lambda room, now: requests.withdraw(room, now, socket.id))

    @precondition(somebody_connected)
    @rule(which=A_SOCKET, answer=st.sampled_from(requests.ANSWERS), off=st.sampled_from([0, 0, 0, 1]))
    def the_editor_answers(self, which: int, answer: str, off: int) -> None:
        room = self.office.settled()
        asked = sorted(room.requests)
        holders = [socket for socket in self.office.sockets if room.lease and socket.id == room.lease.holder]
        if not asked or not holders or holders[0].dead:
            return
        socket, user = holders[0], asked[which % len(asked)]
        token: Optional[int] = socket.token + off if socket.token else None

        def step(room: Room, now: float):
            transition = requests.answer(room, now, socket.id, token, user, answer, 2 if answer == "later" else None)
            if not lease.holds(room, socket.id, token):
                assert transition.room is room, "only the editor answers"
            return transition

        self.office.hear(socket, self.office.do(self.office.speaking(socket, step), held_by_one_who_cannot_be_asked))

    @precondition(somebody_connected)
    @rule()
    def who_is_asked_lets_go(self) -> None:
        """As the page does on ``yield``: first the form is locked, then the lease is released."""
        room = self.office.settled()
        if not room.heir or not room.live_lease(self.office.now):
            return
        for socket in self.office.sockets:
            if socket.id == room.lease.holder and not socket.dead and socket.token == room.lease.token:
                self.office.tab(socket.id).sure_until = 0.0
                token = socket.token
                self.office.do(
                    lambda room, now, socket=socket, token=token: lease.release(room, now, socket.id, token),
                    lambda room: True,
                )
