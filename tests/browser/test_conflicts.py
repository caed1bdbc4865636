"""What somebody meets whose form has fallen behind: everything they typed, and a choice. With and without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.project.newsroom.models import Article, Paragraph, Tag


@pytest.fixture
def panel(open_form, article, ada):
    """Ada's form after a conflict in the title; a program has written meanwhile."""
    form = open_form(ada, article).becomes("editing")
    form.fill(title="Ada's title", body="Ada's body")
    Article.objects.filter(pk=article.pk).update(title="Their title", status="review")
    form.save()
    expect(conflict(form)).to_be_visible()
    return form


def conflict(form):
    return form.page.locator("#collaborator-conflict")


def choose(form, label):
    conflict(form).get_by_label(label, exact=True).first.check()


def saved(form):
    form.save()
    expect(form.page.locator(".messagelist .success")).to_be_visible()


def test_a_conflict_shows_before_theirs_and_mine_and_keeps_what_was_typed(panel, article):
    said = expect(conflict(panel))
    said.to_contain_text("Before Budget Theirs BudgetTheir title Mine BudgetAda's title", use_inner_text=True)
    said.to_contain_text("Status: Draft In review changed by somebody else, or a program", use_inner_text=True)
    panel.shows(title="Ada's title", body="Ada's body").becomes("editing")
    choose(panel, "Mine")
    saved(panel)
    article.refresh_from_db()
    assert (article.title, article.status, article.body) == ("Ada's title", "review", "Ada's body")


@pytest.fixture
def disjoint(open_form, article, ada):
    """Ada's form after a save of a field and a row that nobody else touched; a program has changed another field."""
    form = open_form(ada, article).becomes("editing")
    form.fill(body="Ada's body", **{"paragraphs-0-text": "Ada's paragraph"})
    Article.objects.filter(pk=article.pk).update(status="review")
    form.save()
    return form


def saved_beside_each_other(article):
    article.refresh_from_db()
    found = (article.status, article.body, article.paragraphs.get().text)
    return found == ("review", "Ada's body", "Ada's paragraph")


def test_what_only_they_and_what_only_i_changed_is_named_and_saved_at_the_second_time(disjoint, article):
    panel = conflict(disjoint)
    expect(panel.locator(".collaborator-conflict-field")).to_have_count(0)
    expect(panel.locator(".collaborator-taken-over li")).to_have_text(re.compile("Status: Draft In review"))
    expect(panel.locator(".collaborator-kept li")).to_have_text(["Body", "paragraph “First paragraph”: Text"])
    expect(disjoint.page.locator("#id_status input[value=review]")).to_be_checked()
    disjoint.shows(body="Ada's body", **{"paragraphs-0-text": "Ada's paragraph"}).becomes("editing")
    article.refresh_from_db()
    assert article.body != "Ada's body"
    saved(disjoint)
    assert saved_beside_each_other(article)


@pytest.mark.parametrize("server_settings", [{"ADMIN_COLLABORATOR_MERGE_DISJOINT": True}])
def test_where_the_project_wants_it_both_are_saved_at_once_and_theirs_is_named(disjoint, article):
    said = disjoint.page.locator(".messagelist .info")
    expect(said).to_have_text(
        "Others had changed this meanwhile. What they changed was kept beside what you changed: Status"
    )
    expect(conflict(disjoint)).to_have_count(0)
    assert saved_beside_each_other(article)
    disjoint.becomes("editing").fill(title="Ada's title")
    saved(disjoint)
    article.refresh_from_db()
    assert article.title == "Ada's title"


@pytest.mark.parametrize("server_settings", [{"ADMIN_COLLABORATOR_MERGE_DISJOINT": True}])
def test_what_both_changed_is_never_merged_unseen(panel, article):
    expect(conflict(panel).locator(".collaborator-conflict-field legend a")).to_have_text("Title")
    expect(conflict(panel).locator(".collaborator-kept li")).to_have_text(["Body"])
    article.refresh_from_db()
    assert article.title == "Their title"


