"""Typed text outlasts what used to lose it: a save beside it, a second tab, a deletion, a form that has changed."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.change_form import ChangeForm
from tests.browser.drafts import keeps, kept, kill, press, reopened
from tests.guard.press.models import Everything
from tests.project.newsroom.models import Article


def test_an_offer_that_was_not_answered_outlasts_a_save_of_something_else(open_form, article, ada):
    form = open_form(ada, article).becomes("editing").fill(title="Half a sent")
    keeps(form, title="Half a sent")
    kill(form)
    form = reopened(form, article)
    expect(form.notice("draft")).to_be_visible()
    form.fill(body="Something else").save()
    expect(form.page.locator(".messagelist .success")).to_be_visible()
    form.becomes("editing").shows(title="Budget", body="Something else")
    expect(form.notice("draft").locator("dt")).to_have_text(["Title"])
    press(form, "restore-draft")
    form.shows(title="Half a sent").save()
    form.becomes("editing")
    article.refresh_from_db()
    assert (article.title, article.body) == ("Half a sent", "Something else")
    expect(form.notice("draft")).to_have_count(0)
    assert kept(form) == []


@pytest.mark.parametrize("field", ["body", "title"])
def test_after_edit_here_in_a_second_tab_the_first_is_offered_its_text(open_form, article, ada, field):
    first = open_form(ada, article).becomes("editing").fill(title="Typed in the first tab")
    second = ChangeForm.open(first.visitor, article).becomes("viewing")
    second.action("transfer-lease").click()
    second.becomes("editing", seconds=10).fill(**{field: "From the second tab"}).save("_save")
    second.page.wait_for_url("**/newsroom/article/")
    first.page.reload()
    first.becomes("editing", seconds=10)
    added = ["Typed in", "first"] if field == "title" else ["Typed in the first tab"]  # to what the second tab saved
    expect(first.notice("draft").locator("ins")).to_have_text(added)
    press(first, "restore-draft")
    first.shows(title="Typed in the first tab")


def test_what_was_typed_into_an_object_that_is_deleted_can_be_copied_and_saved_as_new(open_form, article, ada):
    form = open_form(ada, article).becomes("editing").fill(title="Typed before", body="Typed body")
    assert form.page.request.post("/erase/{}".format(article.pk)).ok
    form.becomes("ended", seconds=20).shows(title="Typed before", body="Typed body")
    form.visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    form.field("body").focus()
    form.page.keyboard.press("Control+a")
    form.page.keyboard.press("Control+c")
    assert form.page.evaluate("navigator.clipboard.readText()") == "Typed body"
    form.action("save-as-new").click()
    expect(form.page.locator(".messagelist .success")).to_be_visible()
    saved = Article.objects.get()
    assert (saved.title, saved.body) == ("Typed before", "Typed body")
    assert [tag.pk for tag in saved.tags.all()] == ["money"]
    form.page.goto("/stories/newsroom/article/")
    assert kept(form) == []


@pytest.fixture
def record(database, settings):
    settings.ROOT_URLCONF = "tests.browser.stacked"
    return Everything.objects.create(char="Before", email="before@example.com")


@pytest.mark.parametrize("server_settings", [{"ROOT_URLCONF": "tests.browser.stacked"}])
def test_what_was_typed_into_a_field_that_became_read_only_is_shown_to_be_copied(open_form, record, ada):
    form = open_form(ada, record).becomes("editing").fill(char="Mine", email="typed@example.com")
    keeps(form, email="typed@example.com")
    Everything.objects.filter(pk=record.pk).update(integer=1)
    form.page.reload()
    form.becomes("editing")
    expect(form.page.locator(".field-email .readonly")).to_be_visible()
    expect(form.notice("draft").locator("dt")).to_have_text(["Char", "Email"])
    press(form, "restore-draft")
    form.shows(char="Mine")
    expect(form.notice("draft").locator("dt")).to_have_text(["Email"])
    expect(form.notice("draft").locator("ins")).to_have_text(["typed@example.com"])
    form.save()
    form.becomes("editing")
    expect(form.notice("draft").locator("ins")).to_have_text(["typed@example.com"])
    press(form, "discard-draft")
    assert kept(form) == []


def test_a_new_secret_of_the_site_keeps_what_was_typed(open_form, seat, serve, article, ada):
    before = {"ROOT_URLCONF": "tests.browser.newsroom"}
    after = {**before, "SECRET_KEY": "another one", "SECRET_KEY_FALLBACKS": ["only for tests"]}
    form = open_form(ada, article).becomes("editing").fill(title="Typed before")
    keeps(form, title="Typed before")
    draft = form.page.evaluate("Object.entries(localStorage).find(([key]) => key.includes(':draft:'))")
    form.page.close()
    server = serve(store="memory", settings=after)
    form = ChangeForm.open(seat(ada, at=server.url), article).becomes("editing")
    form.page.evaluate("([name, text]) => { localStorage.setItem(name, text) }", draft)  # another port, another store
    form.page.reload()
    form.becomes("editing")
    press(form, "restore-draft")
    form.shows(title="Typed before").save()
    form.becomes("editing")
    article.refresh_from_db()
    assert article.title == "Typed before"
    assert kept(form) == []
