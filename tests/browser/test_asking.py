"""May I edit? What becomes of a question that nobody answers."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.places import played_at

ANSWER = {
    "ADMIN_COLLABORATOR_ANSWER_SECONDS": 4,
    "ADMIN_COLLABORATOR_OPTIONS": {"notification_request_interval": 1},
}
COUNTDOWN = ".collaborator-bar .collaborator-time"


@pytest.mark.parametrize("server_settings", [{**ANSWER, "ADMIN_COLLABORATOR_IDLE_SECONDS": 2}])
def test_the_lease_of_an_idle_editor_who_does_not_answer_passes_on_by_itself(open_form, article, ada, bob, cleo):
    editor = open_form(ada, article).becomes("editing").fill(title="Ada's, not saved")
    asker = open_form(bob, article).becomes("viewing")
    third = open_form(cleo, article).becomes("viewing")
    asker.press("request-attention")
    expect(asker.root.locator(COUNTDOWN)).to_contain_text(" sec")
    panel = editor.notice("request")
    expect(panel).to_contain_text("Bob Brown asks to edit.")
    expect(panel).to_contain_text(" sec")
    expect(third.person("AL")).to_have_attribute("data-state", "idle")
    asker.becomes("editing", seconds=8)
    editor.becomes("viewing").shows(title="Ada's, not saved")
    expect(editor.notice("passing")).to_have_text(
        "Bob Brown has asked to edit, and edits now. What you typed is kept.×"
    )
    expect(asker.notice("passing")).to_contain_text("Ada Lovelace was asked, and you edit now.")
    expect(third.text).to_contain_text("Bob Brown")


@pytest.mark.parametrize("server_settings", [ANSWER])
def test_an_active_editor_who_does_not_answer_goes_on_editing_and_the_asker_is_told(
    open_form, article, ada, bob, cleo
):
    editor = open_form(ada, article).becomes("editing").fill(title="Busy")
    token = editor.token
    asker = open_form(bob, article).becomes("viewing")
    third = open_form(cleo, article).becomes("viewing")
    asker.press("request-attention")
    expect(asker.detail).to_have_text("Request sent.")
    expect(editor.notice("request")).to_be_visible()
    expect(asker.detail).to_have_text("There was no answer: the editor is busy and goes on editing.", timeout=8000)
    expect(editor.notice("request")).to_have_count(0)
    expect(asker.root.locator(COUNTDOWN)).to_have_text("")
    expect(asker.line).to_have_text("You are next.")
    expect(asker.action("withdraw-request")).to_have_count(0)
    assert (editor.state, editor.token) == ("editing", token)
    assert third.states() == ["connecting", "viewing"]
    editor.save()
    asker.shows(title="Busy")


@played_at()
@pytest.mark.parametrize("server_settings", [ANSWER])
def test_a_question_that_is_taken_back_is_off_the_editors_screen(open_form, article, ada, bob):
    editor = open_form(ada, article).becomes("editing")
    asker = open_form(bob, article).becomes("viewing")
    asker.press("request-attention")
    expect(editor.notice("request")).to_be_visible()
    asker.press("withdraw-request")
    expect(editor.notice("request")).to_have_count(0)
    expect(asker.root.locator(COUNTDOWN)).to_have_text("")
