"""Nothing that a client sends goes unanswered, and nothing that it gets wrong ends its socket or reaches others."""

from __future__ import annotations

import json

import pytest

from tests.sockets.conftest import granted
from tests.support.servers import ASGI_SERVERS
from tests.support.sockets import new_member

NESTED = "[" * 100_000 + "]" * 100_000

MALFORMED = {
    "no JSON": "{",
    "nothing at all": "",
    "a bare word": "claim_editor",
    "a list": '["claim_editor"]',
    "a number": "1",
    "null": "null",
    "NaN": "NaN",
    "no type": "{}",
    "an unknown type": '{"type": "make_me_admin"}',
    "a method as type": '{"type": "disconnect"}',
    "a handler as type": '{"type": "handle_claim_editor"}',
    "an event as type": '{"type": "lock_released", "user_id": 1}',
    "a private name as type": '{"type": "__class__"}',
    "a number as type": '{"type": 7}',
    "a list as type": '{"type": ["claim_editor"]}',
    "an object as type": '{"type": {"a": 1}}',
    "deep nesting": NESTED,
    "deep nesting in a field": '{"type": "heartbeat", "n": ' + NESTED + "}",
    "a number of 5,000 digits": '{"type": "' + "heartbeat" + '", "n": [' + "9" * 5000 + "}",
}


@pytest.fixture
def worker(serve):
    return serve(store="memory")[0]


@pytest.mark.parametrize("frame", MALFORMED.values(), ids=MALFORMED)
async def test_a_malformed_frame_is_answered_and_the_socket_goes_on(worker, join, article, ada, bob, frame):
    editor, other = await join(worker, article, ada), await join(worker, article, bob)
    await granted(editor)
    await other.expect("editor_status", editor_id=ada.id)
    await editor.send_raw(frame)
    said = await editor.expect("error")
    assert said["code"] == "malformed"
    assert said["message"]
    await editor.send("heartbeat", n=1)
    assert (await editor.expect("alive"))["lease_ms"] == 30000
    await other.send("request_editor_status")
    assert await other.expect("editor_status", "user_left", "lock_released") == {
        "type": "editor_status",
        "editor_id": ada.id,
        "editor_name": "ada.lovelace@example.com",
    }


@pytest.mark.parametrize(
    "fields",
    [{"timestamp": 7}, {"timestamp": {}}, {"wait": "yes"}, {"n": "1"}, {"n": None}, {"n": float("nan")}],
    ids=str,
)
async def test_fields_of_a_wrong_kind_count_as_missing(worker, join, article, ada, fields):
    editor = await join(worker, article, ada)
    await editor.send("claim_editor", **fields)
    assert "n" not in await editor.expect("lease")


async def test_unknown_fields_are_ignored(worker, join, article, ada):
    editor = await join(worker, article, ada)
    await editor.send("claim_editor", timestamp=None, user_id=1, member="x", colour="red")
    assert (await editor.expect("lease"))["token"]


@pytest.mark.parametrize("program", ASGI_SERVERS)
async def test_a_binary_frame_is_answered_and_the_socket_goes_on(serve, join, article, ada, program):
    editor = await join(serve(store="memory", program=program)[0], article, ada)
    await granted(editor)
    await editor.send_raw(json.dumps({"type": "release_lock"}).encode())
    assert (await editor.expect("error"))["code"] == "malformed"
    await editor.send("heartbeat")
    assert (await editor.expect("alive"))["lease_ms"] == 30000


async def test_a_refused_claim_says_who_edits(worker, join, article, ada, bob):
    editor, other = await join(worker, article, ada), await join(worker, article, bob, member=new_member())
    await granted(editor)
    await other.send("claim_editor", n=4)
    said = await other.expect("error")
    assert (said["code"], said["in_reply_to"]) == ("lease_held", "claim_editor")
    assert (said["editor_id"], said["editor_name"]) == (ada.id, "Ada Lovelace")
    assert "Ada Lovelace is editing" in said["message"]


async def test_a_claim_that_waits_is_told_so_and_granted_in_the_order_of_asking(worker, join, article, ada, bob, cat):
    editor = await join(worker, article, ada)
    second = await join(worker, article, bob, member=new_member())
    third = await join(worker, article, cat, member=new_member())
    before = await granted(editor)
    for waiting in (second, third):
        await waiting.send("claim_editor", wait=True)
        assert (await waiting.expect("error"))["code"] == "lease_held"
        await waiting.expect("queued")
    await editor.close()
    token = (await second.expect("lease", timeout=1))["token"]
    assert token > before
    await second.send("release_lock")
    assert (await third.expect("lease", timeout=1))["token"] > token


async def test_attention_that_met_no_editor_is_answered_and_costs_nothing(worker, join, article, ada, bob):
    editor, asker = await join(worker, article, ada), await join(worker, article, bob)
    await asker.send("request_attention", timestamp=None)
    said = await asker.expect("error")
    assert (said["code"], said["in_reply_to"]) == ("no_editor", "request_attention")
    await granted(editor)
    await asker.send("request_attention", timestamp=None)
    await asker.expect("attention_sent")


async def test_attention_asked_for_too_soon_is_answered_with_the_time_to_wait(worker, join, article, ada, bob):
    editor, asker = await join(worker, article, ada), await join(worker, article, bob)
    asker_again = await join(worker, article, bob)
    await granted(editor)
    await asker.send("request_attention", timestamp=None)
    assert (await asker.expect("attention_sent"))["retry_after"] == 15
    for tab in (asker, asker_again):
        await tab.send("request_attention", timestamp=None)
        said = await tab.expect("error")
        assert (said["code"], said["in_reply_to"]) == ("attention_too_soon", "request_attention")
        assert 13 < said["retry_after"] <= 15
    await editor.expect("attention_requested")
    await editor.expect_nothing("attention_requested", seconds=0.2)


async def test_the_interval_of_attention_requests_is_the_settings(serve, join, article, ada, bob, cat):
    settings = {"ADMIN_COLLABORATOR_OPTIONS": {"notification_request_interval": 1}}
    worker = serve(store="memory", settings=settings)[0]
    editor, asker = await join(worker, article, ada), await join(worker, article, bob)
    other_asker = await join(worker, article, cat)
    await granted(editor)
    for tab in (asker, other_asker):  # the limit is one user's, not the room's
        await tab.send("request_attention", timestamp=None)
        await tab.expect("attention_sent")
    await asker.send("request_attention", timestamp=None)
    wait = (await asker.expect("error", code="attention_too_soon"))["retry_after"]
    await asker.drain(wait + 0.1)
    await asker.send("request_attention", timestamp=None)
    await asker.expect("attention_sent", timeout=1)


async def test_somebody_who_may_only_look_is_told_so(worker, join, article, database):
    from tests.support.people import staff

    eve = staff("Eve", "newsroom.view_article")
    viewer = await join(worker, article, eve, member=new_member())
    assert (await viewer.expect("welcome"))["may_edit"] is False
    for wait in (False, True):
        await viewer.send("claim_editor", wait=wait)
        assert (await viewer.expect("error"))["code"] == "forbidden"
    await viewer.expect_nothing("queued", "lease", seconds=0.2)
