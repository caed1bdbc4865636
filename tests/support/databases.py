"""Which database the ORM of the test process and the servers use: SQLite in a file, PostgreSQL or MariaDB."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Iterator, Optional

from django.core.management import call_command
from django.db import connections

from tests.settings import database as settings_of


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
    call_command("flush", verbosity=0, interactive=False)


def current_url() -> str:
    """The URL of the default database, for TEST_DATABASE_URL of another process."""
    settings = connections["default"].settings_dict
    if settings["ENGINE"].endswith("sqlite3"):
        return "sqlite://" + str(Path(settings["NAME"]).resolve())
    return settings["ENGINE"].rpartition(".")[2] + "://{USER}@{HOST}:{PORT}/{NAME}".format(**settings)


def _switch(settings: dict) -> None:
    connections.databases["default"] = settings
    del connections["default"]
