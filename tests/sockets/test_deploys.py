"""A worker restarts, or all of them do: the same holder, the same token, whichever server and layer."""

from __future__ import annotations

import asyncio

import pytest

from tests.sockets.conftest import granted
from tests.sockets.tab import Tab, overlaps, tokens
from tests.support.servers import ASGI_SERVERS


@pytest.fixture(params=ASGI_SERVERS)
def server(serve, old_redis, request):
    return serve(redis_url=old_redis.url, program=request.param, workers=2)


async def in_thread(*calls):
    loop = asyncio.get_running_loop()
    await asyncio.gather(*(loop.run_in_executor(None, call) for call in calls))


async def test_a_deploy_keeps_holder_and_token(server, open_tab, tabs, article, ada, bob, figure):
    """First the holder's worker, then all of them at once."""
    holder = await open_tab(server[0], article, ada, edits=True)
    waiter = await open_tab(server[1], article, bob, edits=True)
    token = holder.token
    for restarted in ([server[0]], server.workers):
        before = holder.welcomes
        await in_thread(*(worker.restart for worker in restarted))
        seconds = await holder.until(lambda tab, n=before: tab.welcomes > n and tab.holds(), 10)
        figure(f"holder is back after a restart of {len(restarted)} ({server.options.program})", seconds, "s", 8)
    await waiter.until(lambda tab: tab.welcomes > 1 and tab.editor() == holder.member)
    assert set(tokens(tabs)) == {token}
    assert overlaps(tabs) == []


async def test_a_killed_worker_keeps_holder_and_token(server, open_tab, tabs, article, ada, bob):
    holder = await open_tab(server[0], article, ada, edits=True)
    await open_tab(server[1], article, bob, edits=True)
    token = holder.token
    await in_thread(server[0].kill)
    await in_thread(server[0].start)
    await holder.until(lambda tab: tab.welcomes == 2 and tab.holds(), 10)
    assert set(tokens(tabs)) == {token}
    await holder.leave()
    await tabs[1].until(Tab.holds, 2)
    assert overlaps(tabs) == []


async def test_a_contract_client_is_its_own_heir(server, join, article, ada, bob):
    """It has no id to come back under: its user's next claim within the grace is granted at once."""
    editor, viewer = await join(server[0], article, ada), await join(server[1], article, bob)
    before = await granted(editor)
    await editor.abort()
    await viewer.expect_nothing("lock_released", seconds=0.5)
    await viewer.send("claim_editor", timestamp=None)
    assert (await viewer.expect("error"))["code"] == "lease_held"
    assert await granted(await join(server[0], article, ada)) > before
    assert (await viewer.expect("editor_status", editor_id=ada.id))["editor_name"]


async def test_a_restart_of_the_only_worker_keeps_holder_and_token_without_redis(
    serve, open_tab, tabs, article, ada, bob, figure
):
    """The memory store is gone with its process: those who come back say what they knew, and prove it."""
    worker = serve(store="memory")[0]
    holder = await open_tab(worker, article, ada, edits=True)
    waiter = await open_tab(worker, article, bob, edits=True)
    token = holder.token
    await in_thread(worker.restart)
    seconds = await holder.until(lambda tab: tab.welcomes > 1 and tab.holds(), 10)
    figure("holder is back after a restart of 1 (memory store)", seconds, "s", 8)
    await waiter.until(lambda tab: tab.welcomes > 1 and tab.editor() == holder.member)
    assert set(tokens(tabs)) == {token}
    assert overlaps(tabs) == []
