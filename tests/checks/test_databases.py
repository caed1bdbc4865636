"""The check of the database's own settings, on a real file of SQLite."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Iterator

import pytest
from django.core.checks import WARNING, run_checks
from django.db import connections

from tests.support.databases import default_database, set_journal


@pytest.fixture
def sqlite_file(tmp_path: Path, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), default_database(f"sqlite://{tmp_path}/news.sqlite3"):
        yield


def found() -> list:
    return [one for one in run_checks(tags=["database"], databases=["default"]) if str(one.id).endswith("W006")]


def test_a_rollback_journal_of_several_processes_is_a_warning(sound: Any, sqlite_file: None) -> None:
    set_journal("delete")
    (message,) = found()
    assert message.level == WARNING
    assert "'default'" in message.msg
    assert "PRAGMA journal_mode=WAL" in message.hint


def test_a_file_in_wal_mode_is_sound(sound: Any, sqlite_file: None) -> None:
    set_journal("wal")
    assert found() == []


def test_one_process_may_have_a_rollback_journal(sound: Any, sqlite_file: None) -> None:
    sound.ADMIN_COLLABORATOR_REDIS_URL = sound.REDIS_URL = None
    set_journal("delete")
    assert found() == []


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_other_databases_are_not_asked(sound: Any, database: str) -> None:
    assert connections["default"].vendor == "postgresql"
    assert found() == []
