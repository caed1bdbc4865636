"""Stores for a process whose own store cannot be used."""

from __future__ import annotations

from typing import Any, Dict, List, Sequence

from .base import KEEP_SECONDS, Listener, Snapshot, Store, StoreUnavailable, Subscription
from .memory import MemoryStore
from .sql import SqlStore
from .sql_connections import TableMissing


class UnavailableStore(Store):
    """Answers nothing. reason: a sentence for people."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    async def read(self, key: str) -> Snapshot:
        return self.read_now(key)

    async def read_all(self, keys: Sequence[str]) -> Dict[str, Snapshot]:
        return self.read_all_now(keys)

    async def swap(
        self, key: str, expected: str, revision: str, text: str, news: str = "", keep_seconds: float = KEEP_SECONDS
    ) -> Snapshot:
        return self.read_now(key)

    async def publish(self, key: str, news: str) -> None:
        self.publish_now(key, news)

    async def keys(self) -> List[str]:
        raise StoreUnavailable(self.reason)

    async def born(self) -> float:
        raise StoreUnavailable(self.reason)

    def born_now(self) -> float:
        raise StoreUnavailable(self.reason)

    def read_now(self, key: str) -> Snapshot:
        raise StoreUnavailable(self.reason)

    def read_all_now(self, keys: Sequence[str]) -> Dict[str, Snapshot]:
        raise StoreUnavailable(self.reason)

    def swap_now(
        self, key: str, expected: str, revision: str, text: str, news: str = "", keep_seconds: float = KEEP_SECONDS
    ) -> Snapshot:
        raise StoreUnavailable(self.reason)

    def publish_now(self, key: str, news: str) -> None:
        raise StoreUnavailable(self.reason)

    def subscribe(self, listener: Listener) -> Subscription:
        return UnavailableSubscription(self.reason)


class UnavailableSubscription(Subscription):
    def __init__(self, reason: str) -> None:
        self._reason = reason

    async def add(self, key: str) -> None:
        raise StoreUnavailable(self._reason)

    def discard(self, key: str) -> None:
        """Nothing was added."""

    async def close(self) -> None:
        """Nothing is open."""


class MemoryUntilMigrated(Store):
    """SQL; this process's memory from the moment when its table is missing.

    For the development server, which is the only process: it works before ``migrate`` has run.
    """

    def __init__(self, sql: SqlStore, memory: MemoryStore) -> None:
        self._sql = sql
        self._memory = memory
        self.is_in_memory = False

    @property
    def store(self) -> Any:
        return self._memory if self.is_in_memory else self._sql

    async def read(self, key: str) -> Snapshot:
        snapshot: Snapshot = await self._either("read", key)
        return snapshot

    async def read_all(self, keys: Sequence[str]) -> Dict[str, Snapshot]:
        found: Dict[str, Snapshot] = await self._either("read_all", keys)
        return found

    async def swap(
        self, key: str, expected: str, revision: str, text: str, news: str = "", keep_seconds: float = KEEP_SECONDS
    ) -> Snapshot:
        snapshot: Snapshot = await self._either("swap", key, expected, revision, text, news, keep_seconds)
        return snapshot

    async def publish(self, key: str, news: str) -> None:
        await self._either("publish", key, news)

    async def keys(self) -> List[str]:
        keys: List[str] = await self._either("keys")
        return keys

    async def born(self) -> float:
        moment: float = await self._either("born")
        return moment

    def born_now(self) -> float:
        moment: float = self._either_now("born_now")
        return moment

    def read_now(self, key: str) -> Snapshot:
        snapshot: Snapshot = self._either_now("read_now", key)
        return snapshot

    def read_all_now(self, keys: Sequence[str]) -> Dict[str, Snapshot]:
        found: Dict[str, Snapshot] = self._either_now("read_all_now", keys)
        return found

    def swap_now(
        self, key: str, expected: str, revision: str, text: str, news: str = "", keep_seconds: float = KEEP_SECONDS
    ) -> Snapshot:
        snapshot: Snapshot = self._either_now("swap_now", key, expected, revision, text, news, keep_seconds)
        return snapshot

    def publish_now(self, key: str, news: str) -> None:
        self._either_now("publish_now", key, news)

    def subscribe(self, listener: Listener) -> Subscription:
        return EitherSubscription(self, listener)

    async def _either(self, name: str, *arguments: Any) -> Any:
        try:
            return await getattr(self.store, name)(*arguments)
        except TableMissing:
            self.is_in_memory = True
            return await getattr(self.store, name)(*arguments)

    def _either_now(self, name: str, *arguments: Any) -> Any:
        try:
            return getattr(self.store, name)(*arguments)
        except TableMissing:
            self.is_in_memory = True
            return getattr(self.store, name)(*arguments)


class EitherSubscription(Subscription):
    """Hears of the store that answers."""

    def __init__(self, either: MemoryUntilMigrated, listener: Listener) -> None:
        self._either = either
        self._listener = listener
        self._of: Any = either.store
        self._subscription: Subscription = self._of.subscribe(listener)

    async def add(self, key: str) -> None:
        if self._of is self._either.store:
            try:
                await self._subscription.add(key)
            except TableMissing:
                self._either.is_in_memory = True
            else:
                return
        await self._subscription.close()
        self._of = self._either.store
        self._subscription = self._of.subscribe(self._listener)
        await self._subscription.add(key)

    def discard(self, key: str) -> None:
        self._subscription.discard(key)

    async def close(self) -> None:
        await self._subscription.close()
