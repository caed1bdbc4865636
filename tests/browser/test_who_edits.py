"""The lease moves between people: to an own other tab, down the line, when asked for, by a take-over."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.places import played_at


@played_at("redis")
def test_edit_here_moves_the_lease_to_this_tab_and_the_other_keeps_its_text(open_form, article, ada):
    first = open_form(ada, article).becomes("editing").fill(title="Typed in the first tab")
    second = open_form(ada, article).becomes("viewing")
    button = second.action("transfer-lease")
    expect(button).to_have_text("Edit here")
    button.press("Enter")
    second.becomes("editing", seconds=10)
    first.becomes("viewing").shows(title="Typed in the first tab")
    expect(first.text).to_contain_text("You are editing this in another tab.")
    assert first.field("title").evaluate("(field) => field.readOnly")
    second.fill(title="From the second tab").save()
    second.becomes("editing")
    expect(first.detail).to_contain_text("The saved values have changed meanwhile. What you typed is kept.")
    first.shows(title="Typed in the first tab")
    first.action("transfer-lease").click()
    first.becomes("stale", seconds=10).shows(title="Typed in the first tab")
    first.press("load-saved")
    first.becomes("editing").shows(title="From the second tab")


@played_at("redis")
def test_edit_here_goes_before_those_who_wait_and_costs_nobody_a_place(open_form, article, ada, bob, cleo):
    first = open_form(ada, article).becomes("editing")
    second = open_form(bob, article).becomes("viewing")
    third = open_form(cleo, article).becomes("viewing")
    here = open_form(ada, article).becomes("viewing")
    expect(here.line).to_contain_text("You are number 3 of 3 in line.")
    here.action("transfer-lease").click()
    here.becomes("editing", seconds=10)
    first.becomes("viewing")
    expect(second.line).to_contain_text("You are next.")
    expect(third.line).to_contain_text("You are number 2 of ")
    assert "editing" not in second.states() + third.states()
    expect(second.text).to_contain_text("Ada Lovelace is editing.")


def test_people_see_their_place_in_line_and_can_leave_it(open_form, article, ada, bob, cleo):
    editor = open_form(ada, article).becomes("editing")
    second = open_form(bob, article).becomes("viewing")
    expect(second.line).to_have_text("You are next.")
    third = open_form(cleo, article).becomes("viewing")
    expect(third.line).to_have_text("You are number 2 of 2 in line.")
    second.press("stop-waiting")
    expect(third.line).to_have_text("You are next.")
    expect(second.line).to_have_text("")
    expect(second.action("stop-waiting")).to_have_count(0)
    second.press("join-line")
    expect(second.line).to_have_text("You are number 2 of 2 in line.")
    second.press("stop-waiting")
    third.press("stop-waiting")
    expect(third.action("join-line")).to_have_text("Wait in line")
    editor.leave()
    third.becomes("waiting")
    expect(third.text).to_have_text("Nobody is editing.")
    third.action("claim-editor").click()
    third.becomes("editing")
    second.becomes("viewing")


@pytest.mark.parametrize("server_settings", [{"ADMIN_COLLABORATOR_IDLE_SECONDS": 3}])
def test_an_idle_editor_is_shown_and_can_be_taken_over_and_an_idle_one_in_line_is_asked(open_form, article, ada, bob):
    editor = open_form(ada, article).becomes("editing")
    viewer = open_form(bob, article).becomes("viewing")
    expect(viewer.text).to_have_text("Ada Lovelace has been idle for a while. You can take over.", timeout=10000)
    expect(viewer.root.locator(".collaborator-discs [data-state=idle]").first).to_be_visible()
    viewer.press("take-over")
    viewer.becomes("editing", seconds=10)
    expect(editor.notice("passing")).to_contain_text("You were idle, and Bob Brown has taken over.")
    expect(viewer.notice("passing")).to_contain_text("You have taken over from Ada Lovelace, who was idle.")
    expect(editor.line).to_have_text("You are next.", timeout=10000)
    editor.page.wait_for_timeout(3500)
    viewer.leave()
    editor.becomes("offered", seconds=10)
    expect(editor.text).to_have_text("It is your turn. Are you there?")
    expect(editor.root.locator(".collaborator-bar .collaborator-time")).to_contain_text(" sec")
    expect(editor.notice("passing")).to_contain_text("It is your turn.")
    editor.page.keyboard.press("Tab")
    editor.becomes("editing", seconds=10)


QUICK = {"ADMIN_COLLABORATOR_OPTIONS": {"notification_request_interval": 1}}


@played_at()
@pytest.mark.parametrize("server_settings", [QUICK])
def test_may_i_edit_is_answered_and_the_asker_sees_each_answer(open_form, article, ada, bob):
    editor = open_form(ada, article).becomes("editing").fill(title="Mine")
    viewer = open_form(bob, article).becomes("viewing")
    viewer.press("request-attention")
    expect(viewer.detail).to_have_text("Request sent.")
    panel = editor.notice("request")
    expect(panel).to_contain_text("Bob Brown asks to edit.")
    panel.locator("[name=minutes]").fill("7")
    panel.locator("[name=text]").fill("The headline <first>")
    panel.get_by_role("button", name="Later").press("Enter")
    expect(panel).to_have_count(0)
    expect(viewer.detail).to_have_text(re.compile(r"The answer: at \d+:\d\d [AP]M\."))
    expect(viewer.time).to_have_text("7 min")
    expect(viewer.notice("passing").locator("p")).to_contain_text("M. The headline <first>")
    viewer.press("withdraw-request")
    expect(viewer.action("withdraw-request")).to_have_count(0)
    expect(viewer.notice("passing")).to_have_count(0)
    for answer, said in (("no", "The answer: no."), ("after_save", "You can edit after the next save.")):
        expect(viewer.action("request-attention")).to_have_attribute("aria-disabled", "false")
        viewer.press("request-attention")
        panel.locator("[value={}]".format(answer)).click()
        expect(viewer.detail).to_contain_text(said)
    editor.save()
    viewer.becomes("editing", seconds=10).shows(title="Mine")
    expect(viewer.notice("passing")).to_contain_text("Ada Lovelace was asked, and you edit now.")
    editor.becomes("viewing")
    label = viewer.page.locator(".field-title label").first
    expect(label).to_contain_text("(changed by somebody else)")
    viewer.field("title").focus()
    expect(label).not_to_contain_text("changed")
    # The other way round, at once.
    editor.press("request-attention")
    viewer.notice("request").get_by_role("button", name="Now").click()
    editor.becomes("editing", seconds=10)
    viewer.becomes("viewing")
    expect(viewer.notice("passing")).to_contain_text("Ada Lovelace has asked to edit, and edits now.")


@played_at()
@pytest.mark.parametrize("server_settings", [{"ADMIN_COLLABORATOR_TAKEOVER_SECONDS": 3}])
def test_a_take_over_needs_a_reason_and_is_told_before_it_comes(open_form, article, ada, bob, cleo):
    editor = open_form(ada, article).becomes("editing").fill(title="Not saved")
    viewer = open_form(bob, article).becomes("viewing")
    viewer.press("take-over")
    panel = viewer.notice("take-over")
    expect(panel.get_by_label("Reason")).to_be_focused()
    panel.get_by_label("Reason").press("Escape")
    expect(panel).to_have_count(0)
    expect(viewer.menu).to_be_focused()
    viewer.press("take-over")
    panel.get_by_label("Reason").press("Enter")  # without a reason nothing is sent
    panel.get_by_label("Reason").fill("Print is waiting.")
    panel.get_by_label("Reason").press("Enter")
    expect(editor.notice("passing")).to_contain_text(
        "Bob Brown takes over in a few seconds. Save now. Reason: Print is waiting."
    )
    expect(viewer.detail).to_contain_text("You take over in a moment.")
    assert editor.state == "editing"
    viewer.becomes("editing", seconds=10)
    editor.becomes("viewing").shows(title="Not saved")
    expect(editor.notice("passing")).to_contain_text(
        "Bob Brown has taken over. What you typed is kept. Reason: Print is waiting."
    )
    expect(viewer.notice("passing")).to_contain_text("You have taken over from Ada Lovelace.")
