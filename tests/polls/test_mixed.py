"""One room with a page on a WebSocket and one that polls: each is told what the other does."""

from __future__ import annotations

from typing import Any, Callable, List

import pytest

from tests.polls.conftest import Tab
from tests.project.newsroom.models import Article
from tests.support.polls import collaborator_path
from tests.support.sockets import chat_path, edit_path, new_member

Socket = Callable[..., Any]
STORES = pytest.mark.parametrize("store", ["sql", "redis", "memory"])


def edits_on_a_socket(sync_socket: Socket, worker: Any, article: Article, person: Any) -> Any:
    editor = sync_socket(worker, edit_path(article, new_member()), person)
    editor.expect("welcome")
    editor.send("claim_editor", wait=True, n=1)
    editor.expect("lease")
    return editor


def until_told(socket: Any, is_so: Callable[[Any], bool]) -> None:
    while not is_so(socket.expect("room")["room"]):
        pass


@STORES
def test_an_editor_on_a_socket_and_a_viewer_who_polls(
    store: str, serve: Any, tab_at: Tab, sync_socket: Socket, article: Article, ada: Any, bob: Any
):
    worker = serve(store=store)[0]
    editor = edits_on_a_socket(sync_socket, worker, article, ada)
    viewer = tab_at(worker, bob)
    viewer.open(viewer.claim())
    assert viewer.editor == "Ada Lovelace"
    until_told(editor, lambda room: room["people_count"] == 2)
    viewer.poll({"type": "request_attention"})
    assert editor.expect("attention_requested")["username"] == "Bob Brown"
    editor.send("release_lock")
    editor.expect("lease_lost")
    viewer.tick()
    assert viewer.lease
    until_told(editor, lambda room: (room["editor"] or {}).get("name") == "Bob Brown")


@STORES
def test_an_editor_who_polls_and_a_viewer_on_a_socket(
    store: str, serve: Any, tab_at: Tab, sync_socket: Socket, article: Article, ada: Any, bob: Any
):
    worker = serve(store=store)[0]
    editor = tab_at(worker, ada)
    editor.become_editor()
    viewer = sync_socket(worker, edit_path(article, new_member()), bob)
    assert viewer.expect("welcome")["room"]["editor"]["name"] == "Ada Lovelace"
    viewer.send("claim_editor", wait=True, n=1)
    viewer.expect("queued")
    viewer.send("request_attention", edit=True)
    viewer.expect("attention_sent")
    editor.tick()
    assert "attention_requested" in editor.kinds(editor.heard)
    editor.poll({"type": "answer_request", "user_id": bob.id, "answer": "now"})
    assert editor.kinds(editor.heard)[-1] == "yield"
    editor.poll({"type": "draft", "values": {"title": "By night"}, "rows": {}}, {"type": "release_lock"})
    assert {viewer.expect("draft_offered", "lease")["type"] for _ in range(2)} == {"draft_offered", "lease"}


@STORES
def test_text_from_a_socket_is_handed_to_a_page_that_polls(
    store: str, serve: Any, tab_at: Tab, sync_socket: Socket, article: Article, ada: Any, bob: Any
):
    worker = serve(store=store)[0]
    editor = edits_on_a_socket(sync_socket, worker, article, ada)
    viewer = tab_at(worker, bob)
    viewer.open(viewer.claim(), {"type": "request_attention", "edit": True})
    editor.expect("attention_requested")
    editor.send("answer_request", user_id=bob.id, answer="now")
    editor.expect("yield")
    editor.send("draft", values={"title": "By night"}, rows={})
    editor.send("release_lock")
    editor.expect("lease_lost")
    viewer.tick()
    kinds = viewer.kinds(viewer.heard)
    assert "lease" in kinds
    assert [message["values"] for message in viewer.heard if message["type"] == "draft_offered"] == [
        {"title": "By night"}
    ]


@STORES
def test_a_chat_between_both(
    store: str, serve: Any, tab_at: Tab, sync_socket: Socket, article: Article, ada: Any, bob: Any
):
    worker = serve(store=store)[0]
    page = collaborator_path(article)[: -len("collaborator/")]
    first = sync_socket(worker, chat_path(page, new_member()), ada)
    first.expect("active_users")
    second = tab_at(worker, bob, kind="chat")
    second.open()
    assert [user["user_id"] for user in second.heard[0]["users"]] == [ada.id]
    first.expect("user_joined")
    first.send("chat_message", recipient_id=bob.id, message="Good morning")
    first.expect("chat_message")
    assert second.poll()[-1]["message"] == "Good morning"
    second.poll({"type": "chat_message", "recipient_id": ada.id, "message": "Hello"})
    assert first.expect("chat_message")["message"] == "Hello"
    second.leave()
    first.expect("user_left", timeout=10)


def texts(messages: Any) -> List[str]:
    return [message["message"] for message in messages if message["type"] == "chat_message"]


@STORES
def test_what_was_said_is_read_back_over_both(
    store: str, serve: Any, tab_at: Tab, sync_socket: Socket, article: Article, ada: Any, bob: Any
):
    worker = serve(store=store)[0]
    page = collaborator_path(article)[: -len("collaborator/")]
    second = tab_at(worker, bob, kind="chat")
    second.open()
    first = sync_socket(worker, chat_path(page, new_member()), ada)
    first.expect("active_users")
    first.send("chat_message", recipient_id=bob.id, message="In private")
    first.expect("chat_message")
    author = tab_at(worker, ada)
    author.open({"type": "chat_message", "message": "Over HTTP"})
    here = sync_socket(worker, edit_path(article, new_member()), ada)
    here.expect("welcome")
    here.send("chat_message", message="Over a socket")
    here.expect("chat_message")
    assert texts(author.poll()) == ["Over a socket"]

    assert texts(tab_at(worker, bob, kind="chat").open({"type": "read_back"})) == ["In private"]
    assert texts(tab_at(worker, bob).open({"type": "read_back"})) == ["Over HTTP", "Over a socket"]
    chat = sync_socket(worker, chat_path(page, new_member()), bob)
    chat.send("read_back")
    assert chat.expect("chat_message")["message"] == "In private"
    late = sync_socket(worker, edit_path(article, new_member()), bob)
    late.send("read_back")
    assert [late.expect("chat_message")["message"] for _ in range(2)] == ["Over HTTP", "Over a socket"]


def test_a_page_goes_over_to_a_socket_and_back_with_its_lease(
    serve: Any, tab_at: Tab, sync_socket: Socket, article: Article, ada: Any
):
    worker = serve(store="sql")[0]
    page = tab_at(worker, ada)
    page.open(page.claim())
    token = page.lease["token"]
    socket = sync_socket(worker, edit_path(article, page.member), ada)
    assert socket.expect("welcome")["lease"]["token"] == token
    page.tick()
    assert page.closed == 4409
    page.open()
    assert page.lease["token"] == token
    assert socket.expect_close() == 4409
