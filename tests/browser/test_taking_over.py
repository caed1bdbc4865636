"""Taking over: only with the permission, never in the middle of a save, by force too; and the history tells it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.change_form import ChangeForm
from tests.browser.newsroom import SLOW_SECONDS
from tests.support import people
from tests.support.browser import change_path

SOON = {"ADMIN_COLLABORATOR_TAKEOVER_SECONDS": 0.5}
BEFORE_A_SLOW_SAVE_ENDS = {"ADMIN_COLLABORATOR_TAKEOVER_SECONDS": 0.7 * SLOW_SECONDS}


def take_over(form: ChangeForm, reason: str = "Print is waiting.") -> None:
    form.press("take-over")
    form.notice("take-over").get_by_label("Reason").fill(reason)
    form.notice("take-over").get_by_label("Reason").press("Enter")


def test_only_the_permission_offers_to_take_over(open_form, article, ada):
    may_change = ("newsroom.view_article", "newsroom.change_article")
    dan = people.staff("Dan Dare", *may_change)
    erin = people.staff("Erin East", *may_change, "django_admin_collaborator.take_over_editing")
    editor = open_form(ada, article).becomes("editing")
    without, having = open_form(dan, article).becomes("viewing"), open_form(erin, article).becomes("viewing")
    having.menu.click()
    expect(having.action("take-over")).to_be_visible()
    expect(without.action("request-attention")).to_be_visible()
    expect(without.action("take-over")).to_have_count(0)
    assert editor.state == "editing"


@pytest.mark.parametrize(
    ("button", "server"),
    [("_continue", "memory"), pytest.param("_save", "http", marks=pytest.mark.slow)],
    indirect=["server"],
)
@pytest.mark.parametrize("server_settings", [BEFORE_A_SLOW_SAVE_ENDS])
def test_a_take_over_never_comes_in_the_middle_of_a_save(open_form, article, ada, bob, cleo, button):
    editor = open_form(ada, article).becomes("editing").fill(title="slow, but saved")
    taker = open_form(bob, article).becomes("viewing")
    third = open_form(cleo, article).becomes("viewing")
    for form in (editor, taker):  # over HTTP they ask at once, while the save is under way, too
        form.page.evaluate("setInterval(() => dispatchEvent(new Event('focus')), 100)")
    take_over(taker)
    expect(editor.notice("passing")).to_contain_text("Bob Brown takes over in a few seconds.")
    editor.save(button, wait=False)  # takes longer than it is until the take-over
    taker.becomes("editing", seconds=10).shows(title="slow, but saved")
    article.refresh_from_db()
    assert article.title == "slow, but saved"
    assert taker.reached("editing") > article.updated_at.timestamp() + SLOW_SECONDS  # which is when it was committed
    expect(editor.page.locator("#collaborator-conflict")).to_have_count(0)
    expect(editor.page.locator(".messagelist .success")).to_be_visible()
    expect(third.text).to_contain_text("Bob Brown")
    assert "editing" not in third.states()


@pytest.mark.parametrize("server_settings", [SOON])
def test_the_history_of_the_object_tells_what_was_taken_answered_and_ended(open_form, article, ada, bob, cleo):
    editor = open_form(ada, article).becomes("editing")
    second = open_form(bob, article).becomes("viewing")
    watcher = open_form(cleo, article).becomes("viewing")
    second.press("request-attention")
    panel = editor.notice("request")
    panel.locator("[name=text]").fill("Headline first")
    panel.get_by_role("button", name="No", exact=True).click()
    expect(second.notice("passing")).to_contain_text("The answer: no. Headline first")
    take_over(second)
    second.becomes("editing").fill(title="Never saved")
    release = watcher.page.request.post("/release/{}".format(article.pk), form={"reason": "Server moves"})
    assert release.ok
    second.becomes("viewing").shows(title="Never saved")
    watcher.becomes("editing")  # which ends what the room tells of the release
    expect(second.notice("passing")).to_contain_text(
        "An operator has ended your editing. What you typed is kept. Reason: Server moves"
    )
    watcher.page.goto(change_path(article, "stories").replace("/change/", "/history/"))
    told = watcher.page.locator("#change-history tbody")
    expect(told).to_contain_text("Ada Lovelace did not let Bob Brown edit. Reason: Headline first")
    expect(told).to_contain_text("Bob Brown took over editing from Ada Lovelace. Reason: Print is waiting.")
    expect(told).to_contain_text("Cleo Crane ended the editing of Bob Brown. Reason: Server moves")
    expect(told.locator("tr")).to_have_count(3)


def test_after_a_release_by_force_the_next_in_line_edits_and_the_former_does_not_push_in(
    open_form, article, ada, bob, cleo
):
    editor = open_form(ada, article).becomes("editing").fill(title="Never saved")
    second = open_form(bob, article).becomes("viewing")
    third = open_form(cleo, article).becomes("viewing")
    expect(third.line).to_have_text("You are number 2 of 2 in line.")
    assert third.page.request.post("/release/{}".format(article.pk), form={"reason": "Ada is ill"}).ok
    second.becomes("editing", seconds=10).shows(title="Budget")  # after the pause in which the holder surely hears
    editor.becomes("viewing").shows(title="Never saved")
    expect(editor.action("join-line")).to_have_count(1)
    expect(third.line).to_have_text("You are next.")
    editor.press("join-line")
    expect(editor.line).to_have_text("You are number 2 of 2 in line.")


def test_who_takes_over_can_call_it_off_and_the_editor_is_no_longer_warned(open_form, article, ada, bob):
    editor = open_form(ada, article).becomes("editing").fill(title="Not yet saved")
    taker = open_form(bob, article).becomes("viewing")
    take_over(taker)
    expect(editor.notice("passing")).to_contain_text("Bob Brown takes over in a few seconds.")
    expect(taker.detail).to_have_text("You take over in a moment. The editor has been told.")

    taker.press("call-off")

    expect(taker.action("request-attention")).to_be_visible()
    expect(taker.line).to_have_text("You are next.")
    expect(editor.notice("passing")).to_have_count(0)
    assert (editor.state, taker.state) == ("editing", "viewing")
    editor.shows(title="Not yet saved")
