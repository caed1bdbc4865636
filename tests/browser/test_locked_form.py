"""A viewer's form cannot be changed; it can be read, selected, copied, opened, and its links lead somewhere."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.attempts import ATTEMPTS, click, open_sections
from tests.browser.change_form import eventually
from tests.project.newsroom.models import Author

SAVES = re.compile("/change/$")  # the list that follows asks by POST who is in its rows


@pytest.fixture
def server_settings():
    """What the editor types shows in the viewer's form, else."""
    return {"ADMIN_COLLABORATOR_LIVE_VIEW": False}


@pytest.fixture
def two(open_form, article, ada, bob):
    Author.objects.create(name="Maren Grande")
    whole = {"viewport": {"width": 1280, "height": 2000}}  # so that everything is in reach of the mouse
    editor = open_form(ada, article, **whole).becomes("editing")
    viewer = open_form(bob, article, **whole).becomes("viewing")
    return editor, viewer


def test_nothing_that_changes_the_editors_form_changes_the_viewers(two):
    editor, viewer = two
    outcome = {}
    for form, name in ((editor, "editor"), (viewer, "viewer")):
        form.page.bring_to_front()
        for what, attempt in ATTEMPTS.items():
            before = form.posted_values()
            attempt(form)
            outcome[name, what] = form.posted_values() != before
    assert [what for what in ATTEMPTS if not outcome["editor", what]] == [], "these attempts prove nothing"
    assert [what for what in ATTEMPTS if outcome["viewer", what]] == []


def test_a_viewer_cannot_submit_pick_a_file_or_add_a_related_object(two):
    editor, viewer = two
    seen = {editor: [], viewer: []}
    for form in (viewer, editor):  # by the time the editor's attempts have worked, the viewer's would have, too
        events = seen[form]
        form.page.on("filechooser", lambda _, events=events: events.append("file"))
        form.page.on("popup", lambda _, events=events: events.append("popup"))
        form.page.on(
            "request",
            lambda request, events=events: (
                request.method == "POST" and SAVES.search(request.url) and events.append("post")
            ),
        )
        open_sections(form)
        click(form.field("attachment"))
        click(form.page.locator("#add_id_category"))
        form.field("title").focus()
        if form is viewer:
            for name in ("_save", "_continue", "_addanother"):
                click(form.page.locator("[name={}]".format(name)).first)
            form.page.keyboard.press("Enter")
    eventually(lambda: editor.page.evaluate("1") and len(seen[editor]) == 2)
    editor.visitor.context.pages[-1].close()
    editor.page.keyboard.press("Enter")
    editor.page.wait_for_url("**/stories/newsroom/article/")
    assert sorted(seen[editor]) == ["file", "popup", "post"]
    assert seen[viewer] == []
    assert viewer.born == viewer.page.evaluate("witness.born")


def test_a_viewers_form_can_be_read_selected_and_copied(two):
    _, viewer = two
    page = viewer.page
    viewer.visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    viewer.field("title").focus()
    page.keyboard.press("Control+a")
    assert page.evaluate("[document.activeElement.selectionStart, document.activeElement.selectionEnd]") == [0, 6]
    page.keyboard.press("Control+c")
    assert page.evaluate("navigator.clipboard.readText()") == "Budget"
    viewer.field("body").click(click_count=3)
    page.keyboard.press("Control+c")
    assert page.evaluate("navigator.clipboard.readText()").strip() == "It rains."
    # For those who listen to the page as well: nothing is hidden from them or called disabled.
    for name in ("Title:", "Body:"):
        assert page.get_by_role("textbox", name=name).is_enabled()
    assert (
        page.locator("#article_form [inert], #article_form [aria-hidden=true] input:not([type=hidden])").count() == 0
    )


def test_a_viewer_can_open_sections_and_calendars_and_follow_links(two):
    _, viewer = two
    page = viewer.page
    assert not viewer.field("published_on").is_visible()
    open_sections(viewer)
    expect(viewer.field("published_on")).to_be_visible()
    page.locator(".field-published_on [id^=calendarlink]").click()
    box = page.locator(".calendarbox:visible")
    month = box.locator("caption").inner_text()
    box.locator(".calendarnav-next").click()
    assert box.locator("caption").inner_text() != month
    page.locator("#content").click(position={"x": 1, "y": 1})
    page.locator("a.historylink").click()
    page.wait_for_url("**/history/")
    page.go_back()
    viewer.becomes("viewing")


def test_what_was_locked_is_given_back_as_it_was(open_form, article, ada, bob):
    """A control that the page itself made read-only or disabled stays so."""
    attributes = """() => [...document.querySelector("#article_form").elements]
        .filter((control) => !control.name.startsWith("_collaborator_"))
        .map((control) => [control.name, control.readOnly, control.disabled, control.ariaDisabled])"""
    article.title = "hardened"
    article.save()
    editor = open_form(ada, article).becomes("editing")
    viewer = open_form(bob, article).becomes("viewing")
    given = editor.page.evaluate(attributes)
    assert ["body", True, False, None] in given
    assert ["title", False, False, None] in given
    assert viewer.page.evaluate(attributes) != given
    editor.leave()
    viewer.becomes("editing", seconds=3)
    assert viewer.page.evaluate(attributes) == given
