"""Who edits, elsewhere, what one's own form depends on: both are told before either saves."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import pictures
from tests.browser.axe import violations
from tests.browser.places import played_at

OF_PARAGRAPH = "Bob Brown is editing the paragraph “First paragraph” in a page of its own."
OF_ARTICLE = "Ada Lovelace is editing the article “Budget”, which this is a part of."


@played_at("memory", "sql")
def test_editors_of_a_row_and_of_what_contains_it_are_told_of_each_other(open_form, article, ada, bob):
    first = open_form(ada, article).becomes("editing")
    expect(first.notice("related")).to_have_count(0)
    second = open_form(bob, article.paragraphs.get()).becomes("editing")
    expect(first.notice("related").locator("p")).to_have_text(OF_PARAGRAPH)
    expect(second.notice("related").locator("p")).to_have_text(OF_ARTICLE)
    assert first.fill(title="Bridge").state == second.fill(text="Mine").state == "editing"
    second.leave("list")
    expect(first.notice("related")).to_have_count(0)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_it_is_told_of_what_is_chosen_and_accessible(open_form, article, ada, bob, scheme, width):
    chosen = open_form(bob, article.category).becomes("editing")
    form = open_form(ada, article, color_scheme=scheme, viewport={"width": width, "height": 700}).becomes("editing")
    notice = form.notice("related")
    expect(notice.locator("p")).to_have_text("Bob Brown is editing the category “City”, which is chosen here.")
    pictures.take(form.page, (width, scheme, "en"), "related")
    assert violations(form.page, "[data-collaborator-notice=related]") == []
    told = "Ada Lovelace is editing the article “Budget”, in which this is chosen."
    expect(chosen.notice("related").locator("p")).to_have_text(told, timeout=10_000)
    notice.locator("[data-collaborator-action=dismiss]").click()
    expect(notice).to_have_count(0)
