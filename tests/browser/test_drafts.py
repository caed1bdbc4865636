"""Nothing typed is lost: the browser keeps it, offers it back, and forgets it when it was saved."""

from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from tests.browser.change_form import ChangeForm, eventually
from tests.browser.drafts import STORED, keeps, kept, kill, press, reopened
from tests.project.newsroom.models import Article, Author
from tests.support.browser import change_path


def test_after_the_tab_was_killed_the_form_offers_back_what_was_typed(open_form, article, ada):
    form = open_form(ada, article).becomes("editing").fill(title="Half a sent", body="It rains.\n" * 3 + "Or not.")
    keeps(form, title="Half a sent")
    kill(form)
    again = reopened(form, article).shows(title="Budget")
    offer = again.notice("draft")
    expect(offer).to_contain_text("You typed this")
    expect(offer).to_contain_text("and did not save it.")
    expect(offer.locator("del").first).to_have_text("Budget")
    expect(offer.locator("ins").first).to_have_text("Half a sent")
    expect(offer.locator("dt").first).to_have_text("Title")
    press(again, "restore-draft")
    again.shows(title="Half a sent", body="It rains.\n" * 3 + "Or not.")
    expect(offer).to_have_count(0)
    again.save()
    again.becomes("editing")
    article.refresh_from_db()
    assert article.title == "Half a sent"
    expect(again.notice("draft")).to_have_count(0)
    assert kept(again) == []


def test_a_discarded_draft_does_not_come_back(open_form, article, ada):
    form = open_form(ada, article).becomes("editing").fill(title="Not this")
    keeps(form, title="Not this")
    kill(form)
    again = reopened(form, article)
    press(again, "discard-draft")
    expect(again.notice("draft")).to_have_count(0)
    again.shows(title="Budget")
    assert kept(again) == []


def test_what_is_typed_beside_an_offer_is_kept_with_it(open_form, article, ada):
    form = open_form(ada, article).becomes("editing").fill(title="First")
    keeps(form, title="First")
    kill(form)
    form = reopened(form, article).fill(body="Second")
    keeps(form, title="First", body="Second")
    kill(form)
    again = reopened(form, article)
    press(again, "restore-draft")
    again.shows(title="First", body="Second")


def test_every_widget_and_new_rows_and_invalid_values_come_back(open_form, article, ada):
    author = Author.objects.create(name="Octavia Butler")
    form = open_form(ada, article).becomes("editing")
    page = form.page
    page.locator("form summary, form .collapse-toggle").first.click()
    form.fill(published_on="not a date", published_at_0="2027-02-31", **{"paragraphs-0-text": "Changed"})
    page.locator("#id_status input[value=review]").check()
    form.field("featured").check()
    form.field("category").select_option(label="World")
    page.locator(".field-author .select2-selection").click()
    page.locator(".select2-results__option", has_text="Octavia").click()
    page.select_option("#id_tags_from", "weather")
    page.locator("#id_tags_add, #id_tags_add_link").first.click()
    page.locator(".add-row a").click()
    form.fill(**{"paragraphs-2-position": "-7", "paragraphs-2-text": "A new row"})
    keeps(form, **{"paragraphs-2-text": "A new row"})
    kill(form)
    again = reopened(form, article)
    expect(again.notice("draft")).to_contain_text("Octavia Butler")
    expect(again.notice("draft")).to_contain_text("Text 3")
    press(again, "restore-draft")
    expect(again.notice("draft")).to_have_count(0)
    again.shows(published_on="not a date", published_at_0="2027-02-31", category=str(article.category_id + 1))
    again.shows(author=str(author.pk))
    again.shows(**{"paragraphs-0-text": "Changed", "paragraphs-2-position": "-7", "paragraphs-2-text": "A new row"})
    expect(again.page.locator("#id_status input[value=review]")).to_be_checked()
    expect(again.field("featured")).to_be_checked()
    expect(again.page.locator(".field-author .select2-selection")).to_contain_text("Octavia Butler")
    expect(again.page.locator("#id_tags_to option")).to_have_text(["money", "weather"])


