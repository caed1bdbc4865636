"""What is typed into the form of a new object is kept as that of others is."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.change_form import ChangeForm
from tests.browser.drafts import STORED, keeps, kept, kill, press
from tests.project.newsroom.models import Article


@pytest.fixture
def add_form(seat, ada):
    """A function that opens the form of a new article in a new tab of Ada's."""
    return lambda query="": ChangeForm(seat(ada), seat(ada).open(reverse("stories:newsroom_article_add") + query))


def test_after_the_tab_was_killed_it_is_offered_and_after_the_save_forgotten(add_form, article):
    form = add_form()
    form.field("title").press_sequentially("A new one")
    form.fill(body="It rains.", **{"paragraphs-0-text": "First"})
    keeps(form, title="A new one", body="It rains.", **{"paragraphs-0-text": "First"})
    kill(form)
    form = add_form()
    offer = form.notice("draft")
    expect(offer).to_contain_text("You typed this")
    expect(offer.locator("ins")).to_have_text(["A new one", "It rains.", "First"])
    assert violations(form.page, "#admin-collaborator") == []
    assert form.root.evaluate("(root) => root.offsetHeight") == 0  # nobody else is there, so there is no bar
    form.shows(title="")
    press(form, "restore-draft")
    form.shows(title="A new one", body="It rains.", **{"paragraphs-0-text": "First"})
    expect(offer).to_have_count(0)
    form.field("category").select_option(label="World")
    form.save("_addanother")
    expect(form.page.locator(".messagelist .success")).to_be_visible()
    assert Article.objects.get(title="A new one").paragraphs.get().text == "First"
    assert kept(form) == []
    expect(form.notice("draft")).to_have_count(0)


def test_what_is_invalid_stays_in_the_form_and_is_offered_to_nobody(add_form, article):
    form = add_form()
    form.fill(body="It rains.")
    form.save("_save")
    expect(form.page.locator(".errornote")).to_be_visible()
    form.shows(body="It rains.")
    expect(form.notice("draft")).to_have_count(0)
    assert kept(form)[0]["values"]["body"][0] == "It rains."


def test_one_that_is_discarded_does_not_come_back(add_form, article):
    form = add_form()
    form.fill(title="Not this")
    keeps(form, title="Not this")
    kill(form)
    form = add_form()
    press(form, "discard-draft")
    expect(form.notice("draft")).to_have_count(0)
    assert kept(form) == []


@pytest.mark.parametrize("server_settings", [{"ADMIN_COLLABORATOR_DRAFTS": False}])
def test_nothing_is_kept_where_drafts_are_switched_off(add_form, article):
    form = add_form()
    form.fill(title="Not kept")
    form.page.wait_for_timeout(3000)
    assert form.page.evaluate(STORED) == []
    expect(form.root).to_have_count(0)
