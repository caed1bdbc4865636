"""The box of a conflict, for whoever reads it, decides in it, and goes between it and the fields."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser import pictures
from tests.browser.axe import violations
from tests.browser.change_form import settle
from tests.browser.drafts import keeps
from tests.project.newsroom.models import Article

BODY = "The council meets on Monday. " + "Nothing else is known of it yet. " * 20 + "The mayor is ill."
THEIRS = BODY.replace("Monday", "Tuesday")
MINE = BODY.replace("is ill", "has come back")
BOTH = THEIRS.replace("is ill", "has come back")


@pytest.fixture
def long_text(article):
    Article.objects.filter(pk=article.pk).update(body=BODY)
    return article


@pytest.fixture
def refused(open_form, long_text, ada):
    """A function that opens the form as Ada and saves it, after a program has written other values."""

    def meet(theirs, mine, **options):
        form = open_form(ada, long_text, **options)
        if options.get("java_script_enabled", True):
            form.becomes("editing")
        form.fill(**mine)
        Article.objects.filter(pk=long_text.pk).update(**theirs)
        form.save()
        expect(box(form)).to_be_visible()
        return form.becomes("editing") if options.get("java_script_enabled", True) else form

    return meet


def box(form):
    return form.page.locator("#collaborator-conflict")


def version(form, of, path="body"):
    return box(form).locator(f"[data-collaborator-path={path}] [data-collaborator-version={of}]")


def choose(form, of, path="body"):
    version(form, of, path).get_by_role("radio").check()


def saved(form, article):
    box(form).get_by_role("button", name="Save and continue editing").click()
    expect(form.page.locator(".messagelist .success")).to_be_visible()
    article.refresh_from_db()
    return article


def test_of_a_long_text_only_what_differs_is_shown_and_marked(refused):
    form = refused({"body": THEIRS}, {"body": MINE})
    for of, gone, new in (("theirs", "Monday", "Tuesday"), ("mine", "ill", "has come back")):
        expect(version(form, of).locator("del")).to_have_text(gone if of == "theirs" else "is ill")
        expect(version(form, of).locator("ins")).to_have_text(new)
        assert len(version(form, of).locator("dd").inner_text()) < 200


def test_edits_to_different_sentences_come_together_by_one_press_and_never_without(refused, long_text):
    form = refused({"body": THEIRS}, {"body": MINE})
    form.shows(body=MINE)
    assert version(form, "merged").locator("dd").inner_text().count("Nothing else is known of it yet.") == 20
    expect(version(form, "merged").locator("ins")).to_have_text(["Tuesday", "has come back"])
    choose(form, "merged")
    form.shows(body=BOTH)
    choose(form, "mine")
    form.shows(body=MINE)
    choose(form, "merged")
    assert saved(form, long_text).body == BOTH


def test_where_one_sentence_was_changed_in_two_ways_nothing_is_put_together(refused):
    form = refused({"body": THEIRS}, {"body": BODY.replace("Monday", "Friday")})
    expect(version(form, "mine")).to_be_visible()
    expect(version(form, "merged")).to_have_count(0)


def test_what_was_put_together_can_be_a_conflict_again(refused, long_text):
    form = refused({"body": THEIRS}, {"body": MINE})
    choose(form, "merged")
    third = THEIRS.replace("The council", "The whole council")
    Article.objects.filter(pk=long_text.pk).update(body=third)
    form.save()
    expect(version(form, "theirs")).to_contain_text("whole")
    form.becomes("editing").shows(body=BOTH)


def test_rich_text_is_shown_as_what_it_says(refused):
    rich = ["<p>It rains.</p><p>The <b>dog</b> barks.</p>"] * 2
    Article.objects.update(body=rich[0])
    form = refused({"body": rich[0].replace("rains", "snows")}, {"body": rich[0].replace("barks", "sleeps")})
    expect(box(form)).not_to_contain_text("<p>")
    expect(version(form, "theirs").locator("ins")).to_have_text("snows")


def test_all_theirs_and_all_mine(refused, long_text):
    form = refused({"body": THEIRS, "title": "Their title"}, {"body": MINE, "title": "Ada's title"})
    box(form).get_by_role("button", name="All theirs").click()
    form.shows(body=THEIRS, title="Their title")
    box(form).get_by_role("button", name="All mine").click()
    form.shows(body=MINE, title="Ada's title")
    article = saved(form, long_text)
    assert (article.title, article.body) == ("Ada's title", MINE)


def test_the_focus_is_in_the_box_and_the_title_says_why(refused):
    form = refused({"title": "Their title"}, {"title": "Ada's title"})
    expect(box(form)).to_be_focused()
    assert form.page.title().startswith("To decide: ")


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_without_a_choice_nothing_is_saved_and_one_is_asked_for(refused, long_text, java_script_enabled):
    form = refused({"title": "Their title"}, {"title": "Ada's title"}, java_script_enabled=java_script_enabled)
    expect(box(form).locator("[type=radio]:checked")).to_have_count(0)
    form.save()
    says = "Choose theirs or mine where nothing is chosen"
    if java_script_enabled:
        expect(box(form).locator(".collaborator-save [role=status]")).to_have_text(says)
        expect(version(form, "theirs", "title").get_by_role("radio")).to_be_focused()
    else:
        expect(box(form).get_by_role("alert")).to_contain_text(says)
    form.shows(title="Ada's title")
    choose(form, "mine", "title")
    assert saved(form, long_text).title == "Ada's title"


def test_the_box_leads_to_its_field_and_the_field_to_the_box(refused):
    form = refused({"body": THEIRS}, {"body": MINE})
    box(form).get_by_role("link", name="Body").click()
    expect(form.field("body")).to_be_focused()
    expect(form.field("body")).to_be_in_viewport()
    mark = form.page.locator(".field-body.collaborator-conflicting .collaborator-undecided")
    mark.get_by_role("link").click()
    expect(version(form, "theirs").get_by_role("radio")).to_be_focused()
    choose(form, "theirs")
    expect(mark).to_have_count(0)


def test_a_field_in_a_closed_section_is_opened(refused):
    form = refused({"published_on": "2027-01-02"}, {"title": "Ada's title"})
    box(form).get_by_role("link", name="Published on").click()
    expect(form.field("published_on")).to_be_focused()


def test_who_saved_it_and_when_is_said_where_it_is_known(open_form, article, ada):
    form = open_form(ada, article).becomes("editing")
    plain = open_form(ada, article, at=form.visitor.base_url, java_script_enabled=False)
    form.fill(title="Mine")
    plain.fill(title="Theirs").save()
    form.becomes("stale").save()
    says = r"Title\s+changed by you yourself, in another place\s+(now|\d+ seconds? ago)"
    expect(box(form).locator("legend")).to_have_text(re.compile(says))


@pytest.mark.parametrize(
    ("width", "scheme", "language"),
    [(1280, "light", "en"), (1280, "dark", "de"), (375, "light", "fr"), (375, "dark", "ar")],
)
def test_it_fits_and_shuts_nobody_out(refused, width, scheme, language):
    look = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme, "locale": language}
    theirs = {"body": THEIRS, "title": "Their title", "status": "review"}
    form = refused(theirs, {"body": MINE, "title": "Ada's title"}, **look)
    settle(form.page)
    pictures.take(form.page, (width, scheme, language), "box")
    assert violations(form.page, "#collaborator-conflict") == []
    assert form.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_no_draft_is_offered_of_what_is_in_the_form_already(open_form, article, ada):
    second = article.paragraphs.create(position=2, text="Second paragraph")
    form = open_form(ada, article).becomes("editing")
    form.fill(**{"paragraphs-0-text": "First of mine", "paragraphs-1-text": "Second of mine"})
    article.paragraphs.filter(position=1).update(text="First of theirs")
    second.delete()
    form.save()
    expect(box(form).locator("fieldset")).to_have_count(2)
    form.becomes("editing").fill(title="Typed later")
    keeps(form, title="Typed later")  # by then it would have been offered
    expect(form.notice("draft")).to_have_count(0)
