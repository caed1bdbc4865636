"""Every sentence of the contract about the messages on the edit socket, with clients that know no more."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.sockets.conftest import granted
from tests.support.servers import ASGI_SERVERS


@pytest.fixture(params=ASGI_SERVERS)
def worker(serve, request):
    return serve(store="memory", program=request.param)[0]


def is_utc(text: str) -> bool:
    return datetime.fromisoformat(text).utcoffset() == timedelta(0)


async def test_the_first_message_tells_a_socket_about_its_own_user(worker, join, article, ada):
    first = (await join(worker, article, ada)).expect("user_joined", "editor_status", "ping")
    first = await first
    assert first["type"] == "user_joined"
    assert first["user_id"] == ada.id
    assert first["username"] == "ada.lovelace@example.com"
    assert first["avatar_url"] is None
    assert is_utc(first["timestamp"])
    assert is_utc(first["last_modified"])


async def test_others_hear_of_a_newcomer_and_of_a_leaver(worker, join, article, ada, bob):
    first = await join(worker, article, ada)
    await first.drain()
    second = await join(worker, article, bob)
    came = await first.expect("user_joined")
    assert (came["user_id"], came["username"]) == (bob.id, "bob.brown@example.com")
    assert is_utc(came["timestamp"])
    assert is_utc(came["last_modified"])
    await second.close()
    left = await first.expect("user_left")
    assert (left["user_id"], left["username"]) == (bob.id, "bob.brown@example.com")


async def test_a_status_request_is_answered_to_the_asker_alone(worker, join, article, ada, bob):
    asker, other = await join(worker, article, ada), await join(worker, article, bob)
    await asker.drain()
    await other.drain()
    await asker.send("request_editor_status", timestamp="2026-11-22T10:00:00Z")
    assert await asker.expect("editor_status") == {"type": "editor_status", "editor_id": None, "editor_name": None}
    assert await other.drain() == []


async def test_a_granted_claim_is_told_to_the_whole_room(worker, join, article, ada, bob):
    claimer, other = await join(worker, article, ada), await join(worker, article, bob)
    await claimer.drain()
    await other.drain()
    await claimer.send("claim_editor", timestamp="2026-11-22T10:00:00Z")
    for socket in (claimer, other):
        told = await socket.expect("editor_status")
        assert (told["editor_id"], told["editor_name"]) == (ada.id, "ada.lovelace@example.com")
    await other.send("request_editor_status")
    assert (await other.expect("editor_status"))["editor_id"] == ada.id


async def test_only_one_of_two_claimers_becomes_the_editor(worker, join, article, ada, bob):
    first, second = await join(worker, article, ada), await join(worker, article, bob)
    await granted(first)
    await second.send("claim_editor", timestamp=None)
    refusal = await second.expect("error")
    assert (refusal["code"], refusal["editor_id"]) == ("lease_held", ada.id)
    assert (await second.expect("editor_status"))["editor_id"] == ada.id
    await first.expect_nothing("lease_lost", seconds=0.2)


async def test_the_editors_content_updated_reaches_the_room(worker, join, article, ada, bob):
    editor, viewer = await join(worker, article, ada), await join(worker, article, bob)
    await granted(editor)
    await editor.send("content_updated", timestamp="2026-11-22T10:00:00Z")
    told = await viewer.expect("content_updated")
    assert (told["user_id"], told["username"]) == (ada.id, "ada.lovelace@example.com")
    assert is_utc(told["timestamp"])


async def test_a_released_lock_is_told_and_can_be_claimed_at_once(worker, join, article, ada, bob):
    editor, viewer = await join(worker, article, ada), await join(worker, article, bob)
    before = await granted(editor)
    await viewer.expect("editor_status", editor_id=ada.id)
    await editor.send("release_lock")
    told = await viewer.expect("lock_released")
    assert (told["user_id"], told["username"]) == (ada.id, "ada.lovelace@example.com")
    assert is_utc(told["timestamp"])
    assert (await viewer.expect("editor_status"))["editor_id"] is None
    assert await granted(viewer) > before


async def test_an_attention_request_reaches_the_editor_alone(worker, join, article, ada, bob, cat):
    editor, asker = await join(worker, article, ada), await join(worker, article, bob)
    bystander = await join(worker, article, cat)
    await granted(editor)
    await bystander.drain()
    await asker.send("request_attention", timestamp="2026-11-22T10:00:00Z")
    told = await editor.expect("attention_requested")
    assert (told["user_id"], told["username"]) == (bob.id, "bob.brown@example.com")
    assert is_utc(told["timestamp"])
    await asker.expect("attention_sent")
    await bystander.expect_nothing("attention_requested", "attention_sent", seconds=0.2)


async def test_heartbeats_of_a_viewer_change_nothing(worker, join, article, ada, bob):
    editor, viewer = await join(worker, article, ada), await join(worker, article, bob)
    await granted(editor)
    await viewer.send("heartbeat")
    assert (await viewer.expect("error"))["code"] == "not_holder"
    await viewer.send("request_editor_status")
    assert (await viewer.expect("editor_status"))["editor_id"] == ada.id


@pytest.mark.parametrize("type", ["release_lock", "content_updated"])
async def test_what_only_the_editor_may_say_changes_nothing_from_others(worker, join, article, ada, bob, type):
    editor, viewer = await join(worker, article, ada), await join(worker, article, bob)
    await granted(editor)
    await editor.drain()
    await viewer.send(type, timestamp=None)
    assert (await viewer.expect("error"))["code"] == "not_holder"
    assert await editor.drain() == []


async def test_the_editors_heartbeat_is_answered_with_what_is_left(worker, join, article, ada):
    editor = await join(worker, article, ada)
    await granted(editor)
    await editor.send("heartbeat", n=7)
    alive = await editor.expect("alive")
    assert (alive["n"], alive["lease_ms"]) == (7, 30000)
