"""Connections of the SQL store's own: never the request's, never in a transaction, closed when nobody needs them.

No call takes longer than ``LONGEST_SECONDS``. The server is asked to give up by itself, and a thread cuts connections
whose server does not answer. Where a process cannot have threads, the server's and the driver's own limits are left.
"""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import threading
import time
from contextlib import suppress
from typing import Any, Callable, List, Type, TypeVar
from weakref import WeakSet

from django.db import Error as DjangoError
from django.db import connections
from django.utils.connection import ConnectionDoesNotExist

from .base import StoreUnavailable
from .sql_statements import DIALECTS, Dialect, SQLite

T = TypeVar("T")

LONGEST_SECONDS = 2.5
CONNECT_SECONDS = 2
"""PostgreSQL's library knows nothing shorter."""
PATIENCE_SECONDS = LONGEST_SECONDS - CONNECT_SECONDS
"""What may pass before the last connection is opened."""
TRIES = 2
LOOK_ROUND_SECONDS = 0.25
"""How often the thread looks for connections that hang or are idle."""


class TableMissing(StoreUnavailable):
    """``migrate`` has not run on the database of the rooms."""


class Link:
    """One open connection of a driver, in autocommit.

    address: what it was opened with; another address of today means that it is a connection to the wrong place.
    errors: what the driver raises.
    """

    def __init__(self, raw: Any, address: Any, errors: Type[Exception], wrapper: Any = None) -> None:
        self.raw, self.address, self.errors = raw, address, errors
        self._wrapper = wrapper
        self.until = 0.0

    def close(self) -> None:
        with suppress(self.errors, DjangoError, OSError):
            (self._wrapper or self.raw).close()

    def cut(self) -> None:
        """End the wait of whoever reads from it in another thread."""
        with suppress(AttributeError, OSError, ValueError, self.errors):
            number = self.raw.fileno() if hasattr(self.raw, "fileno") else self.raw._sock.fileno()
            with socket.socket(fileno=os.dup(number)) as copy:
                copy.shutdown(socket.SHUT_RDWR)


class Place:
    """Where the tables are, and how a connection to them is opened."""

    dialect: Dialect

    def address(self) -> Any:
        raise NotImplementedError

    def open(self) -> Link:
        raise NotImplementedError


class File(Place):
    """A file of our own beside a SQLite database, so that the project's transactions never meet ours."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.dialect = SQLite()

    def address(self) -> Any:
        """Another file under the same name is another place."""
        try:
            return os.stat(self.path).st_ino
        except OSError:
            return None

    def open(self) -> Link:
        is_new = not os.path.exists(self.path)
        raw = sqlite3.connect(self.path, timeout=LONGEST_SECONDS, isolation_level=None, check_same_thread=False)
        link = Link(raw, self.address(), sqlite3.Error)
        try:
            self._write_ahead(raw)
            for statement in ("PRAGMA synchronous=NORMAL", *SQLite.TABLES):
                raw.execute(statement)
        except BaseException:
            link.close()
            raise
        if is_new:
            self._let_in_whoever_writes_the_database()
        return link

    def _write_ahead(self, raw: sqlite3.Connection) -> None:
        """Of two who change this at one moment SQLite refuses one at once, whatever its time limit is."""
        deadline = time.monotonic() + LONGEST_SECONDS
        while True:
            try:
                raw.execute("PRAGMA journal_mode=WAL")
                return
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > deadline:
                    raise
                time.sleep(0.01)

    def _let_in_whoever_writes_the_database(self) -> None:
        """A command of root's may be the first to need the file."""
        database = database_beside(self.path)
        with suppress(OSError, AttributeError):
            shutil.copymode(database, self.path)
            if os.geteuid() == 0:
                owner = os.stat(database)
                os.chown(self.path, owner.st_uid, owner.st_gid)


