"""A program that may not edit, or not any more, hears why, and nothing is written."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import SynchronousOnlyOperation

from django_admin_collaborator.core import operators, transfer
from django_admin_collaborator.editing import editing
from django_admin_collaborator.errors import EditingError, LeaseLost, LockServiceUnavailable, NotAllowed
from django_admin_collaborator.rooms import lease_events, sync
from tests.programs.conftest import Page, room_of
from tests.project.newsroom.models import Article
from tests.support.people import staff
from tests.support.processes import wait_until


@pytest.mark.parametrize("how", ["released", "taken over"])
def test_after_the_lease_is_lost_nothing_is_saved(article: Article, ada: Any, how: str) -> None:
    page = Page(article, ada)
    with editing(article, name="Import") as edit:
        article.title = "By the import"
        if how == "released":
            page.do(operators.force_release, reason="Print")
        else:
            page.do(transfer.take_over, member_id=page.id, reason="Print")
            wait_until(page.edits, 15)
        wait_until(lambda: edit.is_lost, 5)
        with pytest.raises(LeaseLost):
            edit.save()
    assert Article.objects.get().title == "Budget 2027"
    assert page.edits() is (how == "taken over")


def test_a_take_over_from_a_program_is_in_the_history(article: Article, ada: Any) -> None:
    page = Page(article, ada)
    with editing(article, name="Nightly import"):
        page.do(transfer.take_over, member_id=page.id, reason="Print")
        wait_until(page.edits, 15)
    lease_events.wait()
    entry = LogEntry.objects.get(object_id=str(article.pk))
    said = "Ada Lovelace took over editing from Nightly import. Reason: Print"
    assert (entry.user_id, entry.get_change_message()) == (ada.id, said)


@pytest.mark.parametrize("permissions", [(), ("newsroom.view_article",)])
def test_who_may_not_change_the_object_is_refused(article: Article, permissions: Any) -> None:
    person = staff("Cat Cole", *permissions)
    with pytest.raises(NotAllowed) as caught, editing(article, user=person.user):
        pytest.fail("entered")
    assert caught.value.status == 403
    assert not room_of(article).members


def test_a_right_that_is_taken_away_in_the_block_is_missed_at_the_save(article: Article) -> None:
    person = staff("Cat Cole", "newsroom.change_article")
    with editing(article, user=person.user) as edit:
        person.user.user_permissions.clear()
        with pytest.raises(NotAllowed):
            edit.save()


@pytest.mark.parametrize("arguments", [{}, {"name": " "}, {"user": 1, "name": "Import"}])
def test_somebody_has_to_be_named(article: Article, arguments: Any) -> None:
    with pytest.raises(ValueError, match="either a user or a name"), editing(article, **arguments):
        pytest.fail("entered")


def test_an_object_that_was_never_saved_cannot_be_edited(database: str) -> None:
    with pytest.raises(ValueError, match="saved before"), editing(Article(pk=7), name="Import"):
        pytest.fail("entered")


def test_without_a_lock_service_a_program_hears_of_it(article: Article, settings: Any) -> None:
    settings.ADMIN_COLLABORATOR_REDIS_URL = "redis://127.0.0.1:1/0"
    settings.ADMIN_COLLABORATOR_REDIS_RETRY_DELAY = 0.01
    with pytest.raises(LockServiceUnavailable) as caught, editing(article, name="Import"):
        pytest.fail("entered")
    assert caught.value.status == 503


def test_a_call_on_an_event_loop_says_what_to_do(article: Article) -> None:
    async def call() -> None:
        with editing(article, name="Import"):
            pytest.fail("entered")

    with pytest.raises(SynchronousOnlyOperation, match="sync_to_async"):
        asyncio.run(call())


def test_every_error_has_an_answer_for_an_api() -> None:
    kinds = EditingError.__subclasses__()
    assert {kind.code for kind in kinds} == {
        "edited_by_another",
        "lease_lost",
        "row_changed",
        "row_gone",
        "not_allowed",
        "lock_service_unavailable",
    }
    assert all(kind("Why").as_dict()["detail"] == "Why" and 403 <= kind.status <= 503 for kind in kinds)
    assert sync.store_now() >= 0
