"""A control that cannot be compared is named on the page; all others stay guarded."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.project.newsroom.models import Article

SENTENCE = "Changes by others are not detected in: Body."


def test_the_bar_names_the_controls_that_are_not_guarded(open_form, article, ada):
    form = open_form(ada, article).becomes("editing")
    expect(form.detail).not_to_contain_text("not detected")
    Article.objects.update(title="opaque")
    form = open_form(ada, article).becomes("viewing")
    expect(form.detail).to_contain_text(SENTENCE)
    expect(form.status).to_have_attribute("title", f"{form.text.inner_text()} {SENTENCE}")


def test_the_bar_speaks_the_language_of_the_page(open_form, article, ada):
    Article.objects.update(title="opaque")
    form = open_form(ada, article, locale="de")
    expect(form.detail).to_contain_text("Änderungen anderer werden hier nicht erkannt")
