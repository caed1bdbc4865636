"""What the steps of one swap make of a room: no store, no clock, no news."""

from __future__ import annotations

from dataclasses import dataclass
from typing import List, Sequence, Tuple

from .. import conf
from ..core import post
from ..core.facts import Fact
from ..core.presence import settle
from ..core.room import Room
from ..core.transition import Event, Message, Step


@dataclass(frozen=True)
class Outcome:
    """What a step brought: the room after its swap, and the answers to the one who asked.

    later: the events of the steps that were carried out after it in the same swap.
    """

    room: Room
    replies: Tuple[Message, ...] = ()
    later: Sequence[Event] = ()


@dataclass(frozen=True)
class Round:
    """What the steps of one swap have made of a room."""

    room: Room
    outcomes: List[Outcome]
    events: List[Event]
    facts: List[Fact]


def carry_out(room: Room, now: float, steps: Sequence[Step]) -> Round:
    """End what is due, then apply the steps in their order."""
    before, settled = room.post, settle(room, now)
    room, events, facts = settled.room, list(settled.events), list(settled.facts)
    answers: List[Tuple[Tuple[Message, ...], int]] = []
    for step in steps:
        transition = step(room, now)
        room = transition.room
        events.extend(transition.events)
        facts.extend(transition.facts)
        answers.append((transition.replies, len(events)))
    room = post.put(room, now, events, before)
    return Round(room, [Outcome(room, replies, events[count:]) for replies, count in answers], events, facts)


def new_room(now: float, no_grant_before: float = 0.0) -> Room:
    """An empty room with the durations of the settings."""
    names = ("LEASE_SECONDS", "IDLE_SECONDS", "ANSWER_SECONDS", "TAKEOVER_SECONDS")
    return Room.new(now, no_grant_before, **{name.lower(): float(conf.get(name)) for name in names})
