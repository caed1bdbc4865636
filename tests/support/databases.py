"""Which database the ORM of the test process and the servers use: SQLite in a file, PostgreSQL or MariaDB."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Iterator, List, Optional, Set

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, connections, transaction

from tests.settings import database as settings_of

KEPT = {"contenttypes", "auth_permission"}
"""Apps and tables whose rows are made with the tables."""


@contextmanager
def default_database(url: str) -> Iterator[None]:
    """Make ``url`` the default database of this process, in all its threads."""
    settings = connections["default"].settings_dict
    connections["default"].close()
    before = dict(settings)
    wrapper = connections["default"]
    try:
        _switch({**before, "OPTIONS": {}, **settings_of(url)})
        yield
    finally:
        connections["default"].close()
        connections.databases["default"] = before
        connections["default"] = wrapper


@contextmanager
def further_database(alias: str, path: Optional[Path] = None) -> Iterator[None]:
    """Another alias: of a new SQLite file with the tables of the default database, or of that database itself."""
    default = connections["default"]
    settings = dict(default.settings_dict)
    if path is not None:
        default.ensure_connection()
        with closing(sqlite3.connect(path)) as copy:
            default.connection.backup(copy)
        settings["NAME"] = str(path)
    connections.databases[alias] = settings
    connection = connections[alias]
    # Django forbids tests to connect to databases that they did not name at their begin.
    connection.ensure_connection = lambda: connection.connection or connection.connect()  # type: ignore[method-assign]
    try:
        yield
    finally:
        connections[alias].close()
        del connections[alias], connections.databases[alias]


def set_journal(mode: str) -> None:
    """Of the default database, which is SQLite; it stays in the file."""
    with connections["default"].cursor() as cursor:
        cursor.execute(f"PRAGMA journal_mode={mode}")
        assert cursor.fetchone() == (mode,)


def create_tables() -> None:
    call_command("migrate", run_syncdb=True, verbosity=0, interactive=False)


def empty_tables() -> None:
    """Delete every row but those that ``migrate`` makes: ``flush`` takes longer than most tests."""
    there = set(connection.introspection.table_names())
    models = with_rows([opts for opts in tables_of_models(leave_out=KEPT) if opts.db_table in there])
    with connection.constraint_checks_disabled(), transaction.atomic(), connection.cursor() as cursor:
        for opts in models:
            cursor.execute(f"DELETE FROM {_quoted(opts.db_table)}")
    ContentType.objects.clear_cache()  # its keys differ between databases


def tables_of_models(leave_out: Set[str]) -> List[Any]:
    """The options of the models whose app and table are not in ``leave_out``."""
    options = [model._meta for model in apps.get_models(include_auto_created=True)]
    return [
        opts
        for opts in options
        if opts.managed and not opts.proxy and not leave_out & {opts.app_label, opts.db_table}
    ]


def with_rows(models: List[Any]) -> List[Any]:
    """Those of these options of models whose tables have rows; one query, as most tables of a test are empty."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"EXISTS (SELECT 1 FROM {_quoted(o.db_table)})" for o in models))
        return [opts for opts, exists in zip(models, cursor.fetchone()) if exists]


def current_url(alias: str = "default") -> str:
    """The URL of a database, for TEST_DATABASE_URL of another process."""
    settings = connections[alias].settings_dict
    if settings["ENGINE"].endswith("sqlite3"):
        return "sqlite://" + str(Path(settings["NAME"]).resolve())
    return settings["ENGINE"].rpartition(".")[2] + "://{USER}@{HOST}:{PORT}/{NAME}".format(**settings)


def _quoted(table: str) -> str:
    return str(connection.ops.quote_name(table))


def _switch(settings: dict) -> None:
    connections.databases["default"] = settings
    del connections["default"]
