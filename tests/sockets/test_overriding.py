"""Every documented method can be overridden in a subclass, and overriding it takes effect."""

from __future__ import annotations

import inspect
from datetime import datetime, timezone

import pytest

from django_admin_collaborator import consumers
from tests.project.newsroom.models import Article
from tests.sockets.conftest import granted, handshake_status
from tests.support.people import in_database, superuser
from tests.support.sockets import edit_path, new_member

APPLICATION = "tests.sockets.overriding:application"


@pytest.fixture
def worker(serve):
    return serve(store="memory", application=APPLICATION)[0]


@pytest.mark.parametrize(
    ("method", "frame", "arguments"),
    [
        ("handle_claim_editor", {"type": "claim_editor", "timestamp": "now"}, ["now"]),
        ("handle_content_updated", {"type": "content_updated", "timestamp": "now"}, ["now"]),
        ("handle_content_updated", {"type": "content_updated"}, [None]),
        ("handle_editor_status_request", {"type": "request_editor_status", "timestamp": "now"}, []),
        ("handle_heartbeat", {"type": "heartbeat"}, []),
        ("handle_release_lock", {"type": "release_lock"}, []),
        ("handle_request_attention", {"type": "request_attention", "timestamp": "now"}, []),
    ],
)
async def test_a_handler_of_the_edit_socket(worker, join, article, ada, method, frame, arguments):
    socket = await join(worker, edit_path(article, prefix="instead/" + method), ada)
    await socket.drain()
    await socket.send(**frame)
    (said,) = await socket.drain()
    assert said == {"type": "instead", "method": method, "arguments": arguments}


@pytest.mark.parametrize(
    ("method", "frame", "arguments"),
    [
        ("handle_chat_message", {"type": "chat_message", "recipient_id": 7, "message": "Hello"}, [7, "Hello"]),
        ("handle_heartbeat", {"type": "heartbeat"}, []),
    ],
)
async def test_a_handler_of_the_chat_socket(worker, join, ada, method, frame, arguments):
    socket = await join(worker, f"/instead/{method}/chat/a_page/", ada)
    await socket.drain()
    await socket.send(**frame)
    (said,) = await socket.drain()
    assert said == {"type": "instead", "method": method, "arguments": arguments}


@pytest.mark.parametrize("member", [False, True], ids=["contract client", "page client"])
@pytest.mark.parametrize(
    "event", ["attention_requested", "content_updated", "editor_status", "lock_released", "user_joined", "user_left"]
)
async def test_an_event_of_the_edit_socket(worker, join, article, ada, bob, event, member):
    path = edit_path(article, new_member() if member else None, prefix="added/" + event)
    editor = await join(worker, path, ada)
    await granted(editor)
    viewer = await join(worker, edit_path(article, prefix="added/" + event), bob)
    if event == "attention_requested":
        await viewer.send("request_attention", timestamp=None)
    elif event == "user_left":
        await viewer.close()
    else:
        await editor.send("content_updated", timestamp=None)
        await editor.send("release_lock")
    told = await editor.expect(event, added=event)
    assert told["type"] == event


@pytest.mark.parametrize("event", ["chat_message", "user_joined", "user_left"])
async def test_an_event_of_the_chat_socket(worker, join, ada, bob, event):
    path = f"/added/{event}/chat/page_of_{event}/"
    first = await join(worker, path, ada)
    second = await join(worker, path, bob)
    await second.send("chat_message", recipient_id=ada.id, message="Hello")
    if event == "user_left":
        await first.expect("chat_message")
        await second.close()
    await first.expect(event, added=event)


@pytest.mark.parametrize("page", [False, True], ids=["edit", "chat"])
async def test_connect(worker, join, article, ada, page):
    path = "/Greeting/chat/a_page/" if page else edit_path(article, prefix="Greeting")
    assert (await (await join(worker, path, ada)).expect("greeting"))["group"]


