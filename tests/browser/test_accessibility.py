"""Keyboard, screen reader, contrast; test_states.py looks at each state of the bar."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.chat import Chat
from tests.browser.scenes import SCENES
from tests.browser.stage import Stage

FOCUSED = "document.activeElement.dataset.collaboratorAction || document.activeElement.localName"
FOCUS_IS_SEEN = """() => {
    const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
}"""


def test_the_locked_form_has_no_violation_that_the_open_one_has_not(open_form, article, ada, bob):
    forms = [open_form(ada, article).becomes("editing"), open_form(bob, article).becomes("viewing")]
    found = [{(rule, target) for rule, target, _ in violations(form.page, "#article_form")} for form in forms]
    assert found[1] - found[0] == set()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_chat_has_no_accessibility_violation(open_form, article, ada, bob, scheme):
    first = open_form(ada, article, color_scheme=scheme).becomes("editing")
    second = open_form(bob, article, color_scheme=scheme).becomes("viewing")
    mine, yours = Chat(first.page), Chat(second.page).talk_to(ada)
    yours.say("May I?")
    expect(mine.root).to_have_attribute("data-chat-unread", "1")
    found = violations(first.page, "#admin-collaborator-chat")
    mine.action("toggle").click()
    found += violations(first.page, "#admin-collaborator-chat")
    mine.talk_to(bob).say("In a minute")
    found += violations(first.page, "#admin-collaborator-chat")
    second.leave()
    expect(mine.root.locator("small", has_text="Offline")).to_be_visible()
    found += violations(first.page, "#admin-collaborator-chat")
    assert found == []


def test_everything_is_reached_by_keyboard_and_the_focus_is_seen(seat, article, bob):
    stage = Stage(seat(bob), article)
    stage.somebody_edits()
    form, keyboard = stage.form, stage.form.page.keyboard
    form.page.locator(".breadcrumbs a").last.focus()
    keyboard.press("Tab")
    while form.page.evaluate("!document.activeElement.closest('#admin-collaborator')"):
        keyboard.press("Tab")
    assert form.page.evaluate(FOCUSED) == "request-attention"
    assert form.page.evaluate(FOCUS_IS_SEEN)
    keyboard.press("Enter")
    stage.asked("request_attention")
    stage.say("attention_sent", retry_after=15)
    expect(form.action("request-attention")).to_have_attribute("aria-disabled", "true")
    assert form.page.evaluate(FOCUSED) == "request-attention", "the focus was lost"
    keyboard.press("Enter")
    keyboard.press("Tab")
    expect(Chat(form.page).action("toggle")).to_be_focused()
    keyboard.press("Tab")
    assert form.page.evaluate(FOCUSED) == "summary"
    assert form.page.evaluate(FOCUS_IS_SEEN)
    keyboard.press("Enter")
    expect(form.root.locator(".collaborator-names")).to_be_visible()
    keyboard.press("Escape")
    expect(form.root.locator(".collaborator-names")).to_be_hidden()
    assert form.page.evaluate(FOCUSED) == "summary"
    assert not [frame for frame in stage.heard if frame["type"] == "request_attention"]


def test_a_notice_is_dismissed_by_keyboard_and_the_focus_is_not_lost(seat, article, bob):
    stage = Stage(seat(bob), article)
    SCENES["called"](stage)
    stage.form.notice("attention").locator("button").focus()
    assert stage.form.page.evaluate(FOCUS_IS_SEEN)
    stage.form.page.keyboard.press("Enter")
    expect(stage.form.notice("attention")).to_have_count(0)


def test_changes_are_announced_and_nothing_twice(seat, article, bob):
    """The live region stays in the page; only its text changes, and only when there is something new."""
    stage = Stage(seat(bob), article)
    stage.form.page.evaluate(
        """() => {
            window.said = [];
            const region = document.querySelector("#admin-collaborator [role=status]");
            const say = () => said.push(region.textContent.trim());
            new MutationObserver(say).observe(region, { childList: true, characterData: true, subtree: true });
        }"""
    )
    stage.somebody_edits()
    for _ in range(3):
        stage.say("room", **stage.room(dict(stage.others[0], member_id="other" * 4, since=0)))
    stage.disconnect()
    stage.form.becomes("reconnecting")
    said = stage.form.page.evaluate("said")
    assert said == [
        "Ada Lovelace is editing.",
        "Connection lost. Trying to reconnect…",
    ]


def test_the_keyboard_works_the_chat(open_form, article, ada, bob):
    first = open_form(ada, article).becomes("editing")
    second = open_form(bob, article).becomes("viewing")
    chat, keyboard = Chat(second.page), second.page.keyboard
    expect(chat.person(ada)).to_have_count(1)
    chat.action("toggle").focus()
    keyboard.press("Enter")
    expect(chat.everybody).to_be_focused()
    keyboard.press("Tab")
    expect(chat.person(ada)).to_be_focused()
    keyboard.press("Enter")
    expect(chat.input).to_be_focused()
    keyboard.type("One")
    keyboard.press("Shift+Enter")
    keyboard.type("two")
    keyboard.press("Enter")
    chat.hears("One\ntwo")
    expect(chat.input).to_have_value("")
    keyboard.press("Escape")
    expect(chat.panel).to_be_hidden()
    expect(chat.action("toggle")).to_be_focused()
    expect(Chat(first.page).root).to_have_attribute("data-chat-unread", "1")
