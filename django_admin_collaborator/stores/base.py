"""What a store promises: it keeps one text per key, and carries news between processes."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from typing import Dict, List, Optional, Sequence

KEEP_SECONDS = 600
"""A room expires this long after its last change: longer than any lease's record."""


class StoreUnavailable(Exception):
    """The store does not answer. Nothing is known about whether a swap in flight took place."""


@dataclass(frozen=True)
class Snapshot:
    """What a store holds under one key.

    text: the encoded room; None when there is none.
    revision: changes with every swap; empty when there is nothing.
    now: the store's own clock, seconds since the Unix epoch, at the moment of the answer.
    swapped: whether this is the outcome of a swap that took place.
    """

    text: Optional[str]
    revision: str
    now: float
    swapped: bool = False


class Listener:
    """Hears the news of one subscription, in the event loop that subscribed. Neither method may block or raise."""

    def heard(self, key: str, news: str, text: Optional[str]) -> None:
        """One piece of news, in the order in which the store took it, as a rule; it can come twice or never.

        text: the room after the swap that carried the news; None for published news, and where the store does not
            carry rooms that large.
        """
        raise NotImplementedError

    def missed(self) -> None:
        """News may have been lost, because the subscription had to be made again."""
        raise NotImplementedError


class Subscription:
    """The news of some keys, for one listener. Belongs to the event loop in which it was made."""

    async def add(self, key: str) -> None:
        """From the return of this on, news of ``key`` are heard. Raises StoreUnavailable; then it is tried again."""
        raise NotImplementedError

    def discard(self, key: str) -> None:
        """News of ``key`` are not needed any more. Some may still be heard."""
        raise NotImplementedError

    async def close(self) -> None:
        """Give back whatever the subscription keeps open."""


class Store:
    """Keeps one text per key, and changes it only for a process that has seen the newest one."""

    async def read(self, key: str) -> Snapshot:
        """Raises StoreUnavailable."""
        raise NotImplementedError

    async def read_all(self, keys: Sequence[str]) -> Dict[str, Snapshot]:
        """What is under each of these keys, read together. Raises StoreUnavailable."""
        return dict(zip(keys, await asyncio.gather(*map(self.read, keys))))

    async def swap(
        self, key: str, expected: str, revision: str, text: str, news: str = "", keep_seconds: float = KEEP_SECONDS
    ) -> Snapshot:
        """Store ``text`` under ``revision`` if the present revision is ``expected``; else return what is there.

        A repeated call with the same ``revision`` is harmless, so a lost answer can be asked for again.

        news: one line, handed to the subscribers of ``key`` with ``text`` if the swap took place, and after it;
            empty when nobody has to know.
        keep_seconds: after them the key expires, unless it is swapped again.

        Raises: StoreUnavailable: it may or may not have taken place.
        """
        raise NotImplementedError

    async def publish(self, key: str, news: str) -> None:
        """Hand one line of news, which changes no room, to the subscribers of ``key``. Raises StoreUnavailable."""
        raise NotImplementedError

    def subscribe(self, listener: Listener) -> Subscription:
        """A subscription of the running event loop, to no key yet."""
        raise NotImplementedError

    async def keys(self) -> List[str]:
        """Every key under which there is a text, in no order: for operators, never for a step.

        Raises StoreUnavailable.
        """
        raise NotImplementedError

    async def born(self) -> float:
        """When this store began, empty, on its own clock. A room from before that moment is lost."""
        raise NotImplementedError


def new_revision() -> str:
    """Random, but no secret. Python seeds its generator again in a forked child."""
    return f"{random.getrandbits(64):016x}"
