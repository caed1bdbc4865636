"""Stores that a test can look into, slow down and break, and somebody who hears what a hub says."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Callable, List, Optional, Tuple

from django_admin_collaborator.core.room import Room
from django_admin_collaborator.rooms.announcements import Update
from django_admin_collaborator.rooms.hub import RoomClient
from django_admin_collaborator.stores.base import (
    KEEP_SECONDS,
    Listener,
    Snapshot,
    Store,
    StoreUnavailable,
    Subscription,
)

Heard = Tuple[str, str, Optional[str]]
NEWS_SECONDS = 3.0


class Watched(Store):
    """Passes everything on, and counts it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.calls: List[str] = []

    @property
    def trips(self) -> int:
        return len(self.calls)

    async def read(self, key: str) -> Snapshot:
        self.calls.append("read")
        return await self.store.read(key)

    async def swap(
        self, key: str, expected: str, revision: str, text: str, news: str = "", keep_seconds: float = KEEP_SECONDS
    ) -> Snapshot:
        self.calls.append("swap")
        return await self.store.swap(key, expected, revision, text, news, keep_seconds)

    async def publish(self, key: str, news: str) -> None:
        self.calls.append("publish")
        await self.store.publish(key, news)

    def subscribe(self, listener: Listener) -> Subscription:
        return self.store.subscribe(listener)

    async def born(self) -> float:
        self.calls.append("born")
        return await self.store.born()


class OnClock(Watched):
    """Whatever the store's own clock says, a test's clock is told."""

    def __init__(self, store: Store, clock: Callable[[], float]) -> None:
        super().__init__(store)
        self.clock = clock

    async def read(self, key: str) -> Snapshot:
        return replace(await super().read(key), now=self.clock())

    async def swap(
        self, key: str, expected: str, revision: str, text: str, news: str = "", keep_seconds: float = KEEP_SECONDS
    ) -> Snapshot:
        return replace(await super().swap(key, expected, revision, text, news, keep_seconds), now=self.clock())

    async def born(self) -> float:
        return 0.0


class Broken(Watched):
    """``fault`` is what happens to the next calls: None, "hangs", "unavailable" or "loses every race"."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.fault: Optional[str] = None
        self.mended = asyncio.Event()

    async def read(self, key: str) -> Snapshot:
        await self.suffer()
        return await super().read(key)

    async def swap(
        self, key: str, expected: str, revision: str, text: str, news: str = "", keep_seconds: float = KEEP_SECONDS
    ) -> Snapshot:
        await self.suffer()
        if self.fault == "loses every race":
            expected = "somebody was faster"
        return await super().swap(key, expected, revision, text, news, keep_seconds)

    async def suffer(self) -> None:
        if self.fault == "hangs":
            await self.mended.wait()
        if self.fault == "unavailable":
            raise StoreUnavailable("as the test wants it")


class Bystander(RoomClient):
    """Somebody in a room who keeps what happens there."""

    def __init__(self) -> None:
        self.heard: List[Update] = []

    def hear(self, update: Update, room: Optional[Room]) -> None:
        self.heard.append(update)

    def take(self) -> List[Update]:
        heard, self.heard = self.heard, []
        return heard


class Ear(Listener):
    """Keeps what it hears."""

    def __init__(self) -> None:
        self.all: List[Heard] = []
        self.times_missed = 0
        self._changed = asyncio.Event()

    def heard(self, key: str, news: str, text: Optional[str]) -> None:
        self.all.append((key, news, text))
        self._changed.set()

    def missed(self) -> None:
        self.times_missed += 1
        self._changed.set()

    async def until(self, count: int) -> List[Heard]:
        """The first ``count`` pieces of news, as soon as they were heard."""
        await self._until(lambda: len(self.all) >= count, NEWS_SECONDS)
        return self.all[:count]

    async def until_missed(self, times: int = 1, seconds: float = NEWS_SECONDS) -> None:
        """Wait until it was told so often in all that news may have been lost."""
        await self._until(lambda: self.times_missed >= times, seconds)

    async def _until(self, condition: Callable[[], bool], seconds: float) -> None:
        async def wait() -> None:
            while not condition():
                self._changed.clear()
                await self._changed.wait()

        await asyncio.wait_for(wait(), seconds)
