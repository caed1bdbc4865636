"""Chat of pages without a WebSocket: what they are told at once, and what is kept for whom and how long."""

from __future__ import annotations

from typing import Any, List

import pytest

from django_admin_collaborator.guard import lock_service
from django_admin_collaborator.stores.base import StoreUnavailable
from tests.polls.conftest import Tab
from tests.polls.test_page import types
from tests.project.newsroom.models import Article
from tests.support import people

TO_ALL = {"type": "chat_message", "message": "Careful"}
READ_BACK = {"type": "read_back"}


def test_a_chat_over_requests(tab: Tab, clock: Any, ada: people.Person, bob: people.Person):
    first, second = tab(ada, kind="chat"), tab(bob, kind="chat")
    assert types(first.open()) == ["active_users"]
    assert types(second.open()) == ["active_users"]
    assert [user["user_id"] for user in second.heard[0]["users"]] == [ada.id]
    assert "email" not in second.heard[0]["users"][0]
    assert types(first.poll()) == ["user_joined"]
    sent = second.poll({"type": "chat_message", "recipient_id": ada.id, "message": "Good morning"})
    assert types(sent) == ["chat_message"], "one's own, too"
    assert types(first.poll()) == ["chat_message"]
    assert first.heard[-1]["message"] == "Good morning"
    assert first.poll() == []
    second.leave()
    clock.now += 1
    assert types(first.poll()) == ["user_left"]
    gone = first.poll({"type": "chat_message", "recipient_id": bob.id, "message": "Are you there?"})
    assert gone[0]["code"] == "recipient_offline"


def chat_texts(heard: List[Any]) -> List[str]:
    return [message["message"] for message in heard if message["type"] == "chat_message"]


def test_a_private_talk_is_read_back_for_an_hour_by_its_two_sides_only(
    tab: Tab, clock: Any, ada: people.Person, bob: people.Person
):
    first, second = tab(ada, kind="chat"), tab(bob, kind="chat")
    first.open()
    second.open()
    first.poll({"type": "chat_message", "recipient_id": bob.id, "message": "Lunch?"})
    cat = people.superuser("Cat Cole")
    for person, texts in ((ada, ["Lunch?"]), (bob, ["Lunch?"]), (cat, [])):
        assert chat_texts(tab(person, kind="chat").open(READ_BACK)) == texts
    (kept,) = [message for message in tab(bob, kind="chat").open(READ_BACK) if message["type"] == "chat_message"]
    assert (kept["sender_name"], kept["recipient_name"], "sender_email" in kept) == (
        "Ada Lovelace",
        "Bob Brown",
        False,
    )
    clock.now += 3599
    assert chat_texts(tab(ada, kind="chat").open(READ_BACK)) == ["Lunch?"]
    clock.now += 2
    assert chat_texts(tab(ada, kind="chat").open(READ_BACK)) == []


def test_what_is_said_about_an_object_is_kept_for_a_day(tab: Tab, clock: Any, ada: people.Person, bob: people.Person):
    here = tab(bob)
    here.open()
    author = tab(ada)
    assert chat_texts(author.open(TO_ALL)) == ["Careful"]
    assert chat_texts(here.poll()) == ["Careful"], "who is there hears it at once"
    clock.now += 86_399
    (kept,) = [message for message in tab(bob).open(READ_BACK) if message["type"] == "chat_message"]
    assert (kept["sender_name"], "recipient_id" in kept, "sender_email" in kept) == ("Ada Lovelace", False, False)
    clock.now += 2
    assert chat_texts(tab(bob).open(READ_BACK)) == []


@pytest.mark.parametrize(("seconds", "kept"), [(0, []), (60, ["Careful"])])
def test_the_setting_says_how_long_and_nothing_is_kept_with_0(
    tab: Tab, clock: Any, ada: people.Person, bob: people.Person, settings: Any, seconds: int, kept: List[str]
):
    settings.ADMIN_COLLABORATOR_CHAT_KEEP_SECONDS = seconds
    other = tab(bob, kind="chat")
    other.open()
    tab(ada, kind="chat").open({**TO_ALL, "recipient_id": bob.id})
    tab(ada).open(TO_ALL)
    assert chat_texts(other.poll()) == ["Careful"], "it is said all the same"
    for kind in ("edit", "chat"):
        assert chat_texts(tab(ada, kind=kind).open(READ_BACK)) == kept
    assert len(clock.store._kept) == 2 + (3 if seconds else 0)
    clock.now += 61
    for kind in ("edit", "chat"):
        assert chat_texts(tab(ada, kind=kind).open(READ_BACK)) == []


def test_an_object_that_is_deleted_takes_what_was_said_about_it_along(
    tab: Tab, clock: Any, article: Article, ada: people.Person
):
    tab(ada).open(TO_ALL)
    pk = article.pk
    article.delete()
    lock_service.deleted(Article, pk)
    clock.now += 601
    article.pk = pk
    article.save()
    back = tab(ada)
    assert chat_texts(back.open(READ_BACK)) == []
    assert back.closed is None


def test_who_may_not_see_the_page_any_more_reads_nothing_back(
    tab: Tab, clock: Any, ada: people.Person, bob: people.Person
):
    tab(bob, kind="chat").open()
    tab(ada, kind="chat").open({**TO_ALL, "recipient_id": bob.id})
    bob.user.is_superuser = False
    bob.user.save()
    for kind in ("edit", "chat"):
        back = tab(bob, kind=kind)
        assert (chat_texts(back.open(READ_BACK)), back.closed) == ([], 4403)


def test_there_is_no_talk_about_an_object_where_chat_is_off(tab: Tab, clock: Any, ada: people.Person, settings: Any):
    settings.ADMIN_COLLABORATOR_OPTIONS = {"enable_chat": False}
    page = tab(ada)
    page.open()
    for frame in (TO_ALL, READ_BACK):
        (refusal,) = page.poll(frame)
        assert (refusal["code"], refusal["in_reply_to"]) == ("malformed", frame["type"])


def test_a_store_that_fails_between_the_two_sides_of_a_private_talk_loses_nothing_and_says_so(
    tab: Tab, clock: Any, ada: people.Person, bob: people.Person, monkeypatch: Any
):
    """The recipient's side is kept first, so who sent it is told that it was not sent, and has it still to send."""
    first, second = tab(ada, kind="chat"), tab(bob, kind="chat")
    first.open()
    second.open()
    first.poll()
    swap, answered = clock.store.swap_now, []

    def fails_at_the_second(key: str, *args: Any, **kwargs: Any) -> Any:
        if "keep_seconds" in kwargs:  # of a talk, not of a room
            answered.append(key)
            if len(answered) == 2:
                raise StoreUnavailable("gone")
        return swap(key, *args, **kwargs)

    message = {"type": "chat_message", "recipient_id": bob.id, "message": "Lunch?"}
    with monkeypatch.context() as patch:
        patch.setattr(clock.store, "swap_now", fails_at_the_second)
        (refusal,) = first.poll(message)
    assert (refusal["code"], refusal["in_reply_to"]) == ("lock_service_unavailable", "chat_message")
    assert chat_texts(tab(ada, kind="chat").open(READ_BACK)) == [], "not kept as sent"
    assert chat_texts(tab(bob, kind="chat").open(READ_BACK)) == ["Lunch?"]
    first.poll(message)
    assert chat_texts(tab(ada, kind="chat").open(READ_BACK)) == ["Lunch?"]
    assert chat_texts(second.poll()) == ["Lunch?"]
