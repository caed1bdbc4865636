"""The store of the settings, and the connection to Redis that it shares with the projects' own consumers."""

from __future__ import annotations

from typing import Any, Dict, Tuple

from .. import conf
from ..stores.base import Store, StoreUnavailable
from ..stores.memory import MemoryStore, steady_clock

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
    shared = shared_connection()
    if shared is None:
        return _memory
    what = (shared, conf.key_prefix())
    known = _opened.get("store")
    if known is None or known[0] != what:
        from ..stores.redis import RedisStore

        known = _opened["store"] = (what, RedisStore(shared, conf.key_prefix()))
    store: Store = known[1]
    return store


async def call(operation: Any) -> Any:
    """Await ``operation(client)`` on the shared connection, with its retries.

    Raises:
        StoreUnavailable: no Redis is set, or it did not answer in any try.
    """
    shared = shared_connection()
    if shared is None:
        raise StoreUnavailable("no Redis is set: give ADMIN_COLLABORATOR_REDIS_URL")
    from ..stores.connection import UNAVAILABLE

    try:
        return await shared.call(operation)
    except UNAVAILABLE as error:
        raise StoreUnavailable(f"Redis does not answer: {type(error).__name__}: {error}") from error
