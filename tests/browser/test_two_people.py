"""Two and three people open one object: who edits, what the others see, and who is next."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.places import played_at
from tests.support.servers import FURTHER_SERVERS

EVERYWHERE = played_at("redis", "daphne", *FURTHER_SERVERS)
WITH_TWO_WORKERS = pytest.mark.parametrize("server", ["redis"], indirect=True)


@EVERYWHERE
def test_the_first_edits_and_the_second_sees_who_and_is_next(open_form, article, ada, bob):
    first = open_form(ada, article).becomes("editing")
    expect(first.text).to_have_text("You are editing.")
    second = open_form(bob, article).becomes("viewing")
    expect(second.text).to_have_text("Ada Lovelace is editing.")
    expect(second.root.locator(".collaborator-discs .collaborator-avatar")).to_have_count(2)
    expect(second.root.locator(".collaborator-discs [data-state=editing]")).to_have_text("AL")
    expect(first.root.locator(".collaborator-discs [data-state=viewing]")).to_have_text("BB")
    assert not second.page.get_by_role("textbox", name="Title:").is_editable()

    born = second.born
    first.leave()
    second.becomes("editing", seconds=3)
    assert second.born == born, "the page was loaded anew"
    assert second.field("title").is_editable()
    second.fill(title="Bob was here").save()
    second.becomes("editing").shows(title="Bob was here")
    article.refresh_from_db()
    assert article.title == "Bob was here"


@WITH_TWO_WORKERS
@pytest.mark.parametrize("way", ["close", "navigate"])
def test_the_next_can_edit_within_a_second_after_the_editor_leaves(open_form, article, ada, bob, way):
    """The best of three counts, and what reading a page takes longer than 0.1 s is this machine's, not ours."""
    forms = [open_form(ada, article).becomes("editing"), open_form(bob, article).becomes("viewing")]
    seconds = []
    for _ in range(3):
        slowness = max(0.0, reading_time(forms[1]) - 0.1)
        left = forms[0].leave(way)
        seconds.append(forms[1].becomes("editing", seconds=4).reached("editing") - left - 2 * slowness)
        if seconds[-1] < 1:
            return
        forms = [forms[1], open_form(forms[0].visitor.person, article).becomes("viewing")]
    raise AssertionError(seconds)


def reading_time(form):
    return form.page.evaluate(
        """async () => {
            const started = performance.now();
            await (await fetch(location.href)).text();
            return (performance.now() - started) / 1000;
        }"""
    )


@played_at("redis")
def test_of_three_the_one_who_waited_longest_is_next(open_form, article, ada, bob, cleo):
    first = open_form(ada, article).becomes("editing")
    second = open_form(bob, article).becomes("viewing")
    third = open_form(cleo, article).becomes("viewing")
    first.leave()
    second.becomes("editing", seconds=3)
    expect(third.text).to_contain_text("Bob Brown")
    expect(third.root.locator(".collaborator-discs .collaborator-avatar")).to_have_text(["BB", "CC"])
    second.leave()
    third.becomes("editing", seconds=3)
    expect(third.root.locator(".collaborator-discs .collaborator-avatar")).to_have_text(["CC"])


def test_one_who_gives_up_waiting_is_passed_over(open_form, article, ada, bob, cleo):
    first = open_form(ada, article).becomes("editing")
    second = open_form(bob, article).becomes("viewing")
    third = open_form(cleo, article).becomes("viewing")
    second.leave()
    expect(first.root.locator(".collaborator-discs .collaborator-avatar")).to_have_count(2)
    first.leave()
    third.becomes("editing", seconds=3)


@played_at("redis")
def test_the_next_editor_gets_the_saved_values_before_the_form(open_form, article, ada, bob):
    """Saved and left in one step: at no moment is the form open with the values from before."""
    first = open_form(ada, article).becomes("editing")
    second = open_form(bob, article).becomes("viewing")
    second.page.evaluate(
        """() => {
            const title = document.getElementById("id_title");
            window.given = [];
            new MutationObserver(() => title.readOnly || given.push(title.value))
                .observe(title, { attributes: true });
        }"""
    )
    born = second.born
    first.fill(title="Budget, second draft").save("_save")
    second.becomes("editing")
    assert second.page.evaluate("given") == ["Budget, second draft"]
    assert second.born == born
    second.shows(title="Budget, second draft")


def test_a_form_without_an_object_has_no_collaboration(seat, article, ada):
    """Lists and add forms look as Django made them, and can be used at once."""
    visitor = seat(ada)
    page = visitor.open("/stories/newsroom/article/add/")
    expect(page.locator("#admin-collaborator")).to_be_hidden()
    page.locator("#id_title").fill("New")
    page.locator("[name=_save]").click()
    page.wait_for_url("**/stories/newsroom/article/")
    expect(page.locator("#result_list")).to_contain_text("New")
    expect(page.locator("html.collaborator-pending")).to_have_count(0)


def test_an_admin_without_the_mixin_is_left_alone(seat, database, ada):
    from tests.project.newsroom.models import Memo

    memo = Memo.objects.create(text="old")
    page = seat(ada).open("/admin/newsroom/memo/{}/change/".format(memo.pk))
    page.locator("#id_text").fill("new")
    page.locator("[name=_save]").click()
    page.wait_for_url("**/admin/newsroom/memo/")
    memo.refresh_from_db()
    assert memo.text == "new"