@pytest.mark.parametrize("page", [False, True], ids=["edit", "chat"])
async def test_disconnect(worker, join, article, ada, bob, page):
    path = "/Farewell/chat/a_page/" if page else edit_path(article, prefix="Farewell")
    leaver, stayer = await join(worker, path, ada), await join(worker, path, bob)
    await stayer.expect("active_users" if page else "editor_status")
    await leaver.close()
    told = [message for message in await stayer.drain(1.5) if message["type"] in ("farewell", "user_left")]
    assert sorted(message["type"] for message in told) == ["farewell", "user_left"]
    assert [message["close_code"] for message in told if message["type"] == "farewell"] == [1000]


@pytest.mark.parametrize("page", [False, True], ids=["edit", "chat"])
async def test_receive(worker, join, article, ada, page):
    path = "/Echo/chat/a_page/" if page else edit_path(article, prefix="Echo")
    socket = await join(worker, path, ada)
    await socket.send_raw("echo yes")
    await socket.expect("echo yes")
    await socket.send("heartbeat")
    await socket.expect("alive" if page else "error")


@pytest.fixture
def outsider(database):
    return superuser("Nora", is_staff=False)


@pytest.mark.parametrize("path", ["/OpenToAll/chat/a_page/", "/ClosedToAll/chat/a_page/"])
async def test_check_user_authorization_decides_about_the_chat_socket(worker, ada, outsider, path):
    person = outsider if "Open" in path else ada
    assert await handshake_status(worker, path, person) == (403 if "Closed" in path else 101)


async def test_check_user_authorization_can_refuse_on_the_edit_socket(worker, article, ada):
    assert await handshake_status(worker, edit_path(article, prefix="ClosedToAll"), ada) == 403


async def test_check_user_authorization_cannot_open_an_object_that_the_admin_hides(worker, article, outsider, ada):
    assert await handshake_status(worker, edit_path(article, prefix="OpenToAll"), outsider) == 403
    assert await handshake_status(worker, edit_path(article, prefix="OpenToAll"), ada) == 101


@pytest.mark.parametrize(("name", "ending"), [("Plain", "{pk}"), ("Awaited", "awaited")])
async def test_get_last_modified_plain_and_async(worker, join, article, ada, bob, name, ending):
    socket = await join(worker, edit_path(article, prefix=name), ada)
    expected = "2020-01-01T00:00:00+00:00 " + ending.format(pk=article.pk)
    assert (await socket.expect("user_joined"))["last_modified"] == expected
    await join(worker, edit_path(article, prefix=name), bob)
    assert (await socket.expect("user_joined"))["last_modified"] == expected


async def test_get_last_modified_may_use_the_orm_and_follows_what_is_saved(worker, join, article, ada, bob, cat):
    path = edit_path(article, prefix="FromDatabase")
    editor = await join(worker, path, ada)
    assert (await editor.expect("user_joined"))["last_modified"] == article.updated_at.isoformat()
    await granted(editor)
    later = datetime(2027, 1, 1, tzinfo=timezone.utc)
    in_database(lambda: Article.objects.filter(pk=article.pk).update(updated_at=later))
    await editor.send("content_updated", timestamp=None)
    await editor.expect("content_updated")
    await join(worker, path, bob)
    assert (await editor.expect("user_joined"))["last_modified"] == later.isoformat()


def test_the_documented_methods_are_what_they_are_documented_to_be():
    for base in (consumers.AdminCollaborationConsumer, consumers.ChatConsumer):
        for name in ("connect", "disconnect", "receive", "user_joined", "user_left", "check_user_authorization"):
            assert inspect.iscoroutinefunction(getattr(base, name))
    moment = datetime.fromisoformat(consumers.get_utc_timestamp())
    assert moment.utcoffset().total_seconds() == 0
    assert datetime.fromisoformat(consumers.RedisClientMixin().get_timestamp()) >= moment
