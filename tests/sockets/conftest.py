"""Sockets to real servers: who joins, and a Redis that is old enough to grant a lease at once."""

from __future__ import annotations

import asyncio
import json
import os
import time
from typing import Any, AsyncIterator, Awaitable, Callable, Iterator, List, Optional

import pytest
from websockets.exceptions import InvalidStatus

from django_admin_collaborator.core.timing import RESTORE_SECONDS
from django_admin_collaborator.stores.connection import Connection
from django_admin_collaborator.stores.redis import RedisStore
from tests.project.newsroom.models import Article
from tests.sockets.tab import Tab
from tests.support.people import Person, superuser
from tests.support.redis_server import RedisServer
from tests.support.servers import Worker
from tests.support.sockets import Socket, chat_path, edit_path

Join = Callable[..., Awaitable[Socket]]


@pytest.fixture(scope="session")
def old_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A Redis that no test flushes or stops: a store that has just begun grants nobody a lease for a while."""
    server = RedisServer(tmp_path_factory.mktemp("old-redis"))
    server.start()
    make_old(server)
    yield server
    server.kill()


def make_old(server: RedisServer) -> None:
    """Let the time pass in which a new store waits for the holders of lost leases."""

    async def begin() -> float:
        connection = Connection(server.url)
        try:
            return await RedisStore(connection, "admin-collaborator").born()
        finally:
            await connection.close()

    born_at = asyncio.run(begin())
    time.sleep(max(0.0, born_at + RESTORE_SECONDS + 0.1 - time.time()))


@pytest.fixture
def article(database: str) -> Article:
    return Article.objects.create(title="Budget 2027")


@pytest.fixture
def cat(database: str) -> Person:
    return superuser("Cat Cole")


@pytest.fixture
async def opened() -> AsyncIterator[List[Socket]]:
    """The sockets of this test; closed at its end."""
    sockets: List[Socket] = []
    yield sockets
    await asyncio.gather(*(socket.abort() for socket in sockets))


@pytest.fixture
def join(opened: List[Socket]) -> Join:
    """``await join(worker, object, person, member=…)``: its edit socket; a page client's when it has a member id."""

    async def connect(
        worker: Worker, obj: Any, person: Person, member: Optional[str] = None, **options: Any
    ) -> Socket:
        path = obj if isinstance(obj, str) else edit_path(obj, member)
        opened.append(await worker.socket(path, person, **options))
        return opened[-1]

    return connect


@pytest.fixture
def talk(opened: List[Socket]) -> Join:
    """``await talk(worker, page, person, member=…)``: a chat socket."""

    async def connect(worker: Worker, page: str, person: Person, member: Optional[str] = None) -> Socket:
        opened.append(await worker.socket(chat_path(page, member), person))
        return opened[-1]

    return connect


async def granted(socket: Socket) -> int:
    """Claim; the token of the lease that is granted at once."""
    await socket.send("claim_editor", timestamp=None)
    return int((await socket.expect("lease"))["token"])


async def handshake_status(worker: Worker, path: str, person: Optional[Person] = None, **options: Any) -> int:
    """The HTTP status of a refused handshake; 101 when the socket was opened."""
    try:
        socket = await worker.socket(path, person, **options)
    except InvalidStatus as refusal:
        return int(refusal.response.status_code)
    await socket.close()
    return 101


@pytest.fixture
async def tabs() -> AsyncIterator[List[Tab]]:
    """The tabs of this test; gone at its end."""
    opened: List[Tab] = []
    yield opened
    await asyncio.gather(*(tab.crash() for tab in opened))


@pytest.fixture
def open_tab(tabs: List[Tab]) -> Callable[..., Awaitable[Tab]]:
    """``await open_tab(worker, object, person, edits=…)``; with ``port`` by way of a proxy."""

    async def start(worker: Worker, obj: Any, person: Person, edits: bool = False, port: Optional[int] = None) -> Tab:
        def url(member: str) -> str:
            return f"ws://127.0.0.1:{port or worker.port}" + edit_path(obj, member)

        tab = Tab(url, person, edits)
        tabs.append(tab)
        await tab.until(lambda tab: tab.welcomes, 20)
        if edits and not tab.editor():
            await tab.until(Tab.holds, 10)
        return tab

    return start


@pytest.fixture
def figure() -> Callable[[str, float, str, float], None]:
    """``figure(what, value, unit, limit)``: a promised number. The file NUMBERS_FILE gets it as a line of JSON."""

    def note(what: str, value: float, unit: str, limit: float) -> None:
        path = os.environ.get("NUMBERS_FILE")
        if path:
            line = json.dumps({"what": what, "value": value, "unit": unit, "limit": limit})
            with open(path, "a", encoding="utf-8") as lines:
                lines.write(line + "\n")
        assert value <= limit, f"{what}: {value:.3f} {unit}, promised: {limit} {unit}"

    return note
