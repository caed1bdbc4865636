"""Everything that can happen to a room, as data: what hypothesis draws from and can show when it fails.

A move is a step, so it goes through ``Rooms`` as well. What it says about a lease is meant at the moment
at which it is carried out: ``token="right"`` is the token that is granted then.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Dict, List, Optional, Tuple

from hypothesis import strategies as st

from django_admin_collaborator.core import activity, attention, lease, presence, requests, saving, transfer
from django_admin_collaborator.core.room import Member, Room
from django_admin_collaborator.core.transition import Transition
from tests.core.examples import ADA, BOB, CAY, NOW, PEOPLE, tab

TABS: List[Member] = [tab(ADA), tab(ADA, 2), tab(BOB), tab(BOB, 2, bare=True), tab(CAY), tab(CAY, 2, may_edit=False)]
TABS.append(replace(tab(BOB, 5), polls=2.0))
BY_ID: Dict[str, Member] = {member.id: member for member in TABS}
CHIEF = "cay-1"
WIRES = ["", "second-wire"]
INTERVAL = 15.0
PAUSES = [0.0, 0.01, 0.5, 0.8, 2.6, 8.1, 14.0, 30.5, 181.0]


@dataclass(frozen=True)
class Move:
    """One thing that happens: who does what, with which token, over which socket, how long ago heard of."""

    verb: str
    who: str
    token: str = "right"
    wire: str = ""
    seconds: float = 0.0
    yes: bool = False

    def __call__(self, room: Room, now: float) -> Transition:
        transition: Transition = getattr(self, "_" + self.verb)(room, now)
        return transition

    def given_token(self, room: Room) -> Optional[int]:
        granted = room.lease.token if room.lease else room.last_token
        return {"right": granted, "old": granted - 1, "later": granted + 1, "none": None}[self.token]

    def member(self) -> Member:
        member = BY_ID[self.who]
        connection = (self.wire or "wire-of") + "-" + self.who
        chief = self.who == CHIEF
        return replace(member, connection=connection, may_take_over=chief)

    def _join(self, room: Room, now: float) -> Transition:
        return presence.join(room, now, self.member(), PEOPLE[self.member().user])

    def _leave(self, room: Room, now: float) -> Transition:
        return presence.leave(room, now, self.who, self.member().connection, self.seconds)

    def _going(self, room: Room, now: float) -> Transition:
        return presence.going(room, now, self.who, self.member().connection, self.yes)

    def _keep(self, room: Room, now: float) -> Transition:
        person = PEOPLE[self.member().user]
        known = presence.Alive(self.member(), person, self.seconds, self.given_token(room))
        return presence.keep(room, now, [known])

    def _claim(self, room: Room, now: float) -> Transition:
        return lease.claim(room, now, self.who, self.yes)

    def _renew(self, room: Room, now: float) -> Transition:
        return lease.renew(room, now, self.who, self.given_token(room))

    def _release(self, room: Room, now: float) -> Transition:
        return lease.release(room, now, self.who, self.given_token(room))

    def _stop_waiting(self, room: Room, now: float) -> Transition:
        return lease.stop_waiting(room, now, self.who)

    def _attention(self, room: Room, now: float) -> Transition:
        return attention.request(room, now, self.who, INTERVAL)

    def _activity(self, room: Room, now: float) -> Transition:
        return activity.report(room, now, self.who, 20 * self.seconds, self.yes, self.wire != "")

    def _here(self, room: Room, now: float) -> Transition:
        return transfer.here(room, now, self.who)

    def _take_over(self, room: Room, now: float) -> Transition:
        return transfer.take_over(room, now, self.who, "Print is waiting" if self.yes else "")

    def _call_off(self, room: Room, now: float) -> Transition:
        return transfer.call_off(room, now, self.who)

    def _ask(self, room: Room, now: float) -> Transition:
        return attention.request(room, now, self.who, INTERVAL, edit=True)

    def _withdraw(self, room: Room, now: float) -> Transition:
        return requests.withdraw(room, now, self.who)

    def _answer(self, room: Room, now: float) -> Transition:
        answer = {0.0: "now", 7.0: "after_save", 15.0: "later"}.get(self.seconds, "no")
        holder = room.lease.holder if room.lease else self.who
        user = BY_ID[self.who].user
        minutes = 1 if answer == "later" else None
        return requests.answer(room, now, holder, self.given_token(room), user, answer, minutes, "A moment, please")

    def _announce(self, room: Room, now: float) -> Transition:
        return saving.announced(room, now, self.who, self.given_token(room))

    def _hold(self, room: Room, now: float) -> Transition:
        user = BY_ID[self.who].user
        named = "" if self.yes else self.who
        return saving.hold(room, now, user, named, self.given_token(room), "hold-of-" + self.who)

    def _drop(self, room: Room, now: float) -> Transition:
        return saving.drop(room, now, "hold-of-" + self.who)

    def _saved(self, room: Room, now: float) -> Transition:
        person = PEOPLE[BY_ID[self.who].user]
        given = self.given_token(room)
        return saving.saved(room, now, person, self.who, given, self.yes, "hold-of-" + self.who)

    def _deleted(self, room: Room, now: float) -> Transition:
        return saving.deleted(room, now, hold_id="hold-of-" + self.who)

    def _settle(self, room: Room, now: float) -> Transition:
        return presence.settle(room, now)


def _moves(verb: str, **fields: st.SearchStrategy) -> st.SearchStrategy:
    return st.builds(Move, st.just(verb), st.sampled_from(sorted(BY_ID)), **fields)


TOKENS = st.sampled_from(["right", "right", "right", "old", "later", "none"])
A_WIRE, YES = st.sampled_from(WIRES), st.booleans()
GRACES = st.sampled_from([0.8, 8.0])
AGES = st.sampled_from([0.0, 7.0, 15.0, 29.0, 31.0])

MOVES: Dict[str, st.SearchStrategy] = {
    "join": _moves("join", wire=A_WIRE),
    "leave": _moves("leave", wire=A_WIRE, seconds=GRACES),
    "going": _moves("going", wire=A_WIRE, yes=YES),
    "keep": _moves("keep", wire=A_WIRE, token=TOKENS, seconds=AGES),
    "claim": _moves("claim", yes=YES),
    "renew": _moves("renew", token=TOKENS),
    "release": _moves("release", token=TOKENS),
    "stop_waiting": _moves("stop_waiting"),
    "attention": _moves("attention"),
    "activity": _moves("activity", seconds=AGES, yes=YES, wire=A_WIRE),
    "here": _moves("here"),
    "take_over": _moves("take_over", yes=YES),
    "call_off": _moves("call_off"),
    "ask": _moves("ask"),
    "withdraw": _moves("withdraw"),
    "answer": _moves("answer", token=TOKENS, seconds=AGES),
    "announce": _moves("announce", token=TOKENS),
    "hold": _moves("hold", token=TOKENS, yes=YES),
    "drop": _moves("drop"),
    "saved": _moves("saved", token=TOKENS, yes=YES),
    "deleted": _moves("deleted"),
    "settle": _moves("settle"),
}

History = List[Tuple[float, Move]]

# Coming and claiming more often than the rest, so that there is somebody for the rest to happen to.
OFTEN = ["join", "join", "claim", "claim", "keep", "leave", "renew"]
any_move = st.sampled_from(3 * [verb for verb in MOVES if verb != "deleted"] + 3 * OFTEN + ["deleted"]).flatmap(
    MOVES.get
)
pauses = st.sampled_from([0.0, 0.0, 0.01, 0.01, 0.5, 0.5, *PAUSES])


def histories(longest: int = 25) -> st.SearchStrategy:
    """Pauses and moves, from the first person's coming on."""
    return st.lists(st.tuples(pauses, any_move), max_size=longest)


def played(history: History, room: Optional[Room] = None) -> Tuple[Room, float]:
    """The room after a history as ``Rooms`` would carry it out, settled before each move, and the moment."""
    now = NOW
    room = room or Room.new(now - 100)
    for pause, move in history:
        now += pause
        room = presence.settle(room, now).room
        room = move(room, now).room
    return room, now


@st.composite
def rooms(draw: st.DrawFn) -> Tuple[Room, float]:
    """A room that can come about, settled, and the moment. Mostly somebody edits and somebody waits."""
    comers = draw(st.permutations(sorted(BY_ID)))[: draw(st.integers(1, 5))]
    opening = [(0.0, Move("join", who)) for who in comers]
    opening += [(0.001, Move("claim", who, yes=True)) for who in comers[: draw(st.integers(0, 4))]]
    room, now = played(opening + draw(histories(12)))
    now += draw(pauses)
    return presence.settle(room, now).room, now


def edited_rooms() -> st.SearchStrategy:
    """Rooms in which somebody edits."""
    return rooms().filter(lambda at: at[0].live_lease(at[1]) is not None)


def some(*verbs: str) -> st.SearchStrategy:
    """Moves with one of these verbs."""
    return st.one_of(*(MOVES[verb] for verb in verbs))