class Alias(Place):
    """The database of an entry in DATABASES."""

    def __init__(self, alias: str) -> None:
        self.alias = alias
        self.dialect = DIALECTS[connections[alias].vendor]()
        self._refuses_options: Any = None

    def address(self) -> Any:
        settings = connections.databases[self.alias]
        return tuple(str(settings.get(name)) for name in ("NAME", "HOST", "PORT", "USER", "PASSWORD", "OPTIONS"))

    def open(self) -> Link:
        address = self.address()
        if self.dialect.is_postgresql and self._refuses_options != address:
            began = time.monotonic()
            try:
                return self._open(address, SERVER_SIDE)
            except DjangoError as error:  # poolers take no settings of a session; what else is wrong comes again
                is_pooler = "startup parameter" in str(error)
                if not is_pooler and time.monotonic() > began + PATIENCE_SECONDS:
                    raise
                link = self._open(address)
                self._refuses_options = address
                return link
        return self._open(address)

    def _open(self, address: Any, server_side: str = "") -> Link:
        wrapper = connections[self.alias].copy()
        settings = wrapper.settings_dict
        settings["AUTOCOMMIT"] = True
        options = settings["OPTIONS"]
        options["connect_timeout"] = min(CONNECT_SECONDS, options.get("connect_timeout") or CONNECT_SECONDS)
        if self.dialect.is_postgresql:
            for name in ("pool", "isolation_level", "server_side_binding"):
                options.pop(name, None)
            if server_side:
                options["options"] = "{} {}".format(
                    options.get("options") or os.environ.get("PGOPTIONS", ""), server_side
                ).strip()
        else:
            options["isolation_level"] = "read committed"
            options["read_timeout"] = options["write_timeout"] = CONNECT_SECONDS
        wrapper.inc_thread_sharing()
        with wrapper.wrap_database_errors:
            wrapper.connect()
        errors = wrapper.Database.Error  # type: ignore[attr-defined]  # every backend has it
        return Link(wrapper.connection, address, errors, wrapper)


GIVE_WAY_SECONDS = 0.4
"""So long a statement waits for a lock at once. Whoever empties the tables, as ``flush`` does, may have one of them
and want the other, which we have: PostgreSQL would end either of us after a second."""
SERVER_SIDE = (
    f"-c statement_timeout={int(LONGEST_SECONDS * 1000)} -c lock_timeout={int(GIVE_WAY_SECONDS * 1000)} "
    "-c default_transaction_isolation=read\\ committed"
)


