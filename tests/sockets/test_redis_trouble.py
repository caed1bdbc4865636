"""Redis restarts, forgets, freezes: the holder keeps the lease, nobody else gets one, nobody else waits."""

from __future__ import annotations

import asyncio
import time
import urllib.request

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
@pytest.mark.parametrize("trouble", ["flush", "restart", "drop_connections"])
async def test_the_holder_keeps_the_lease_when_redis(workers, redis_server, holder, tabs, trouble):
    token = holder.token
    for _ in range(2):
        await asyncio.get_running_loop().run_in_executor(None, getattr(redis_server, trouble))
        await asyncio.sleep(2)
        await asyncio.gather(*(tab.until(lambda tab: tab.editor() == holder.member) for tab in tabs))
        assert holder.holds()
        assert holder.token == token
    assert set(tokens(tabs)) == {token}
    assert overlaps(tabs) == []
    await holder.leave()
    await tabs[1].until(lambda _: any(tab.holds() for tab in tabs[1:]))
    assert tokens(tabs)[-1] > token
    assert overlaps(tabs) == []


@pytest.mark.parametrize("workers", LAYERS, indirect=True)
async def test_a_stalled_redis_slows_no_unrelated_request_by_50_ms(workers, redis_server, holder, tabs):
    worker = workers[0]

    async def slowest(seconds: float) -> float:
        worst, end = 0.0, time.monotonic() + seconds
        while time.monotonic() < end:
            started = time.monotonic()
            await asyncio.get_running_loop().run_in_executor(None, fetch, worker.url("/ready/"))
            worst = max(worst, time.monotonic() - started)
        return worst

    await slowest(0.5)
    calm = await slowest(3)
    redis_server.freeze()
    try:
        for tab in tabs:
            await tab.send("claim_editor")
        stalled = await slowest(6)
        told = [message for tab in tabs for message in tab.received if message["type"] == "lock_service"]
        assert [message["available"] for message in told] == [False] * len(tabs)
        refused = [message for message in tabs[0].received if message.get("code") == "lock_service_away"]
        assert refused
    finally:
        redis_server.thaw()
    assert stalled - calm < 0.05, (calm, stalled)
    for tab in tabs:
        await tab.until(lambda tab: {"type": "lock_service", "available": True} in tab.received)
    await holder.until(Tab.holds)
    assert overlaps(tabs) == []
    assert len(set(tokens(tabs))) == 1


def fetch(url: str) -> None:
    with urllib.request.urlopen(url) as answer:
        answer.read()
