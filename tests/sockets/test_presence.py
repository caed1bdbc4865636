"""A member is a tab, presence counts people, and a newcomer learns at once who is there and who edits."""

from __future__ import annotations

import asyncio

import pytest

from tests.sockets.conftest import granted
from tests.support.sockets import new_member


@pytest.fixture
def worker(serve):
    return serve(store="memory")[0]


def names(message):
    return [person["name"] for person in message["room"]["people"]]


async def test_closing_a_second_tab_keeps_the_first_tabs_lease(worker, join, article, ada, bob):
    first = await join(worker, article, ada, member=new_member())
    second = await join(worker, article, ada, member=new_member())
    viewer = await join(worker, article, bob)
    token = await granted(first)
    await viewer.drain()
    await second.close()
    await viewer.expect_nothing("user_left", "lock_released", "editor_status", seconds=1.2)
    await first.send("heartbeat")
    assert (await first.expect("alive"))["lease_ms"] == 30000
    assert await granted(first) == token


@pytest.mark.parametrize("contract", [True, False], ids=["contract client", "page client"])
async def test_a_person_has_left_when_their_last_tab_has_gone(worker, join, article, ada, bob, contract):
    watcher = await join(worker, article, bob)
    tabs = [await join(worker, article, ada, member=None if contract else new_member()) for _ in range(3)]
    assert [message["user_id"] for message in await watcher.drain() if message["type"] == "user_joined"] == [
        bob.id,
        ada.id,
    ]
    await tabs[0].close()
    await tabs[1].close()
    await watcher.expect_nothing("user_left", seconds=1.2)
    await tabs[2].close()
    assert (await watcher.expect("user_left", timeout=1.2))["user_id"] == ada.id


async def test_presence_counts_people_and_not_tabs(worker, join, article, ada, bob):
    for _ in range(3):
        await join(worker, article, ada, member=new_member())
    welcome = await (await join(worker, article, bob, member=new_member())).expect("welcome")
    assert welcome["room"]["people_count"] == 2
    assert names(welcome) == ["Ada Lovelace", "Bob Brown"]


async def test_a_second_tab_of_the_editor_is_not_the_editor(worker, join, article, ada):
    first, second = [await join(worker, article, ada, member=new_member()) for _ in range(2)]
    await granted(first)
    await second.send("heartbeat")
    assert (await second.expect("error"))["code"] == "not_holder"
    await second.send("claim_editor")
    assert (await second.expect("error"))["code"] == "lease_held"


async def test_a_page_learns_at_once_who_is_there_and_who_edits(worker, join, article, ada, bob):
    editor = await join(worker, article, ada, member=new_member())
    member = (await editor.expect("welcome"))["member_id"]
    await granted(editor)
    newcomer = await join(worker, article, bob, member=new_member())
    welcome = await newcomer.expect("welcome", timeout=1)
    assert newcomer.received[0]["type"] == "user_joined"
    assert newcomer.received[0]["user_id"] == bob.id
    assert welcome["room"]["editor"]["member_id"] == member
    assert welcome["room"]["editor"]["name"] == "Ada Lovelace"
    assert welcome["room"]["people"] == [
        {"user_id": ada.id, "name": "Ada Lovelace", "avatar_url": None, "state": "editing"},
        {"user_id": bob.id, "name": "Bob Brown", "avatar_url": None, "state": "viewing"},
    ]


async def test_a_contract_client_learns_at_once_who_is_there_and_who_edits(worker, join, article, ada, bob, cat):
    editor = await join(worker, article, ada)
    await join(worker, article, bob, member=new_member())
    await granted(editor)
    newcomer = await join(worker, article, cat)
    told = await newcomer.drain()
    assert [(m["type"], m.get("user_id", m.get("editor_id"))) for m in told] == [
        ("user_joined", cat.id),
        ("user_joined", ada.id),
        ("user_joined", bob.id),
        ("editor_status", ada.id),
    ]


async def test_a_tab_that_reloads_never_leaves(worker, join, article, ada, bob):
    member = new_member()
    editor = await join(worker, article, ada, member=member)
    token = await granted(editor)
    viewer = await join(worker, article, bob)
    await viewer.drain()
    await editor.send("leave", reason="unload")
    await editor.close()
    again = await join(worker, article, ada, member=member)
    assert (await again.expect("welcome"))["lease"]["token"] == token
    await viewer.expect_nothing("user_left", "lock_released", "editor_status", seconds=1)


async def test_a_second_connection_of_a_tab_takes_the_place_of_the_first(worker, join, article, ada):
    member = new_member()
    first = await join(worker, article, ada, member=member)
    token = await granted(first)
    second = await join(worker, article, ada, member=member)
    assert (await second.expect("welcome"))["lease"]["token"] == token
    assert await first.expect_close() == 4409


async def test_the_secret_of_a_tab_is_another_member_for_another_user(worker, join, article, ada, bob):
    secret = new_member()
    editor = await join(worker, article, ada, member=secret)
    token = await granted(editor)
    stranger = await join(worker, article, bob, member=secret)
    welcome = await stranger.expect("welcome")
    assert welcome["member_id"] != welcome["room"]["editor"]["member_id"]
    assert welcome["lease"] is None
    await editor.send("pong")
    assert (await editor.expect("alive"))["lease_ms"] == 30000
    assert await granted(editor) == token


@pytest.mark.parametrize("member", ["short", "x" * 65, "a/b" * 8, "é" * 20, ""])
async def test_a_member_id_that_is_none_makes_a_contract_client(worker, join, article, ada, member):
    socket = await join(worker, article, ada, member=member)
    assert [message["type"] for message in await socket.drain()] == ["user_joined", "editor_status"]


async def test_each_room_is_asked_for_a_sign_of_life_once_per_heartbeat(serve, join, article, ada):
    worker = serve(store="memory", settings={"ADMIN_COLLABORATOR_HEARTBEAT_SECONDS": 1})[0]
    for _ in range(10):  # coming and going must not leave timers behind
        await (await join(worker, article, ada)).close()
    socket = await join(worker, article, ada)
    await asyncio.sleep(3.5)
    assert len(socket.pings) in (3, 4)
