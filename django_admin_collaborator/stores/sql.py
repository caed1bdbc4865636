"""SQL as a store: a table of its own in the project's database, or on SQLite a file beside it.

Every statement is a transaction of its own on a connection of its own (``sql_connections``), so nothing of it belongs
to a request's transaction, and no lock outlives a statement. News are rows that processes look for (``sql_news``).
"""

from __future__ import annotations

import asyncio
import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, Callable, Dict, List, Sequence, TypeVar
from weakref import WeakSet

from .base import KEEP_SECONDS, Listener, Snapshot, Store, StoreUnavailable
from .sql_connections import Place, Pool
from .sql_news import Looks, SqlSubscription
from .sql_statements import MICROSECONDS, Found

T = TypeVar("T")

ANSWER_SECONDS = 3.0
KEYS_AT_A_TIME = 500
"""In one statement; some versions of SQLite take no more than 999 parameters."""
CLEAN_SECONDS = 30.0
"""A process that writes deletes what has expired this often."""


class SqlStore(Store):
    """The methods that end in ``_now`` are for synchronous code, and run in its own thread.

    connections: at most, and as many threads for the asynchronous methods.
    keep_seconds: how long an idle connection stays open; 0 where none may be left open, as in a test run.
    """

    def __init__(self, place: Place, connections: int = 2, keep_seconds: float = 10.0) -> None:
        self._pool = Pool(place, connections, keep_seconds)
        self._dialect = place.dialect
        self._threads = connections
        self._executor = self._threads_of_its_own()
        self._looks = Looks(self._pool)
        self._clean_at = time.monotonic() + CLEAN_SECONDS
        _stores.add(self)

    @property
    def is_unmigrated(self) -> bool:
        """Whether the last call found no table, because ``migrate`` has not run."""
        return self._pool.is_unmigrated

    async def read(self, key: str) -> Snapshot:
        return await self._in_thread(self.read_now, key)

    async def read_all(self, keys: Sequence[str]) -> Dict[str, Snapshot]:
        return await self._in_thread(self.read_all_now, keys)

    async def swap(
        self, key: str, expected: str, revision: str, text: str, news: str = "", keep_seconds: float = KEEP_SECONDS
    ) -> Snapshot:
        return await self._in_thread(self.swap_now, key, expected, revision, text, news, keep_seconds)

    async def publish(self, key: str, news: str) -> None:
        await self._in_thread(self.publish_now, key, news)

    async def keys(self) -> List[str]:
        return await self._in_thread(self._pool.run, self._dialect.keys)

    async def born(self) -> float:
        return await self._in_thread(self.born_now)

    def subscribe(self, listener: Listener) -> SqlSubscription:
        return SqlSubscription(listener, self._looks)

    def read_now(self, key: str) -> Snapshot:
        found = self._pool.run(lambda cursor: self._dialect.read(cursor, key))
        return Snapshot(found.text, found.revision, found.now / MICROSECONDS)

    def read_all_now(self, keys: Sequence[str]) -> Dict[str, Snapshot]:
        found: Dict[str, Snapshot] = {}
        for start in range(0, len(keys), KEYS_AT_A_TIME):
            some = keys[start : start + KEYS_AT_A_TIME]
            now, rows = self._pool.run(partial(self._dialect.read_all, keys=some))
            for key in some:
                there = rows.get(key) or Found(None, "", now)
                found[key] = Snapshot(there.text, there.revision, now / MICROSECONDS)
        return found

    def swap_now(
        self, key: str, expected: str, revision: str, text: str, news: str = "", keep_seconds: float = KEEP_SECONDS
    ) -> Snapshot:
        keep = int(keep_seconds * MICROSECONDS)
        now = self._pool.run(lambda cursor: self._dialect.swap(cursor, key, expected, revision, text, news, keep))
        self._clean_sometimes()
        if now is not None:
            return Snapshot(text, revision, now / MICROSECONDS, swapped=True)
        found = self.read_now(key)
        # The answer to an earlier call of the same swap may have been lost.
        return Snapshot(found.text, found.revision, found.now, swapped=found.revision == revision)

    def publish_now(self, key: str, news: str) -> None:
        self._pool.run(lambda cursor: self._dialect.publish(cursor, key, news))
        self._clean_sometimes()

    def born_now(self) -> float:
        return self._pool.run(self._dialect.born) / MICROSECONDS

    def close(self) -> None:
        """Close the connections that are idle. They are opened again when they are needed."""
        self._pool.close()

    async def _in_thread(self, work: Callable[..., T], *arguments: Any) -> T:
        loop = asyncio.get_running_loop()
        future = loop.run_in_executor(self._executor, partial(work, *arguments))
        try:
            return await asyncio.wait_for(future, ANSWER_SECONDS)
        except asyncio.TimeoutError as error:
            raise StoreUnavailable(f"the database does not answer within {ANSWER_SECONDS:g} s") from error

    def _clean_sometimes(self) -> None:
        now = time.monotonic()
        if now < self._clean_at:
            return
        self._clean_at = now + CLEAN_SECONDS
        with suppress(StoreUnavailable):  # what was asked for is done
            self._pool.run(self._dialect.clean)

    def _threads_of_its_own(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self._threads, thread_name_prefix="collaborator-sql")

    def forget(self) -> None:
        """After a fork: the threads are the parent's."""
        self._executor = self._threads_of_its_own()
        self._looks = Looks(self._pool)


_stores: WeakSet[SqlStore] = WeakSet()


def _forget() -> None:
    for store in list(_stores):
        store.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