def test_one_click_takes_theirs_and_one_click_takes_mine_again(panel, article):
    choose(panel, "Theirs")
    panel.shows(title="Their title", body="Ada's body")
    choose(panel, "Mine")
    panel.shows(title="Ada's title")
    choose(panel, "Theirs")
    saved(panel)
    article.refresh_from_db()
    assert (article.title, article.body) == ("Their title", "Ada's body")


def test_typing_into_the_field_is_a_choice_too(panel, article):
    choose(panel, "Theirs")
    panel.shows(title="Their title").fill(title="Their title, and mine")
    expect(conflict(panel).get_by_label("Mine", exact=True).first).to_be_checked()
    saved(panel)
    article.refresh_from_db()
    assert article.title == "Their title, and mine"


def test_the_second_save_can_be_a_conflict_again(panel, article):
    Article.objects.filter(pk=article.pk).update(title="Their second title")
    choose(panel, "Mine")
    panel.save()
    expect(conflict(panel)).to_contain_text("Their second title")
    panel.shows(title="Ada's title", body="Ada's body")
    choose(panel, "Mine")
    saved(panel)
    article.refresh_from_db()
    assert article.title == "Ada's title"


def test_rows_of_inlines_are_shown_and_chosen_each(open_form, article, ada):
    form = open_form(ada, article).becomes("editing")
    form.fill(**{"paragraphs-0-text": "Ada's paragraph"})
    Paragraph.objects.update(text="Their paragraph")
    Paragraph.objects.create(article=article, position=2, text="Their new one")
    form.save()
    expect(conflict(form)).to_contain_text("Their new one” was added")
    form.shows(**{"paragraphs-0-text": "Ada's paragraph", "paragraphs-1-text": "Their new one"})
    choose(form, "Theirs")
    form.shows(**{"paragraphs-0-text": "Their paragraph"})
    saved(form)
    assert set(article.paragraphs.values_list("text", flat=True)) == {"Their paragraph", "Their new one"}


def test_chosen_tags_of_two_lists_can_go_to_and_fro(open_form, article, ada):
    form = open_form(ada, article).becomes("editing")
    chosen = form.page.locator("#id_tags_to option")
    form.page.select_option("#id_tags_from", "weather")
    form.page.locator("#id_tags_add, #id_tags_add_link").first.click()
    expect(chosen).to_have_text(["money", "weather"])
    article.tags.set([Tag.objects.create(name="sport")])
    form.save()
    expect(conflict(form)).to_contain_text("sport")
    choose(form, "Theirs")
    expect(chosen).to_have_text(["sport"])
    choose(form, "Mine")
    expect(chosen).to_have_text(["money", "weather"])
    choose(form, "Theirs")
    saved(form)
    assert [tag.pk for tag in article.tags.all()] == ["sport"]


def test_what_was_typed_into_a_deleted_row_can_be_saved_as_new(open_form, article, ada):
    form = open_form(ada, article).becomes("editing")
    form.fill(title="Ada's title")
    Article.objects.filter(pk=article.pk).delete()
    form.save()
    expect(conflict(form)).to_contain_text("has been deleted")
    expect(form.page.locator(".breadcrumbs")).not_to_contain_text("None")
    expect(form.page.locator(".object-tools")).to_have_count(0)
    form.shows(title="Ada's title")
    conflict(form).get_by_role("button", name="Save as new").click()
    expect(form.page.locator(".messagelist .success")).to_be_visible()
    assert Article.objects.get().title == "Ada's title"


def test_without_scripts_the_choice_is_made_at_the_save(open_form, article, ada):
    form = open_form(ada, article, java_script_enabled=False)
    form.fill(title="Ada's title")
    Article.objects.filter(pk=article.pk).update(title="Their title")
    form.save()
    expect(conflict(form)).to_contain_text("Their title")
    choose(form, "Theirs")
    saved(form)
    article.refresh_from_db()
    assert article.title == "Their title"


def test_without_scripts_a_save_is_refused_while_another_edits(open_form, article, ada, bob):
    editor = open_form(bob, article).becomes("editing")
    form = open_form(ada, article, java_script_enabled=False)
    form.fill(title="Ada's title")
    form.save()
    expect(conflict(form)).to_contain_text("Bob")
    form.shows(title="Ada's title")
    editor.leave()
    form.page.wait_for_timeout(1500)
    saved(form)
