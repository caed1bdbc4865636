"""The fixtures of all tests. Services start when a test first asks for them, and end with the session."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List

import pytest
from django.db import connections

from tests.settings import MEDIA_ROOT
from tests.support import databases, people
from tests.support.loops import LoopThread
from tests.support.mariadb import MariaDBServer
from tests.support.nginx import Nginx
from tests.support.pgbouncer import PgBouncer
from tests.support.postgres import PostgresServer
from tests.support.proxy import Proxy
from tests.support.redis_server import RedisServer
from tests.support.servers import Server, ServerOptions
from tests.support.sync_sockets import SyncSocket

SERVERS_KEPT = 4
"""Idle servers are kept for the next test that wants the same, but no more than these."""


@pytest.fixture(scope="session", autouse=True)
def own_files() -> Iterator[None]:
    """Files are stored in a folder of this run alone."""
    yield
    if not os.environ.get("TEST_MEDIA_ROOT"):
        shutil.rmtree(MEDIA_ROOT, ignore_errors=True)


@pytest.fixture(scope="session")
def redis_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.kill()


@pytest.fixture
def redis_server(redis_process: RedisServer) -> RedisServer:
    """A real Redis that the test may stop, freeze, restart and flush; empty when the test begins."""
    redis_process.make_usable()
    return redis_process


@pytest.fixture
def redis_url(redis_server: RedisServer) -> str:
    return redis_server.url


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    yield from _running(PostgresServer())


@pytest.fixture(scope="session")
def postgres_tables(postgres: PostgresServer, django_db_setup: None, django_db_blocker: Any) -> str:
    """The URL of a PostgreSQL database with the tables of the test project."""
    return _with_tables(postgres, django_db_blocker)


@pytest.fixture(scope="session")
def pgbouncer(postgres: PostgresServer) -> Iterator[PgBouncer]:
    """In front of that server, in transaction mode."""
    yield from _running(PgBouncer(postgres))


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDBServer]:
    yield from _running(MariaDBServer())


@pytest.fixture(scope="session")
def mariadb_tables(mariadb: MariaDBServer, django_db_setup: None, django_db_blocker: Any) -> str:
    """The URL of a MariaDB database with the tables of the test project."""
    return _with_tables(mariadb, django_db_blocker)


def _running(server: Any) -> Iterator[Any]:
    server.start()
    yield server
    server.remove()


def _with_tables(server: Any, django_db_blocker: Any) -> str:
    url: str = server.create("collaborator")
    with django_db_blocker.unblock(), databases.default_database(url):
        databases.create_tables()
    return url


@pytest.fixture
def transactional_db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """In place of pytest-django's, which would flush."""
    with django_db_blocker.unblock():
        yield
        databases.empty_tables()
        connections.close_all()


@pytest.fixture
def database(request: pytest.FixtureRequest, transactional_db: None) -> Iterator[str]:
    """The committed database that this test and the servers it starts share, as "sqlite", "postgresql" or "mariadb".

    ``@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)`` runs a test on both.
    """
    kind = getattr(request, "param", "sqlite")
    if kind == "sqlite":
        yield kind
    else:
        tables = "postgres_tables" if kind == "postgresql" else "mariadb_tables"
        with databases.default_database(request.getfixturevalue(tables)):
            yield kind
            databases.empty_tables()


@pytest.fixture
def other_databases(database: str, tmp_path: Path) -> Iterator[None]:
    """Beside the default database, which is SQLite: "apart", with the same tables, and "copy", which is the same."""
    with databases.further_database("apart", tmp_path / "apart.sqlite3"), databases.further_database("copy"):
        yield


@pytest.fixture(scope="session")
def kept_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dict[ServerOptions, Server]]:
    servers: Dict[ServerOptions, Server] = {}
    yield servers
    for server in servers.values():
        server.stop()


