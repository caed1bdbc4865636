"""In the themes that people use the form is locked, opened and filled as in the plain admin."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.scenes import SCENES
from tests.browser.stage import Stage
from tests.browser.test_lists import List_
from tests.browser.themes import THEMES, themed

pytestmark = [pytest.mark.once, pytest.mark.parametrize("server", THEMES, indirect=True)]

TABS = "[data-toggle=pill], [data-bs-toggle=pill], .tabbed-changeform-tablink"
"""Those of jazzmin and of admin-interface."""
CUT = """() => [...document.querySelectorAll("[id^=admin-collaborator] button")]
    .filter((button) => !button.closest("details:not([open])"))
    .filter((button) => button.clientWidth && button.scrollWidth > button.clientWidth)
    .map((button) => button.textContent)"""
BOXES = """() => Object.fromEntries(
    ["#admin-collaborator", "#article_form", "#id_title"].map((what) => {
        const { top, left, right, bottom } = document.querySelector(what).getBoundingClientRect();
        return [what, [top, left, right, bottom].map(Math.round)];
    })
)"""


@pytest.fixture
def server(request, serve):
    return themed(serve, request.param)


def test_two_people_work_together(open_form, article, ada, bob):
    editor = open_form(ada, article).becomes("editing")
    viewer = open_form(bob, article).becomes("viewing")
    expect(viewer.text).to_contain_text("Ada Lovelace")
    assert not viewer.field("title").is_editable()
    for name in ("_save", "_continue", "_addanother"):
        buttons = viewer.page.locator("[name={}]".format(name)).all()
        assert buttons
        assert all(button.is_disabled() for button in buttons)
    viewer.press("request-attention")
    expect(editor.notice("request")).to_be_visible()
    editor.notice("request").get_by_role("button", name="Dismiss").click()
    editor.fill(title="Budget 2")
    tab = editor.page.locator(TABS, has_text="Paragraphs")
    if tab.count():
        tab.click()
    editor.field("paragraphs-0-text").fill("Changed")
    editor.save()
    viewer.shows(title="Budget 2", **{"paragraphs-0-text": "Changed"})
    editor.becomes("editing").leave()
    viewer.becomes("editing", seconds=3).fill(title="Budget 3").save()
    viewer.becomes("editing").shows(title="Budget 3")
    for form in (editor, viewer):
        # What the theme's own scripts do wrong is not ours.
        form.visitor.errors[:] = [error for error in form.visitor.errors if "collaborator" in error]


def test_the_bar_has_the_width_of_the_form_and_moves_nothing(seat, article, bob):
    visitor = seat(bob, viewport={"width": 1280, "height": 800})
    boxes = {}
    for name in ("editing", "viewing", "held-back"):
        stage = Stage(visitor, article)
        SCENES[name](stage)
        boxes[name] = stage.form.page.evaluate(BOXES)
        assert stage.form.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        assert stage.form.page.evaluate(CUT) == [], name
        stage.close()
    assert boxes["editing"] == boxes["viewing"] == boxes["held-back"]
    bar, form = boxes["editing"]["#admin-collaborator"], boxes["editing"]["#article_form"]
    assert bar[2] - bar[1] >= 0.6 * (form[2] - form[1]), boxes
    assert bar[3] <= boxes["editing"]["#id_title"][0], "the bar stands above the form"


def test_a_list_shows_who_edits_and_locks_that_row(request, seat, open_form, article, ada, bob):
    open_form(bob, article).becomes("editing")
    for width in (1280, 320):
        seen = List_(seat(ada))
        seen.page.set_viewport_size({"width": width, "height": 700})
        expect(seen.shown(article)).to_have_attribute("title", "Bob Brown is editing.")
        expect(seen.shown(article)).to_be_visible()
        expect(seen.row(article).locator("td.collaborator-held")).to_have_count(1)
        seen.row(article).locator("input.action-select").check()
        expect(seen.chosen).to_have_text("Being edited by others: Budget (Bob Brown).")
        seen.picture(f"list-{request.node.callspec.params['server']}-{width}")
