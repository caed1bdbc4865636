"""News of the SQL store: a thread looks for them while anybody here listens.

On PostgreSQL a second connection listens for NOTIFY, as a hint to look at once. Whether hints arrive is found out by
a probe of one's own; while it comes back, looks without a hint are rare.
"""

from __future__ import annotations

import asyncio
import logging
import math
import secrets
import selectors
import socket
import threading
import time
from contextlib import suppress
from functools import partial
from typing import Any, Callable, Dict, List, Optional, Set, Tuple

from django.db import Error as DjangoError

from .base import Listener, StoreUnavailable, Subscription
from .sql_connections import Link, Pool
from .sql_statements import MICROSECONDS, NEVER, PostgreSQL

logger = logging.getLogger("django_admin_collaborator")

LOOK_SECONDS = 0.25
LOOK_WITH_HINTS_SECONDS = 2.0
GAP_SECONDS = 0.05
"""Between two looks, however many hints there are."""
OVERLAP = 3 * MICROSECONDS
"""A row can be seen this much later than its moment, because it is written before it is committed. No call of ours
takes longer (``LONGEST_SECONDS``)."""
RETRY_SECONDS = 1.0
LINGER_SECONDS = 10.0
"""The thread waits this long, without any statement, for somebody to listen again."""
PROBE_SECONDS = 5.0
PROBE_ANSWER_SECONDS = 1.0
RETRY_LISTEN_SECONDS = 10.0
ADD_SECONDS = 3.0
SOME = 100
"""News whose texts are read in one statement."""


class SqlSubscription(Subscription):
    """Hears of a look in the next turn of its own event loop."""

    def __init__(self, listener: Listener, looks: Looks) -> None:
        self.listener = listener
        self.loop = asyncio.get_running_loop()
        self._looks = looks
        self.keys: Set[str] = set()

    async def add(self, key: str) -> None:
        waiting: asyncio.Future[None] = self.loop.create_future()
        if not self._looks.add(self, key, waiting):
            try:
                await asyncio.wait_for(waiting, ADD_SECONDS)
            except asyncio.TimeoutError as error:
                raise StoreUnavailable(f"the database does not answer within {ADD_SECONDS:g} s") from error

    def discard(self, key: str) -> None:
        self._looks.discard(self, [key])

    async def close(self) -> None:
        self._looks.discard(self, list(self.keys))

    def soon(self, function: Callable[..., None], *arguments: Any) -> None:
        """Call it in the loop of the subscription, from any thread."""
        with suppress(RuntimeError):  # the loop has ended without closing its subscription
            self.loop.call_soon_threadsafe(partial(function, *arguments))


class Looks:
    """All subscriptions of this process, and the thread that looks for their news."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._lock = threading.Lock()
        self._subscriptions: Dict[str, Set[SqlSubscription]] = {}
        self._waiting: List[Tuple[SqlSubscription, asyncio.Future[None]]] = []
        self._thread: Optional[threading.Thread] = None
        self._woken = Wake()
        self._hints: Optional[Hints] = None
        self._since: Optional[int] = None
        self._is_gap = False
        self._told: Optional[type] = None
        self._seen: Set[Tuple[int, int]] = set()

    def add(self, subscription: SqlSubscription, key: str, waiting: asyncio.Future[None]) -> bool:
        """Whether it is heard from now on; else ``waiting`` is done when it is."""
        with self._lock:
            subscription.keys.add(key)
            self._subscriptions.setdefault(key, set()).add(subscription)
            if self._since is not None:
                return True
            self._waiting.append((subscription, waiting))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="collaborator-news", daemon=True)
                self._thread.start()
        self._woken.set()
        return False

    def discard(self, subscription: SqlSubscription, keys: List[str]) -> None:
        with self._lock:
            for key in keys:
                subscription.keys.discard(key)
                there = self._subscriptions.get(key, set())
                there.discard(subscription)
                if not there:
                    self._subscriptions.pop(key, None)

    def _run(self) -> None:
        hints = self._hints = Hints(self._pool)
        try:
            while self._is_wanted():
                began = time.monotonic()
                try:
                    self._look()
                    hints.keep_up()
                    hints.wait(self._woken, began)
                    self._told = None
                except Exception as error:  # nobody would start another thread while somebody listens
                    self._fail(error)
                    self._woken.wait(RETRY_SECONDS)
        finally:
            hints.close()

    def _is_wanted(self) -> bool:
        """Whether anybody listens, or begins to within a while."""
        for is_last in (False, True):
            with self._lock:
                if self._subscriptions:
                    return True
                self._since = None
                if is_last:
                    self._thread = None
                    return False
            self._woken.wait(LINGER_SECONDS)
        return False

    def _look(self) -> None:
        """Read what is new, and hand it over."""
        since = self._since
        start = self._heads(NEVER)[0] if since is None else since
        now, heads = self._heads(start - OVERLAP)
        was_set_back = since is not None and now < since - OVERLAP  # the database's clock
        # By number and moment, because a flush of all tables begins to number again.
        new = [(number, key, moment) for number, key, moment in heads if (number, moment) not in self._seen]
        # However late the next look is: what it finds again is among what this one has found.
        found = {(number, moment) for number, _, moment in heads}
        self._seen = self._seen | found if was_set_back else found
        with self._lock:
            self._since = now
            wanted = [number for number, key, _ in new if since is not None and key in self._subscriptions]
            waiting, self._waiting = self._waiting, []
        if self._is_gap or was_set_back:
            self._is_gap = False
            self._tell_missed()
        for subscription, future in waiting:
            subscription.soon(_done, future)
        for first in range(0, len(wanted), SOME):
            some = wanted[first : first + SOME]
            self._tell(self._pool.run(partial(self._pool.dialect.bodies, numbers=some)))

    def _heads(self, since: int) -> Tuple[int, List[Tuple[int, str, int]]]:
        return self._pool.run(partial(self._pool.dialect.look, since=since))

    def _tell(self, news: List[Tuple[str, str, Optional[str]]]) -> None:
        with self._lock:
            for key, line, text in news:
                for subscription in self._subscriptions.get(key, ()):
                    subscription.soon(subscription.listener.heard, key, line, text)

    def _tell_missed(self) -> None:
        with self._lock:
            for subscription in set().union(*self._subscriptions.values()):
                subscription.soon(subscription.listener.missed)

    def _fail(self, error: Exception) -> None:
        reason = error if isinstance(error, StoreUnavailable) else StoreUnavailable(repr(error))
        if reason is not error and type(error) is not self._told:
            self._told = type(error)
            logger.error("looking for news failed; it is tried again and again", exc_info=error)
        with self._lock:
            self._is_gap = self._is_gap or self._since is not None
            self._since = None
            waiting, self._waiting = self._waiting, []
        for subscription, future in waiting:
            subscription.soon(_failed, future, reason)


class Wake:
    """Wakes a thread that waits, also for a socket."""

    def __init__(self) -> None:
        self._reader, self._writer = socket.socketpair()
        for end in (self._reader, self._writer):
            end.setblocking(False)

    def set(self) -> None:
        with suppress(BlockingIOError):  # it is full, so the other end is readable
            self._writer.send(b"!")

    def wait(self, seconds: float, other: Any = None) -> bool:
        """Whether ``other``, which has a ``fileno()``, is readable. Returns early when it is, or after ``set()``."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._reader, selectors.EVENT_READ)
            if other is not None:
                selector.register(other, selectors.EVENT_READ)
            ready = [key.fileobj for key, _ in selector.select(max(0.0, seconds))]
        if self._reader in ready:
            self._reader.recv(4096)
        return other is not None and other in ready