@pytest.fixture
def serve(
    request: pytest.FixtureRequest,
    database: str,
    kept_servers: Dict[ServerOptions, Server],
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[..., Server]:
    """A function that gives a running Server on the database of this test.

    ``store``: "redis", "memory" or "sql". ``channel_layer``: "none", "memory", "core" or "pubsub"; with Redis the one
    of the command line. ``settings``: further settings of the workers. ``redis_url``: another way to the same Redis,
    such as a proxy's. The rest: see ServerOptions.
    """

    def start(
        store: str = "redis", channel_layer: str = "", redis_url: str = "", settings: Any = None, **options: Any
    ) -> Server:
        if store == "redis":
            redis_url = redis_url or request.getfixturevalue("redis_server").url
            channel_layer = channel_layer or request.config.getoption("--channel-layer")
        if store == "sql":
            options["store"] = ""
        options.setdefault("database_url", databases.current_url())
        wanted = ServerOptions(
            redis_url=redis_url,
            channel_layer=channel_layer or "none",
            settings=tuple(sorted((name, json.dumps(value)) for name, value in (settings or {}).items())),
            **options,
        )
        server = kept_servers.pop(wanted, None) or Server(wanted, tmp_path_factory.mktemp("server"))
        while len(kept_servers) >= SERVERS_KEPT:
            kept_servers.pop(next(iter(kept_servers))).stop()
        kept_servers[wanted] = server
        server.make_usable()
        note_for_report(request.node, "log of " + wanted.program, server.log)
        return server

    return start


@pytest.fixture
def tcp_proxy() -> Iterator[Callable[[int], Proxy]]:
    """A function that gives a Proxy in front of a port of this machine."""
    proxies: List[Proxy] = []

    def start(target_port: int) -> Proxy:
        proxies.append(Proxy(target_port))
        return proxies[-1]

    yield start
    for proxy in proxies:
        proxy.close()


@pytest.fixture
def nginx(tmp_path: Path) -> Iterator[Callable[[str], Nginx]]:
    """A function that gives a running nginx with these blocks, which listen at ``{port}``."""
    started: List[Nginx] = []

    def start(blocks: str) -> Nginx:
        started.append(Nginx(tmp_path, blocks))
        started[-1].start()
        return started[-1]

    yield start
    for server in started:
        server.kill()


@pytest.fixture
def sync_socket() -> Iterator[Callable[..., SyncSocket]]:
    """SyncSocket.connect(worker, path, person, ...), closed at the end."""
    thread = LoopThread()
    opened: List[SyncSocket] = []

    def connect(*arguments: Any, **options: Any) -> SyncSocket:
        opened.append(SyncSocket.connect(thread, *arguments, **options))
        return opened[-1]

    yield connect
    for socket in opened:
        socket.close()
    thread.close()


@pytest.fixture
def ada(database: str) -> people.Person:
    return people.superuser("Ada Lovelace")


@pytest.fixture
def bob(database: str) -> people.Person:
    return people.superuser("Bob Brown")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One browser for all stories. They run last: from here on an event loop runs in this thread."""
    from playwright.sync_api import sync_playwright

    from tests.support.browser import launch

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def visit(request: pytest.FixtureRequest, browser: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """A function (server or worker or base URL, person) that gives a Visitor. A script error fails the test."""
    from tests.support.browser import Visitor

    visitors: List[Visitor] = []

    def start(where: Any, person: people.Person, **options: Any) -> Visitor:
        url = where if isinstance(where, str) else where.url if isinstance(where, Server) else where.url("")
        visitor = Visitor(browser, url.rstrip("/"), person, **options)
        visitors.append(visitor)
        note_for_report(request.node, "console of " + str(person.user), lambda: "\n".join(visitor.console))
        note_for_report(request.node, "screenshots", lambda: "\n".join(map(str, visitor.screenshots(tmp_path))))
        return visitor

    yield start
    errors = [error for visitor in visitors for error in visitor.errors]
    for visitor in visitors:
        visitor.close()
    assert not errors, errors


def note_for_report(item: pytest.Item, title: str, text: Callable[[], str]) -> None:
    """Show ``text()`` with the report of ``item`` if it fails."""
    item.__dict__.setdefault("_notes", {})[title] = text
