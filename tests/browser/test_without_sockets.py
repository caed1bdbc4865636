"""Without JavaScript, or where WSGI alone serves the project, no lock protects: the page says so, the guard holds."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.change_form import eventually
from tests.project.newsroom.models import Article


def test_a_page_without_scripts_says_that_no_lock_protects_it(open_form, article, ada):
    form = open_form(ada, article, java_script_enabled=False)
    note = form.page.locator("#admin-collaborator .collaborator-bar")
    expect(note).to_contain_text("Not protected by a lock, which needs JavaScript.")
    expect(note).to_be_visible()
    box, field = note.bounding_box(), form.field("title").bounding_box()
    assert box["y"] + box["height"] <= field["y"]


@pytest.mark.parametrize("server", ["wsgi"], indirect=True)
def test_a_project_served_by_wsgi_alone_says_so_and_is_guarded(open_form, article, ada, bob):
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
