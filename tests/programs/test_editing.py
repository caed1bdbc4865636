"""``with editing(obj, …)`` takes the lease that pages take, and saves only what it has read."""

from __future__ import annotations

import copy
import threading
import time
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F

from django_admin_collaborator.editing import base_of, editing
from django_admin_collaborator.errors import EditedByAnother, RowChanged, RowGone
from tests.programs.conftest import Page, room_of
from tests.project.newsroom.models import Article, Author

both_databases = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)


@both_databases
def test_a_program_edits_under_its_name_and_leaves_nothing_behind(article: Article) -> None:
    with editing(article, name="Nightly import") as edit:
        room = room_of(article)
        assert (room.editor().name, room.subject) == ("Nightly import", ("newsroom.article", str(article.pk)))
        article.title = "Budget 2028"
        edit.save()
    assert Article.objects.get().title == "Budget 2028"
    room = room_of(article)
    assert (room.lease, dict(room.members), dict(room.holds)) == (None, {}, {})
    assert room.saved.name == "Nightly import"


def test_a_users_program_is_shown_as_that_user(article: Article, ada: Any) -> None:
    with editing(article, user=ada.user):
        assert room_of(article).editor().name == "Ada Lovelace"


def test_a_save_is_told_once_with_the_name_of_its_program(article: Article) -> None:
    before = room_of(article).saved
    with editing(article, name="Import") as edit:
        edit.save()
        assert before is None
        assert (room_of(article).saved.number, room_of(article).saved.name) == (1, "Import")
    time.sleep(0.2)  # were it told by the signal too, it would be by now
    assert room_of(article).saved.number == 1


def test_what_somebody_edits_raises_with_who_and_since_when(article: Article, ada: Any) -> None:
    Page(article, ada).claim()
    version = room_of(article).version
    with pytest.raises(EditedByAnother) as caught, editing(article, name="Import"):
        pytest.fail("entered")
    error = caught.value
    assert (error.holder, error.user_id, error.status) == ("Ada Lovelace", ada.id, 423)
    assert abs(error.since.timestamp() - time.time()) < 5
    assert 20 < error.seconds_left < 30.5, "by two clocks"
    assert "Ada Lovelace" in str(error)
    assert error.as_dict()["since"] == error.since.isoformat()
    assert room_of(article).version == version, "nobody was told of a program that only looked in"
    assert copy.copy(error).as_dict() == error.as_dict(), "by the way that pickling goes, too"


def test_a_related_object_that_others_exchanged_is_read_again(article: Article) -> None:
    before, now = Author.objects.create(name="Before"), Author.objects.create(name="Now")
    article.author = before
    article.save()
    Article.objects.update(author=now)
    with editing(article, name="Import"):
        assert article.author == now


def test_a_page_cannot_claim_what_a_program_edits(article: Article, ada: Any) -> None:
    page = Page(article, ada)
    with editing(article, name="Import"):
        assert page.claim().replies[0]["editor_name"] == "Import"
    page.claim()
    assert page.edits()


def test_a_program_waits_in_line_and_gets_the_values_of_its_turn(article: Article, ada: Any) -> None:
    page = Page(article, ada)
    page.claim()
    Article.objects.update(title="By Ada")
    timer = threading.Timer(0.6, page.release)
    timer.start()
    with editing(article, name="Import", wait=10):
        assert room_of(article).editor().name == "Import"
        assert article.title == "By Ada"
    timer.join()


def test_waiting_ends_after_the_time_that_was_given(article: Article, ada: Any) -> None:
    page = Page(article, ada)
    page.claim()
    began = time.monotonic()
    with pytest.raises(EditedByAnother), editing(article, name="Import", wait=0.7):
        pytest.fail("entered")
    assert 0.7 <= time.monotonic() - began < 2
    assert not room_of(article).queue()


