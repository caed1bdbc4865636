"""Which store the settings choose. It is decided without asking a database."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from functools import lru_cache
from typing import Optional
from urllib.parse import unquote

from django.core import mail
from django.db import connections

from .. import conf
from ..stores.sql_connections import file_beside

OWN = "django_admin_collaborator.stores."
PATHS = {OWN + "redis.RedisStore": "redis", OWN + "sql.SqlStore": "sql", OWN + "memory.MemoryStore": "memory"}
"""Our own stores, as ``ADMIN_COLLABORATOR_STORE`` names them; any other is called without arguments."""
WITH_TABLE = ("postgresql", "mysql")


@dataclass(frozen=True)
class Choice:
    """kind: ``redis``, ``sql``, ``file``, ``memory``, ``own`` or ``none``.

    where: the alias of the database, or the path of the file or of the project's own store.
    reason: why it is this process's memory, or none; a clause for people.
    """

    kind: str
    where: str = ""
    reason: str = ""


def choose() -> Choice:
    """The store of this process. In a test run that names none, it is in memory."""
    if is_test_run() and not conf.get("STORE") and conf.redis_url() is None:
        return Choice("memory", reason="this is a test run")
    return configured()


def configured() -> Choice:
    """The store of the settings."""
    path = conf.get("STORE")
    kind = PATHS.get(path, "own") if path else "sql" if conf.redis_url() is None else "redis"
    if kind == "sql":
        return _sql()
    if kind == "redis" and conf.redis_url() is None:
        return Choice("none", reason="ADMIN_COLLABORATOR_STORE is Redis, which has no address")
    return Choice(kind, path or "", "ADMIN_COLLABORATOR_STORE says so" if kind == "memory" else "")


def is_test_run() -> bool:
    """Django's test environment is set up: nothing may be left open, nor left behind for the next test."""
    return hasattr(mail, "outbox")


def is_the_only_process() -> bool:
    """Whether this is the development server."""
    return sys.argv[1:2] == ["runserver"]


def _sql() -> Choice:
    alias = conf.get("DATABASE")
    if alias not in connections.databases:
        return Choice("none", reason=f"ADMIN_COLLABORATOR_DATABASE is {alias!r}, which is none of DATABASES")
    vendor = connections[alias].vendor
    if vendor in WITH_TABLE:
        return Choice("sql", alias)
    if vendor != "sqlite":
        return Choice("memory", reason=f"rooms cannot be kept in a database of {vendor}")
    return _file(str(connections.databases[alias]["NAME"]))


@lru_cache(maxsize=16)
def _file(name: str) -> Choice:
    """Decided once: a process whose folder cannot be written any more has no store, and not another one."""
    database = _path(name)
    if database is None:
        return Choice("memory", reason="the database is in memory too")
    path = file_beside(database)
    if not os.access(path if os.path.exists(path) else os.path.dirname(path) or ".", os.W_OK):
        return Choice("memory", reason=f"{path} cannot be written")
    return Choice("file", os.path.abspath(path))


def _path(name: str) -> Optional[str]:
    """Of a SQLite database; None when it is in memory."""
    if name in ("", ":memory:") or "mode=memory" in name or name.startswith("file::memory:"):
        return None
    return unquote(name[len("file:") :].partition("?")[0]) if name.startswith("file:") else name
