"""What somebody inside a room may not do changes nothing, is answered, and is logged."""

from __future__ import annotations

import asyncio

import pytest

from tests.security.conftest import SecurityLog
from tests.sockets.conftest import granted
from tests.support.people import staff
from tests.support.sockets import new_member


@pytest.fixture(params=["uvicorn", "daphne"])
def worker(serve, request):
    return serve(store="memory", program=request.param)[0]


@pytest.fixture
def vera(database):
    return staff("Vera", "newsroom.view_article")


@pytest.mark.parametrize("member", [None, "a-tab-of-vera-0001"], ids=["contract client", "page"])
@pytest.mark.parametrize("somebody_edits", [True, False])
async def test_who_may_only_look_can_neither_claim_nor_release_nor_announce_a_save(
    worker, join, article, ada, vera, member, somebody_edits
):
    log = SecurityLog(worker)
    watcher = await join(worker, article, vera, member=member)
    editor = await join(worker, article, ada, member=new_member())
    if somebody_edits:
        await granted(editor)
    await editor.drain()
    page_alone = ["take_over"] if member else []  # the contract has no such message
    for kind in ("claim_editor", "release_lock", "content_updated", *page_alone):
        await watcher.send(kind, timestamp=None, wait=True, reason="because")
        await watcher.expect("error", code="forbidden", in_reply_to=kind)
    await log.has(event="forbidden", user=str(vera.id))
    assert [message for message in await editor.drain() if message["type"] != "ping"] == []
    await watcher.send("request_editor_status")
    await watcher.expect("editor_status", editor_id=ada.id if somebody_edits else None)


async def test_who_does_not_hold_the_lease_is_told_who_does_and_changes_nothing(worker, join, article, ada, bob):
    log = SecurityLog(worker)
    editor = await join(worker, article, ada, member=new_member())
    other = await join(worker, article, bob, member=new_member())
    token = await granted(editor)
    await editor.drain()
    for kind in ("heartbeat", "release_lock", "content_updated", "transfer_lease"):
        await other.send(kind, timestamp=None, token=token)
        await other.expect("error", code="not_holder", editor_id=ada.id, in_reply_to=kind)
    await log.has(event="not_holder", user=str(bob.id))
    assert await editor.drain() == []
    await editor.send("heartbeat", n=7)
    assert (await editor.expect("alive", n=7))["lease_ms"] > 0


async def test_a_forged_or_replayed_proof_of_a_lease_brings_nothing_and_is_logged(worker, join, article, ada, bob):
    log = SecurityLog(worker)
    editor, other = [await join(worker, article, one, member=new_member()) for one in (ada, bob)]
    await editor.send("claim_editor", timestamp=None)
    lease = await editor.expect("lease")
    stolen = {"token": lease["token"], "proof": lease["proof"]}
    await other.send("claim_editor", timestamp=None, **stolen)
    await other.expect("error", code="lease_held")
    await log.has(event="forged-proof", user=str(bob.id))
    await editor.send("release_lock")
    while (await other.expect("room"))["room"]["editor"]:
        pass  # states from before
    assert await granted(other) > lease["token"]
    await editor.send("claim_editor", timestamp=None, **stolen)  # its own, of a lease that is over
    await editor.expect("error", code="lease_held")
    await editor.send("heartbeat")
    await editor.expect("error", code="not_holder")


async def test_a_second_socket_of_one_member_closes_the_first_and_takes_over_its_lease(worker, join, article, ada):
    tab = new_member()
    first = await join(worker, article, ada, member=tab)
    token = await granted(first)
    second = await join(worker, article, ada, member=tab)
    assert await first.expect_close(5) == 4409
    assert (await second.expect("welcome"))["lease"]["token"] == token
    await second.send("heartbeat", n=1)
    assert (await second.expect("alive", n=1))["lease_ms"] > 0


async def test_a_second_socket_of_one_member_in_the_chat_closes_the_first(worker, talk, ada):
    tab = new_member()
    first = await talk(worker, "/admin/", ada, member=tab)
    await first.expect("active_users")
    await talk(worker, "/admin/", ada, member=tab)
    assert await first.expect_close(5) == 4409


async def test_a_chatter_cannot_set_the_sender_or_read_what_others_write(worker, talk, ada, bob, cat):
    mallory, recipient, other = [await talk(worker, "/admin/", one) for one in (cat, bob, ada)]
    forged = {"sender_id": ada.id, "sender_name": "Ada Lovelace", "sender_email": "ada@x", "timestamp": "never"}
    await mallory.send("chat_message", recipient_id=bob.id, message="Believe me", type_="chat.message", **forged)
    said = await recipient.expect("chat_message")
    assert (said["sender_id"], said["sender_name"]) == (cat.id, "cat.cole")
    assert said["timestamp"] != "never"
    await asyncio.gather(*(socket.expect_nothing("chat_message", seconds=0.2) for socket in (other, recipient)))
