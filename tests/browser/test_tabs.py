"""A member is a tab: reloads, duplicates, popups, two admin sites, people who may only look."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.change_form import ChangeForm
from tests.browser.places import played_at
from tests.project.newsroom.models import Author
from tests.support import people


@pytest.mark.timed
@played_at("memory")
def test_a_reload_keeps_the_lease(open_form, article, ada, bob):
    """In less time than others wait for it."""
    editor = open_form(ada, article).becomes("editing")
    viewer = open_form(bob, article).becomes("viewing")
    token, born = editor.token, editor.born
    for _ in range(2):
        editor.page.reload()
        editor.becomes("editing")
    assert editor.born != born
    assert editor.token == token
    assert viewer.states() == ["connecting", "viewing"]


@played_at("memory")
def test_a_duplicated_tab_is_a_new_member_that_waits_for_the_first(open_form, article, ada, bob):
    """Browsers give the duplicate a copy of sessionStorage."""
    first = open_form(ada, article).becomes("editing")
    token = first.token
    with first.page.expect_popup() as popup:
        first.page.evaluate("window.open(location.href) && null")
    double = ChangeForm(first.visitor, popup.value).becomes("viewing")
    expect(double.text).to_contain_text("You are editing this in another tab.")
    member = "() => Object.entries(sessionStorage).find(([key]) => key.includes('member'))[1]"
    assert double.page.evaluate(member) != first.page.evaluate(member)
    assert len(double.page.evaluate("Object.keys(sessionStorage)")) >= 1
    assert first.page.evaluate("ADMIN_COLLABORATOR_CONFIG.presence.people.length") == 1
    viewer = open_form(bob, article).becomes("viewing")
    double.leave()
    third = open_form(ada, article).becomes("viewing")
    assert (first.state, first.token) == ("editing", token)
    assert viewer.states() == ["connecting", "viewing"]
    viewer.leave()
    first.leave()
    third.becomes("editing")
    third.fill(title="From the third tab").save()
    third.becomes("editing").shows(title="From the third tab")


HIDE = "dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))"
WAKE = """() => {
    window.given = [];
    const title = document.getElementById("id_title");
    new MutationObserver(() => title.readOnly || given.push(title.value)).observe(title, { attributes: true });
    dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
    return title.readOnly;
}"""


def test_a_form_out_of_the_browsers_page_cache_is_not_given_before_it_is_known_who_edits_and_what_is_saved(
    open_form, article, ada, bob, cleo
):
    """A driven browser keeps no page in that cache, so the page is told what it would be told."""
    first = open_form(ada, article).becomes("editing")
    second = open_form(bob, article).becomes("viewing")
    third = open_form(cleo, article).becomes("viewing")
    first.page.evaluate(HIDE)
    second.becomes("editing", seconds=3).fill(title="Saved by Bob").save()
    third.shows(title="Saved by Bob")
    assert first.page.evaluate(WAKE), "the form could be typed in at once"
    first.becomes("viewing").shows(title="Saved by Bob")
    first.page.evaluate(HIDE)
    second.becomes("editing").fill(title="Saved by Bob again").save("_save")
    third.becomes("editing").leave()
    assert first.page.evaluate(WAKE)
    first.becomes("editing").shows(title="Saved by Bob again")
    assert set(first.page.evaluate("given")) == {"Saved by Bob again"}


def test_a_second_browser_of_the_same_person_says_so(open_form, seat, server, article, ada):
    first = open_form(ada, article).becomes("editing")
    again = people.log_in(ada.user)
    second = ChangeForm.open(seat(again, at=server.url), article).becomes("viewing")
    expect(second.text).to_contain_text("You are editing this in another tab.")
    expect(second.action("request-attention")).to_have_count(0)
    first.leave()
    second.becomes("editing", seconds=3)


def test_a_popup_locks_saves_and_closes(open_form, article, ada, bob):
    author = Author.objects.create(name="Maren Grande")
    article.author = author
    article.save()
    editor = open_form(ada, article).becomes("editing")
    with editor.page.expect_popup() as popup:
        editor.page.locator("#change_id_author").click()
    small = ChangeForm(editor.visitor, popup.value).becomes("editing")
    viewer = open_form(bob, author).becomes("viewing")
    small.fill(name="Maren Groß")
    with small.page.expect_event("close"):
        small.save("_save", wait=False)
    expect(editor.page.locator(".field-author .select2-selection__rendered")).to_contain_text("Maren Groß")
    editor.becomes("editing")
    viewer.becomes("editing").shows(name="Maren Groß")


def test_one_row_is_one_room_on_both_admin_sites(open_form, seat, article, ada, bob):
    open_form(ada, article).becomes("editing")
    other = ChangeForm.open(seat(bob), article, site="backoffice").becomes("viewing")
    expect(other.text).to_contain_text("Ada Lovelace")


def test_somebody_who_may_only_look_sees_who_edits_and_is_never_next(open_form, article, ada):
    vera = people.staff("Vera View", "newsroom.view_article")
    editor = open_form(ada, article).becomes("editing")
    watcher = open_form(vera, article).becomes("observer")
    expect(watcher.text).to_have_text("You may look at this, but not change it.")
    expect(watcher.root.locator(".collaborator-discs [data-state=editing]")).to_have_text("AL")
    expect(watcher.page.locator("[name=_save]")).to_have_count(0)
    editor.fill(title="Budget 2").save()
    expect(watcher.page.locator(".field-title .readonly")).to_have_text("Budget 2")
    editor.becomes("editing").leave()
    expect(watcher.root.locator(".collaborator-discs .collaborator-avatar")).to_have_count(1)
    assert watcher.states() == ["connecting", "observer"] or watcher.states() == ["observer"]
