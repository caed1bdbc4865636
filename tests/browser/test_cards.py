"""What asks for attention: one card for each question, closed and brought back, never over a button."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.change_form import settle
from tests.browser.faults import COVERED
from tests.browser.scenes import SCENES
from tests.browser.stage import ADA, Stage

CLEO = {"user_id": 9002, "name": "Cleo Crane"}
HITS = """(button) => {
    button.scrollIntoView({ block: "center" });
    const { left, top, width, height } = button.getBoundingClientRect();
    const hit = document.elementFromPoint(left + width / 2, top + height / 2);
    return button.contains(hit);
}"""


def asked(person, number, **fields):
    name, user = person["name"], person["user_id"]
    said = {"member_id": f"member {number}", "user_id": user, "name": name, "at": 1000.0 + number, "minutes": None}
    return {**said, "until": time.time() + 60, "answer": None, "text": "", **fields}


def tell(stage, *requests):
    mine = dict(stage.me, member_id="m" * 32, since=time.time())
    stage.say("room", **stage.room(mine, requests=list(requests)))


@pytest.fixture
def editor(seat, article, bob):
    stage = Stage(seat(bob), article)
    stage.i_edit()
    return stage


def test_one_card_has_face_name_and_how_many_others_wait(editor):
    third = asked({"user_id": 9003, "name": "Dan"}, 3)
    tell(editor, asked(ADA, 1), asked(CLEO, 2), third)
    editor.say("attention_requested", edit=True, user_id=9001, username=ADA["name"], timestamp="2027-01-01T00:00:00Z")
    card = editor.form.notice("request")
    expect(card).to_have_count(1)
    expect(card.get_by_role("alert")).to_have_text("Ada Lovelace asks to edit.")
    expect(card.locator(".collaborator-avatar")).to_have_text("AL")
    expect(card).to_contain_text("2 others wait.")
    expect(editor.form.notice("attention")).to_have_count(0)
    assert violations(editor.form.page, "#admin-collaborator") == []
    tell(editor, asked(CLEO, 2), third)
    expect(card.get_by_role("alert")).to_have_text("Cleo Crane asks to edit.")
    expect(card).to_contain_text("1 other waits.")
    tell(editor, third)
    expect(card).not_to_contain_text("wait")
    card.get_by_role("button", name="After my save").click()
    answer = editor.asked("answer_request")
    assert (answer["user_id"], answer["answer"]) == (9003, "after_save")


@pytest.mark.parametrize("way", ["Dismiss", "Escape", "Escape in the form"])
def test_a_card_that_was_closed_comes_back_from_the_bar_or_by_one_key(editor, way):
    form, keyboard = editor.form, editor.form.page.keyboard
    tell(editor, asked(ADA, 1))
    card = form.notice("request")
    expect(card).to_be_visible()
    expect(form.chip).to_be_hidden()
    keyboard.press("F8")
    expect(card.get_by_role("button", name="Now")).to_be_focused()
    if way == "Dismiss":
        card.get_by_role("button", name="Dismiss").click()
    if way == "Escape in the form":
        form.field("title").focus()
    if way != "Dismiss":
        keyboard.press("Escape")
    expect(card).to_have_count(0)
    expect(form.chip).to_have_text("Ada Lovelace asks to edit")
    tell(editor, asked(ADA, 1))
    form.page.wait_for_timeout(1200)
    expect(card).to_have_count(0)
    if way == "Dismiss":
        form.chip.click()
    else:
        keyboard.press("F8")
    expect(card.get_by_role("button", name="Now")).to_be_focused()
    keyboard.press("Enter")
    assert editor.asked("answer_request")["answer"] == "now"
    tell(editor)
    expect(card).to_have_count(0)
    expect(form.chip).to_be_hidden()


def test_the_bar_reminds_of_what_was_promised_and_a_promise_can_be_changed(editor):
    form = editor.form
    tell(editor, asked(ADA, 1, answer="after_save", until=None))
    expect(form.chip).to_have_text("Promised to Ada Lovelace: after my save")
    expect(form.notice("request")).to_have_count(0)
    tell(editor, asked(ADA, 1, answer="later", minutes=5, until=time.time() + 299))
    expect(form.chip).to_have_text("Promised to Ada Lovelace: in 5 minutes")
    form.chip.click()
    form.notice("request").get_by_role("button", name="No", exact=True).click()
    assert editor.asked("answer_request")["answer"] == "no"
    tell(editor, asked(ADA, 1, answer="no", until=None))
    expect(form.notice("request")).to_have_count(0)
    expect(form.chip).to_be_hidden()


def test_a_question_is_gone_with_the_lease(editor):
    tell(editor, asked(ADA, 1), asked(CLEO, 2, answer="after_save", until=None))
    expect(editor.form.notice("request")).to_be_visible()
    expect(editor.form.chip).to_be_visible()
    editor.say("lease_lost", version=editor.version + 1)
    editor.say("room", **editor.room(dict(ADA, member_id="other" * 4, since=0), requests=[asked(CLEO, 2)]))
    editor.form.becomes("viewing")
    expect(editor.form.notice("request")).to_have_count(0)
    expect(editor.form.chip).to_be_hidden()


def test_without_anything_to_notice_the_key_leads_to_the_bar(editor):
    editor.form.page.keyboard.press("F8")
    expect(editor.form.menu).to_be_focused()


@pytest.mark.parametrize(("width", "height"), [(375, 667), (320, 256), (1280, 700)])
def test_a_card_never_covers_a_button_that_saves_and_all_of_it_can_be_reached(seat, article, bob, width, height):
    """320 by 256 is what 400 % of zoom leaves of 1280 by 1024."""
    stage = Stage(seat(bob, viewport={"width": width, "height": height}), article)
    SCENES["questioned"](stage)
    stage.say("attention_requested", user_id=9002, username="Cleo Crane", timestamp="2027-01-01T00:00:00Z")
    expect(stage.form.notice("attention")).to_be_visible()
    page = stage.form.page
    end = page.evaluate("document.documentElement.scrollHeight")
    for top in range(0, end, height // 3):
        page.evaluate("(top) => scrollTo(0, top)", top)
        settle(page)
        assert page.evaluate(COVERED) == [], top
    buttons = stage.form.root.locator(".collaborator-notices :is(button, input)")
    assert buttons.count() >= 7
    page.evaluate("scrollTo(0, 0)")
    for number in range(buttons.count()):
        assert buttons.nth(number).evaluate(HITS), buttons.nth(number).evaluate("(button) => button.outerHTML")


def test_what_has_to_be_done_can_be_done_in_the_notice_that_says_so(seat, article, bob):
    stage = Stage(seat(bob), article)
    SCENES["offered"](stage)
    stage.form.notice("passing").get_by_role("button", name="Edit now").click()
    assert stage.asked("claim_editor")
    stage.close()
    stage = Stage(seat(bob), article)
    SCENES["about-to-lose"](stage)
    stage.form.fill(title="Saved in time")
    with stage.form.page.expect_navigation():
        stage.form.notice("passing").get_by_role("button", name="Save now").click()
    article.refresh_from_db()
    assert article.title == "Saved in time"
