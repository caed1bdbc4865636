"""The stores under test. A further store gets the whole contract by one more entry in ``MAKERS``."""

from __future__ import annotations

from typing import Any, Callable, Dict

from django_admin_collaborator.stores.base import Store
from django_admin_collaborator.stores.connection import Connection
from django_admin_collaborator.stores.memory import MemoryStore, steady_clock
from django_admin_collaborator.stores.redis import RedisStore

PREFIX = "under-test"


def memory_store(request: Any) -> Callable[[], Store]:
    """The memory of one process: whoever asks gets the same store."""
    store = MemoryStore(steady_clock())
    return lambda: store


def redis_store(request: Any) -> Callable[[], Store]:
    """One Redis: whoever asks gets a client of its own, as another process would."""
    url = request.getfixturevalue("redis_url")
    return lambda: connected(url)


MAKERS: Dict[str, Callable[[Any], Callable[[], Store]]] = {"memory": memory_store, "redis": redis_store}


class OwnRedisStore(RedisStore):
    """With a connection of its own, which a test may close."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, PREFIX)
        self.close = connection.close


def connected(url: Any, **options: Any) -> OwnRedisStore:
    options = {"max_retries": 2, "retry_delay_seconds": 0.05, "socket_timeout_seconds": 2, **options}
    return OwnRedisStore(Connection(url, **options))
