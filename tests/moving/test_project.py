"""A project made with 0.4.5 runs on 0.4.5 and, unchanged, on this package: a scripted client gets the same."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from benchmarks.clients import Client
from benchmarks.subjects import Running, ours, published

pytestmark = [pytest.mark.once, pytest.mark.slow]

PROJECT = Path(__file__).resolve().parent / "project"
ADA = {"user_id": 1, "username": "writer0@example.com"}
BOB = {"user_id": 2, "username": "writer1@example.com"}
ADA_CHATS = {"user_id": 1, "username": "writer0", "email": "writer0@example.com"}
BOB_CHATS = {"user_id": 2, "username": "writer1", "email": "writer1@example.com"}
PORTRAIT = "/media/portraits/0.png"


@pytest.fixture(scope="module", params=[published, ours], ids=["0.4.5", "this package"])
def running(request, redis_process):
    redis_process.make_usable()
    with Running(request.param(), redis_process.url, people=2, articles=2, project=PROJECT) as running:
        yield running


@pytest.fixture
async def connect(running):
    """A function (path, person's number) that gives a client."""
    clients = []

    async def connect(path, number):
        client = await Client.open(f"ws://127.0.0.1:{running.port}/office/{path}", running.sessions[number])
        clients.append(client)
        return client

    yield connect
    for client in clients:
        await client.close()


async def expect(client, **fields):
    """The first message that has these fields; it is not found again."""

    async def find():
        while True:
            for index, message in enumerate(client.messages):
                if fields.items() <= message.items():
                    return client.messages.pop(index)
            await asyncio.sleep(0.02)

    try:
        return await asyncio.wait_for(find(), 10)
    except asyncio.TimeoutError:
        raise AssertionError(f"no {fields} in {client.messages}") from None


async def say(client, kind, **fields):
    await client.connection.send(json.dumps({"type": kind, **fields}))


async def edits(client, user_id):
    """Claim until it is granted: a store that has just begun grants nothing for two seconds."""
    for _ in range(20):
        await say(client, "claim_editor", timestamp="2026-01-01T00:00:00Z")
        await asyncio.sleep(0.3)
        if any(message.get("editor_id") == user_id for message in client.messages):
            return
    raise AssertionError(client.messages)


def page(running, path):
    request = urllib.request.Request(f"http://127.0.0.1:{running.port}/office/{path}")
    request.add_header("Cookie", "sessionid=" + running.sessions[0])
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.read().decode()


def moment(text):
    return datetime.fromisoformat(text)


def test_the_change_form_has_the_projects_texts_and_the_documented_scripts(running):
    html = page(running, f"desk/article/{running.articles[0]}/change/")
    assert "At work here: {editor_name}." in html
    for name in ("css/admin_chat.css", "js/admin_edit.js", "js/admin_chat.js"):
        assert "/static/django_admin_collaborator/" + name in html


async def test_the_lock_of_a_subclass(running, connect):
    path = f"live/desk/article/{running.articles[0]}/"
    ada = await connect(path, 0)
    own = await expect(ada, type="user_joined", avatar_url=PORTRAIT, **ADA)
    known = own["last_modified"]
    assert own["day"] == known[:10]
    assert moment(own["timestamp"]).utcoffset() == timedelta(0)
    bob = await connect(path, 1)
    for client in (bob, ada):
        assert (await expect(client, type="user_joined", avatar_url=None, **BOB))["last_modified"] == known
    await say(ada, "request_editor_status", timestamp="")
    await expect(ada, type="editor_status", editor_id=None, editor_name=None)
    await edits(ada, 1)
    for client in (ada, bob):
        await expect(client, type="editor_status", editor_id=1, editor_name="writer0@example.com")
    await say(bob, "claim_editor", timestamp="")
    await say(bob, "request_editor_status", timestamp="")
    await expect(bob, type="editor_status", editor_id=1)
    await say(ada, "heartbeat")
    await say(bob, "request_attention", timestamp="")
    await expect(ada, type="attention_requested", **BOB)
    await say(bob, "request_attention", timestamp="")  # too soon
    await say(ada, "when")
    assert moment((await expect(ada, type="when"))["last_modified"]) <= moment(known)
    assert not [message for message in ada.messages if message["type"] == "attention_requested"]
    await say(ada, "content_updated", timestamp=datetime.now().astimezone().isoformat())
    await say(ada, "release_lock")
    for client in (ada, bob):
        await expect(client, type="content_updated", **ADA)
        await expect(client, type="lock_released", **ADA)
    await edits(bob, 2)
    await expect(ada, type="editor_status", editor_id=2)
    await bob.connection.close()
    await expect(ada, type="user_left", **BOB)


async def test_the_room_keeps_the_last_modified_time(connect):
    ada = await connect("live/desk/note/1/", 0)
    known = (await expect(ada, type="user_joined", **ADA))["last_modified"]
    bob = await connect("live/desk/note/1/", 1)
    assert (await expect(bob, type="user_joined", **BOB))["last_modified"] == known
    await edits(ada, 1)
    saved_at = (moment(known) + timedelta(milliseconds=1)).isoformat()
    await say(ada, "content_updated", timestamp=saved_at)
    assert (await expect(bob, type="content_updated", **ADA))["timestamp"] == saved_at
    again = await connect("live/desk/note/1/", 1)
    assert (await expect(again, type="user_joined", **BOB))["last_modified"] == saved_at


async def test_the_chat_of_a_subclass(connect):
    ada = await connect("live/chat/office_desk_article_1_change/", 0)
    assert (await expect(ada, type="active_users"))["users"] == []
    bob = await connect("live/chat/office_desk_article_1_change/", 1)
    (known,) = (await expect(bob, type="active_users"))["users"]
    assert {**ADA_CHATS, "avatar_url": PORTRAIT}.items() <= known.items()
    assert "last_seen" in known
    await expect(ada, type="user_joined", avatar_url=None, **BOB_CHATS)
    await say(ada, "chat_message", recipient_id=2, message="That damn comma")
    said = {
        "sender_id": 1,
        "sender_name": "writer0",
        "sender_email": "writer0@example.com",
        "sender_avatar": PORTRAIT,
    }
    for client in (ada, bob):
        await expect(client, type="chat_message", recipient_id=2, message="That d*** comma", **said)
    await bob.connection.close()
    await expect(ada, type="user_left", **BOB_CHATS)


async def test_what_a_subclass_kept_in_redis(connect, redis_process, running):
    ada = await connect(f"live/desk/article/{running.articles[1]}/", 0)
    await expect(ada, type="user_joined", **ADA)
    await edits(ada, 1)
    chatter = await connect("live/chat/office_/", 0)
    await expect(chatter, type="active_users")
    with redis_process.client() as client:
        client.delete("desk:gone")
        for socket in (chatter, ada):
            await socket.connection.close()
            await asyncio.sleep(0.3)
            assert client.hgetall("desk:gone") == {"writer0": "kept"}, "the names of the subclass are its own"
            client.delete("desk:gone")
        assert json.loads(client.hget("desk:readers", "writer0@example.com")) == [1, str(running.articles[1])]
        assert client.get("desk:last-claim") == "1 2026-01-01T00:00:00Z"
        assert 0 < client.ttl("desk:last-claim") <= 60


async def test_a_consumer_of_its_own_on_the_mixin(connect):
    ada, bob = await connect("visits/", 0), await connect("visits/", 1)
    await ada.connection.send("{}")
    await expect(ada, count=1, visits={"writer0": 1}, longest=1)
    await ada.connection.send("{}")
    await expect(ada, count=2, longest=2)
    await bob.connection.send("{}")
    await expect(bob, count=1, visits={"writer0": 2, "writer1": 1}, longest=2)
