"""The page of operators shows what its viewer may view anyway, and lets those end an editing who may."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from django_admin_collaborator.access.visible_objects import admins_of
from django_admin_collaborator.admin import EditingAdmin
from django_admin_collaborator.editing import editing
from django_admin_collaborator.models import Editing
from django_admin_collaborator.rooms import lease_events
from django_admin_collaborator.stores.base import StoreUnavailable
from tests.programs.conftest import Page
from tests.project.newsroom.models import Article, ArticleProxy, Author, Tag
from tests.project.sites import backoffice
from tests.support.people import Person, staff

PLACE = "/admin/django_admin_collaborator/editing/"
VIEW = "django_admin_collaborator.view_editing"
RELEASE = "django_admin_collaborator.release_editing"
ARTICLES = "newsroom.view_article"


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person.user)
    return client


def shown(person: Person, place: str = PLACE, status: int = 200) -> str:
    answer = client_of(person).get(place)
    assert answer.status_code == status
    return " ".join(answer.content.decode().split())


@pytest.fixture
def editor(article: Article, bob: Person) -> Page:
    page = Page(article, bob)
    page.claim()
    return page


def test_the_page_says_who_edits_who_waits_and_who_is_there(editor, article, ada) -> None:
    Page(article, ada).claim(wait=True)
    Page(article, staff("Cat Cole"))
    said = shown(ada)
    assert f'<a href="/admin/newsroom/article/{article.pk}/change/">Article: Budget 2027</a>' in said
    cells = re.findall(r"<td data-label[^>]*>(.*?)</td>", said.split('id="collaborator-who-edits"')[1])
    assert ["Bob Brown" in cells[0], "Ada Lovelace" in cells[1], "Cat Cole" in cells[2]] == [True] * 3
    assert re.search(r'Bob Brown, <time datetime="20[^"]+">since ', cells[0])


def test_the_index_leads_to_the_page(ada, database) -> None:
    assert f'<a href="{PLACE}"' in shown(ada, "/admin/")
    assert "Nobody is in any object." in shown(ada)


@pytest.mark.parametrize("permissions", [(), (RELEASE,), ("django_admin_collaborator.take_over_editing", ARTICLES)])
def test_without_the_permission_there_is_no_page(editor, permissions) -> None:
    person = staff("Dan Dow", *permissions)
    shown(person, status=403)
    assert f'href="{PLACE}"' not in shown(person, "/admin/")


def test_what_the_viewer_may_not_view_is_not_there(editor, article, ada) -> None:
    tag = Tag.objects.create(name="harbour")
    Page(tag, ada).claim()
    said = shown(staff("Dan Dow", VIEW, "newsroom.view_tag"))
    assert "harbour" in said
    assert "Budget" not in said
    assert "Bob" not in said


def test_a_row_out_of_the_admins_reach_is_not_there(editor, monkeypatch) -> None:
    from django.contrib import admin

    viewer = staff("Dan Dow", VIEW, ARTICLES)
    assert "Bob Brown" in shown(viewer)
    model_admin = type(admin.site._registry[Article])
    monkeypatch.setattr(model_admin, "get_queryset", lambda self, request: Article.objects.filter(pk=0))
    assert "Bob Brown" not in shown(viewer)
    monkeypatch.undo()
    monkeypatch.setattr(model_admin, "has_view_permission", lambda self, request, obj=None: obj is None)
    monkeypatch.setattr(model_admin, "has_change_permission", lambda self, request, obj=None: obj is None)
    assert "Bob Brown" not in shown(viewer)


def test_a_row_is_found_under_another_of_its_names(article, ada, bob) -> None:
    Page(ArticleProxy.objects.get(), bob).claim()
    assert "Budget 2027" in shown(staff("Dan Dow", VIEW, ARTICLES))


@pytest.mark.parametrize("count", [1, 12])
def test_one_query_for_each_model(article, ada, bob, count, django_assert_max_num_queries) -> None:
    for number in range(count):
        Page(Article.objects.create(title=f"Article {number}"), bob).claim()
    client = client_of(ada)
    client.get(PLACE)
    with django_assert_max_num_queries(3):  # session, user, articles
        assert client.get(PLACE).content.count(b"<time") == count


def test_missing_tables_are_said_with_the_remedy(ada, monkeypatch) -> None:
    monkeypatch.setattr("django_admin_collaborator.admin.is_unmigrated", lambda: True)
    assert "run manage.py migrate" not in shown(ada)
    monkeypatch.setattr("django_admin_collaborator.admin.who_edits.open_objects", unavailable)
    assert "run manage.py migrate" in shown(ada, status=503)


def unavailable() -> Any:
    raise StoreUnavailable("no table")


def end(person: Person, obj: Any, reason: str = "Print is waiting", status: int = 302) -> str:
    data = {"model": obj._meta.label_lower, "pk": str(obj.pk), "reason": reason}
    answer = client_of(person).post(PLACE + "release/", data, follow=status == 302)
    assert (answer.redirect_chain[0][1] if status == 302 else answer.status_code) == status
    return answer.content.decode()


def test_an_editing_is_ended_with_a_reason_and_stands_in_the_history(editor, article, ada) -> None:
    assert "Bob Brown no longer edits “Budget 2027”." in end(ada, article)
    assert not editor.edits()
    lease_events.wait()
    entry = LogEntry.objects.get(object_id=str(article.pk))
    said = "Ada Lovelace ended the editing of Bob Brown. Reason: Print is waiting"
    assert (entry.user_id, entry.get_change_message()) == (ada.id, said)
    assert "Nobody edits “Budget 2027” any more." in end(ada, article)


def test_without_a_reason_nothing_is_done(editor, article, ada) -> None:
    assert "Please give one" in end(ada, article, reason=" ")
    assert editor.edits()


@pytest.mark.parametrize(
    ("permissions", "status"),
    [((VIEW, ARTICLES), 403), ((RELEASE, ARTICLES), 403), ((VIEW, RELEASE), 404)],
    ids=["only views", "no page", "not this model"],
)
def test_who_may_not_end_it_does_not(editor, article, permissions, status) -> None:
    person = staff("Dan Dow", *permissions)
    end(person, article, status=status)
    assert editor.edits()
    if status == 403 and VIEW in permissions:
        assert "<form method=" not in shown(person).split('id="content-main"')[1]


@pytest.mark.parametrize("pk", ["", "x", "9" * 40, "7\0"])
def test_what_is_not_there_cannot_be_ended(article, ada, pk) -> None:
    end(ada, Article(pk=pk), status=404)
    end(ada, Author(pk=pk), status=404)
    assert client_of(ada).get(PLACE + "release/").status_code == 405


def test_a_post_needs_its_token(editor, article, ada) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada.user)
    data = {"model": "newsroom.article", "pk": str(article.pk), "reason": "Print"}
    assert client.post(PLACE + "release/", data).status_code == 403
    assert editor.edits()


def test_a_program_is_shown_by_its_name(article, ada) -> None:
    with editing(article, name="Nightly <import>"):
        assert "Nightly &lt;import&gt;" in shown(ada)


def test_nothing_is_inline(editor, ada) -> None:
    content = shown(ada).split('id="content-main"')[1].split("</table>")[0]
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=", content)


def test_a_lock_service_that_is_away_is_said(article, ada, settings) -> None:
    settings.ADMIN_COLLABORATOR_REDIS_URL = "redis://127.0.0.1:1/0"
    settings.ADMIN_COLLABORATOR_REDIS_RETRY_DELAY = 0.01
    assert "The lock service does not answer." in shown(ada, status=503)


def test_another_site_has_a_page_of_its_own(editor, article, ada, bob) -> None:
    if Editing not in backoffice._registry:
        backoffice.register(Editing, EditingAdmin)
    try:
        Page(ArticleProxy.objects.get(), bob)
        page = EditingAdmin(Editing, backoffice)
        urls = {url.name for url in page.get_urls()}
        name = "django_admin_collaborator_editing_"
        assert {name + "changelist", name + "collaborator"} <= urls
        rows = [admins_of(backoffice, "newsroom.article"), admins_of(backoffice, "newsroom.memo")]
        assert [bool(row) for row in rows] == [True, False], "only what that site shows"
    finally:
        backoffice.unregister(Editing)


def test_the_model_without_a_table_can_be_dumped_and_counted(database) -> None:
    assert reverse("admin:django_admin_collaborator_editing_changelist") == PLACE
    call_command("dumpdata", "django_admin_collaborator", stdout=io.StringIO())
    assert Editing.objects.count() == 0
