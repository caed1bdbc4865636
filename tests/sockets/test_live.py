"""What an editor types, over several workers: who hears of it, and how soon."""

from __future__ import annotations

import asyncio
import random
import time
from functools import partial

import pytest

from tests.sockets.conftest import granted
from tests.support.live import proof
from tests.support.people import in_database, staff
from tests.support.sockets import new_member

RIGHTS = ("newsroom.view_article", "newsroom.change_article")
EVERY_SECONDS = 0.1  # a page tells at most so often


@pytest.fixture
def server(serve, old_redis):
    return serve(redis_url=old_redis.url, workers=2, settings={"ADMIN_COLLABORATOR_RIGHTS_SECONDS": 0.5})


@pytest.fixture
def page(join, article):
    """``await page(worker, person)``: a page's edit socket that was welcomed."""

    async def opened(worker, person):
        socket = await join(worker, article, person, member=new_member())
        await socket.expect("welcome")
        return socket

    return opened


async def shown(worker, article, person):
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(None, partial(proof, worker, article, person))


async def test_the_editor_hears_that_somebody_watches_and_whoever_watches_what_is_typed(
    server, page, article, ada, bob
):
    editor, viewer, other = await page(server[0], ada), await page(server[1], bob), await page(server[1], bob)
    await granted(editor)
    await viewer.send("watch", shows=await shown(server[1], article, bob))
    await editor.expect("watched")
    while not (await editor.expect("room"))["room"]["editor"].get("watched"):
        pass
    await editor.send("typed", n=1, all=True, values={"title": "Mine"}, focus="title")
    told = await viewer.expect("typed")
    assert (told["values"], told["focus"], told["user_id"]) == ({"title": "Mine"}, "title", ada.id)
    await viewer.send("watch", shows=None)
    while (await editor.expect("room"))["room"]["editor"].get("watched"):
        pass
    await editor.send("typed", n=2, values={"title": "Yours"}, focus=None)
    await editor.send("release_lock")
    for socket in (viewer, other, editor):
        await socket.expect("room", "lease_lost")
        assert not [message for message in await socket.drain() if message["type"] == "typed"]


async def test_a_page_whose_person_lost_a_permission_proves_anew_what_it_shows(server, page, article, ada):
    from django.contrib.auth.models import Permission

    eve = staff("Eve", *RIGHTS, "newsroom.change_paragraph")
    editor, viewer = await page(server[0], ada), await page(server[1], eve)
    await granted(editor)
    old = await shown(server[1], article, eve)
    await viewer.send("watch", shows=old)
    await editor.expect("watched")
    lost = in_database(lambda: Permission.objects.get(codename="change_paragraph"))
    in_database(lambda: eve.user.user_permissions.remove(lost))
    await viewer.expect("unwatched")
    await editor.send("typed", n=1, all=True, values={"title": "Mine"}, focus=None)
    await viewer.send("watch", shows=old)
    assert (await viewer.expect("unwatched", "typed"))["type"] == "unwatched"
    await viewer.send("watch", shows=await shown(server[1], article, eve))
    await editor.expect("watched")
    await editor.send("typed", n=2, all=True, values={"title": "Mine"}, focus=None)
    await viewer.expect("typed", n=2)


async def test_twenty_watchers_see_a_key_as_soon_as_promised(server, page, article, ada, bob, figure):
    """Keys are struck at any time, and told as a page tells them."""
    editor = await page(server[0], ada)
    await granted(editor)
    text = await shown(server[1], article, bob)
    viewers = [await page(server[i % 2], bob) for i in range(20)]
    for viewer in viewers:
        await viewer.send("watch", shows=text)
        await editor.expect("watched")
    struck, unsent, seconds = {}, [], []
    key = asyncio.Event()

    async def strike():
        while True:
            unsent.append(time.monotonic())
            key.set()
            await asyncio.sleep(random.uniform(0.03, 0.09))

    async def listen(viewer):
        while len(seconds) < 20 * 60:
            for at in struck[(await viewer.expect("typed", timeout=20))["n"]]:
                seconds.append(time.monotonic() - at)

    sent_at = 0.0
    tasks = [asyncio.ensure_future(task) for task in (strike(), *map(listen, viewers))]
    for n in range(1, 61):
        await key.wait()
        await asyncio.sleep(sent_at + EVERY_SECONDS - time.monotonic())
        key.clear()
        struck[n], unsent[:] = unsent[:], []
        sent_at = time.monotonic()
        await editor.send("typed", n=n, all=n == 1, values={"body": "x" * n}, focus="body")
    await asyncio.wait(tasks[1:], timeout=20)
    for task in tasks:
        task.cancel()
    seconds.sort()
    figure("a key is seen by 20 who watch (p95)", 1000 * seconds[int(0.95 * len(seconds))], "ms", 150)