def test_a_long_block_keeps_its_lease(article: Article, settings: Any) -> None:
    settings.ADMIN_COLLABORATOR_LEASE_SECONDS = 2
    with editing(article, name="Import") as edit:
        token = room_of(article).lease.token
        time.sleep(3.5)
        assert room_of(article).lease.token == token
        assert not edit.is_lost
        edit.save()


@both_databases
@pytest.mark.parametrize("kind", ["title", "deleted"])
def test_what_others_changed_meanwhile_is_never_overwritten(article: Article, kind: str) -> None:
    with editing(article, name="Import") as edit:
        article.title = "By the import"
        others = Article.objects.filter(pk=article.pk)
        others.delete() if kind == "deleted" else others.update(title="By others")
        with pytest.raises(RowGone if kind == "deleted" else RowChanged) as caught:
            edit.save()
    assert list(Article.objects.values_list("title", flat=True)) == ([] if kind == "deleted" else ["By others"])
    if kind == "title":
        assert (caught.value.fields, caught.value.status) == (("title",), 409)
        assert caught.value.as_dict()["fields"] == ["title"]
    assert not room_of(article).holds


@both_databases
def test_disjoint_changes_are_refused_too_unless_the_setting_merges_them(article: Article, settings: Any) -> None:
    with editing(article, name="Import") as edit:
        article.title = "By the import"
        Article.objects.update(body="By others")
        with pytest.raises(RowChanged):
            edit.save()
        settings.ADMIN_COLLABORATOR_MERGE_DISJOINT = True
        edit.save()
    article.refresh_from_db()
    assert (article.title, article.body) == ("By the import", "By others")


def test_a_base_that_was_taken_earlier_is_compared_at_the_beginning(article: Article) -> None:
    base = base_of(Article.objects.get())
    with editing(article, name="Import", base=base) as edit:
        edit.save()  # a new ``updated_at`` is nothing that somebody typed
    with editing(article, name="Import", base=base):
        Article.objects.update(body="By others")
    with pytest.raises(RowChanged), editing(article, name="Import", base=base):
        pytest.fail("entered")
    assert room_of(article).lease is None


@both_databases
def test_a_second_save_starts_from_the_first(article: Article) -> None:
    with editing(article, name="Import") as edit:
        for title in ("One", "Two"):
            article.title = title
            edit.save()
        Article.objects.update(title="By others")
        with pytest.raises(RowChanged):
            edit.save()


def test_an_expression_is_computed_once(article: Article) -> None:
    Article.objects.update(title="a")
    from django.db.models import Value
    from django.db.models.functions import Concat

    with editing(article, name="Import") as edit:
        article.title = Concat(F("title"), Value("b"))
        edit.save()
        edit.save()
    assert Article.objects.get().title == "ab"


def test_a_deletion_is_told_to_the_room(article: Article) -> None:
    with editing(article, name="Import") as edit:
        pk = article.pk
        edit.delete()
        article.pk = pk
        assert room_of(article).deleted
    assert not Article.objects.exists()


def test_an_error_in_the_block_frees_the_object(article: Article) -> None:
    with pytest.raises(ZeroDivisionError), editing(article, name="Import"):
        raise ZeroDivisionError
    assert room_of(article).lease is None


@both_databases
def test_the_room_hears_of_a_save_when_the_transaction_around_it_is_committed(article: Article) -> None:
    with transaction.atomic():
        with editing(article, name="Import") as edit:
            edit.save()
            assert room_of(article).saved is None
        assert room_of(article).holds, "until the commit nobody is granted the lease"
    assert room_of(article).saved.name == "Import"
    assert not room_of(article).holds


@both_databases
def test_only_one_of_many_programs_edits_at_a_time(article: Article) -> None:
    inside, most = [], []

    def work(number: int) -> None:
        with editing(Article.objects.get(), name=f"Import {number}", wait=20):
            inside.append(number)
            most.append(len(inside))
            time.sleep(0.02)
            inside.remove(number)

    def run(number: int) -> None:
        try:
            work(number)
        finally:
            from django.db import connections

            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 5
