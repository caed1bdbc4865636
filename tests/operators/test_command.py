"""``manage.py collaborator``: who is where, and ending somebody's editing."""

from __future__ import annotations

import json
import time
from datetime import datetime
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry

from django_admin_collaborator.access.identity import room_key
from django_admin_collaborator.core.kept_draft import KeptDraft
from django_admin_collaborator.core.messages import iso
from django_admin_collaborator.rooms import kept_drafts, sync, talks
from tests.programs.conftest import Page, room_of
from tests.project.newsroom.models import Article, Author


@pytest.fixture
def busy(redis_settings: Any, article: Article, ada: Any, bob: Any) -> Page:
    """Ada edits, Bob waits, and Ada has a second page."""
    editor, waiting = Page(article, ada), Page(article, bob)
    editor.claim()
    waiting.claim(wait=True)
    Page(article, ada)
    return editor


def test_nobody_is_anywhere(command: Any, redis_settings: Any) -> None:
    assert command("status") == (0, "0 objects are open\n")
    assert json.loads(command("status", "--json")[1]) == []


def test_status_says_who_edits_who_waits_and_who_is_here(command: Any, busy: Page, article: Article) -> None:
    code, said = command("status")
    assert code == 0
    lines = said.splitlines()
    assert lines[0] == f"newsroom.article {article.pk}"
    assert lines[1].startswith("  edits    Ada Lovelace, since 20")
    assert lines[2].startswith("  waits    1. Bob Brown, since 20")
    assert lines[3].startswith("  is here  Ada Lovelace, since 20")
    assert lines[4:] == ["1 object is open"]


def test_status_for_programs(command: Any, busy: Page, article: Article, ada: Any, bob: Any) -> None:
    (one,) = json.loads(command("status", "--json")[1])
    assert (one["model"], one["pk"]) == ("newsroom.article", str(article.pk))
    assert (one["editor"]["name"], one["editor"]["user_id"], one["editor"]["idle"]) == ("Ada Lovelace", ada.id, False)
    assert [(who["name"], who["user_id"]) for who in one["waiting"]] == [("Bob Brown", bob.id)]
    assert [who["name"] for who in one["here"]] == ["Ada Lovelace"]
    assert abs(datetime.fromisoformat(one["editor"]["since"]).timestamp() - time.time()) < 30


def test_status_changes_nothing(command: Any, busy: Page, article: Article) -> None:
    before = room_of(article)
    command("status")
    assert room_of(article) == before


def test_a_name_does_not_command_a_terminal(command: Any, redis_settings: Any, article: Article, ada: Any) -> None:
    ada.user.first_name = "\x1b[2JAda"
    Page(article, ada)
    assert "\x1b" not in command("status")[1]


def test_a_release_is_told_and_written_down(command: Any, busy: Page, article: Article, ada: Any) -> None:
    code, said = command("release", "newsroom.Article", str(article.pk), "--reason", "Print is waiting")
    assert (code, said.strip()) == (
        0,
        f"Ada Lovelace no longer edits newsroom.Article {article.pk}, and is told: Print is waiting",
    )
    assert not busy.edits()
    entry = LogEntry.objects.get(object_id=str(article.pk))
    assert entry.get_change_message() == "an operator ended the editing of Ada Lovelace. Reason: Print is waiting"


def test_any_primary_key_can_be_released(command: Any, redis_settings: Any, ada: Any) -> None:
    author = Author.objects.create(name="Cay")
    Page(author, ada).claim()
    assert command("release", "newsroom.author", str(author.pk).upper(), "--reason", "Print")[0] == 0
    assert room_of(author).editor() is None


@pytest.mark.parametrize(
    ("model", "pk", "reason", "said"),
    [
        ("newsroom.Article", "1", "Print", "Nobody edits"),
        ("newsroom.Article", "one", "Print", "one"),
        ("newsroom.Nothing", "1", "Print", "Nothing"),
        ("newsroom", "1", "Print", "APP.MODEL"),
        ("newsroom.Author", "7", "Print", "UUID"),
        ("newsroom.Article", "1", " ", "--reason"),
    ],
)
def test_what_cannot_be_released_is_said(command: Any, redis_settings: Any, model, pk, reason, said) -> None:
    code, answer = command("release", model, pk, "--reason", reason)
    assert code == 1
    assert said in answer


@pytest.mark.parametrize("arguments", [("status",), ("release", "newsroom.Article", "1", "--reason", "Print")])
def test_without_redis_a_command_says_that_it_cannot_see_the_rooms(command: Any, arguments: Any) -> None:
    code, said = command(*arguments)
    assert code == 1
    assert "in the memory of the process" in said


def test_a_redis_that_is_away_is_said(command: Any, redis_settings: Any) -> None:
    redis_settings.ADMIN_COLLABORATOR_REDIS_URL = "redis://127.0.0.1:1/0"
    redis_settings.ADMIN_COLLABORATOR_REDIS_RETRY_DELAY = 0.01
    code, said = command("status")
    assert code == 1
    assert "collaborator doctor" in said


def test_what_is_kept_of_a_user_is_erased_and_nothing_else(
    command: Any, redis_settings: Any, article: Article, ada: Any, bob: Any
) -> None:
    room, now = room_key(Article, article.pk), time.time()
    for person, text in ((ada, "Ada's"), (bob, "Bob's")):
        draft = KeptDraft(str(person.id), person.id, text, now, {"title": text}, {})
        sync.with_store(kept_drafts.keep(room, draft))
        line = {"type": "chat_message", "sender_id": person.id, "sender_name": text, "message": text}
        line["timestamp"] = iso(now)
        sync.with_store(talks.add([talks.object_key(room)], line, 86400.0))

    assert command("erase", str(ada.id)) == (0, "Erased from 2 texts.\n")

    assert [one.name for one in sync.with_store(kept_drafts.read(room))] == ["Bob's"]
    assert [one["message"] for one in sync.with_store(talks.read(talks.object_key(room), 86400.0))] == ["Bob's"]
    assert command("erase", str(ada.id)) == (0, "Erased from 0 texts.\n")
