from __future__ import annotations

import asyncio
import inspect
from typing import Any, AsyncIterator, Callable, Iterator, List, Set

import pytest
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from django_admin_collaborator.rooms import hub
from django_admin_collaborator.rooms.hub import Hub
from django_admin_collaborator.stores import sql
from django_admin_collaborator.stores.base import Store
from django_admin_collaborator.stores.sql import SqlStore
from django_admin_collaborator.stores.sql_connections import Alias
from django_admin_collaborator.stores.sql_statements import NEWS, ROOMS
from tests.core import profiles
from tests.settings import database
from tests.stores.doubles import Bystander, Watched
from tests.stores.makers import MAKERS, named

profiles.load()


@pytest.fixture
def sql_database(request: Any, django_db_blocker: Any, settings: Any) -> Iterator[Callable[[str], str]]:
    """A function that gives the alias of a database with empty tables of rooms, on a server of this name."""
    opened: Set[str] = set()

    def alias_of(server: str) -> str:
        alias = f"rooms-{server}"
        if alias not in connections.databases:
            with_tables(alias, request.getfixturevalue(server).create("rooms"), settings)
        elif alias not in opened:
            with connections[alias].cursor() as cursor:
                for table in (ROOMS, NEWS):
                    cursor.execute(f"DELETE FROM {table}")
        opened.add(alias)
        return alias

    with django_db_blocker.unblock():
        yield alias_of
    for alias in opened:
        connections[alias].close()


def with_tables(alias: str, url: str, settings: Any) -> None:
    connections.databases[alias] = {**connections.databases["default"], "OPTIONS": {}, **database(url)}
    settings.ADMIN_COLLABORATOR_DATABASE = alias
    MigrationExecutor(connections[alias]).migrate([("django_admin_collaborator", "0002_rooms")])


@pytest.fixture
def proxied(
    request: Any, sql_database: Callable[[str], str], tcp_proxy: Callable[[int], Any], monkeypatch: Any
) -> Iterator[Callable[[str], Any]]:
    """A function that gives a proxy in front of a server, and a store behind it."""
    stores: List[SqlStore] = []
    aliases = {server: sql_database(server) for server in [request.node.callspec.params["server"]]}

    def behind(server: str) -> Any:
        settings = connections.databases[aliases[server]]
        proxy = tcp_proxy(int(settings["PORT"]))
        monkeypatch.setitem(connections.databases, "proxied", {**settings, "PORT": proxy.port})
        stores.append(SqlStore(Alias("proxied")))
        return proxy, stores[-1]

    yield behind
    for store in stores:
        store.close()
    if hasattr(connections._connections, "proxied"):
        del connections["proxied"]


@pytest.fixture(params=named(*MAKERS))
def another_store(request: Any) -> Callable[[], Store]:
    """A function that gives a further way to the same kept rooms, as another process has it."""
    return MAKERS[request.param](request)


@pytest.fixture
def store(another_store: Callable[[], Store]) -> Store:
    return another_store()


@pytest.fixture
def watched(another_store) -> Watched:
    return Watched(another_store())


@pytest.fixture
def bystander() -> Bystander:
    """Somebody in the room called "room", in ``process``."""
    return Bystander()


async def closed(watched: Any) -> None:
    """Give back what the store of a test keeps open."""
    close = getattr(watched.store, "close", None)
    # In a thread, as Django lets no connection be closed by a thread whose event loop runs.
    outcome = await asyncio.get_running_loop().run_in_executor(None, close) if close else None
    if inspect.isawaitable(outcome):
        await outcome


@pytest.fixture
def patient(monkeypatch: Any) -> None:
    """An answer may take long: how long a store may keep people waiting is the subject of other tests."""
    for module in (hub, sql):
        monkeypatch.setattr(module, "ANSWER_SECONDS", 30.0)


@pytest.fixture
async def process(watched: Watched, bystander: Bystander) -> AsyncIterator[Hub]:
    """A process that serves a client in the room called "room"."""
    rooms = Hub(watched)
    await rooms.enter("room", bystander)
    yield rooms
    await rooms.close()
    await closed(rooms.store)


@pytest.fixture
async def other_process(another_store) -> AsyncIterator[Hub]:
    rooms = Hub(Watched(another_store()))
    await rooms.enter("room", Bystander())
    yield rooms
    await rooms.close()
    await closed(rooms.store)
