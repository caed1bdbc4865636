"""Unsaved text when the turn to edit passes to another tab or to somebody else."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.change_form import eventually
from tests.browser.drafts import keeps, press
from tests.browser.places import played_at


def test_edit_here_moves_the_lease_with_the_draft(open_form, article, ada):
    first = open_form(ada, article).becomes("editing").fill(title="Typed in the first tab")
    keeps(first, title="Typed in the first tab")
    second = open_form(ada, article).becomes("viewing")
    expect(second.notice("draft")).to_have_count(0)
    second.action("transfer-lease").click()
    second.becomes("editing", seconds=10)
    press(second, "restore-draft")
    second.shows(title="Typed in the first tab")
    first.becomes("viewing").shows(title="Typed in the first tab")
    expect(first.notice("draft")).to_have_count(0)


@pytest.mark.parametrize(
    "server_settings", [{"ADMIN_COLLABORATOR_TAKEOVER_SECONDS": 3, "ADMIN_COLLABORATOR_LIVE_VIEW": False}]
)
@played_at("redis")
def test_a_take_over_offers_the_text_to_both(open_form, article, ada, cleo):
    editor = open_form(ada, article).becomes("editing").fill(title="Ada's half", **{"paragraphs-1-text": "Her row"})
    viewer = open_form(cleo, article).becomes("viewing")
    viewer.press("take-over")
    viewer.notice("take-over").get_by_label("Reason").fill("Print is waiting.")
    viewer.notice("take-over").get_by_label("Reason").press("Enter")
    viewer.becomes("editing", seconds=10).shows(title="Budget")
    expect(viewer.notice("handed")).to_contain_text("had typed this and not saved it.")
    press(viewer, "restore-draft", "handed")
    viewer.shows(title="Ada's half", **{"paragraphs-1-text": "Her row"})
    editor.becomes("viewing").shows(title="Ada's half")
    keeps(editor, title="Ada's half")
    editor.page.reload()
    editor.becomes("viewing").shows(title="Budget")
    offer = editor.notice("draft")
    expect(offer).to_contain_text("You can put it back when it is your turn.")
    expect(offer.locator("[data-collaborator-action=restore-draft]")).to_be_hidden()
    viewer.page.close()
    editor.becomes("editing", seconds=10)
    press(editor, "restore-draft")
    editor.shows(title="Ada's half")


@pytest.mark.parametrize("server_settings", [{"ADMIN_COLLABORATOR_TAKEOVER_SECONDS": 3}])
def test_a_text_too_long_to_be_handed_over_is_told_of_and_stays_with_its_author(open_form, article, ada, cleo):
    editor = open_form(ada, article).becomes("editing").fill(body="A long story. " * 7_000)
    viewer = open_form(cleo, article).becomes("viewing")
    viewer.press("take-over")
    viewer.notice("take-over").get_by_label("Reason").fill("Print is waiting.")
    viewer.notice("take-over").get_by_label("Reason").press("Enter")
    viewer.becomes("editing", seconds=10).shows(body=article.body)
    expect(viewer.notice("draft_too_long")).to_contain_text("Ada Lovelace had typed something and not saved it.")
    expect(viewer.notice("handed")).to_have_count(0)
    editor.becomes("viewing")
    keeps(editor, body="A long story. " * 7_000)


IMPATIENT = {"ADMIN_COLLABORATOR_IDLE_SECONDS": 2, "ADMIN_COLLABORATOR_ANSWER_SECONDS": 3}


@pytest.mark.parametrize("server_settings", [IMPATIENT])
def test_an_idle_editors_lease_passes_on_with_the_draft_kept(open_form, article, ada, bob):
    editor = open_form(ada, article).becomes("editing").fill(title="Left alone")
    viewer = open_form(bob, article).becomes("viewing")
    viewer.press("request-attention")
    viewer.page.keyboard.press("Shift")
    eventually(lambda: viewer.page.keyboard.press("Shift") or viewer.state == "editing", 20)
    expect(viewer.notice("handed").locator("ins")).to_have_text("Left alone")
    press(viewer, "discard-draft", "handed")
    expect(viewer.notice("handed")).to_have_count(0)
    keeps(editor, title="Left alone")
