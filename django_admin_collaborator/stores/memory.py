"""One process's memory as a store: the readable specification, and enough for a single worker."""

from __future__ import annotations

import threading
import time
from typing import Callable, Dict, List, Tuple

from .base import KEEP_SECONDS, Snapshot, Store


class MemoryStore(Store):
    """Shared by all event loops and threads of the process.

    clock: seconds since the Unix epoch; one that never goes back.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: Dict[str, Tuple[str, str, float]] = {}
        self._swept_at = 0.0

    async def read(self, key: str) -> Snapshot:
        with self._lock:
            return self._snapshot(key, self._clock())

    async def swap(self, key: str, expected: str, revision: str, text: str) -> Snapshot:
        with self._lock:
            now = self._clock()
            there = self._snapshot(key, now)
            if there.revision not in (expected, revision):
                return there
            self._kept[key] = (text, revision, now + KEEP_SECONDS)
            self._sweep(now)
            return Snapshot(text, revision, now, swapped=True)

    async def keys(self) -> List[str]:
        with self._lock:
            now = self._clock()
            return [key for key, (_, _, until) in self._kept.items() if now < until]

    async def born(self) -> float:
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


def steady_clock() -> Callable[[], float]:
    """Wall clock at the start, then monotonic: a clock set back or forth changes nothing."""
    offset = time.time() - time.monotonic()
    return lambda: time.monotonic() + offset
