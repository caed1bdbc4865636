"""What the editor saves is shown to all others after the commit, and takes nothing away from them."""

from __future__ import annotations

import time
from datetime import date

import pytest
from playwright.sync_api import expect

from tests.browser.attempts import open_sections
from tests.browser.chat import Chat
from tests.browser.places import played_at
from tests.project.newsroom.models import Author, Category, Paragraph, Tag
from tests.support import people


@pytest.fixture
def server_settings():
    """What is typed shows too, else."""
    return {"ADMIN_COLLABORATOR_LIVE_VIEW": False}


WITH_TWO_WORKERS = pytest.mark.parametrize("server", ["redis"], indirect=True)


@pytest.fixture
def two(open_form, article, ada, bob):
    return open_form(ada, article).becomes("editing"), open_form(bob, article).becomes("viewing")


@played_at("redis")
def test_viewers_see_saved_values_after_the_commit_and_never_before(two, article):
    editor, viewer = two
    born = viewer.born
    viewer.page.evaluate(
        """() => {
            const title = document.getElementById("id_title");
            const watch = setInterval(() => {
                if (title.value === "Budget") return;
                window.changedAt = Date.now();
                clearInterval(watch);
            }, 5);
        }"""
    )
    editor.fill(title="slow budget").save(wait=False)
    committed_after = time.time()
    while True:
        asked_at = time.time()
        article.refresh_from_db()
        if article.title != "Budget":
            break
        committed_after = asked_at
    viewer.shows(title="slow budget")
    assert viewer.page.evaluate("changedAt") / 1000 > committed_after
    assert viewer.page.evaluate("changedAt") / 1000 < time.time()
    expect(viewer.text).to_contain_text("Ada Lovelace")
    expect(viewer.detail).to_contain_text("Saved by Ada Lovelace at ")
    assert viewer.states() == ["connecting", "viewing"]
    assert viewer.born == born
    editor.becomes("editing")


def test_a_save_that_is_rolled_back_is_not_announced(two, article):
    editor, viewer = two
    token = editor.token
    editor.fill(title="broken budget").save()
    assert "Server Error" in editor.page.content()
    editor.page.go_back()
    editor.becomes("editing")
    assert editor.token == token, "somebody else was editor meanwhile"
    assert viewer.states() == ["connecting", "viewing"]
    viewer.shows(title="Budget")
    expect(viewer.detail).to_have_text("")


@WITH_TWO_WORKERS
def test_save_and_continue_keeps_the_editor_and_the_other_buttons_pass_the_form_on(two, article):
    editor, viewer = two
    token = editor.token
    editor.fill(title="Budget 2").save("_continue")
    editor.becomes("editing").shows(title="Budget 2")
    assert editor.token == token
    viewer.shows(title="Budget 2")
    assert viewer.states() == ["connecting", "viewing"]

    editor.fill(title="Budget 3").save("_addanother")
    editor.page.wait_for_url("**/article/add/")
    viewer.becomes("editing").shows(title="Budget 3")
    viewer.fill(title="Budget 4").save("_save")
    viewer.page.wait_for_url("**/newsroom/article/")
    article.refresh_from_db()
    assert article.title == "Budget 4"


def test_every_kind_of_field_is_taken_over(two, article):
    editor, viewer = two
    author = Author.objects.create(name="Maren Grande")
    page = editor.page
    open_sections(editor)
    editor.fill(title="Budget 2", body="Sun.", published_on="2027-02-03", published_at_0="2027-02-04")
    editor.fill(published_at_1="05:06:07")
    page.locator("#id_status_2").check()
    editor.field("featured").check()
    editor.field("category").select_option(label="World")
    page.locator(".field-author .select2-selection").click()
    page.locator(".select2-results__option", has_text="Maren").click()
    page.locator("#id_tags_from").select_option("weather")
    page.locator("#id_tags_add_link, #id_tags_add").first.click()
    editor.field("attachment").set_input_files({"name": "plan.txt", "mimeType": "text/plain", "buffer": b"plan"})
    editor.save()
    editor.becomes("editing")
    viewer.shows(title="Budget 2", body="Sun.", published_on="2027-02-03", published_at_0="2027-02-04")
    viewer.shows(published_at_1="05:06:07", author=str(author.pk))
    expect(viewer.page.locator("[name=status]:checked")).to_have_value("published")
    expect(viewer.field("featured")).to_be_checked()
    expect(viewer.field("category").locator("option:checked")).to_have_text("World")
    expect(viewer.page.locator(".field-author .select2-selection__rendered")).to_contain_text("Maren Grande")
    expect(viewer.page.locator("#id_tags_to option")).to_have_text(["money", "weather"])
    expect(viewer.page.locator("#id_tags_from option")).to_have_count(0)
    uploaded = editor.page.locator(".field-attachment a").text_content() or ""
    assert uploaded.startswith("attachments/plan")
    expect(viewer.page.locator(".field-attachment a")).to_have_text([uploaded])
    updated = editor.page.locator(".field-updated_at .readonly").text_content() or ""
    expect(viewer.page.locator(".field-updated_at .readonly")).to_have_text(updated)
    expect(viewer.page.locator("#content h2").first).to_have_text("Budget 2")
    assert viewer.page.title().startswith("Budget 2")
    assert viewer.posted_values() == editor.posted_values()

    editor.leave()
    viewer.becomes("editing", seconds=3).save()
    viewer.becomes("editing")
    article.refresh_from_db()
    assert (article.title, article.status, article.featured) == ("Budget 2", "published", True)
    assert article.category == Category.objects.get(name="World")
    assert article.author == author
    assert set(article.tags.all()) == set(Tag.objects.all())
    assert article.published_on == date(2027, 2, 3)


