"""What a rule returns: the room after it, what is to be said to whom, and what took place.

A reply goes to the one who asked, an event to the room (or to one member of it), a fact to the project.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Dict, Optional, Tuple

from .facts import Fact
from .room import Room, replace

Message = Dict[str, Any]


@dataclass(frozen=True)
class Event:
    """Something to be said in the room.

    to: member id when it concerns that member alone; connection: when just this socket of it.
    besides: member id that is not told, because it caused the event and was answered.
    user: key of a user when it concerns all members of that user alone.
    """

    message: Message
    to: Optional[str] = None
    connection: Optional[str] = None
    besides: Optional[str] = None
    user: Optional[str] = None


@dataclass(frozen=True)
class Transition:
    """The outcome of a step."""

    room: Room
    replies: Tuple[Message, ...] = ()
    events: Tuple[Event, ...] = ()
    facts: Tuple[Fact, ...] = ()

    def reply(self, message: Message) -> Transition:
        return replace(self, replies=(*self.replies, message))

    def tell(self, event: Event) -> Transition:
        return replace(self, events=(*self.events, event))

    def note(self, fact: Fact) -> Transition:
        return replace(self, facts=(*self.facts, fact))

    def then(self, step: Callable[..., Transition], *args: Any, **kwargs: Any) -> Transition:
        """Apply another rule to the room as it is now; what is said adds up."""
        after = step(self.room, *args, **kwargs)
        events, facts = self.events + after.events, self.facts + after.facts
        return Transition(after.room, self.replies + after.replies, events, facts)


Step = Callable[[Room, float], Transition]
"""A rule with its arguments bound: (room, now) → transition."""


def visibly(room: Room, **changes: Any) -> Room:
    """The room with changes that browsers can see, under a new version."""
    return replace(room, version=room.version + 1, **changes)