def test_a_row_that_moved_gets_its_own_text_back(open_form, article, ada):
    article.paragraphs.create(position=2, text="Second paragraph")
    form = open_form(ada, article).becomes("editing").fill(**{"paragraphs-1-text": "Second, changed"})
    keeps(form, **{"paragraphs-1-text": "Second, changed"})
    kill(form)
    article.paragraphs.order_by("position").first().delete()
    again = reopened(form, article)
    press(again, "restore-draft")
    again.shows(**{"paragraphs-0-text": "Second, changed", "paragraphs-1-text": ""})


def test_a_row_that_is_gone_stays_on_offer_as_text(open_form, article, ada):
    form = open_form(ada, article).becomes("editing").fill(**{"paragraphs-0-text": "To be copied"})
    keeps(form, **{"paragraphs-0-text": "To be copied"})
    kill(form)
    article.paragraphs.all().delete()
    again = reopened(form, article)
    press(again, "restore-draft")
    expect(again.notice("draft").locator("ins")).to_have_text("To be copied")
    again.shows(**{"paragraphs-0-text": ""})


def test_after_an_expired_session_at_the_save_the_typed_values_are_there(open_form, article, ada):
    form = open_form(ada, article).becomes("editing").fill(title="Typed before")
    Session.objects.all().delete()
    form.save()
    log_in(form, ada)
    form.becomes("editing").shows(title="Typed before")
    expect(form.notice("draft_back")).to_contain_text("had not been saved. It is in the form again.")
    expect(form.notice("draft")).to_have_count(0)
    form.save()
    form.becomes("editing")
    article.refresh_from_db()
    assert article.title == "Typed before"
    assert kept(form) == []


def test_rows_and_tags_typed_before_an_expired_session_are_there_too(open_form, article, ada):
    form = open_form(ada, article).becomes("editing")
    page = form.page
    page.select_option("#id_tags_from", "weather")
    page.locator("#id_tags_add, #id_tags_add_link").first.click()
    page.locator(".add-row a").click()
    rows = {"paragraphs-0-text": "Changed", "paragraphs-2-position": "7", "paragraphs-2-text": "A new row"}
    form.fill(**rows)
    Session.objects.all().delete()
    form.save()
    log_in(form, ada)
    form.becomes("editing").shows(**rows)
    expect(page.locator("#id_tags_to option")).to_have_text(["money", "weather"])
    expect(form.notice("draft_back")).to_be_visible()
    expect(form.notice("draft")).to_have_count(0)
    form.save()
    form.becomes("editing")
    assert set(article.paragraphs.values_list("text", flat=True)) == {"Changed", "A new row"}
    assert {tag.pk for tag in article.tags.all()} == {"money", "weather"}
    assert kept(form) == []


def log_in(form, person):
    person.user.set_password("secret")
    person.user.save()
    form.page.locator("[name=username]").fill(person.user.get_username())
    form.page.locator("[name=password]").fill("secret")
    form.page.locator("[type=submit]").click()


def test_logging_out_in_another_tab_keeps_what_was_typed(open_form, article, ada):
    form = open_form(ada, article).becomes("editing").fill(title="Typed before")
    other = ChangeForm.open(form.visitor, article).becomes("viewing")
    log_out = """() => {
        const form = document.querySelector("#logout-form, form[action*=logout]");
        form?.submit();
        return form !== null;
    }"""
    if not other.page.evaluate(log_out):
        other.page.goto("/stories/logout/")
    form.becomes("ended", seconds=20).shows(title="Typed before")
    keeps(form, title="Typed before")
    form.page.reload()
    log_in(form, ada)
    form.becomes("editing")
    press(form, "restore-draft")
    form.shows(title="Typed before")


def test_after_the_server_died_the_draft_is_offered(open_form, article, ada, server):
    form = open_form(ada, article).becomes("editing").fill(title="Typed before")
    keeps(form, title="Typed before")
    worker = server.workers[0]
    worker.kill()
    form.becomes("offline")
    form.fill(body="Typed while it was away")
    keeps(form, body="Typed while it was away")
    form.page.close(run_before_unload=False)
    server.start()
    again = reopened(form, article)
    press(again, "restore-draft")
    again.shows(title="Typed before", body="Typed while it was away")


