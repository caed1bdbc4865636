"""No client can hold up another: one that does not read what it is sent is closed, and nobody waits for it."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model

from tests.security.conftest import SecurityLog
from tests.sockets.conftest import make_old
from tests.sockets.tab import Tab, overlaps
from tests.support.people import in_database, staff
from tests.support.sockets import chat_path
from tests.support.unread import UnreadSocket

RIGHTS_SECONDS = 0.5
SEND_SECONDS = 5
MESSAGES = 480
TEXT = "\x01" * 4000  # six bytes each on the wire: more than any buffer of a kernel takes


@pytest.fixture
def eve(database):
    return staff("Eve", "newsroom.change_article", "newsroom.view_article")


@pytest.fixture
def unread(eve, article):
    """``await unread(worker)``: Eve's chat socket, full of messages to herself that she never reads."""
    opened = []

    async def fill(worker):
        path = chat_path(f"/admin/newsroom/article/{article.pk}/change/")
        socket = await UnreadSocket.connect(worker, path, eve)
        opened.append(socket)
        await asyncio.sleep(0.3)
        for _ in range(MESSAGES):
            if not await socket.send("chat_message", recipient_id=eve.id, message=TEXT):
                break
        return socket

    yield fill
    for socket in opened:
        socket.close()


def connections_of(worker, socket):
    """How many connections to this client the worker's process still has open."""
    port = "{:04X}".format(socket.connection.getsockname()[1])
    inodes = set()
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[2].endswith(":" + port):
            inodes.add(f"socket:[{fields[9]}]")
    links = [os.readlink(path) for path in Path(f"/proc/{worker.pid}/fd").iterdir() if path.is_symlink()]
    return sum(link in inodes for link in links)


def dismiss(person):
    in_database(lambda: get_user_model().objects.filter(pk=person.id).update(is_staff=False))


@pytest.fixture(params=["uvicorn", "daphne"])
def worker(serve, request):
    settings = {"ADMIN_COLLABORATOR_RIGHTS_SECONDS": RIGHTS_SECONDS}
    return serve(store="memory", program=request.param, settings=settings)[0]


async def test_the_watch_over_permissions_waits_for_no_client(worker, join, unread, article, ada, eve):
    bystander = await join(worker, article, ada)
    socket = await unread(worker)

    dismiss(eve)
    await asyncio.sleep(2 * RIGHTS_SECONDS)
    dismiss(ada)

    assert await bystander.expect_close(4 * RIGHTS_SECONDS) == 4403
    assert await socket.read_to_the_end() is not None


async def test_a_client_that_does_not_read_is_closed_and_logged(serve, unread, eve):
    worker = serve(store="memory")[0]
    log = SecurityLog(worker)
    started = time.monotonic()

    socket = await unread(worker)

    await log.has(seconds=SEND_SECONDS + 3, event="closed-unread", user=str(eve.id))
    await asyncio.sleep(0.2)
    assert connections_of(worker, socket) == 0
    assert time.monotonic() - started < SEND_SECONDS + 5
    assert await socket.read_to_the_end() is not None


@pytest.fixture
def worker_with_redis(serve, redis_server):
    server = serve(store="redis")
    make_old(redis_server)
    return server[0]


async def test_everybody_hears_that_the_lock_service_is_back_while_one_client_does_not_read(
    worker_with_redis, redis_server, open_tab, unread, article, ada, bob
):
    tabs = [await open_tab(worker_with_redis, article, person, edits=True) for person in (ada, bob)]
    await unread(worker_with_redis)
    redis_server.freeze()
    try:
        for tab in tabs:
            await tab.until(lambda tab: {"type": "lock_service", "available": False} in tab.received, 10)
    finally:
        redis_server.thaw()

    for tab in tabs:
        await tab.until(lambda tab: {"type": "lock_service", "available": True} in tab.received, 4)

    await tabs[0].until(Tab.holds, 10)
    assert overlaps(tabs) == []
