"""Who wants to edit waits in order, knows the place, is asked when they seem away, and loses no text."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.places import played_at
from tests.support import people


@played_at("memory")
def test_three_wait_in_order_see_their_places_and_move_up(open_form, article, ada, bob, cleo):
    dan = people.superuser("Dan Dare")
    editor = open_form(ada, article).becomes("editing")
    line = [open_form(person, article).becomes("viewing") for person in (bob, cleo, dan)]
    expect(line[0].line).to_have_text("You are next.")
    expect(line[1].line).to_have_text("You are number 2 of 3 in line.")
    expect(line[2].line).to_have_text("You are number 3 of 3 in line.")
    line[1].press("stop-waiting")
    expect(line[2].line).to_have_text("You are number 2 of 2 in line.")
    expect(line[1].line).to_have_text("")
    line[1].press("join-line")
    expect(line[1].line).to_have_text("You are number 3 of 3 in line.")
    editor.leave()
    line[0].becomes("editing")
    expect(line[2].line).to_have_text("You are next.")
    expect(line[1].line).to_have_text("You are number 2 of 2 in line.")


def test_who_may_only_look_is_offered_no_place_in_line(open_form, article, ada, bob):
    vera = people.staff("Vera View", "newsroom.view_article")
    editor = open_form(ada, article).becomes("editing")
    watcher = open_form(vera, article).becomes("observer")
    second = open_form(bob, article).becomes("viewing")
    expect(second.line).to_have_text("You are next.")
    expect(watcher.line).to_have_text("")
    expect(watcher.root.locator("[data-collaborator-action]")).to_have_count(0)
    second.leave()
    editor.leave()
    expect(watcher.root.locator(".collaborator-discs .collaborator-avatar")).to_have_text(["VV"])
    late = open_form(bob, article).becomes("editing")
    assert watcher.states()[-1] == "observer"
    late.leave()


@pytest.mark.slow
def test_somebody_hidden_is_asked_for_twenty_seconds_then_passed_over(open_form, article, ada, bob, cleo):
    editor = open_form(ada, article).becomes("editing")
    hidden = open_form(bob, article).becomes("viewing")
    third = open_form(cleo, article).becomes("viewing")
    expect(third.line).to_have_text("You are number 2 of 2 in line.")
    title = hidden.page.title()
    hidden.hide()
    editor.leave()
    hidden.becomes("offered")
    expect(hidden.page).to_have_title("● " + title)
    expect(hidden.notice("passing")).to_contain_text("It is your turn.")
    third.becomes("waiting")
    third.becomes("editing", seconds=25)
    waited = third.reached("editing") - hidden.reached("offered")
    assert 19 < waited < 22, waited
    hidden.becomes("viewing")
    third.fill(title="Written meanwhile").save()
    third.becomes("editing").leave()
    hidden.becomes("waiting").hide(False)
    hidden.becomes("editing").shows(title="Written meanwhile")


def test_somebody_hidden_who_comes_back_in_time_edits(open_form, article, ada, bob, cleo):
    editor = open_form(ada, article).becomes("editing")
    hidden = open_form(bob, article).becomes("viewing").hide()
    third = open_form(cleo, article).becomes("viewing")
    expect(third.line).to_have_text("You are number 2 of 2 in line.")
    editor.leave()
    hidden.becomes("offered").hide(False)
    hidden.becomes("editing")
    third.becomes("viewing")
    assert "editing" not in third.states()


@played_at("memory")
@pytest.mark.parametrize(
    "server_settings", [{"ADMIN_COLLABORATOR_TAKEOVER_SECONDS": 1, "ADMIN_COLLABORATOR_LIVE_VIEW": False}]
)
def test_a_promotion_never_overwrites_unsaved_text_but_asks_first(open_form, article, ada, bob, cleo):
    """Ada typed, lost the lease to Bob, waited, and is next when Bob has saved another title."""
    first = open_form(ada, article).becomes("editing").fill(title="Ada's", body="Ada's body")
    second = open_form(bob, article).becomes("viewing")
    second.press("take-over")
    second.notice("take-over").get_by_label("Reason").fill("Print is waiting.")
    second.notice("take-over").get_by_label("Reason").press("Enter")
    second.becomes("editing").fill(title="Bob's").save()
    expect(first.line).to_have_text("You are next.", timeout=10000)  # not at once behind who took over
    third = open_form(cleo, article).becomes("viewing")
    second.becomes("editing").leave()
    first.becomes("stale").shows(title="Ada's", body="Ada's body")
    expect(first.text).to_have_text("The saved values have changed meanwhile. What you typed is kept.")
    first.action("keep-mine").click()
    third.becomes("viewing").shows(title="Bob's")
    first.becomes("editing").shows(title="Ada's", body="Ada's body").save()
    expect(first.page.locator(".messagelist .success")).to_be_visible()  # it was asked about, and is not once more
    article.refresh_from_db()
    assert (article.title, article.body) == ("Ada's", "Ada's body")
