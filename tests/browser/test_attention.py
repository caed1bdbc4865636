"""A viewer asks the editor to come: once per interval, seen, announced, dismissable, in the site's own words."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.places import played_at

OWN_TEXTS = {
    "editor_mode_text": "Yours to write.",
    "viewer_mode_text": "{editor_name} writes.",
    "claiming_editor_text": "It is passed on.",
    "notification_request_interval": 2,
    "notification_message": "{username} knocks.",
    "notification_button_text": "Knock",
    "notification_request_sent_text": "Knocked.",
}


@played_at("redis")
def test_the_editor_is_asked_once_per_interval_and_can_dismiss_it(open_form, article, ada, bob, cleo):
    editor = open_form(ada, article).becomes("editing")
    viewer = open_form(bob, article).becomes("viewing")
    third = open_form(cleo, article).becomes("viewing")
    button = viewer.action("request-attention")
    expect(button).to_have_text("Ask to edit")
    button.click()
    notice = editor.notice("request")
    expect(notice).to_contain_text("Bob Brown asks to edit.")
    expect(notice.get_by_role("alert")).to_have_count(1)
    expect(viewer.detail).to_have_text("Request sent.")
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(third.notice("request")).to_have_count(0)
    expect(viewer.notice("request")).to_have_count(0)
    notice.get_by_role("button", name="Dismiss").click()
    expect(notice).to_have_count(0)

    # The same person's other tab has to wait as well, and is told how long.
    other = open_form(bob, article).becomes("viewing")
    other.press("request-attention")
    expect(other.detail).to_contain_text(re.compile(r"You asked a moment ago. You can ask again in \d+ second"))
    # Another person need not wait.
    third.press("request-attention")
    expect(notice).to_contain_text("Cleo Crane")
    editor.shows(title="Budget").fill(title="Still mine").save()
    editor.becomes("editing")


@pytest.mark.parametrize("server_settings", [{"ADMIN_COLLABORATOR_OPTIONS": OWN_TEXTS}])
def test_all_texts_and_the_interval_can_be_set(open_form, article, ada, bob):
    editor = open_form(ada, article).becomes("editing")
    viewer = open_form(bob, article).becomes("viewing")
    expect(editor.text).to_have_text("Yours to write.")
    expect(viewer.text).to_have_text("Ada Lovelace writes.")
    button = viewer.action("request-attention")
    expect(button).to_have_text("Knock")
    for _ in range(2):
        button.click()
        expect(editor.notice("request").get_by_role("alert")).to_have_text("Bob Brown knocks.")
        expect(viewer.detail).to_have_text("Knocked.")
        expect(button).to_have_attribute("aria-disabled", "true")
        editor.notice("request").get_by_role("button", name="Dismiss").click()
        expect(button).to_have_attribute("aria-disabled", "false")
    viewer.visitor.context.route("**/change/", lambda route: None)  # the saved values are long in coming
    editor.leave()
    viewer.becomes("promoting")
    expect(viewer.text).to_have_text("It is passed on.")


def test_a_hidden_tab_marks_its_title_until_it_is_looked_at(open_form, article, ada, bob):
    editor = open_form(ada, article).becomes("editing")
    viewer = open_form(bob, article).becomes("viewing")
    title = editor.page.title()
    editor.hide()
    viewer.press("request-attention")
    expect(editor.page).to_have_title("● " + title)
    editor.hide(False)
    expect(editor.page).to_have_title(title)
    expect(editor.notice("request")).to_be_visible()


def test_a_tab_that_was_marked_stays_marked_when_its_saved_values_are_read(open_form, article, ada, bob):
    editor = open_form(ada, article).becomes("editing")
    viewer = open_form(bob, article).becomes("viewing")
    editor.hide()
    viewer.press("request-attention")
    expect(editor.page).to_have_title(re.compile("^● Budget "))
    plain = open_form(ada, article, at=editor.visitor.base_url, java_script_enabled=False)
    plain.page.locator("#id_title").fill("Plan")
    plain.save()
    expect(editor.page).to_have_title(re.compile("^● Plan "))
