"""Others build their consumers on RedisClientMixin: retries, bounds, and nothing that holds up the event loop."""

from __future__ import annotations

import asyncio
import time
import urllib.request

import pytest

from tests.sockets.conftest import handshake_status
from tests.support.people import superuser

APPLICATION = "tests.sockets.overriding:application"
RETRIES = "ADMIN_COLLABORATOR_REDIS_MAX_RETRIES"
DELAY = "ADMIN_COLLABORATOR_REDIS_RETRY_DELAY"
TIMEOUT = "ADMIN_COLLABORATOR_REDIS_SOCKET_TIMEOUT"
CONNECTIONS = "ADMIN_COLLABORATOR_REDIS_MAX_CONNECTIONS"


@pytest.fixture
def start(serve, redis_server, tcp_proxy):
    """A worker with third-party consumers and these settings, and the proxy between it and Redis."""

    def start(**settings):
        proxy = tcp_proxy(redis_server.port)
        url = f"redis://127.0.0.1:{proxy.port}/0"
        server = serve(redis_url=url, channel_layer="none", application=APPLICATION, settings=settings)
        return server[0], proxy

    return start


async def press(socket):
    """Press the button; the answer and how long it took."""
    started = time.monotonic()
    await socket.send("press")
    answer = await socket.expect("counted", "StoreUnavailable", timeout=30)
    return answer, time.monotonic() - started


async def test_a_third_partys_consumer_counts_in_redis(serve, join, old_redis, ada, bob):
    server = serve(redis_url=old_redis.url, workers=2, application=APPLICATION)
    one, other = await join(server[0], "/counter/shared/", ada), await join(server[1], "/counter/shared/", bob)
    for count, (presser, watcher) in enumerate([(one, other), (other, one), (one, other)], start=1):
        await presser.send("press")
        told = await watcher.expect("counted", count=count)
        assert told["by"] == str((ada if presser is one else bob).user)


@pytest.fixture
def outsider(database):
    return superuser("Nora", is_staff=False)


async def test_it_lets_in_the_staff_alone(start, ada, outsider):
    worker, _ = start()
    assert await handshake_status(worker, "/counter/x/", ada) == 101
    assert await handshake_status(worker, "/counter/x/", outsider) == 403
    assert await handshake_status(worker, "/counter/x/") == 403


@pytest.mark.timed
async def test_a_failed_operation_is_tried_again_with_growing_pauses(start, join, ada):
    worker, proxy = start(**{RETRIES: 3, DELAY: 0.2})
    socket = await join(worker, "/counter/retried/", ada)
    assert (await press(socket))[0]["count"] == 1
    proxy.refuse()
    answer, seconds = await press(socket)
    assert answer["type"] == "StoreUnavailable"
    assert 0.2 + 0.4 + 0.8 <= seconds < 2.5
    pressed = asyncio.ensure_future(press(socket))
    await asyncio.sleep(0.3)
    proxy.refuse(False)
    answer, seconds = await pressed
    assert answer["count"] == 2
    assert 0.2 + 0.4 <= seconds < 1.4


@pytest.mark.timed
async def test_without_retries_a_failure_is_told_at_once(start, join, ada):
    worker, proxy = start(**{RETRIES: 0, DELAY: 5})
    socket = await join(worker, "/counter/once/", ada)
    proxy.refuse()
    answer, seconds = await press(socket)
    assert answer["type"] == "StoreUnavailable"
    assert seconds < 0.5


@pytest.mark.timed
async def test_a_hanging_redis_is_given_up_and_blocks_nobody(start, join, ada, bob):
    worker, proxy = start(**{RETRIES: 1, DELAY: 0.1, TIMEOUT: 1})
    socket, other = await join(worker, "/counter/hanging/", ada), await join(worker, "/counter/hanging/", bob)
    assert (await press(socket))[0]["count"] == 1
    await other.expect("counted")
    proxy.blackhole()
    pressed = asyncio.ensure_future(press(socket))
    slowest = 0.0
    while not pressed.done():
        started = time.monotonic()
        await asyncio.get_running_loop().run_in_executor(None, fetch, worker.url("/ready/"))
        slowest = max(slowest, time.monotonic() - started)
    answer, seconds = await pressed
    assert answer["type"] == "StoreUnavailable"
    assert 2 <= seconds < 3.5
    assert slowest < 0.5  # a blocked loop would take a second at least
    proxy.blackhole(False)
    assert (await press(other))[0]["type"] == "counted"


async def test_the_pool_has_its_bound(start, join, ada):
    worker, proxy = start(**{CONNECTIONS: 3})
    proxy.delay_seconds = 0.02
    sockets = [await join(worker, "/counter/crowded/", ada) for _ in range(12)]
    most = 0
    for _ in range(5):
        for socket in sockets:
            await socket.send("press")
        while len(sockets[0].received) < len(sockets):
            most = max(most, proxy.connections())
            await asyncio.sleep(0.01)
        for socket in sockets:
            await socket.drain(0.1)
            socket.received.clear()
            socket._taken = 0
    assert most == 3


def fetch(url: str) -> None:
    with urllib.request.urlopen(url) as answer:
        answer.read()
