"""What the processes tell each other of a room: one line that travels with the swap.

The line has an id (the swap's revision, or random), a blank, and JSON: ``events``, and, where a room has changed,
the versions ``before`` and ``version``. The store carries the room's text beside it. The id comes first, so that a
process knows its own news without reading more.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Sequence

from ..core.room import Room
from ..core.transition import Event


@dataclass
class Update:
    """One piece of news of one room, decoded once for all clients of this process.

    id: tells it from every other. before, version: of the room, before and after; both 0 where it did not change.
    """

    id: str
    events: Sequence[Event]
    before: int = 0
    version: int = 0
    _texts: Dict[int, str] = field(default_factory=dict)

    def encoded(self) -> str:
        head: Dict[str, Any] = {"events": [vars(event) for event in self.events]}
        if self.version:
            head.update(before=self.before, version=self.version)
        return f"{self.id} {_compact(head)}"

    def message_text(self, index: int) -> str:
        """The message of an event as text, encoded once however many clients it is for."""
        if index not in self._texts:
            self._texts[index] = json.dumps(self.events[index].message)
        return self._texts[index]


def of_swap(revision: str, before: Optional[Room], room: Room, events: Sequence[Event]) -> Optional[Update]:
    """The news of a swap; None when nobody else has to know."""
    if not events and before is not None and before.version == room.version:
        return None
    return Update(revision, events, before.version if before else 0, room.version)


_compact = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


def id_of(line: str) -> str:
    return line.partition(" ")[0]


def decode(line: str) -> Optional[Update]:
    """The news of this line; None when it is not one that this version of the package wrote."""
    identity, _, text = line.partition(" ")
    try:
        head = json.loads(text)
        events: List[Event] = [Event(**event) for event in head["events"]]
        return Update(identity, events, int(head.get("before", 0)), int(head.get("version", 0)))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
