"""The rooms for one request: what a client asks of a hub, for synchronous code, without a loop and without waiting.

What it has read is as new as the request; a step that changes nothing costs no further question to the store.
"""

from __future__ import annotations

import logging
from typing import Any, Callable, Coroutine, Dict, Optional, Sequence, TypeVar

from ..core.post import PASSING
from ..core.room import Room
from ..core.transition import Event, Step, Transition
from . import sync
from .rounds import Outcome
from .sync import drive

logger = logging.getLogger("django_admin_collaborator")

T = TypeVar("T")


class Desk:
    """Has the methods of a ``Hub`` that clients use. None of its coroutines ever waits."""

    def __init__(self) -> None:
        self._known: Dict[str, sync.Known] = {}

    def now(self) -> float:
        return sync.store_now()

    def seen(self, key: str) -> Optional[Room]:
        known = self._known.get(key)
        return known.room if known else None

    def shared_text(self, key: str, kind: str, render: Callable[[Room, float], str]) -> str:
        return render(self._known[key].room, self.now())

    async def apply(self, key: str, step: Step) -> Outcome:
        """Raises StoreUnavailable."""
        outcome, self._known[key] = sync.apply_to(key, step, self._known.get(key))
        return outcome

    async def read(self, key: str) -> Room:
        """Raises StoreUnavailable."""
        return (await self.apply(key, lambda room, now: Transition(room))).room

    async def publish(self, key: str, events: Sequence[Event]) -> None:
        """A step, so that members who poll find it in the post. Raises StoreUnavailable."""
        if all(event.message["type"] in PASSING for event in events):
            sync.publish(key, events)
            return
        await self.apply(key, lambda room, now: Transition(room, events=tuple(events)))

    async def with_store(self, work: Callable[[Any], Coroutine[Any, Any, T]]) -> T:
        """Await something of the store alone. Raises StoreUnavailable."""
        return sync.with_store(work)

    async def enter(self, key: str, client: Any) -> None:
        """Nobody is told anything here: a client asks."""

    def exit(self, key: str, client: Any) -> None:
        pass


class NoHeartbeats:
    """Has the methods of ``Heartbeats`` that clients use: the page's own requests are its signs of life."""

    def enter(self, key: str, client: Any) -> None:
        pass

    def exit(self, key: str, client: Any) -> None:
        pass

    def spawn(self, task: Coroutine[Any, Any, Any]) -> None:
        """Right now, there being no later."""
        drive(task)
