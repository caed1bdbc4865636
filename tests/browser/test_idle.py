"""Who does nothing for long is idle for all to see, unless there is unsaved text in a tab behind others."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.places import played_at

SOON = {"ADMIN_COLLABORATOR_IDLE_SECONDS": 3}


@pytest.mark.parametrize("server_settings", [SOON])
def test_a_hidden_tab_with_unsaved_text_stays_editing(open_form, article, ada, bob, cleo):
    editor = open_form(ada, article).becomes("editing").fill(title="Not saved yet").hide()
    watcher = open_form(bob, article).becomes("viewing")
    third = open_form(cleo, article).becomes("viewing")
    expect(third.person("BB")).to_have_attribute("data-state", "idle", timeout=10000)
    expect(third.person("AL")).to_have_attribute("data-state", "editing")
    expect(third.text).to_contain_text("Ada Lovelace is editing.")
    editor.page.evaluate("document.querySelector('#id_title').value = 'Budget'")  # as before: nothing is unsaved
    for form in (watcher, third):
        expect(form.person("AL")).to_have_attribute("data-state", "idle", timeout=10000)
    expect(third.text).to_contain_text("Ada Lovelace has been idle for a while.")


@pytest.mark.parametrize("server_settings", [SOON])
@played_at()
def test_input_ends_idleness_and_with_it_the_offer_to_take_over(open_form, article, ada, bob, cleo):
    editor = open_form(ada, article).becomes("editing")
    watchers = [open_form(person, article).becomes("viewing") for person in (bob, cleo)]
    for form in watchers:
        expect(form.text).to_contain_text("has been idle for a while", timeout=10000)
    editor.page.keyboard.press("Shift")
    for form in watchers:
        expect(form.person("AL")).to_have_attribute("data-state", "editing")
        expect(form.text).to_contain_text("Ada Lovelace is editing.")
