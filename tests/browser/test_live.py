"""What the editor types is seen by the others while it is typed, in their own form, and is never a value of it."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.change_form import PATIENCE_SECONDS, eventually
from tests.browser.drafts import keeps, press
from tests.browser.places import played_at
from tests.project.newsroom.models import Author, Paragraph

VISIBLE = """() => {
    const values = {};
    for (const control of document.querySelector("form[id$=_form]").elements) {
        const { name, type, id } = control;
        if (!name || /^(_|csrf)|__prefix__|-INITIAL_FORMS|-M.._NUM|_from$/.test(name + id)) continue;
        if (/submit|button|file/.test(type)) continue;
        if (/checkbox|radio/.test(type)) values[name] = control.checked;
        else if (/_to$/.test(id)) values[name] = [...control.options].map((option) => option.value).sort();
        else if (control.options) values[name] = [...control.selectedOptions].map((option) => option.value);
        else values[name] = control.value;
    }
    return values;
}"""


def visible(form):
    """What its controls show, whoseever it is."""
    return form.page.evaluate(VISIBLE)


def shows_the_same(second, first):
    eventually(lambda: visible(second) == visible(first), seconds=PATIENCE_SECONDS + second.visitor.slack)


def is_where(form, name, who="Ada Lovelace"):
    expect(form.page.locator(f".field-{name}.collaborator-live-here")).to_contain_text(f"{who} is typing here")


@played_at("redis")
def test_a_viewer_sees_what_the_editor_types_and_where(open_form, article, ada, bob):
    first = open_form(ada, article).becomes("editing")
    second = open_form(bob, article).becomes("viewing")
    first.field("title").press_sequentially("New ")
    first.fill(body="It snows.")
    second.shows(title=first.field("title").input_value(), body="It snows.")
    is_where(second, "body")
    expect(second.page.locator(".field-title.collaborator-live")).to_have_count(1)
    first.fill(title="Budget")
    second.shows(title="Budget")
    expect(second.page.locator(".field-title.collaborator-live")).to_have_count(0)


def test_every_widget_and_row_shows_the_same(open_form, article, ada, bob, cleo):
    Paragraph.objects.create(article=article, position=2, text="Second paragraph")
    Author.objects.create(name="Nellie Bly")
    saved = {"title": "Budget", "body": article.body}
    first = open_form(ada, article).becomes("editing")
    second = open_form(bob, article).becomes("viewing")
    third = open_form(cleo, article).becomes("viewing")
    page = first.page
    before = visible(second)
    page.locator("fieldset.collapse :is(summary, .collapse-toggle)").click()
    first.fill(
        title="Für „Köln“ 🙂",
        published_on="2026-11-30",
        published_at_0="2026-11-30",
        published_at_1="12:00:00",
    )
    first.field("featured").check()
    page.locator("[name=status][value=published]").check()
    first.field("category").select_option(label="World")
    page.locator("#id_tags_from").select_option("weather")
    page.locator("#id_tags_add_link, #id_tags_add, .selector-add").first.click()
    page.locator("#id_paragraphs-1-text").fill("Second paragraph, longer")
    page.locator("#id_paragraphs-2-text").fill("A new one")
    page.locator("#paragraphs-group .add-row a").click()
    page.locator("#id_paragraphs-3-text").fill("Another new one")
    page.locator(".field-author .select2-selection").click()
    page.locator(".select2-results__option", has_text="Nellie Bly").click()
    page.locator("#id_paragraphs-0-DELETE").check()
    for form in (second, third):
        shows_the_same(form, first)
        expect(form.page.locator("#id_tags_to option")).to_have_text(["money", "weather"])
        assert not form.page.get_by_role("textbox", name="Title:").is_editable()
        assert not form.page.locator("#id_paragraphs-3-text").is_editable()
        expect(form.page.locator(".field-author .select2-selection")).to_contain_text("Nellie Bly")
    page.locator("#paragraphs-3 .inline-deletelink").click()
    page.locator("#id_paragraphs-0-DELETE").uncheck()
    for form in (second, third):
        expect(form.page.locator("#id_paragraphs-3-text")).to_be_hidden()
        expect(form.page.locator("#id_paragraphs-0-DELETE")).not_to_be_checked()
    first.page.close()
    second.becomes("editing", seconds=12).shows(**saved)
    assert visible(second) == before
    second.save()
    eventually(lambda: second.page.evaluate("document.readyState") == "complete")
    second.becomes("editing")
    article.refresh_from_db()
    assert (article.title, article.status, article.featured) == ("Budget", "draft", False)
    assert sorted(article.paragraphs.values_list("text", flat=True)) == ["First paragraph", "Second paragraph"]


def test_what_a_script_posts_has_none_of_it(open_form, article, ada, bob):
    """The lock is a courtesy: a script may post the form past it."""
    first = open_form(ada, article).becomes("editing")
    second = open_form(bob, article).becomes("viewing")
    before = sorted(second.posted_values())
    first.fill(title="Not mine").field("featured").check()
    first.page.locator("#paragraphs-group .add-row a").click()
    first.page.locator("#id_paragraphs-2-text").fill("Nor this")
    expect(second.page.locator("#id_paragraphs-2-text")).to_have_value("Nor this")
    assert sorted(second.posted_values()) == before
    assert visible(second)["title"] == "Budget"


def test_a_pause_shows_the_saved_values(open_form, article, ada, bob):
    first = open_form(ada, article).becomes("editing")
    second = open_form(bob, article).becomes("viewing")
    first.fill(title="Draft one")
    second.shows(title="Draft one")
    pause = second.root.locator("[data-collaborator-live] button")
    second.menu.click()
    expect(pause).to_have_text("Pause live view")
    pause.click()
    second.shows(title="Budget")
    expect(second.page.locator(".collaborator-live")).to_have_count(0)
    first.fill(title="Draft two")
    expect(first.field("title")).to_have_value("Draft two")
    second.menu.click()
    expect(pause).to_have_text("Resume live view")
    pause.click()
    second.shows(title="Draft two")


def test_after_a_save_the_saved_values_are_there_and_what_is_typed_next_is_seen(open_form, article, ada, bob):
    first = open_form(ada, article).becomes("editing")
    second = open_form(bob, article).becomes("viewing")
    first.fill(title="Saved by Ada", body="Saved, too.")
    second.shows(title="Saved by Ada")
    first.save()
    first.becomes("editing")
    expect(second.detail).to_contain_text("Saved by Ada Lovelace")
    expect(second.page.locator(".collaborator-live")).to_have_count(0)
    second.shows(title="Saved by Ada", body="Saved, too.")
    first.fill(title="And then")
    second.shows(title="And then")
    first.leave()
    second.becomes("editing").shows(title="Saved by Ada", body="Saved, too.")


def test_a_reload_does_not_bring_back_what_another_has_typed(open_form, article, ada, bob):
    first = open_form(ada, article).becomes("editing")
    second = open_form(bob, article).becomes("viewing")
    first.fill(title="Not mine")
    second.shows(title="Not mine")
    second.page.route("**/admin_live.js*", lambda route: route.abort())
    second.page.reload()
    second.becomes("viewing").shows(title="Budget")
    first.page.close()
    second.becomes("editing", seconds=12).shows(title="Budget")
    expect(second.notice("draft")).to_have_count(0)


def test_own_unsaved_text_is_not_overwritten(open_form, article, ada, bob):
    second = open_form(bob, article).becomes("editing")
    first = open_form(ada, article).becomes("viewing")
    second.fill(title="Bob's own")
    first.shows(title="Bob's own")
    article.refresh_from_db()
    first.press("request-attention")
    second.notice("request").locator("[value=now]").click()
    first.becomes("editing", seconds=12)
    second.becomes("viewing")
    first.fill(title="Ada's own", body="Ada's body")
    second.shows(body="Ada's body", title="Bob's own")
    first.fill(title="Budget", body=article.body)
    second.shows(body=article.body, title="Bob's own")


def test_a_restored_draft_is_seen_and_nobody_types_in_it(open_form, article, ada, bob):
    first = open_form(ada, article).becomes("editing").fill(title="From yesterday")
    keeps(first, title="From yesterday")
    first.page.close()
    first = open_form(ada, article).becomes("editing", seconds=12)
    second = open_form(bob, article).becomes("viewing")
    press(first, "restore-draft")
    second.shows(title="From yesterday")
    expect(second.page.locator(".field-title.collaborator-live")).to_have_count(1)
    expect(second.page.locator(".collaborator-live-here")).to_have_count(0)


def test_of_a_file_the_name_is_told(open_form, article, ada, bob):
    first = open_form(ada, article).becomes("editing")
    second = open_form(bob, article).becomes("viewing")
    first.page.keyboard.press("Tab")
    first.field("attachment").set_input_files({"name": "figures.txt", "mimeType": "text/plain", "buffer": b"1"})
    expect(second.page.locator(".field-attachment")).to_contain_text(
        "Ada Lovelace has chosen a file that is not saved yet: figures.txt"
    )
    assert second.field("attachment").input_value() == ""
