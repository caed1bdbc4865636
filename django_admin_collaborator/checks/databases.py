"""The system checks that have to ask the database: Django runs them with every migration."""

from __future__ import annotations

import sys
from typing import Any, Iterator, List, Optional, Sequence

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import DatabaseError, connections

from .. import conf
from ..conf import own_id
from ..rooms.store_choice import configured
from ..stores.sql_statements import ROOMS


@register("admin_collaborator", Tags.database)
def check_rollback_journal(
    app_configs: Any = None, databases: Optional[Sequence[str]] = None, **kwargs: Any
) -> List[CheckMessage]:
    """databases: aliases of those that may be asked."""
    return list(_of_several_processes(databases or ()))


@register("admin_collaborator", Tags.database)
def check_table(
    app_configs: Any = None, databases: Optional[Sequence[str]] = None, **kwargs: Any
) -> List[CheckMessage]:
    """The table of the SQL store. ``migrate`` itself checks before it makes the table."""
    choice = configured()
    if choice.kind != "sql" or choice.where not in (databases or ()) or sys.argv[1:2] == ["migrate"]:
        return []
    connection = connections[choice.where]
    try:
        if ROOMS in connection.introspection.table_names():
            return []
    except DatabaseError:
        return []  # whoever opens it for work hears what is wrong with it
    return [
        Warning(
            f"The database {choice.where!r} has no table for the rooms, so nobody gets a lock.",
            hint=f"Run: manage.py migrate --database {choice.where}. If that finds nothing to do, because "
            "ADMIN_COLLABORATOR_DATABASE was set later, run first: manage.py migrate django_admin_collaborator 0001 "
            f"--database {choice.where}",
            id=own_id("W013"),
        )
    ]


def _of_several_processes(aliases: Sequence[str]) -> Iterator[CheckMessage]:
    if conf.redis_url() is None:
        return  # one process: there SQLite's threads know of each other's locks without the kernel
    for alias in aliases:
        connection = connections[alias]
        if (
            connection.vendor == "sqlite"
            and not connection.is_in_memory_db()  # type: ignore[attr-defined]  # of SQLite's alone
            and _journal(connection) not in ("wal", None)
        ):
            yield Warning(
                f"Several processes may write to the SQLite file of {alias!r}, and it has a rollback journal.",
                hint="SQLite can lose the lock of one thread while another closes its connection, and then "
                "overwrites what it has not seen. Run once, while nobody uses the file: PRAGMA journal_mode=WAL; "
                "or take PostgreSQL, MySQL or MariaDB. With exactly one process, silence this check.",
                id=own_id("W006"),
            )


def _journal(connection: Any) -> Optional[str]:
    """None when the database cannot be asked; whoever opens it for work hears what is wrong with it."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode")
            return str(cursor.fetchone()[0]).lower()
    except DatabaseError:
        return None
