"""What the bar says is true in each state, and said as people say it."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from tests.browser.scenes import IN_LINE, SCENES, SOMEBODY
from tests.browser.stage import ADA, Stage


@pytest.fixture
def stage(seat, article, bob):
    return Stage(seat(bob), article)


def test_for_how_long_somebody_has_been_editing_is_shown_and_not_announced(stage):
    stage.welcome(dict(SOMEBODY, since=time.time() - 730), queue=[IN_LINE])
    expect(stage.form.status).to_have_text("Ada Lovelace is editing. You are next.")
    expect(stage.form.time).to_have_text("(12 min)")
    stage.say("room", **stage.room(dict(SOMEBODY, since=time.time() - 7300)))
    expect(stage.form.time).to_have_text("(2 hr)")


@pytest.mark.parametrize(("language", "minutes"), [("de", "(12 Min.)"), ("fr", "(12 min)"), ("es", "(12 min)")])
def test_times_are_said_in_the_readers_language(seat, article, bob, language, minutes):
    stage = Stage(seat(bob, locale=language), article)
    stage.welcome(dict(SOMEBODY, since=time.time() - 730))
    expect(stage.form.time).to_have_text(minutes)


def test_nothing_is_called_kept_where_nothing_was_typed(stage):
    stage.i_edit()
    lost = {"kind": "idle", "at": time.time(), "from_member": "m" * 32, "to_name": ADA["name"], "to_member": "x"}
    stage.say("lease_lost", version=stage.version + 1)
    stage.say("room", **stage.room(SOMEBODY, handover=lost))
    expect(stage.form.notice("passing").get_by_role("alert")).to_have_text(
        "You were idle, and Ada Lovelace has taken over."
    )
    stage.close()


def test_a_question_that_was_withdrawn_is_not_called_sent(stage):
    ask = {"member_id": "m" * 32, "user_id": stage.me["user_id"], "name": "Bob", "at": time.time()}
    ask = {**ask, "until": time.time() + 60, "answer": None, "minutes": None, "text": ""}
    stage.somebody_edits()
    stage.form.press("request-attention")
    stage.asked("request_attention")
    stage.say("attention_sent", retry_after=15)
    stage.say("room", **stage.room(SOMEBODY, requests=[ask]))
    expect(stage.form.detail).to_have_text("Request sent.")
    stage.form.press("withdraw-request")
    stage.asked("withdraw_request")
    stage.say("room", **stage.room(SOMEBODY))
    expect(stage.form.detail).to_have_text("You have withdrawn your question.")


def test_a_save_by_a_program_names_nobody(stage):
    stage.somebody_edits()
    type(stage.obj).objects.filter(pk=stage.obj.pk).update(title="By a program")
    saved = {"user_id": None, "member_id": None, "name": "", "at": time.time(), "number": 1}
    stage.say("room", **stage.room(SOMEBODY, saved=saved))
    stage.form.shows(title="By a program")
    expect(stage.form.detail).to_contain_text("Saved at ")
    assert "Saved by" not in stage.form.status.inner_text()


def test_who_has_left_the_line_is_not_in_it_again_after_a_reload(stage):
    stage.welcome(SOMEBODY, queue=[IN_LINE])
    stage.form.press("stop-waiting")
    stage.asked("stop_waiting")
    stage.reload()
    stage.welcome(SOMEBODY)
    expect(stage.form.action("join-line")).to_have_count(1)
    stage.form.press("join-line")
    assert stage.asked("claim_editor")


@pytest.mark.parametrize("fold", [".collaborator-people", ".collaborator-menu"])
def test_what_unfolds_is_closed_by_escape_and_by_a_press_elsewhere(stage, fold):
    stage.somebody_edits()
    summary, inside = stage.form.root.locator(fold + " > summary"), stage.form.root.locator(fold + " > div")
    summary.click()
    expect(inside).to_be_visible()
    stage.form.page.keyboard.press("Escape")
    expect(inside).to_be_hidden()
    expect(summary).to_be_focused()
    summary.click()
    expect(inside).to_be_visible()
    stage.form.page.locator("#content h1").click()
    expect(inside).to_be_hidden()


def test_a_locked_form_has_nothing_that_looks_alive(seat, article, bob):
    stage = Stage(seat(bob, viewport={"width": 1280, "height": 2000}), article)
    grey = "(link) => [getComputedStyle(link).filter === 'grayscale(1)', link.ariaDisabled]"
    links = ["#add_id_category", "#change_id_category", ".deletelink"]
    stage.i_edit()
    assert [stage.form.page.locator(link).evaluate(grey) for link in links] == [[False, None]] * 3
    stage.close()
    stage = Stage(seat(bob), article)
    stage.somebody_edits()
    page = stage.form.page
    assert [page.locator(link).evaluate(grey) for link in links] == [[True, "true"]] * 3
    page.locator(".deletelink").click(force=True)
    page.wait_for_timeout(300)
    assert page.url.endswith("/change/")


def test_forced_colours_leave_every_button_its_shape_and_faces_their_colours(seat, article, bob):
    stage = Stage(seat(bob, forced_colors="active"), article)
    SCENES["questioned"](stage)
    shapes = stage.form.page.evaluate("""() => [...document.querySelectorAll("#admin-collaborator button, summary")]
        .filter((button) => button.closest("#admin-collaborator") && button.getClientRects().length)
        .map((button) => getComputedStyle(button))
        .map(({ borderTopWidth, borderTopStyle }) => borderTopWidth + " " + borderTopStyle)""")
    assert len(shapes) > 6
    assert set(shapes) == {"1px solid"}
    faces = stage.form.root.locator(".collaborator-discs .collaborator-avatar")
    colours = {faces.nth(number).evaluate("(face) => getComputedStyle(face).backgroundColor") for number in (0, 1)}
    assert len(colours) == 2