def test_rows_that_are_added_and_removed_are_shown_and_can_be_edited_on(two, article):
    editor, viewer = two
    editor.page.locator("#paragraphs-group .add-row a").click()
    for number, text in ((1, "Second paragraph"), (2, "Third paragraph")):
        editor.field("paragraphs-{}-position".format(number)).fill(str(number + 1))
        editor.field("paragraphs-{}-text".format(number)).fill(text)
    editor.save()
    editor.becomes("editing")
    viewer.shows(**{"paragraphs-0-text": "First paragraph", "paragraphs-2-text": "Third paragraph"})
    assert not viewer.field("paragraphs-2-text").is_editable()
    editor.field("paragraphs-0-DELETE").check()
    editor.save("_save")
    viewer.becomes("editing").shows(
        **{"paragraphs-0-text": "Second paragraph", "paragraphs-1-text": "Third paragraph"}
    )
    assert Paragraph.objects.count() == 2
    # The rows are alive: one can be changed, one added by the admin's own script, and both are saved.
    viewer.field("paragraphs-0-text").fill("Second paragraph, corrected")
    empty = viewer.page.locator("#paragraphs-group .form-row.dynamic-paragraphs:not(.has_original)")
    before = empty.count()
    viewer.page.locator("#paragraphs-group .add-row a").click()
    expect(empty).to_have_count(before + 1)
    empty.last.locator("textarea").fill("Fourth paragraph")
    viewer.save()
    viewer.becomes("editing")
    texts = Paragraph.objects.order_by("pk").values_list("text", flat=True)
    assert list(texts) == ["Second paragraph, corrected", "Third paragraph", "Fourth paragraph"]


def test_a_viewer_loses_no_scroll_selection_calendar_section_or_chat_draft(two, article, ada):
    editor, viewer = two
    page = viewer.page
    chat = Chat(page).talk_to(ada)
    chat.input.fill("Shall we")
    open_sections(viewer)
    page.locator(".field-published_on [id^=calendarlink]").click()
    viewer.field("body").focus()
    viewer.field("body").evaluate("(body) => body.setSelectionRange(3, 8)")
    page.evaluate("scrollTo(0, 333)")
    before = page.evaluate("document.getElementById('id_body').getBoundingClientRect().top")
    editor.fill(title="Budget 2", body="It rains no more.").save()
    viewer.shows(title="Budget 2", body="It rains no more.")
    assert page.evaluate("scrollY") == 333
    assert page.evaluate("document.getElementById('id_body').getBoundingClientRect().top") == before
    expect(viewer.field("body")).to_be_focused()
    assert viewer.field("body").evaluate("(body) => [body.selectionStart, body.selectionEnd]") == [3, 8]
    expect(page.locator(".calendarbox:visible")).to_have_count(1)
    expect(viewer.field("published_on")).to_be_visible()
    expect(chat.input).to_have_value("Shall we")
    expect(chat.panel).to_be_visible()


def test_an_invalid_form_leaves_its_editor_the_editor(two, article):
    editor, viewer = two
    token = editor.token
    editor.fill(title="Budget 2", body="Kept")
    editor.field("paragraphs-0-position").fill("")
    editor.save("_save")
    expect(editor.page.locator(".errornote")).to_be_visible()
    editor.becomes("editing").shows(title="Budget 2", body="Kept")
    assert editor.token == token
    assert viewer.states() == ["connecting", "viewing"]
    viewer.shows(title="Budget")
    editor.field("paragraphs-0-position").fill("4")
    editor.save("_save")
    viewer.becomes("editing").shows(title="Budget 2", **{"paragraphs-0-position": "4"})


def test_unsaved_input_is_never_overwritten_the_person_is_asked(open_form, article, ada):
    """Somebody without JavaScript saves as the same person; the open form has unsaved input in the same field."""
    editor = open_form(ada, article).becomes("editing")
    plain = open_form(ada, article, at=editor.visitor.base_url, java_script_enabled=False)
    for answer, title in (("keep-mine", "Mine"), ("load-saved", "Theirs 2")):
        editor.fill(title="Mine")
        plain.page.reload()
        plain.fill(title="Theirs 1" if answer == "keep-mine" else "Theirs 2").save()
        editor.becomes("stale").shows(title="Mine")
        assert editor.action(answer).is_visible()
        editor.action(answer).click()
        editor.becomes("editing").shows(title=title)


def test_going_back_to_a_form_shows_what_was_saved_since(open_form, article, ada):
    editor = open_form(ada, article).becomes("editing")
    editor.fill(title="Budget 2").save("_save")
    editor.page.wait_for_url("**/newsroom/article/")
    editor.page.go_back()
    editor.becomes("editing").shows(title="Budget 2")


@played_at()
def test_an_editor_can_delete_while_somebody_waits_and_all_are_told(open_form, article, ada, bob):
    watcher = open_form(people.staff("Vera View", "newsroom.view_article"), article).becomes("observer")
    editor = open_form(ada, article).becomes("editing")
    waiting = open_form(bob, article).becomes("viewing")
    editor.page.locator(".deletelink").click()
    editor.page.locator("#content [type=submit]").click()
    editor.page.wait_for_url("**/newsroom/article/")
    waiting.becomes("ended")
    watcher.becomes("ended")
    expect(watcher.text).to_have_text("This object has been deleted.")
