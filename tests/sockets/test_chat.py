"""Chat reaches sender and recipient, in all their tabs on that page, and nobody else."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from websockets.exceptions import InvalidStatus

from tests.project.newsroom.models import Article
from tests.support.sockets import chat_path, new_member

PAGE = "/admin/newsroom/article/12/change/"


@pytest.fixture(autouse=True)
def shown(database):
    return Article.objects.create(pk=12, title="What the page shows")


@pytest.fixture(params=["uvicorn", "daphne"])
def worker(serve, request):
    return serve(store="memory", program=request.param)[0]


def is_utc(text: str) -> bool:
    return datetime.fromisoformat(text).utcoffset() == timedelta(0)


async def test_a_newcomer_is_told_who_is_there_and_the_others_who_came(worker, talk, ada, bob):
    first = await talk(worker, PAGE, ada)
    assert (await first.expect("active_users"))["users"] == []
    second = await talk(worker, PAGE, bob)
    (known,) = (await second.expect("active_users"))["users"]
    assert {name: known[name] for name in ("user_id", "username", "email", "avatar_url")} == {
        "user_id": ada.id,
        "username": "ada.lovelace",
        "email": "ada.lovelace@example.com",
        "avatar_url": None,
    }
    assert is_utc(known["last_seen"])
    came = await first.expect("user_joined")
    assert (came["user_id"], came["username"], came["email"]) == (
        bob.id,
        "bob.brown",
        "bob.brown@example.com",
    )
    assert came["avatar_url"] is None
    assert is_utc(came["timestamp"])
    await second.close()
    left = await first.expect("user_left")
    assert (left["user_id"], left["username"], left["email"]) == (
        bob.id,
        "bob.brown",
        "bob.brown@example.com",
    )


async def test_a_message_reaches_both_sides_in_all_their_tabs_and_nobody_else(worker, talk, ada, bob, cat):
    senders = [await talk(worker, PAGE, ada) for _ in range(2)]
    recipients = [await talk(worker, PAGE, bob) for _ in range(2)]
    others = [await talk(worker, PAGE, cat), await talk(worker, "/admin/", bob), await talk(worker, "/admin/", ada)]
    await senders[0].send("chat_message", recipient_id=bob.id, message="Lunch?")
    for tab in (*senders, *recipients):
        said = await tab.expect("chat_message")
        assert is_utc(said.pop("timestamp"))
        assert said == {
            "type": "chat_message",
            "sender_id": ada.id,
            "sender_name": "ada.lovelace",
            "sender_email": "ada.lovelace@example.com",
            "sender_avatar": None,
            "recipient_id": bob.id,
            "message": "Lunch?",
        }
    for tab in others:
        await tab.expect_nothing("chat_message", seconds=0.1)
    for tab in (*senders, *recipients):
        await tab.expect_nothing("chat_message", seconds=0)  # once is enough


@pytest.mark.parametrize("kind", [int, str])
async def test_ids_come_as_number_or_as_text(worker, talk, ada, bob, kind):
    sender, recipient = await talk(worker, PAGE, ada), await talk(worker, PAGE, bob)
    await sender.send("chat_message", recipient_id=kind(bob.id), message="Hello")
    assert (await recipient.expect("chat_message"))["recipient_id"] == bob.id
    await recipient.send("chat_message", recipient_id=kind(ada.id), message="Hello yourself")
    assert (await sender.expect("chat_message", sender_id=bob.id))["recipient_id"] == ada.id


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "naïve 新聞 🗞", "a\nb\tc", "$& {username} %s", "\x00", "x" * 4096]
)
async def test_a_message_arrives_as_it_was_written(worker, talk, ada, bob, text):
    sender, recipient = await talk(worker, PAGE, ada), await talk(worker, PAGE, bob)
    await sender.send("chat_message", recipient_id=bob.id, message=text)
    assert (await recipient.expect("chat_message"))["message"] == text


async def test_half_a_character_is_not_passed_on(worker, talk, ada, bob):
    sender, recipient = await talk(worker, PAGE, ada), await talk(worker, PAGE, bob)
    await sender.send("chat_message", recipient_id=bob.id, message="a\ud800b")
    assert (await recipient.expect("chat_message"))["message"] == "a?b"


async def test_clients_of_the_contract_hear_nothing_of_what_is_said_about_the_object(
    serve, join, talk, article, ada, bob
):
    worker = serve(store="memory")[0]
    strangers = [await join(worker, article, bob), await talk(worker, f"/admin/newsroom/article/{article.pk}/", bob)]
    page = await join(worker, article, ada, member=new_member())
    await page.send("chat_message", message="Careful")
    said = await page.expect("chat_message")
    assert is_utc(said.pop("timestamp"))
    assert said == {
        "type": "chat_message",
        "sender_id": ada.id,
        "sender_name": "Ada Lovelace",
        "sender_avatar": None,
        "message": "Careful",
    }
    for stranger in strangers:
        await stranger.expect_nothing("chat_message", seconds=0.2)
    await strangers[0].send("read_back")
    assert (await strangers[0].expect("error"))["code"] == "malformed"


async def test_a_client_of_the_contract_is_told_what_was_said_only_when_it_asks(worker, talk, ada, bob):
    sender, recipient = await talk(worker, PAGE, ada), await talk(worker, PAGE, bob)
    await sender.send("chat_message", recipient_id=bob.id, message="Lunch?")
    await recipient.expect("chat_message")
    back = await talk(worker, PAGE, bob)
    await back.expect("active_users")
    await back.expect_nothing("chat_message", seconds=0.2)
    await back.send("read_back")
    told = await back.expect("chat_message")
    assert (told["message"], told["sender_name"], "sender_email" in told) == ("Lunch?", "Ada Lovelace", False)


ABSENT = 10**6


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"recipient_id": ABSENT, "message": "Hello"}, "recipient_offline"),
        ({"recipient_id": str(ABSENT), "message": "Hello"}, "recipient_offline"),
        ({"recipient_id": "nobody", "message": "Hello"}, "recipient_offline"),
        ({"recipient_id": "", "message": "Hello"}, "recipient_offline"),
        ({"recipient_id": 10**300, "message": "Hello"}, "recipient_offline"),
        ({"message": "Hello"}, "malformed"),
        ({"recipient_id": None, "message": "Hello"}, "malformed"),
        ({"recipient_id": [1], "message": "Hello"}, "malformed"),
        ({"recipient_id": {"a": 1}, "message": "Hello"}, "malformed"),
        ({"recipient_id": True, "message": "Hello"}, "malformed"),
        ({"recipient_id": 1.0, "message": "Hello"}, "malformed"),
        ({"recipient_id": float("nan"), "message": "Hello"}, "malformed"),
        ({"recipient_id": ABSENT}, "malformed"),
        ({"recipient_id": ABSENT, "message": ""}, "malformed"),
        ({"recipient_id": ABSENT, "message": " \n"}, "malformed"),
        ({"recipient_id": ABSENT, "message": 5}, "malformed"),
        ({"recipient_id": ABSENT, "message": ["Hello"]}, "malformed"),
        ({"recipient_id": ABSENT, "message": "x" * 4097}, "too_large"),
        ({"recipient_id": ABSENT, "message": "é" * 2049}, "too_large"),
    ],
    ids=lambda value: str(value)[:60],
)
async def test_what_cannot_be_sent_is_answered(serve, talk, ada, fields, code):
    sender = await talk(serve(store="memory")[0], PAGE, ada)
    await sender.send("chat_message", **fields)
    said = await sender.expect("error", "chat_message")
    assert (said["code"], said["in_reply_to"]) == (code, "chat_message")
    assert said["message"]
    await sender.send("heartbeat")
    await sender.expect("alive")


async def test_somebody_on_another_page_or_gone_is_offline(worker, talk, ada, bob):
    sender, recipient = await talk(worker, PAGE, ada), await talk(worker, PAGE, bob)
    elsewhere = await talk(worker, "/admin/", bob)
    await recipient.close()
    await sender.expect("user_left")
    await sender.send("chat_message", recipient_id=bob.id, message="Still there?")
    assert (await sender.expect("error"))["code"] == "recipient_offline"
    await elsewhere.expect_nothing("chat_message", seconds=0.2)


async def test_closing_one_of_two_tabs_leaves_the_person_there(worker, talk, ada, bob):
    watcher = await talk(worker, PAGE, ada)
    first, second = await talk(worker, PAGE, bob, member=new_member()), await talk(worker, PAGE, bob)
    await watcher.expect("user_joined")
    await first.close()
    await watcher.expect_nothing("user_left", "user_joined", seconds=1.2)
    await second.close()
    await watcher.expect("user_left")


@pytest.mark.parametrize("frame", ["{", "[]", '{"type": "claim_editor"}', '{"type": "user_left"}', b"\x00"])
async def test_a_malformed_frame_is_answered(serve, talk, ada, frame):
    socket = await talk(serve(store="memory")[0], PAGE, ada)
    await socket.send_raw(frame)
    assert (await socket.expect("error"))["code"] == "malformed"
    await socket.send("pong")
    await socket.expect("alive")


@pytest.mark.parametrize("enabled", [True, False])
async def test_chat_can_be_switched_off(serve, article, ada, join, enabled):
    worker = serve(store="memory", settings={"ADMIN_COLLABORATOR_OPTIONS": {"enable_chat": enabled}})[0]
    if enabled:
        await (await worker.socket(chat_path(PAGE), ada)).close()
    else:
        with pytest.raises(InvalidStatus) as refusal:
            await worker.socket(chat_path(PAGE), ada)
        assert refusal.value.response.status_code == 403
    await (await join(worker, article, ada)).expect("editor_status")


async def test_that_one_is_writing_is_told_to_the_other_sides_pages_alone(worker, talk, ada, bob, cat):
    writer, reader = await talk(worker, PAGE, ada), await talk(worker, PAGE, bob, member=new_member())
    others = [await talk(worker, PAGE, bob), await talk(worker, PAGE, cat, member=new_member())]
    await writer.send("chat_typing", recipient_id=bob.id)
    said = await reader.expect("chat_typing")
    assert said == {
        "type": "chat_typing",
        "sender_id": ada.id,
        "sender_name": "Ada Lovelace",
        "recipient_id": bob.id,
    }
    for tab in others:  # a client of the contract, and a third person
        await tab.expect_nothing("chat_typing", seconds=0.1)
