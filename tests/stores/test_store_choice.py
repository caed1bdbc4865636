"""Which store the settings choose, and what a process does that cannot have it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, Iterator

import pytest
from django.core import mail
from django.core.checks import run_checks
from django.db import connections

from django_admin_collaborator.rooms import store as store_module
from django_admin_collaborator.rooms.store import open_store
from django_admin_collaborator.rooms.store_choice import choose, configured
from django_admin_collaborator.stores.base import Store, StoreUnavailable
from django_admin_collaborator.stores.memory import MemoryStore
from django_admin_collaborator.stores.sql import SqlStore
from tests.settings import database as settings_of
from tests.stores.doubles import Ear

OURS = "django_admin_collaborator.stores."


class Own(Store):
    """A project's own."""


@pytest.fixture
def no_test_run(monkeypatch: Any) -> None:
    monkeypatch.delattr(mail, "outbox")


def database(monkeypatch: Any, alias: str = "default", **settings: Any) -> None:
    monkeypatch.setitem(connections.databases, alias, {**connections.databases["default"], **settings})
    for name in {alias, "default"}:  # the wrapper of this thread is made again, from these settings
        if hasattr(connections._connections, name):
            monkeypatch.delattr(connections._connections, name)


def test_a_test_run_keeps_rooms_in_memory():
    assert choose().kind == "memory"
    assert isinstance(open_store(), MemoryStore)
    assert configured().kind == "file", "which is what the checks speak of"


def test_a_test_run_has_the_store_that_it_names(settings: Any):
    settings.ADMIN_COLLABORATOR_STORE = OURS + "sql.SqlStore"
    assert choose().kind == "file"
    assert isinstance(open_store(), SqlStore)


def test_redis_is_chosen_by_its_address(settings: Any, no_test_run: None):
    settings.REDIS_URL = "redis://redis.example:6379/0"
    assert choose().kind == "redis"
    settings.ADMIN_COLLABORATOR_STORE = OURS + "sql.SqlStore"
    assert choose().kind == "file"


def test_sqlite_has_a_file_beside_the_database(monkeypatch: Any, tmp_path: Path, no_test_run: None):
    for name in (str(tmp_path / "db.sqlite3"), f"file:{tmp_path}/db.sqlite3?cache=shared"):
        database(monkeypatch, NAME=name)
        assert choose().kind == "file"
        assert choose().where == str(tmp_path / "db.collaborator.sqlite3")


@pytest.mark.parametrize("name", [":memory:", "file:memorydb_default?mode=memory&cache=shared", ""])
def test_a_database_in_memory_has_its_rooms_there_too(monkeypatch: Any, no_test_run: None, name: str):
    database(monkeypatch, NAME=name)
    assert choose().kind == "memory"
    (warning,) = [one for one in run_checks(tags=["admin_collaborator"]) if str(one.id).endswith("W001")]
    assert "the database is in memory too" in warning.msg


def test_a_folder_that_cannot_be_written_is_told(monkeypatch: Any, tmp_path: Path, no_test_run: None):
    database(monkeypatch, NAME=str(tmp_path / "missing" / "db.sqlite3"))
    assert choose().kind == "memory"
    (warning,) = [one for one in run_checks(tags=["admin_collaborator"]) if str(one.id).endswith("W001")]
    assert "cannot be written" in warning.msg


def test_the_alias_of_the_settings_has_the_rooms(monkeypatch: Any, settings: Any, no_test_run: None, tmp_path: Path):
    database(monkeypatch, "locks", NAME=str(tmp_path / "locks.sqlite3"))
    settings.ADMIN_COLLABORATOR_DATABASE = "locks"
    assert choose().where == str(tmp_path / "locks.collaborator.sqlite3")


def test_an_unknown_alias_is_an_error_and_an_unavailable_store(settings: Any, no_test_run: None):
    settings.ADMIN_COLLABORATOR_DATABASE = "nowhere"
    with pytest.raises(StoreUnavailable, match="ADMIN_COLLABORATOR_DATABASE is 'nowhere'"):
        open_store().read_now("room")  # type: ignore[attr-defined]
    assert errors() == {"django_admin_collaborator.E009"}


