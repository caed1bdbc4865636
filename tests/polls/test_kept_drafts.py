"""Unsaved text that the project keeps: for whom, and how long. Time passes where a test says so."""

from __future__ import annotations

from typing import Any, Dict, List

import pytest
from django.test import Client

from django_admin_collaborator.access.identity import room_key
from django_admin_collaborator.core.kept_draft import KEEP_SECONDS
from django_admin_collaborator.guard import lock_service
from django_admin_collaborator.rooms import kept_drafts, sync
from tests.guard.newsdesk import Desk
from tests.polls.conftest import Tab
from tests.project.newsroom.models import Article
from tests.support import people
from tests.support.polls import PollingTab

READ = {"type": "read_drafts"}
READ_OWN = {"type": "read_drafts", "own": True}


def keep(**values: str) -> Dict[str, Any]:
    return {"type": "keep_draft", "values": values, "rows": {}}


@pytest.fixture(autouse=True)
def _kept(settings: Any) -> None:
    settings.ADMIN_COLLABORATOR_DRAFTS = "server"


@pytest.fixture
def cat(database: str) -> people.Person:
    return people.superuser("Cat Cole")


@pytest.fixture
def edits(tab: Tab, clock: Any) -> Any:
    """``edits(person)``: this person edits now, and has whatever lease there was."""
    tabs: List[PollingTab] = []

    def begin(person: people.Person) -> PollingTab:
        for other in tabs:
            other.poll({"type": "release_lock"})
            other.leave()
        tabs[:] = [tab(person)]
        tabs[0].open(tabs[0].claim())
        assert tabs[0].lease
        return tabs[0]

    return begin


def offers(messages: List[Any]) -> List[Any]:
    return [(one["username"], one["values"]) for one in messages if one["type"] == "draft_offered"]


def kept(article: Article) -> List[Any]:
    return sync.with_store(kept_drafts.read(room_key(Article, article.pk)))


def test_the_next_editor_is_offered_what_the_one_before_had_typed(edits: Any, ada: Any, bob: Any):
    edits(ada).poll(keep(title="Harbour, rebuilt"))
    assert offers(edits(bob).poll(READ_OWN)) == [("Ada Lovelace", {"title": "Harbour, rebuilt"})]


def test_another_device_of_the_same_person_is_offered_it_where_it_asks_for_its_own(edits: Any, ada: Any):
    edits(ada).poll(keep(title="Harbour, rebuilt"))
    other = edits(ada)
    assert offers(other.poll(READ)) == []
    assert offers(other.poll(READ_OWN)) == [("Ada Lovelace", {"title": "Harbour, rebuilt"})]


def test_the_newest_text_of_a_person_is_kept_and_only_that(edits: Any, article: Article, ada: Any):
    edits(ada).poll(keep(title="Har"), keep(title="Harbour, rebuilt"))
    assert [one.values for one in kept(article)] == [{"title": "Harbour, rebuilt"}]


@pytest.mark.parametrize("values", [{}, None], ids=["nothing", "too much"])
def test_nothing_and_too_much_delete_what_was_kept(edits: Any, article: Article, ada: Any, values: Any):
    edits(ada).poll(keep(title="Harbour, rebuilt"), {"type": "keep_draft", "values": values})
    assert kept(article) == []


def test_a_save_deletes_the_text_of_whoever_saves_and_of_nobody_else(
    edits: Any, article: Article, ada: Any, bob: Any
):
    edits(ada).poll(keep(title="Ada's"))
    edits(bob).poll(keep(title="Bob's"))
    lock_service.forget_draft(Article, article.pk, bob.user)
    assert [one.name for one in kept(article)] == ["Ada Lovelace"]


def test_the_save_of_a_form_deletes_it(edits: Any, article: Article, ada: Any):
    edits(ada).poll(keep(title="Harbour, rebuilt"))
    edits(ada).poll({"type": "release_lock"})
    browser = Client()
    browser.force_login(ada.user)
    form = Desk(browser, ada.user).open(article)
    form["title"] = "Harbour, rebuilt"
    assert form.save().was_saved
    assert kept(article) == []


def test_the_end_of_the_object_deletes_it(edits: Any, article: Article, ada: Any):
    edits(ada).poll(keep(title="Harbour, rebuilt"))
    lock_service.deleted(Article, article.pk)
    assert kept(article) == []


def test_it_is_kept_for_a_week(edits: Any, article: Article, clock: Any, ada: Any):
    edits(ada).poll(keep(title="Harbour, rebuilt"))
    clock.now += KEEP_SECONDS - 1
    assert len(kept(article)) == 1
    clock.now += 2
    assert kept(article) == []


def test_what_a_next_editor_has_decided_about_is_offered_to_its_author_alone(
    edits: Any, ada: Any, bob: Any, cat: Any
):
    edits(ada).poll(keep(title="Harbour, rebuilt"))
    edits(bob).poll({"type": "answer_draft", "user_id": ada.id})
    assert offers(edits(cat).poll(READ_OWN)) == []
    assert offers(edits(ada).poll(READ_OWN)) == [("Ada Lovelace", {"title": "Harbour, rebuilt"})]


def test_the_next_editor_is_offered_only_what_their_own_form_shows(edits: Any, ada: Any, bob: Any):
    edits(ada).poll(keep(title="Harbour, rebuilt", invented="x", updated_at="2026-01-01"))
    assert offers(edits(bob).poll(READ)) == [("Ada Lovelace", {"title": "Harbour, rebuilt"})]


@pytest.mark.parametrize("frame", [keep(title="Mine"), READ_OWN, {"type": "answer_draft", "user_id": 1}])
def test_nobody_but_the_editor_keeps_reads_or_answers(
    edits: Any, tab: Tab, article: Article, ada: Any, bob: Any, frame: Any
):
    edits(ada).poll(keep(title="Harbour, rebuilt"))
    viewer = tab(bob)
    viewer.open()
    assert [one["code"] for one in viewer.poll(frame)] == ["not_holder"]
    assert [one.answered for one in kept(article)] == [False]


@pytest.mark.parametrize("setting", [True, False])
def test_without_the_setting_nothing_is_kept(edits: Any, article: Article, settings: Any, setting: bool, ada: Any):
    settings.ADMIN_COLLABORATOR_DRAFTS = setting
    (error,) = edits(ada).poll(keep(title="Harbour, rebuilt"))
    assert error["code"] == "malformed"
    assert kept(article) == []


@pytest.mark.parametrize("values", [[], "x", {"title": 1}])
def test_what_is_no_text_is_refused(edits: Any, article: Article, ada: Any, values: Any):
    (error,) = edits(ada).poll({"type": "keep_draft", "values": values})
    assert error["code"] == "malformed"
    assert kept(article) == []
