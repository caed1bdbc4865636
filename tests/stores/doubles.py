"""Stores and a channel layer that a test can look into, slow down and break."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any, Callable, Dict, List, Optional

from django_admin_collaborator.stores.base import Listener, Snapshot, Store, StoreUnavailable, Subscription


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

    async def swap(self, key: str, expected: str, revision: str, text: str, news: str = "") -> Snapshot:
        self.calls.append("swap")
        return await self.store.swap(key, expected, revision, text, news)

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

    async def swap(self, key: str, expected: str, revision: str, text: str, news: str = "") -> Snapshot:
        return replace(await super().swap(key, expected, revision, text, news), now=self.clock())

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

    async def swap(self, key: str, expected: str, revision: str, text: str, news: str = "") -> Snapshot:
        await self.suffer()
        if self.fault == "loses every race":
            expected = "somebody was faster"
        return await super().swap(key, expected, revision, text, news)

    async def suffer(self) -> None:
        if self.fault == "hangs":
            await self.mended.wait()
        if self.fault == "unavailable":
            raise StoreUnavailable("as the test wants it")


class Layer:
    """A channel layer that keeps what is said."""

    def __init__(self) -> None:
        self.said: List[Dict[str, Any]] = []

    async def group_send(self, group: str, message: Dict[str, Any]) -> None:
        self.said.append(message)

    def take(self) -> List[Dict[str, Any]]:
        said, self.said = self.said, []
        return said
