"""The store of the settings, and the connection to Redis that it shares with the projects' own consumers."""

from __future__ import annotations

from typing import Any, Dict, Tuple

from django.utils.module_loading import import_string

from .. import conf
from ..stores.base import Store, StoreUnavailable
from ..stores.fallback import MemoryUntilMigrated, UnavailableStore
from ..stores.memory import MemoryStore, steady_clock
from ..stores.sql import SqlStore
from ..stores.sql_connections import Alias, File
from .store_choice import Choice, choose, is_test_run, is_the_only_process

KEEP_CONNECTIONS_SECONDS = 10.0
"""How long a connection of ours stays open without work."""

NO_REDIS = "no Redis is set: give ADMIN_COLLABORATOR_REDIS_URL"

_memory = MemoryStore(steady_clock())
_opened: Dict[str, Tuple[Any, Any]] = {}


def shared_connection() -> Any:
    """The shared connection to the Redis of the settings; None when none is set."""
    arguments = {
        "address": conf.redis_url(),
        "max_retries": conf.get("REDIS_MAX_RETRIES"),
        "retry_delay_seconds": conf.get("REDIS_RETRY_DELAY"),
        "socket_timeout_seconds": conf.get("REDIS_SOCKET_TIMEOUT"),
        "max_connections": conf.get("REDIS_MAX_CONNECTIONS"),
    }
    if not arguments["address"]:
        return None
    known = _opened.get("connection")
    if known is None or known[0] != arguments:
        from ..stores.connection import Connection

        known = _opened["connection"] = (arguments, Connection(**arguments))
    return known[1]


def open_store() -> Store:
    """The store of the settings; the same object as long as they do not change."""
    choice = choose()
    if choice.kind == "memory":
        return _memory
    shared = shared_connection() if choice.kind == "redis" else None
    what = (choice, shared, conf.key_prefix(), is_test_run())
    known = _opened.get("store")
    if known is None or known[0] != what:
        known = _opened["store"] = (what, _open(choice, shared))
    store: Store = known[1]
    return store


def is_unmigrated() -> bool:
    """Whether the lock service is unavailable because ``migrate`` has not run, which somebody can mend."""
    return bool(getattr(open_store(), "is_unmigrated", False))


def _open(choice: Choice, shared: Any) -> Any:
    if choice.kind == "redis" and shared is not None:
        from ..stores.redis import RedisStore

        return RedisStore(shared, conf.key_prefix())
    if choice.kind == "file":
        return SqlStore(File(choice.where), connections=1)
    if choice.kind == "sql":
        # A test database cannot be dropped while somebody is connected to it.
        sql = SqlStore(Alias(choice.where), keep_seconds=0 if is_test_run() else KEEP_CONNECTIONS_SECONDS)
        return MemoryUntilMigrated(sql, _memory) if is_the_only_process() else sql
    if choice.kind == "own":
        try:
            return import_string(choice.where)()
        except ImportError as error:
            return UnavailableStore(f"ADMIN_COLLABORATOR_STORE cannot be imported: {error}")
    return UnavailableStore(choice.reason)


def synchronous_client() -> Any:
    """The client of redis-py for synchronous code, shared by the threads of this process.

    Raises: StoreUnavailable: no Redis is set.
    """
    address = conf.redis_url()
    if not address:
        raise StoreUnavailable(NO_REDIS)
    arguments = (address, conf.get("REDIS_SOCKET_TIMEOUT"), conf.get("REDIS_MAX_CONNECTIONS"))
    known = _opened.get("client")
    if known is None or known[0] != arguments:
        from ..stores.clients import make_client

        known = _opened["client"] = (arguments, make_client("redis", *arguments))
    return known[1]


async def call(operation: Any) -> Any:
    """Await ``operation(client)`` on the shared connection, with its retries.

    Raises: StoreUnavailable: no Redis is set, or it did not answer in any try.
    """
    shared = shared_connection()
    if shared is None:
        raise StoreUnavailable(NO_REDIS)
    from ..stores.connection import UNAVAILABLE

    try:
        return await shared.call(operation)
    except UNAVAILABLE as error:
        raise StoreUnavailable(f"Redis does not answer: {type(error).__name__}: {error}") from error