class Hints:
    """When to look next. Works without LISTEN, and without knowing why there is none.

    Behind a pooler, whose connections belong to a process for one transaction only, nothing listens: it would stay
    behind in a connection of somebody else.
    """

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._token = secrets.token_hex(8)
        self._link: Optional[Link] = None
        self._may_open_at = 0.0 if pool.keeps_open and pool.dialect.is_postgresql else math.inf
        self._probed_at = -math.inf
        self._answered_at = -math.inf
        self.are_reliable = False

    def keep_up(self) -> None:
        """Listen, and ask from time to time whether it works. Raises StoreUnavailable when nothing does."""
        now = time.monotonic()
        if self._answered_at < self._probed_at < now - PROBE_ANSWER_SECONDS:
            self.are_reliable = False
        if self._link is None and now >= self._may_open_at:
            self._may_open_at = now + RETRY_LISTEN_SECONDS
            self._open()
        if self._link is not None and now >= self._probed_at + PROBE_SECONDS:
            self._probed_at = now
            self._pool.run(lambda cursor: cursor.execute(NOTIFY, (self._token,)))

    def wait(self, woken: Wake, began: float) -> None:
        """Until it is time for another look. began: the last one, on the monotonic clock."""
        end = began + (LOOK_WITH_HINTS_SECONDS if self.are_reliable else LOOK_SECONDS)
        while time.monotonic() < end:
            is_said = woken.wait(end - time.monotonic(), self._link and self._link.raw)
            if is_said and self._hear():
                time.sleep(max(0.0, began + GAP_SECONDS - time.monotonic()))
                return

    def close(self) -> None:
        if self._link is not None:
            self._link.close()
            self._link = None
        self.are_reliable = False

    def _open(self) -> None:
        with suppress(DjangoError):
            link = self._pool.place.open()
            try:
                cursor = link.raw.cursor()
                cursor.execute("SELECT pg_backend_pid()")
                if cursor.fetchone()[0] == link.raw.info.backend_pid:
                    cursor.execute(f"LISTEN {PostgreSQL.CHANNEL}")
                    self._link = link
            except link.errors:
                pass
            if self._link is None:
                link.close()

    def _hear(self) -> bool:
        """Whether there are news, or the connection has gone."""
        assert self._link
        try:
            said = _notifications(self._link.raw)
        except self._link.errors:
            self.close()
            return True
        if self._token in said:
            self._answered_at = time.monotonic()
            self.are_reliable = True
        return "" in said


NOTIFY = f"SELECT pg_notify('{PostgreSQL.CHANNEL}', %s)"


def _notifications(raw: Any) -> List[str]:
    """What was said since it was asked last, on a connection of either psycopg."""
    if hasattr(raw, "pgconn"):
        raw.pgconn.consume_input()
        return [notify.extra.decode() for notify in iter(raw.pgconn.notifies, None)]
    raw.poll()
    said = [notify.payload for notify in raw.notifies]
    del raw.notifies[:]
    return said


def _done(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def _failed(future: asyncio.Future[None], error: StoreUnavailable) -> None:
    if not future.done():
        future.set_exception(error)