def test_another_user_of_the_same_computer_is_offered_nothing(open_form, article, ada, bob):
    form = open_form(ada, article).becomes("editing").fill(title="Ada's secret")
    keeps(form, title="Ada's secret")
    kill(form)
    cookie = {"name": "sessionid", "value": bob.session_key, "url": form.visitor.base_url}
    form.visitor.context.add_cookies([cookie])
    again = reopened(form, article).fill(body="Bob's")
    expect(again.notice("draft")).to_have_count(0)
    eventually(lambda: len(kept(again)) == 2, 10, "a draft of Bob's own")
    form.visitor.context.add_cookies([dict(cookie, value=ada.session_key)])
    again.page.goto(change_path(article, "stories"))
    again.becomes("editing", seconds=15)
    expect(again.notice("draft")).to_contain_text("Ada's secret")


def test_passwords_and_files_are_never_kept(open_form, article, ada):
    form = open_form(ada, article).becomes("editing")
    form.page.evaluate(
        """() => {
            const secret = document.getElementById("id_body");
            const input = document.createElement("input");
            secret.replaceWith(Object.assign(input, { type: "password", id: "id_body", name: "body" }));
        }"""
    )
    form.fill(title="Typed", body="hunter2")
    form.page.locator("form summary, form .collapse-toggle").first.click()
    form.field("attachment").set_input_files({"name": "plan.txt", "mimeType": "text/plain", "buffer": b"secret plan"})
    keeps(form, title="Typed")
    form.page.evaluate("document.getElementById('id_body').type = 'text'")  # "show my password"
    form.fill(title="Typed on")
    keeps(form, title="Typed on")
    text = "".join(form.page.evaluate(STORED))
    assert "hunter2" not in text
    assert "plan.txt" not in text


def test_a_refused_save_keeps_the_draft_and_the_next_clears_it(open_form, article, ada):
    form = open_form(ada, article).becomes("editing").fill(title="Ada's title")
    Article.objects.filter(pk=article.pk).update(title="Their title")
    form.save()
    expect(form.page.locator("#collaborator-conflict")).to_be_visible()
    form.becomes("editing")
    expect(form.notice("draft")).to_have_count(0)
    keeps(form, title="Ada's title")
    kill(form)
    again = reopened(form, article)
    press(again, "restore-draft")
    again.shows(title="Ada's title")
    again.save("_save")
    expect(again.page.locator(".messagelist .success")).to_be_visible()
    assert kept(again) == []


@pytest.mark.parametrize("server_settings", [{"ADMIN_COLLABORATOR_DRAFTS": False}])
def test_drafts_can_be_switched_off(open_form, article, ada):
    form = open_form(ada, article).becomes("editing").fill(title="Typed")
    asked = form.page.evaluate("""() => new Promise((resolve) => {
        // Two of the page's looks at its activity are further apart than two of its looks at the draft.
        const times = [];
        const { send } = WebSocket.prototype;
        WebSocket.prototype.send = function (text) {
            if (text.includes("heartbeat") && times.push(text) === 3) resolve(times.length);
            return send.call(this, text);
        };
    })""")
    assert asked == 3
    assert kept(form) == []


def test_what_is_older_than_thirty_days_is_swept_away(open_form, article, ada):
    form = open_form(ada, article).becomes("editing")
    day = 86400000
    form.page.evaluate(
        """(day) => { for (const [name, age] of [["old", 31], ["young", 29]]) localStorage.setItem(
            "admin-collaborator:draft:" + name, JSON.stringify({ at: Date.now() - age * day, values: {} })) }""",
        day,
    )
    form.page.reload()
    form.becomes("editing")
    keys = form.page.evaluate("Object.keys(localStorage)")
    assert "admin-collaborator:draft:old" not in keys
    assert "admin-collaborator:draft:young" in keys
