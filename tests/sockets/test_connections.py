"""After each authorisation check the database connection is given back, whatever CONN_MAX_AGE."""

from __future__ import annotations

import asyncio
import time

import pytest

from tests.settings import database as settings_of
from tests.sockets.conftest import handshake_status
from tests.support import databases
from tests.support.people import staff, superuser
from tests.support.sockets import chat_path, edit_path, new_member

SOCKETS = 200


@pytest.fixture
def server(serve, database):
    """Persistent connections, as Django would keep them for ten minutes."""
    settings = {**settings_of(databases.current_url()), "CONN_MAX_AGE": 600}
    return serve(store="memory", settings={"DATABASES": {"default": settings}})


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_200_sockets_leave_no_connection_open(server, join, postgres, article, ada, bob):
    before = connections(postgres)
    paths = [edit_path(article, new_member()) for _ in range(SOCKETS // 2)]
    paths += [chat_path(f"/admin/{n}/") for n in range(SOCKETS // 2)]
    sockets = []
    for start in range(0, SOCKETS, 50):
        people = [ada, bob] * 25
        joined = (join(server[0], path, person) for path, person in zip(paths[start : start + 50], people))
        sockets += await asyncio.gather(*joined)
    assert len(sockets) == SOCKETS
    await settled(postgres, before)
    for socket in sockets:
        await socket.send("heartbeat")
        await socket.send("claim_editor")
    await asyncio.gather(*(socket.expect("error", "lease", "alive") for socket in sockets))
    await settled(postgres, before)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_refused_handshakes_leave_no_connection_open(server, postgres, article):
    before = connections(postgres)
    refused = [staff("Noel"), superuser("Nora", is_staff=False), None, superuser("Ina", is_active=False)]
    paths = [
        edit_path(article),
        edit_path(article, new_member()),
        chat_path(f"/admin/newsroom/article/{article.pk}/"),
    ]
    for person in refused:
        asked = [handshake_status(server[0], path, person) for path in paths * 5]
        assert set(await asyncio.gather(*asked)) == {403}
    await settled(postgres, before)


def connections(postgres) -> int:
    return postgres.connections("collaborator")


async def settled(postgres, before: int) -> None:
    """PostgreSQL takes a moment to see the end of a connection."""
    deadline = time.monotonic() + 3
    while connections(postgres) > before and time.monotonic() < deadline:
        await asyncio.sleep(0.05)
    assert connections(postgres) <= before
