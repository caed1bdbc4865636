"""The stores under test. A further store gets the whole contract by one more entry in ``MAKERS``."""

from __future__ import annotations

from typing import Any, Callable, Dict, List

import pytest

from django_admin_collaborator.stores.base import Store
from django_admin_collaborator.stores.connection import Connection
from django_admin_collaborator.stores.memory import MemoryStore, steady_clock
from django_admin_collaborator.stores.redis import RedisStore
from django_admin_collaborator.stores.sql import SqlStore
from django_admin_collaborator.stores.sql_connections import Alias, File, Place

PREFIX = "under-test"


def memory_store(request: Any) -> Callable[[], Store]:
    """The memory of one process: whoever asks gets the same store."""
    store = MemoryStore(steady_clock())
    return lambda: store


def redis_store(request: Any) -> Callable[[], Store]:
    """One Redis: whoever asks gets a client of its own, as another process would."""
    url = request.getfixturevalue("redis_url")
    return lambda: connected(url)


def sqlite_store(request: Any) -> Callable[[], Store]:
    """One file: whoever asks gets connections of its own, as another process would."""
    path = str(request.getfixturevalue("tmp_path") / "db.collaborator.sqlite3")
    return sql_stores(request, lambda: File(path))


def postgres_store(request: Any) -> Callable[[], Store]:
    alias = request.getfixturevalue("sql_database")("postgres")
    return sql_stores(request, lambda: Alias(alias))


def pgbouncer_store(request: Any) -> Callable[[], Store]:
    alias = request.getfixturevalue("sql_database")("pgbouncer")
    return sql_stores(request, lambda: Alias(alias))


def mariadb_store(request: Any) -> Callable[[], Store]:
    alias = request.getfixturevalue("sql_database")("mariadb")
    return sql_stores(request, lambda: Alias(alias))


def sql_stores(request: Any, place: Callable[[], Place]) -> Callable[[], Store]:
    def another() -> Store:
        store = SqlStore(place())
        request.addfinalizer(store.close)
        return store

    return another


MAKERS: Dict[str, Callable[[Any], Callable[[], Store]]] = {
    "memory": memory_store,
    "redis": redis_store,
    "sqlite": sqlite_store,
    "postgres": postgres_store,
    "pgbouncer": pgbouncer_store,
    "mariadb": mariadb_store,
}


def named(*names: str) -> List[Any]:
    """Names of stores as parameters of a test."""
    return [pytest.param(name, marks=[pytest.mark.mariadb] if name == "mariadb" else []) for name in sorted(names)]


class OwnRedisStore(RedisStore):
    """With a connection of its own, which a test may close."""

    def __init__(self, connection: Connection, prefix: str = PREFIX) -> None:
        super().__init__(connection, prefix)
        self.close = connection.close


def connected(url: Any, **options: Any) -> OwnRedisStore:
    options = {"max_retries": 2, "retry_delay_seconds": 0.05, "socket_timeout_seconds": 2, **options}
    return OwnRedisStore(Connection(url, **options))
