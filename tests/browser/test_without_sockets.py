"""Without JavaScript no lock protects: the page says so, the guard holds. By WSGI alone, one does."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from benchmarks.subjects import published
from tests.browser.change_form import eventually
from tests.project.newsroom.models import Article

SILENT = "Not protected by a lock: the scripts of this page did not run."


def says_that_no_script_ran(form):
    note = form.page.locator("#admin-collaborator .collaborator-bar")
    expect(note).to_contain_text(SILENT)
    expect(note).to_be_visible(timeout=8000)
    box, field = note.bounding_box(), form.field("title").bounding_box()
    assert box["y"] + box["height"] <= field["y"]
    return form


def test_a_page_without_scripts_says_that_no_lock_protects_it(open_form, article, ada):
    says_that_no_script_ran(open_form(ada, article, java_script_enabled=False))


def test_a_page_whose_scripts_did_not_load_says_so_and_is_guarded(open_form, seat, article, ada):
    seat(ada).context.route("**/django_admin_collaborator/js/*", lambda route: route.abort())
    form = says_that_no_script_ran(open_form(ada, article))
    Article.objects.filter(pk=article.pk).update(title="Saved first")
    form.fill(title="Saved second").save()
    expect(form.page.locator("#collaborator-conflict")).to_contain_text("Saved first")


@pytest.mark.once
def test_a_page_that_runs_the_scripts_of_0_4_5_says_so(open_form, seat, article, ada):
    """They lie in a browser's cache under the same names, where a proxy leaves out the version in the address."""
    folder = next(Path(published().python).parent.parent.rglob("static/django_admin_collaborator/js"))
    visitor = seat(ada)
    visitor.context.route(
        "**/django_admin_collaborator/js/*",
        lambda route: route.fulfill(path=folder / Path(urlsplit(route.request.url).path).name),
    )
    says_that_no_script_ran(open_form(ada, article))
    visitor.errors.clear()  # theirs


def test_nothing_of_it_is_seen_where_the_scripts_run(open_form, seat, article, ada):
    """Not even while the page waits for its socket."""
    seat(ada).context.route_web_socket("**/admin/collaboration/newsroom/**", lambda socket: None)
    form = open_form(ada, article).becomes("connecting")
    form.page.wait_for_timeout(4000)
    expect(form.page.locator(".collaborator-silent")).to_have_count(0)
    expect(form.root).not_to_contain_text(SILENT)


@pytest.mark.parametrize("server", ["http", "runserver"], indirect=True)
def test_a_project_served_by_wsgi_alone_locks_and_says_how_often_it_asks(open_form, article, ada, bob):
    first = open_form(ada, article).becomes("editing")
    second = open_form(bob, article).becomes("viewing")
    for form in (first, second):
        assert "unprotected" not in form.states()
        expect(form.late).to_have_text("Updates every 2 seconds.")
    second.menu.click()
    pace = second.root.locator("[data-collaborator-pace]")
    expect(pace).to_be_visible()
    expect(pace).to_contain_text("Updates every 2 seconds.")
    expect(pace).to_contain_text("kept in a file beside the project's database. Changes would show at once")


@pytest.mark.parametrize("server", ["http"], indirect=True)
@pytest.mark.parametrize("server_settings", [{"ADMIN_COLLABORATOR_TRANSPORTS": ["websocket"]}])
def test_where_http_is_forbidden_such_a_project_says_that_no_lock_protects_and_is_guarded(
    open_form, article, ada, bob
):
    first = open_form(ada, article).becomes("unprotected", seconds=10)
    second = open_form(bob, article).becomes("unprotected", seconds=10)
    for form in (first, second):
        expect(form.text).to_contain_text("Not protected by a lock")
    first.fill(title="Saved first").save()
    eventually(lambda: Article.objects.get(pk=article.pk).title == "Saved first")
    second.fill(title="Saved second").save()
    expect(second.page.locator("#collaborator-conflict")).to_contain_text("Saved first")
    second.shows(title="Saved second")
    assert Article.objects.get(pk=article.pk).title == "Saved first"