class Pool:
    """At most ``size`` connections to a place, for all threads of this process; the last one used is used next.

    keep_seconds: how long an idle connection stays open. is_unmigrated: whether the last call found no table.
    """

    def __init__(self, place: Place, size: int, keep_seconds: float) -> None:
        self.place = place
        self.dialect = place.dialect
        self._size = size
        self._keep_seconds = keep_seconds
        self.keeps_open = bool(keep_seconds)
        self._changed = threading.Condition()
        self._idle: List[Link] = []
        self._busy: List[Link] = []
        self._open = 0
        self.is_unmigrated = False
        _pools.add(self)

    def run(self, work: Callable[[Any], T]) -> T:
        """``work(cursor)``, tried again where its connection had gone away. Raises StoreUnavailable."""
        deadline = time.monotonic() + LONGEST_SECONDS
        error: Exception
        for _ in range(TRIES):
            link = self._take(deadline)
            try:
                result = self._carry_out(work, link, deadline)
            except link.errors as one:
                self._drop(link)
                error = one
                self.is_unmigrated = self.dialect.is_missing(one)
                if self.is_unmigrated:
                    raise TableMissing("the table of the rooms is missing: run manage.py migrate") from one
                if time.monotonic() > deadline - CONNECT_SECONDS:
                    break
            except BaseException:
                self._drop(link)
                raise
            else:
                self.is_unmigrated = False
                self._give_back(link)
                return result
        raise StoreUnavailable(f"the database does not answer: {_words(error)}") from error

    def _carry_out(self, work: Callable[[Any], T], link: Link, deadline: float) -> T:
        """``work(cursor)``, again where it gave way to somebody who wants a whole table."""
        while True:
            cursor = link.raw.cursor()
            try:
                result = work(cursor)
                cursor.close()
                return result
            except link.errors as error:
                if not self.dialect.gave_way(error) or time.monotonic() > deadline - 2 * GIVE_WAY_SECONDS:
                    raise

    def close(self) -> None:
        """Close what is idle."""
        with self._changed:
            idle, self._idle = self._idle, []
            self._open -= len(idle)
            self._changed.notify_all()
        for link in idle:
            link.close()

    def _take(self, deadline: float) -> Link:
        """An open connection, which is ours alone."""
        address = self.place.address()
        with self._changed:
            while not self._idle and self._open >= self._size:
                if not self._changed.wait(max(0.0, deadline - CONNECT_SECONDS - time.monotonic())):
                    raise StoreUnavailable("the database does not answer others")
            link = self._idle.pop() if self._idle else None
            if link is None:
                self._open += 1
        if link is not None and link.address != address:
            link.close()
            link = None
        if link is None:
            link = self._opened()
        link.until = deadline
        with self._changed:
            self._busy.append(link)
        return link

    def _opened(self) -> Link:
        try:
            link = self.place.open()
        except BaseException as error:
            with self._changed:
                self._open -= 1
                self._changed.notify()
            if isinstance(error, (DjangoError, sqlite3.Error, OSError, ConnectionDoesNotExist)):
                raise StoreUnavailable(f"the database cannot be reached: {_words(error)}") from error
            raise
        _watch()
        return link

    def _give_back(self, link: Link) -> None:
        if not self.keeps_open:
            self._drop(link)
            return
        with self._changed:
            self._busy.remove(link)
            link.until = time.monotonic() + self._keep_seconds
            self._idle.append(link)
            self._changed.notify()

    def _drop(self, link: Link) -> None:
        """Close a connection, and the idle ones, which have probably gone away with it."""
        link.close()
        self.close()
        with self._changed:
            self._busy.remove(link)
            self._open -= 1
            self._changed.notify()

    def look_round(self, now: float) -> bool:
        """Cut what hangs, and close what is idle; whether anything is left open."""
        with self._changed:
            hanging = [link for link in self._busy if link.until < now]
            idle = [link for link in self._idle if link.until < now]
            self._idle = [link for link in self._idle if link not in idle]
            self._open -= len(idle)
            is_open = bool(self._open)
        for link in hanging:
            link.cut()
        for link in idle:
            link.close()
        return is_open

    def forget(self) -> None:
        """After a fork: the connections are the parent's. They are kept, because dropping one may close it."""
        _of_the_parent.extend([*self._idle, *self._busy])
        self._changed = threading.Condition()
        self._idle, self._busy, self._open = [], [], 0


def _words(error: BaseException) -> str:
    """On one line, for a log; PostgreSQL's driver gives two."""
    return " ".join(f"{type(error).__name__}: {error}".split())


def database_beside(path: str) -> str:
    """The database of a file of rooms."""
    root, extension = os.path.splitext(path)
    return root[: -len(".collaborator")] + extension


def file_beside(database: str) -> str:
    """The file of rooms of a SQLite database."""
    root, extension = os.path.splitext(database)
    return root + ".collaborator" + extension


_pools: WeakSet[Pool] = WeakSet()
_of_the_parent: List[Link] = []
_lock = threading.Lock()
_watching: List[threading.Thread] = []


def _watch() -> None:
    """Have the thread that looks round, as long as anything is open."""
    with _lock:
        if not _watching:
            _watching.append(threading.Thread(target=_look_round, name="collaborator-sql", daemon=True))
            _watching[0].start()


def _look_round() -> None:
    while True:
        time.sleep(LOOK_ROUND_SECONDS)
        with _lock:
            still_open = [pool for pool in list(_pools) if pool.look_round(time.monotonic())]
            if not still_open:
                _watching.clear()
                return


def _forget() -> None:
    global _lock
    _lock = threading.Lock()
    _watching.clear()
    for pool in list(_pools):
        pool.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
