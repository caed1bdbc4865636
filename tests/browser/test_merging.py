"""What others save while somebody types comes into the form, and takes nothing away from them."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import expect

from tests.browser.change_form import eventually
from tests.browser.drafts import STORED, keeps, press, values_of
from tests.project.newsroom.models import Author, Category, Paragraph


@pytest.fixture
def editor(open_form, article, ada):
    return open_form(ada, article).becomes("editing")


@pytest.fixture
def save_elsewhere(editor, open_form, article, ada):
    """A function that saves values as the same person, without scripts and so without a lease."""

    def save(**values):
        plain = open_form(ada, article, at=editor.visitor.base_url, java_script_enabled=False)
        plain.page.reload()
        for name, value in values.items():
            control = plain.page.locator("#id_{0}, [name={0}]".format(name)).first
            if name == "status":
                plain.page.locator("[name=status][value={}]".format(value)).check()
            elif name == "category":
                control.select_option(value)
            else:
                control.fill(value)
        saved(plain)
        plain.page.close()

    return save


def saved(form):
    form.save()
    expect(form.page.locator(".messagelist .success")).to_be_visible()
    expect(form.page.locator("#collaborator-conflict")).to_have_count(0)


def note(form, name):
    return form.page.locator(".field-{} .collaborator-note".format(name))


def asked(form):
    return form.notice("values")


def test_a_field_that_only_others_changed_is_taken_over_quietly_and_the_next_save_goes_through(
    editor, article, save_elsewhere
):
    world = str(Category.objects.get(name="World").pk)
    editor.fill(title="Mine")
    editor.field("body").focus()
    editor.page.keyboard.press("Control+End")
    editor.page.keyboard.type("Half a sent")
    save_elsewhere(category=world, status="review")
    expect(editor.field("category")).to_have_value(world)
    expect(editor.page.locator("[name=status][value=review]")).to_be_checked()
    expect(note(editor, "category")).to_have_text(re.compile(r"^Changed by Ada Lovelace, now\.\s*Undo$"))
    editor.page.keyboard.type("ence.")
    editor.shows(title="Mine", body="It rains.\n" * 3 + "Half a sentence.")
    assert editor.states()[-1] == "editing"
    expect(asked(editor)).to_have_count(0)
    saved(editor)
    article.refresh_from_db()
    assert (article.title, article.status, article.category.name) == ("Mine", "review", "World")
    assert article.body.endswith("Half a sentence.")


def test_the_form_is_not_locked_and_nothing_jumps_while_somebody_types(editor, save_elsewhere):
    editor.field("body").focus()
    editor.page.keyboard.type("A")
    top = editor.field("body").evaluate("(body) => body.getBoundingClientRect().top")
    editor.page.evaluate(
        """() => {
            window.locked = 0;
            const body = document.getElementById("id_body");
            const look = () => requestAnimationFrame(look, locked += body.readOnly);
            look();
        }"""
    )
    save_elsewhere(title="Theirs")
    editor.shows(title="Theirs")
    assert editor.page.evaluate("locked") == 0
    assert abs(editor.field("body").evaluate("(body) => body.getBoundingClientRect().top") - top) < 1
    expect(editor.field("body")).to_be_focused()


def test_what_was_taken_over_can_be_undone(editor, article, save_elsewhere):
    editor.fill(body="Mine")
    save_elsewhere(title="Theirs")
    editor.shows(title="Theirs")
    note(editor, "title").get_by_role("button").click()
    editor.shows(title="Budget", body="Mine")
    expect(note(editor, "title")).to_have_count(0)
    saved(editor)
    article.refresh_from_db()
    assert (article.title, article.body) == ("Budget", "Mine")


def test_what_both_changed_is_asked_about_and_only_once(editor, article, save_elsewhere):
    editor.fill(title="Mine")
    save_elsewhere(title="Theirs", category=str(Category.objects.get(name="World").pk))
    expect(asked(editor).locator("dt")).to_have_text(["Title"])
    expect(asked(editor).locator("del")).to_have_text(["Budget", "Budget"])
    expect(asked(editor).locator("ins")).to_have_text(["Theirs", "Mine"])
    editor.becomes("stale").shows(title="Mine")
    assert editor.field("title").is_editable()
    press(editor, "keep-one", "values")
    expect(asked(editor)).to_have_count(0)
    editor.becomes("editing").shows(title="Mine")
    saved(editor)
    article.refresh_from_db()
    assert (article.title, article.category.name) == ("Mine", "World")


def test_their_value_can_be_taken_field_by_field(editor, article, save_elsewhere):
    editor.fill(title="Mine", body="My text")
    save_elsewhere(title="Theirs", body="Their text")
    expect(asked(editor).locator("dt")).to_have_text(["Title", "Body"])
    asked(editor).get_by_role("button", name="Take theirs").first.click()
    editor.shows(title="Theirs", body="My text")
    expect(asked(editor).locator("dt")).to_have_text(["Body"])
    press(editor, "keep-one", "values")
    editor.becomes("editing")
    saved(editor)
    article.refresh_from_db()
    assert (article.title, article.body) == ("Theirs", "My text")


def test_a_save_without_an_answer_is_refused(editor, article, save_elsewhere):
    editor.fill(title="Mine")
    save_elsewhere(title="Theirs")
    expect(asked(editor)).to_be_visible()
    editor.save()
    expect(editor.page.locator("#collaborator-conflict")).to_be_visible()
    editor.shows(title="Mine")
    article.refresh_from_db()
    assert article.title == "Theirs"


def test_loading_theirs_keeps_what_was_typed_on_offer(editor, save_elsewhere):
    editor.fill(title="Mine", body="My text")
    save_elsewhere(title="Theirs")
    editor.becomes("stale").press("load-saved")
    editor.becomes("editing").shows(title="Theirs", body="It rains.\n" * 3)
    expect(editor.notice("draft")).to_contain_text("My text")
    press(editor, "restore-draft")
    editor.shows(title="Mine", body="My text")


@pytest.mark.parametrize("server_settings", [{"ADMIN_COLLABORATOR_DRAFTS": False}])
def test_so_it_does_where_nothing_is_kept_in_the_browser(editor, save_elsewhere):
    editor.fill(title="Mine")
    save_elsewhere(title="Theirs")
    editor.becomes("stale").press("load-saved")
    editor.becomes("editing").shows(title="Theirs")
    press(editor, "restore-draft")
    editor.shows(title="Mine")
    assert editor.page.evaluate(STORED) == []


@pytest.mark.parametrize("server_settings", [{"ADMIN_COLLABORATOR_DRAFTS": kept} for kept in (True, False)])
def test_so_it_does_however_long_the_saved_values_are_in_coming(editor, save_elsewhere):
    editor.fill(title="Mine")
    save_elsewhere(title="Theirs")
    editor.becomes("stale")
    editor.page.route("**/change/", lambda route: (time.sleep(2.5), route.continue_()))
    editor.press("load-saved")
    editor.becomes("editing", seconds=10).shows(title="Theirs")
    press(editor, "restore-draft")
    editor.shows(title="Mine")


def test_a_second_save_of_others_is_merged_like_the_first(editor, article, save_elsewhere):
    editor.fill(body="My text")
    save_elsewhere(title="Theirs 1")
    editor.shows(title="Theirs 1")
    save_elsewhere(title="Theirs 2")
    editor.shows(title="Theirs 2", body="My text")
    expect(note(editor, "title")).to_have_count(1)
    saved(editor)
    article.refresh_from_db()
    assert (article.title, article.body) == ("Theirs 2", "My text")


def test_rows_of_others_come_in_beside_unsaved_text(editor, article, save_elsewhere):
    editor.fill(title="Mine")
    article.paragraphs.create(position=2, text="Second paragraph")
    save_elsewhere(body="Their text")
    editor.shows(title="Mine", body="Their text", **{"paragraphs-1-text": "Second paragraph"})
    editor.field("paragraphs-1-text").fill("Second paragraph, corrected")
    saved(editor)
    assert article.paragraphs.get(position=2).text == "Second paragraph, corrected"


def test_rows_that_others_removed_are_no_unsaved_text(editor, article, save_elsewhere):
    article.paragraphs.create(position=2, text="Second paragraph")
    editor.page.reload()
    editor.becomes("editing").fill(title="Mine")
    article.paragraphs.get(position=1).delete()
    save_elsewhere(body="Their text")
    editor.shows(title="Mine", body="Their text", **{"paragraphs-0-text": "Second paragraph"})
    expect(editor.page.locator("#id_paragraphs-2-text")).to_have_count(0)
    keeps(editor, title="Mine")
    eventually(lambda: set(values_of(editor)) == {"title"}, 5, "a draft of the title alone")
    saved(editor)
    assert article.paragraphs.get().text == "Second paragraph"


def test_where_others_changed_the_rows_that_are_typed_in_the_save_asks(editor, article, save_elsewhere):
    first = article.paragraphs.get()
    article.paragraphs.create(position=2, text="Second paragraph")
    editor.page.reload()
    editor.becomes("editing").fill(**{"paragraphs-1-text": "Mine"})
    Paragraph.objects.filter(pk=first.pk).delete()
    save_elsewhere(body="Their text")
    editor.shows(body="Their text", **{"paragraphs-0-text": "First paragraph", "paragraphs-1-text": "Mine"})
    editor.becomes("stale")
    editor.save()
    expect(editor.page.locator("#collaborator-conflict")).to_be_visible()
    expect(editor.page.locator("textarea", has_text="Mine")).to_have_count(1)
    assert article.paragraphs.get().text == "Second paragraph"


def test_a_script_that_puts_the_old_value_back_makes_no_save_of_it(editor, article, save_elsewhere):
    editor.fill(body="My text")
    editor.page.evaluate("""() => setInterval(() => { document.getElementById("id_title").value = "Budget" }, 1)""")
    save_elsewhere(title="Theirs")
    expect(note(editor, "title")).to_be_visible()
    editor.save()
    expect(editor.page.locator("#collaborator-conflict")).to_be_visible()
    article.refresh_from_db()
    assert article.title == "Theirs"


def test_an_author_that_others_chose_is_taken_over(editor, article, open_form, ada):
    author = Author.objects.create(name="Maren Grande")
    editor.fill(title="Mine")
    other = open_form(ada, article)
    other.page.route(re.compile(r"\.js\b"), lambda route: route.abort())
    other.page.reload()
    other.page.evaluate(
        """(pk) => document.getElementById("id_author").add(new Option("Maren Grande", pk, true, true))""",
        str(author.pk),
    )
    other.save()
    expect(editor.field("author")).to_have_value(str(author.pk))
    expect(editor.page.locator(".field-author .select2-selection__rendered")).to_contain_text("Maren Grande")
    saved(editor)
    article.refresh_from_db()
    assert article.author == author


def test_edits_to_different_sentences_come_together_by_one_press_while_one_types(editor, article, save_elsewhere):
    editor.fill(body="Look out.\nIt rains.\nIt rains.\nIt rains.\n")
    save_elsewhere(body="It rains.\nIt rains.\nThe sun shines.")
    both = asked(editor).get_by_role("button", name="Both together")
    expect(asked(editor).locator("dd", has_text="Both together").first).to_contain_text("The sun shines.")

    both.click()

    expect(asked(editor)).to_have_count(0)
    editor.shows(body="Look out.\nIt rains.\nIt rains.\nThe sun shines.")
    saved(editor)
    article.refresh_from_db()
    assert article.body.replace("\r\n", "\n") == "Look out.\nIt rains.\nIt rains.\nThe sun shines."


def test_one_sentence_that_both_changed_is_not_put_together(editor, save_elsewhere):
    editor.fill(title="Budget of Ada")
    save_elsewhere(title="Budget of Bob")
    expect(asked(editor).get_by_role("button", name="Keep mine")).to_be_visible()
    expect(asked(editor).get_by_text("Both together")).to_have_count(0)
