"""What is typed while a save is under way is in no save: it is kept as a draft, whatever becomes of that save."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.change_form import ChangeForm
from tests.browser.drafts import kept, kill, press, reopened
from tests.project.newsroom.models import Article

SAVE_AND_TYPE = """(typed) => {
    document.querySelector("[name=_continue]").click();
    addEventListener("beforeunload", () => setTimeout(() => {
        for (const [name, text] of Object.entries(typed)) {
            const control = document.getElementById("id_" + name);
            control.value = text;
            control.dispatchEvent(new Event("input", { bubbles: true }));
        }
        console.log("typed");
    }), { once: true });
    const texts = Object.values(typed);
    const look = setInterval(() => {
        if (!Object.values(localStorage).some((draft) => texts.every((text) => draft.includes(text)))) return;
        clearInterval(look);
        console.log("kept");
    }, 100);
}"""


@pytest.fixture
def saving(open_form, server, article, ada) -> ChangeForm:
    """Ada's form on its way to a worker that does not answer yet, with input from before and from after."""
    form = open_form(ada, article).becomes("editing").fill(title="Typed before")
    save_and_type(form, server[0])
    return form


def save_and_type(form, worker, until="typed", **typed):
    """The page does it itself: while a page is on its way, the driver can do nothing but listen."""
    worker.freeze()
    with form.page.expect_console_message(lambda said: said.text == until):
        form.page.evaluate(SAVE_AND_TYPE, typed or {"body": "Typed after"})


def test_the_page_that_answers_offers_it_and_nothing_that_was_saved(saving, server, article):
    server[0].thaw()
    expect(saving.page.locator(".messagelist .success")).to_be_visible()
    saving.becomes("editing").shows(title="Typed before", body=article.body)
    expect(saving.notice("draft").locator("dt")).to_have_text(["Body"])
    press(saving, "restore-draft")
    saving.shows(title="Typed before", body="Typed after").save()
    saving.becomes("editing")
    article.refresh_from_db()
    assert (article.title, article.body) == ("Typed before", "Typed after")
    assert kept(saving) == []


def test_it_is_kept_every_two_seconds_as_all_other_typing(open_form, server, article, ada):
    """The tab is killed without a word to the page."""
    form = open_form(ada, article).becomes("editing").fill(title="Typed before")
    save_and_type(form, server[0], until="kept")
    kill(form)
    server[0].kill()
    server.start()
    reopened(form, article).shows(title="Typed before", body="Typed after")


def test_typing_the_old_text_again_is_typing_too(open_form, server, article, ada):
    form = open_form(ada, article).becomes("editing").fill(title="Typed before")
    save_and_type(form, server[0], title="Budget")
    server[0].thaw()
    form.becomes("editing").shows(title="Typed before")
    press(form, "restore-draft")
    form.shows(title="Budget")


def test_without_an_answer_everything_is_in_the_form_again(open_form, server, article, ada):
    form = open_form(ada, article).becomes("editing").fill(title="Typed before")
    save_and_type(form, server[0], until="kept")
    with form.page.expect_event("requestfailed"):
        server[0].kill()
    server.start()
    again = reopened(form, article).shows(title="Typed before", body="Typed after")
    expect(again.notice("draft_back")).to_contain_text("had not been saved. It is in the form again.")
    again.save()
    again.becomes("editing")
    article.refresh_from_db()
    assert (article.title, article.body) == ("Typed before", "Typed after")


def test_after_a_failed_save_everything_is_in_the_form_again(open_form, server, article, ada):
    form = open_form(ada, article).becomes("editing").fill(title="broken, typed before")
    save_and_type(form, server[0])
    with form.page.expect_response(lambda answer: answer.status == 500):
        server[0].thaw()
    again = reopened(form, article)
    again.shows(title="broken, typed before", body="Typed after")
    article.refresh_from_db()
    assert article.title == "Budget"


def test_the_page_of_a_conflict_offers_it(open_form, server, article, ada):
    form = open_form(ada, article).becomes("editing").fill(title="Typed before")
    Article.objects.filter(pk=article.pk).update(title="Theirs")
    save_and_type(form, server[0])
    server[0].thaw()
    expect(form.page.locator("#collaborator-conflict")).to_contain_text("Theirs")
    form.becomes("editing").shows(title="Typed before", body=article.body)
    press(form, "restore-draft")
    form.shows(title="Typed before", body="Typed after")
    form.page.locator("#collaborator-conflict").get_by_label("Mine", exact=True).check()
    form.save()
    expect(form.page.locator(".messagelist .success")).to_be_visible()
    article.refresh_from_db()
    assert (article.title, article.body) == ("Typed before", "Typed after")


@pytest.mark.parametrize("server", ["redis"], indirect=True)
def test_when_another_has_become_the_editor_meanwhile_it_is_kept(saving, open_form, server, article, bob):
    other = open_form(bob, article).becomes("viewing")
    answer = other.page.request.post("/release/{}".format(article.pk), form={"reason": "Print is waiting."})
    assert answer.ok
    other.becomes("editing", seconds=10)
    with saving.page.expect_response(lambda answer: answer.status == 423):
        server[0].thaw()
    saving.becomes("viewing").shows(title="Typed before", body=article.body)
    expect(saving.notice("draft")).to_contain_text("Typed after")
    other.page.close()
    saving.becomes("stale", seconds=10)
    expect(saving.text).to_contain_text("What you typed differs from the saved values.")  # nobody has changed any
    saving.action("keep-mine").click()
    saving.becomes("editing")
    press(saving, "restore-draft")
    saving.shows(title="Typed before", body="Typed after")
