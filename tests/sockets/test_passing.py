"""A lease that passes from one to another, over several workers."""

from __future__ import annotations

import asyncio

import pytest

from tests.sockets.conftest import granted
from tests.support.people import staff
from tests.support.sockets import new_member

REASON = "Print is waiting"
ACTIVE = {"idle_ms": 0, "hidden": False, "unsaved": False}
RIGHTS = ("newsroom.view_article", "newsroom.change_article")


@pytest.fixture
def server(serve, old_redis):
    settings = {"ADMIN_COLLABORATOR_IDLE_SECONDS": 1, "ADMIN_COLLABORATOR_TAKEOVER_SECONDS": 1}
    return serve(redis_url=old_redis.url, workers=2, settings=settings)


@pytest.fixture
def page(join, article):
    """``await page(worker, person)``: a page's edit socket that was welcomed."""

    async def opened(worker, person):
        socket = await join(worker, article, person, member=new_member())
        socket.welcomed = await socket.expect("welcome")
        return socket

    return opened


async def lets_go(socket) -> None:
    await socket.expect("yield")
    await socket.send("release_lock")


async def test_edit_here_moves_the_lease_between_workers(server, page, ada):
    first, second = await page(server[0], ada), await page(server[1], ada)
    token = await granted(first)

    await second.send("transfer_lease")
    await lets_go(first)

    assert (await second.expect("lease"))["token"] > token
    await first.expect("lease_lost")


async def test_an_idle_editor_is_seen_as_idle_and_taken_over_without_permission(server, page, ada):
    bob = staff("Bob Brown", *RIGHTS)
    editor, other = await page(server[0], ada), await page(server[1], bob)
    await granted(editor)
    while not (await other.expect("room", timeout=10))["room"]["editor"].get("idle"):
        pass

    await other.send("take_over")
    await lets_go(editor)

    await other.expect("lease")
    while not (handover := (await editor.expect("room"))["room"].get("handover")):
        pass
    assert (handover["kind"], handover["to_name"]) == ("idle", "Bob Brown")


async def test_an_active_editor_is_not(server, page, ada):
    bob = staff("Bob Brown", *RIGHTS)
    editor, other = await page(server[0], ada), await page(server[1], bob)
    await granted(editor)
    await editor.send("activity", idle_ms=0, hidden=True, unsaved=True)

    await other.send("take_over", reason=REASON)
    assert (await other.expect("error"))["code"] == "forbidden"
    assert not other.welcomed["may_take_over"]


async def test_a_take_over_is_announced_to_everybody_and_comes_by_itself(server, page, ada, cat):
    editor, chief = await page(server[0], ada), await page(server[1], cat)
    await granted(editor)
    await editor.send("activity", idle_ms=0, hidden=True, unsaved=True)
    await chief.send("take_over", reason=REASON)
    for socket in (editor, chief):
        while not (announced := (await socket.expect("room"))["room"].get("take_over")):
            pass
        assert (announced["reason"], announced["name"]) == (REASON, "Cat Cole")

    await lets_go(editor)
    await chief.expect("lease")


async def test_unsaved_text_is_told_to_the_next_editor_alone(server, page, ada, bob, cat):
    editor, asker, onlooker = await page(server[0], ada), await page(server[1], bob), await page(server[0], cat)
    await granted(editor)
    await editor.send("draft", values={"title": "Too early"})
    assert (await editor.expect("error"))["code"] == "not_holder"
    await asker.send("request_attention", edit=True, timestamp=None)
    await editor.expect("attention_requested", edit=True)
    await editor.send("answer_request", user_id=bob.id, answer="now")
    await editor.expect("yield")

    await editor.send("draft", values={"title": "Harbour reopens"})
    await editor.send("release_lock")

    assert (await asker.expect("draft_offered"))["values"] == {"title": "Harbour reopens"}
    assert not [message for message in await onlooker.drain() if message["type"] == "draft_offered"]


async def test_that_unsaved_text_is_too_long_is_told_to_the_next_editor(server, page, ada, bob):
    editor, asker = await page(server[0], ada), await page(server[1], bob)
    await granted(editor)
    await asker.send("request_attention", edit=True, timestamp=None)
    await editor.expect("attention_requested", edit=True)
    await editor.send("answer_request", user_id=bob.id, answer="now")
    await editor.expect("yield")

    await editor.send("draft", values=None)
    await editor.send("release_lock")

    told = await asker.expect("draft_offered")
    assert (told["values"], told["username"]) == (None, "Ada Lovelace")


async def test_an_editor_who_does_not_let_go_is_not_robbed(server, page, ada):
    first, second = await page(server[0], ada), await page(server[1], ada)
    await granted(first)

    await second.send("transfer_lease")
    await first.expect("yield")
    await asyncio.sleep(1.5)

    assert not [message for message in await second.drain() if message["type"] == "lease"]


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "activity"},
        {"type": "activity", **ACTIVE, "idle_ms": "long"},
        {"type": "answer_request", "user_id": 1, "answer": "perhaps"},
        {"type": "answer_request", "user_id": 1, "answer": "later"},
        {"type": "answer_request", "user_id": 1, "answer": "later", "minutes": 10**9},
        {"type": "answer_request", "user_id": True, "answer": "no"},
        {"type": "answer_request", "user_id": 1, "answer": "no", "text": ["x"]},
        {"type": "take_over", "reason": 7},
        {"type": "draft"},
        {"type": "draft", "values": ["title"]},
        {"type": "draft", "values": {"title": 7}},
    ],
    ids=str,
)
async def test_what_is_not_understood_is_said(server, page, ada, frame):
    socket = await page(server[0], ada)

    await socket.send(**frame)

    said = await socket.expect("error")
    assert (said["code"], said["in_reply_to"]) == ("malformed", frame["type"])
