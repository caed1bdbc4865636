"""Redis restarts, forgets, freezes: the holder keeps the lease, nobody else gets one, nobody else waits."""

from __future__ import annotations

import asyncio
import time
import urllib.request
from typing import List

import pytest

from tests.sockets.conftest import make_old
from tests.sockets.tab import Tab, overlaps, tokens

LAYERS = ["pubsub", "core"]


@pytest.fixture
def workers(serve, redis_server, request):
    server = serve(store="redis", channel_layer=getattr(request, "param", "pubsub"), workers=2)
    make_old(redis_server)
    return server


@pytest.fixture
async def holder(workers, open_tab, article, ada, bob, cat):
    """The editor, and two that want to be, on both workers."""
    tab = await open_tab(workers[0], article, ada, edits=True)
    await open_tab(workers[1], article, bob, edits=True)
    await open_tab(workers[0], article, cat, edits=True)
    return tab


@pytest.mark.parametrize("workers", LAYERS, indirect=True)
async def test_the_holder_keeps_the_lease_whatever_redis_loses(workers, redis_server, holder, tabs):
    token = holder.token
    for trouble in (redis_server.drop_connections, redis_server.flush, redis_server.restart, redis_server.flush):
        await asyncio.get_running_loop().run_in_executor(None, trouble)
        await asyncio.sleep(1.5)
        await asyncio.gather(*(tab.until(lambda tab: tab.editor() == holder.member) for tab in tabs))
        assert (holder.holds(), holder.token) == (True, token)
    assert set(tokens(tabs)) == {token}
    await holder.leave()
    await tabs[1].until(lambda _: any(tab.holds() for tab in tabs[1:]))
    assert tokens(tabs)[-1] > token
    assert overlaps(tabs) == []


@pytest.mark.timed
async def test_a_stalled_redis_slows_no_unrelated_request(workers, redis_server, holder, tabs, figure):
    worker = workers[0]

    async def requests(seconds: float) -> List[float]:
        """How long each of a row of requests took, in milliseconds, fastest first."""
        took, end = [], time.monotonic() + seconds
        while time.monotonic() < end:
            started = time.monotonic()
            await asyncio.get_running_loop().run_in_executor(None, fetch, worker.url("/ready/"))
            took.append(1000 * (time.monotonic() - started))
        return sorted(took)

    await requests(0.5)
    calm = await requests(3)
    redis_server.freeze()
    try:
        for tab in tabs:
            await tab.send("claim_editor")
        stalled = await requests(5)
        told = [message for tab in tabs for message in tab.received if message["type"] == "lock_service"]
        assert [message["available"] for message in told] == [False] * len(tabs)
        assert [message for message in tabs[0].received if message.get("code") == "lock_service_unavailable"]
    finally:
        redis_server.thaw()
    slower = p99(stalled) - p99(calm)
    figure("unrelated request while Redis is stalled: 99th percentile, slower by", slower, "ms", 50)
    assert stalled[-1] < 500  # a loop that waits for Redis would take a second at least
    for tab in tabs:
        await tab.until(lambda tab: {"type": "lock_service", "available": True} in tab.received)
    await holder.until(Tab.holds)
    assert overlaps(tabs) == []
    assert len(set(tokens(tabs))) == 1


def p99(values: List[float]) -> float:
    return values[int(len(values) * 0.99)]


def fetch(url: str) -> None:
    with urllib.request.urlopen(url) as answer:
        answer.read()
