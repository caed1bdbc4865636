"""A project whose ``migrate`` has not run: the development server works all the same, and everybody else is told."""

from __future__ import annotations

import sys
from typing import Any, Callable, Dict, Iterator

import pytest
from asgiref.sync import async_to_sync
from django.core import mail
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from django_admin_collaborator.operators.doctor import store as doctor
from django_admin_collaborator.rooms import store as store_module
from django_admin_collaborator.rooms.store import is_unmigrated, open_store
from django_admin_collaborator.stores.base import StoreUnavailable
from django_admin_collaborator.stores.memory import MemoryStore, steady_clock
from tests.settings import database as settings_of
from tests.stores.doubles import Ear
from tests.stores.makers import named


@pytest.fixture
def unmigrated(request: Any, monkeypatch: Any, settings: Any, django_db_blocker: Any, tmp_path: Any) -> Iterator[str]:
    """The alias of the store's database, which has no table of ours yet."""
    url = request.getfixturevalue(request.param).create(f"unmigrated_{tmp_path.name}")
    own = {**connections.databases["default"], "OPTIONS": {}, **settings_of(url)}
    monkeypatch.setitem(connections.databases, "rooms", own)
    monkeypatch.delattr(mail, "outbox")  # a test run has its rooms in memory
    monkeypatch.setattr(store_module, "_opened", {})
    monkeypatch.setattr(store_module, "_memory", MemoryStore(steady_clock()))
    settings.ADMIN_COLLABORATOR_DATABASE = "rooms"
    with django_db_blocker.unblock():
        yield "rooms"
        connections["rooms"].close()
        del connections["rooms"]


def migrate(alias: str) -> None:
    MigrationExecutor(connections[alias]).migrate([("django_admin_collaborator", "0002_rooms")])


on_servers = pytest.mark.parametrize("unmigrated", named("postgres", "mariadb"), indirect=True)
on_postgres = pytest.mark.parametrize("unmigrated", ["postgres"], indirect=True)


@on_servers
def test_the_store_is_unavailable_with_the_reason_until_migrate_has_run(unmigrated: str):
    store: Any = open_store()
    assert not is_unmigrated()
    with pytest.raises(StoreUnavailable, match=r"run manage\.py migrate"):
        store.swap_now("room", "", "r1", "text")
    assert is_unmigrated()
    migrate(unmigrated)
    assert store.swap_now("room", "", "r1", "text").swapped
    assert not is_unmigrated()


@on_postgres
def test_the_check_the_doctor_and_the_command_name_the_remedy(unmigrated: str):
    (message,) = [one for one in run_checks(tags=["database"], databases=["rooms"]) if str(one.id).endswith("W013")]
    assert "manage.py migrate --database rooms" in message.hint
    (found,) = doctor.findings()
    assert (found.level, found.remedy) == ("wrong", "Run manage.py migrate --database rooms.")
    with pytest.raises(CommandError, match=r"run manage\.py migrate"):
        call_command("collaborator", "status")


@pytest.fixture
def development_server(monkeypatch: Any) -> None:
    monkeypatch.setattr(sys, "argv", ["manage.py", "runserver"])


@on_postgres
def test_the_development_server_keeps_rooms_in_memory_until_it_is_started_again(
    development_server: None, unmigrated: str
):
    store: Any = open_store()
    assert store.swap_now("room", "", "r1", "text", "news").swapped
    assert store.read_now("room").text == "text"
    migrate(unmigrated)
    assert store.read_now("room").text == "text", "two stores in turn would be two editors"


@on_postgres
async def test_the_development_server_hears_of_rooms_in_memory(development_server: None, unmigrated: str):
    store, ear = open_store(), Ear()
    subscription = store.subscribe(ear)
    await subscription.add("room")
    assert (await store.swap("room", "", "r1", "text", "news")).swapped
    assert await store.keys() == ["room"]
    await ear.until(1)
    await store.publish("room", "more news")
    await ear.until(2)
    subscription.discard("room")
    await subscription.close()


FIRST: Dict[str, Callable[[Any], Any]] = {
    "read": lambda store: async_to_sync(store.read)("room"),
    "keys": lambda store: async_to_sync(store.keys)(),
    "born": lambda store: async_to_sync(store.born)(),
    "publish": lambda store: async_to_sync(store.publish)("room", "news"),
    "read_now": lambda store: store.read_now("room"),
    "publish_now": lambda store: store.publish_now("room", "news"),
    "born_now": lambda store: store.born_now(),
}


@on_postgres
def test_the_development_server_keeps_rooms_in_memory_whatever_is_asked_first(
    development_server: None, unmigrated: str, monkeypatch: Any
):
    for name, ask in FIRST.items():
        monkeypatch.setattr(store_module, "_opened", {})
        store: Any = open_store()
        assert not store.is_in_memory, name
        ask(store)
        assert store.is_in_memory, name
