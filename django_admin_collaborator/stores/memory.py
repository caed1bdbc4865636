"""One process's memory as a store: the readable specification, and enough for a single worker."""

from __future__ import annotations

import asyncio
import threading
import time
from functools import partial
from typing import Callable, Dict, List, Optional, Sequence, Set, Tuple

from .base import KEEP_SECONDS, Listener, Snapshot, Store, Subscription


class MemoryStore(Store):
    """Shared by all event loops and threads of the process. Methods that end in ``_now`` are for synchronous code.

    clock: seconds since the Unix epoch; one that never goes back.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: Dict[str, Tuple[str, str, float]] = {}
        self._swept_at = 0.0
        self._subscriptions: Dict[str, Set[MemorySubscription]] = {}

    async def read(self, key: str) -> Snapshot:
        return self.read_now(key)

    async def swap(
        self, key: str, expected: str, revision: str, text: str, news: str = "", keep_seconds: float = KEEP_SECONDS
    ) -> Snapshot:
        return self.swap_now(key, expected, revision, text, news, keep_seconds)

    async def publish(self, key: str, news: str) -> None:
        self.publish_now(key, news)

    def read_now(self, key: str) -> Snapshot:
        with self._lock:
            return self._snapshot(key, self._clock())

    def read_all_now(self, keys: Sequence[str]) -> Dict[str, Snapshot]:
        return {key: self.read_now(key) for key in keys}

    def swap_now(
        self, key: str, expected: str, revision: str, text: str, news: str = "", keep_seconds: float = KEEP_SECONDS
    ) -> Snapshot:
        with self._lock:
            now = self._clock()
            there = self._snapshot(key, now)
            if there.revision not in (expected, revision):
                return there
            self._kept[key] = (text, revision, now + keep_seconds)
            self._sweep(now)
            if news:
                self._tell(key, news, text)
            return Snapshot(text, revision, now, swapped=True)

    def publish_now(self, key: str, news: str) -> None:
        with self._lock:
            self._tell(key, news, None)

    def subscribe(self, listener: Listener) -> MemorySubscription:
        return MemorySubscription(listener, self._subscriptions, self._lock)

    async def keys(self) -> List[str]:
        with self._lock:
            now = self._clock()
            return [key for key, (_, _, until) in self._kept.items() if now < until]

    async def born(self) -> float:
        return self.born_now()

    def born_now(self) -> float:
        """A room in memory is lost with the process that served its sockets, so nobody has to be waited for."""
        return 0.0

    def _snapshot(self, key: str, now: float) -> Snapshot:
        text, revision, until = self._kept.get(key, (None, "", 0.0))
        return Snapshot(text, revision, now) if now < until else Snapshot(None, "", now)

    def _sweep(self, now: float) -> None:
        if now < self._swept_at + KEEP_SECONDS / 10:
            return
        self._swept_at = now
        self._kept = {key: kept for key, kept in self._kept.items() if now < kept[2]}

    def _tell(self, key: str, news: str, text: Optional[str]) -> None:
        for subscription in self._subscriptions.get(key, ()):
            subscription.hand_over(key, news, text)


class MemorySubscription(Subscription):
    """Hears of a swap in the next turn of its own event loop, whichever thread made the swap."""

    def __init__(
        self, listener: Listener, subscriptions: Dict[str, Set[MemorySubscription]], lock: threading.Lock
    ) -> None:
        self._listener = listener
        self._loop = asyncio.get_running_loop()
        self._all = subscriptions
        self._lock = lock
        self._keys: Set[str] = set()

    async def add(self, key: str) -> None:
        with self._lock:
            self._keys.add(key)
            self._all.setdefault(key, set()).add(self)

    def discard(self, key: str) -> None:
        with self._lock:
            self._discard(key)

    async def close(self) -> None:
        with self._lock:
            for key in list(self._keys):
                self._discard(key)

    def hand_over(self, key: str, news: str, text: Optional[str]) -> None:
        """Called by the store, in any thread, with its lock held."""
        if self._loop.is_closed():  # its tests or its server have ended without closing it
            return
        self._loop.call_soon_threadsafe(partial(self._listener.heard, key, news, text))

    def _discard(self, key: str) -> None:
        self._keys.discard(key)
        subscriptions = self._all.get(key, set())
        subscriptions.discard(self)
        if not subscriptions:
            self._all.pop(key, None)


def steady_clock() -> Callable[[], float]:
    """Wall clock at the start, then monotonic: a clock set back or forth changes nothing."""
    offset = time.time() - time.monotonic()
    return lambda: time.monotonic() + offset
