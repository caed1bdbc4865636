"""Which parts there may be: no setting at all, either Redis channel layer, Redis by its other name."""

from __future__ import annotations

import asyncio

import pytest

from tests.sockets.conftest import granted
from tests.sockets.tab import Tab
from tests.support.sockets import new_member

LAYERS = ["pubsub", "core"]


@pytest.fixture(params=LAYERS)
def server(serve, old_redis, request):
    return serve(redis_url=old_redis.url, channel_layer=request.param, workers=2)


async def test_workers_share_one_room(server, join, open_tab, article, ada, bob, cat):
    editor, viewer = await join(server[0], article, ada), await join(server[1], article, bob)
    page = await open_tab(server[1], article, cat)
    assert (await editor.expect("user_joined", user_id=bob.id))["username"] == "bob.brown@example.com"
    await granted(editor)
    await viewer.expect("editor_status", editor_id=ada.id, timeout=1)
    await page.until(Tab.editor, 1)
    await viewer.send("claim_editor", timestamp=None)
    assert (await viewer.expect("error"))["editor_id"] == ada.id
    await viewer.send("request_attention", timestamp=None)
    assert (await editor.expect("attention_requested", timeout=1))["user_id"] == bob.id
    await editor.send("content_updated", timestamp=None)
    await viewer.expect("content_updated", timeout=1)
    await editor.send("release_lock")
    await viewer.expect("lock_released", timeout=1)
    await page.until(lambda tab: tab.editor() is None, 1)
    await granted(viewer)
    await editor.close()
    assert (await viewer.expect("user_left", timeout=1))["user_id"] == ada.id


async def test_chat_crosses_workers(server, talk, ada, bob):
    page = f"/admin/{server.options.channel_layer}/"
    sender, recipient = await talk(server[0], page, ada), await talk(server[1], page, bob)
    await sender.expect("user_joined")
    await sender.send("chat_message", recipient_id=bob.id, message="Hello")
    assert (await recipient.expect("chat_message", timeout=1))["message"] == "Hello"


async def test_an_idle_socket_lives(serve, join, old_redis, article, ada, bob):
    """With the newest redis-py a core layer that is not told otherwise ends every socket after 5 s."""
    servers = [serve(redis_url=old_redis.url, channel_layer=layer, workers=2) for layer in LAYERS]
    sockets = [await join(server[0], article, ada, answers_pings=False) for server in servers]
    await asyncio.sleep(11)
    await join(servers[0][1], article, bob)
    await sockets[0].expect("user_joined", user_id=bob.id, timeout=1)
    for socket in sockets:
        await socket.send("request_editor_status")
        await socket.expect("editor_status", timeout=1)


async def test_without_any_setting_one_process_serves_all(serve, join, open_tab, article, ada, bob):
    server = serve(store="memory", channel_layer="none")
    holder = await open_tab(server[0], article, ada, edits=True)
    waiter = await open_tab(server[0], article, bob, edits=True)
    contract = await join(server[0], article, bob)
    await contract.expect("editor_status", editor_id=ada.id)
    await holder.leave()
    assert await waiter.until(Tab.holds, 2) < 1


@pytest.mark.parametrize("name", ["ADMIN_COLLABORATOR_REDIS_URL", "REDIS_URL"])
async def test_redis_by_either_name(serve, join, old_redis, article, ada, name):
    settings = {"REDIS_URL": None, name: old_redis.url, "ADMIN_COLLABORATOR_KEY_PREFIX": "prefix-of-" + name}
    socket = await join(serve(store="sql", settings=settings)[0], article, ada)
    await granted_soon(socket)
    with old_redis.client() as client:
        keys = list(client.scan_iter(f"prefix-of-{name}:room:*"))
        assert len(keys) == 1
        assert 0 < client.ttl(keys[0]) <= 600


async def granted_soon(socket):
    await socket.send("claim_editor", wait=True)
    await socket.expect("lease", timeout=4)


async def test_two_projects_on_one_redis_do_not_meet(serve, join, old_redis, article, ada, bob):
    prefixes = ["one", "two"]
    for prefix, person in zip(prefixes, (ada, bob)):
        settings = {"ADMIN_COLLABORATOR_KEY_PREFIX": prefix}
        socket = await join(
            serve(redis_url=old_redis.url, settings=settings)[0], article, person, member=new_member()
        )
        assert (await socket.expect("welcome"))["room"]["people_count"] == 1
        await granted_soon(socket)
