"""A worker that starts while Redis is down says so once, serves its pages, and has locks as soon as Redis is back."""

from __future__ import annotations

import asyncio
import time

import pytest

from tests.sockets.tab import Tab
from tests.support.sockets import edit_path

OURS = "django_admin_collaborator"
WITHOUT_SECONDS = 12.0
BACK_SECONDS = 2.0
"""Half of the longest pause between two looks goes by; the rest is for a busy machine."""


@pytest.mark.parametrize("layer", ["none", "pubsub", "core"])
@pytest.mark.slow
async def test_a_worker_that_starts_without_redis(serve, redis_server, tabs, article, ada, bob, layer, figure):
    worker = serve(store="redis", channel_layer=layer)[0]
    loop = asyncio.get_running_loop()
    worker.stop()
    redis_server.kill()
    before = len(worker.log.read_text())
    await loop.run_in_executor(None, worker.start)

    def url(member: str) -> str:
        return worker.ws_url(edit_path(article, member))

    tabs += [Tab(url, person, edits=True) for person in (ada, bob)]
    await asyncio.sleep(WITHOUT_SECONDS)
    said = worker.log.read_text()[before:]
    lines = [line for line in said.splitlines() if OURS in line]
    assert "Traceback" not in said
    assert sum("the lock service is unavailable" in line for line in lines) == 1
    assert len(lines) <= 4, "\n".join(lines)
    for tab in tabs:
        assert any(not message.get("available", True) for message in tab.received)
        assert not any(str(message.get("timestamp")).startswith("1970") for message in tab.received)

    await loop.run_in_executor(None, redis_server.start)
    began = time.monotonic()
    await tabs[0].until(lambda tab: {"type": "lock_service", "available": True} in tab.received, 10)
    figure(
        "after Redis is back, until a page that opened without it is told",
        time.monotonic() - began,
        "s",
        BACK_SECONDS,
    )
    await asyncio.wait(
        [asyncio.ensure_future(tab.until(Tab.holds, 15)) for tab in tabs], return_when="FIRST_COMPLETED"
    )
    assert any(tab.holds() for tab in tabs)
    back = await loop.run_in_executor(None, lambda: worker.log.read_text()[before:])
    assert "the lock service is back" in back, back
