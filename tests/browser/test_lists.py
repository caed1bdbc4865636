"""Who is in each row of a list, seen by somebody who looks at it."""

from __future__ import annotations

import os

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.places import played_at
from tests.project.newsroom.models import Article


class List_:
    """The list of articles in a tab of this person's browser."""

    def __init__(self, visitor, query=""):
        self.page = visitor.open(reverse("stories:newsroom_article_changelist") + query)
        self.chosen = self.page.locator(".collaborator-chosen")

    def row(self, obj):
        return self.page.locator("form tbody tr", has=self.page.locator(f"input[value='{obj.pk}']"))

    def picture(self, name):
        """Where pictures are asked for."""
        if os.environ.get("PICTURES"):
            self.page.screenshot(path=os.path.join(os.environ["PICTURES"], name + ".png"))

    def shown(self, obj):
        return self.row(obj).locator(".collaborator-row")


@played_at("redis")
def test_a_list_shows_who_edits_and_who_is_there_and_follows(seat, open_form, article, ada, bob, cleo):
    other = Article.objects.create(title="Bridge")
    seen = List_(seat(ada))
    expect(seen.row(other)).to_be_visible()
    expect(seen.page.locator(".collaborator-row")).to_have_count(0)

    editor = open_form(bob, article).becomes("editing")
    open_form(cleo, article).becomes("viewing")
    expect(seen.shown(article)).to_have_attribute("title", "Bob Brown is editing. Here: Cleo Crane.")
    expect(seen.shown(other)).to_have_count(0)
    expect(seen.shown(article).locator(".collaborator-editing")).to_have_text("BB")

    editor.page.close()
    expect(seen.shown(article)).to_have_attribute("title", "Cleo Crane is editing.", timeout=30_000)


def test_what_somebody_edits_is_locked_in_the_list_and_posted_all_the_same(seat, open_form, article, ada, bob):
    other = Article.objects.create(title="Bridge")
    editor = open_form(bob, article).becomes("editing")
    seen = List_(seat(ada))
    control = seen.row(article).locator("input[type=radio]").first
    expect(seen.row(article).locator("td.collaborator-held")).to_have_count(1)
    assert control.evaluate("(control) => { control.focus(); return document.activeElement !== control; }")
    seen.row(other).get_by_label("Published").check()
    seen.page.locator("input[name=_save]").click()
    expect(seen.page.locator(".messagelist, .success").first).to_be_visible()
    assert [Article.objects.get(pk=pk).status for pk in (article.pk, other.pk)] == ["draft", "published"]
    editor.page.close()
    expect(seen.row(article).locator("td.collaborator-held")).to_have_count(0, timeout=15_000)


def test_rows_that_others_edit_are_named_before_an_action_is_run(seat, open_form, article, ada, bob):
    open_form(bob, article).becomes("editing")
    seen = List_(seat(ada))
    expect(seen.shown(article)).to_have_count(1)
    expect(seen.chosen).to_be_hidden()
    seen.row(article).locator("input.action-select").check()
    expect(seen.chosen).to_have_text("Being edited by others: Budget (Bob Brown).")
    seen.row(article).locator("input.action-select").uncheck()
    expect(seen.chosen).to_be_hidden()


def test_what_i_edit_myself_is_mine_and_not_locked(seat, open_form, article, ada):
    open_form(ada, article).becomes("editing")
    seen = List_(seat(ada))
    expect(seen.shown(article)).to_have_attribute("title", "Ada Lovelace (you) is editing.")
    expect(seen.page.locator("td.collaborator-held")).to_have_count(0)


def test_a_list_that_is_not_in_sight_asks_for_nothing(seat, article, ada):
    visitor = seat(ada)
    visitor.context.add_init_script(
        """let hidden = false; Object.defineProperty(document, "hidden", { get: () => hidden });
        window.hide = (value) => { hidden = value; document.dispatchEvent(new Event("visibilitychange")); };"""
    )
    seen = List_(visitor)
    asked = []
    seen.page.on("request", lambda request: "/collaborator/" in request.url and asked.append(request))
    seen.page.evaluate("hide(true)")
    seen.page.wait_for_timeout(3000)
    assert asked == []
    with seen.page.expect_request("**/collaborator/"):
        seen.page.evaluate("hide(false)")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_a_list_is_accessible_and_as_wide_as_without_it(seat, open_form, article, ada, bob, cleo, scheme, width):
    for person in (bob, cleo):
        open_form(person, article)
    seen = List_(seat(ada, color_scheme=scheme, viewport={"width": width, "height": 700}))
    before = seen.page.evaluate("document.documentElement.scrollWidth")
    expect(seen.shown(article)).to_have_count(1)
    seen.row(article).locator("input.action-select").check()
    expect(seen.chosen).to_be_visible()
    seen.picture(f"list-{scheme}-{width}")
    assert violations(seen.page, ".collaborator-row") + violations(seen.page, ".collaborator-chosen") == []
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= max(before, width)