def test_a_store_of_the_projects_own(settings: Any):
    settings.ADMIN_COLLABORATOR_STORE = f"{__name__}.Own"
    assert isinstance(open_store(), Own)
    assert open_store() is open_store()
    assert errors() == set()


async def test_a_path_that_leads_nowhere_is_an_error_and_an_unavailable_store(settings: Any):
    settings.ADMIN_COLLABORATOR_STORE = "shop.stores.Nothing"
    store = open_store()
    for call in (store.read("room"), store.swap("room", "", "r1", ""), store.keys(), store.publish("room", "news")):
        with pytest.raises(StoreUnavailable, match="ADMIN_COLLABORATOR_STORE cannot be imported"):
            await call
    with pytest.raises(StoreUnavailable):
        await store.subscribe(Ear()).add("room")
    assert errors() == {"django_admin_collaborator.E008"}


def test_redis_without_an_address_is_an_error(settings: Any):
    settings.ADMIN_COLLABORATOR_STORE = OURS + "redis.RedisStore"
    assert errors() == {"django_admin_collaborator.E009"}


def errors() -> set:
    found = {str(one.id) for one in run_checks(tags=["admin_collaborator"])}
    return {one for one in found if one.startswith("django_admin_collaborator.E")}


@pytest.fixture
def without_tables(monkeypatch: Any, settings: Any, postgres: Any, django_db_blocker: Any) -> Iterator[str]:
    """The alias of a PostgreSQL database on which ``migrate`` has not run."""
    name = f"unmigrated_{os.getpid()}"
    if not postgres.execute(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
        postgres.create(name)
    database(monkeypatch, "unmigrated", **{"OPTIONS": {}, **settings_of(postgres.url(name))})
    monkeypatch.setattr(store_module, "_opened", {})
    settings.ADMIN_COLLABORATOR_DATABASE = "unmigrated"
    settings.ADMIN_COLLABORATOR_STORE = OURS + "sql.SqlStore"
    with django_db_blocker.unblock():
        yield "unmigrated"
        connections["unmigrated"].close()


def test_a_missing_table_is_an_unavailable_store_that_says_what_to_do(without_tables: str):
    with pytest.raises(StoreUnavailable, match=r"manage\.py migrate"):
        open_store().read_now("room")  # type: ignore[attr-defined]


def test_a_missing_table_is_a_warning(without_tables: str):
    found = run_checks(tags=["database"], databases=[without_tables])
    (message,) = [one for one in found if str(one.id).endswith("W013")]
    assert "manage.py migrate --database unmigrated" in message.hint
    assert not [one for one in run_checks(tags=["database"], databases=["default"]) if str(one.id).endswith("W013")]


def test_a_missing_table_is_told_by_the_doctor(without_tables: str):
    from django_admin_collaborator.operators.doctor import store

    (finding,) = store.findings()
    assert finding.level == "wrong"
    assert "no table for the rooms" in finding.text
    assert "migrate" in finding.remedy


def test_the_development_server_has_its_memory_until_it_is_migrated(without_tables: str, monkeypatch: Any):
    monkeypatch.setattr(sys, "argv", ["manage.py", "runserver"])
    store: Any = open_store()
    assert store.swap_now("dev", "", "r1", "text").swapped
    assert store.read_now("dev").text == "text"


async def test_news_of_the_development_server_come_from_where_its_rooms_are(without_tables: str, monkeypatch: Any):
    monkeypatch.setattr(sys, "argv", ["manage.py", "runserver"])
    ear, store = Ear(), open_store()
    subscription = store.subscribe(ear)
    await subscription.add("dev news")
    await store.publish("dev news", "hello")
    assert await ear.until(1) == [("dev news", "hello", None)]
    subscription.discard("dev news")
    await subscription.close()
