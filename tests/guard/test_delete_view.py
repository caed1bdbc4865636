"""What is deleted is what its confirmation page has shown, and nobody is editing it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin import ModelAdmin

from django_admin_collaborator.guard import lock_service
from tests.guard.conftest import every_database
from tests.guard.newsdesk import Desk
from tests.guard.press.models import Passage, Section, Story
from tests.guard.tabs import Tab

pytestmark = every_database


def test_what_was_confirmed_is_deleted(ada: Desk, story: Story) -> None:
    assert ada.open(story, "delete").post().was_saved
    assert not Story.objects.exists()


def test_a_row_changed_since_it_was_shown_is_not_deleted(ada: Desk, ben: Desk, story: Story) -> None:
    page = ada.open(story, "delete")
    form = ben.open(story)
    form["title"] = "Ben's title"
    assert form.save().was_saved
    answer = page.post()
    assert (answer.status, answer.reason) == (409, "changed")
    assert "ben" in answer.panel
    assert "(title)" in answer.panel
    assert Story.objects.exists()
    assert answer.post().was_saved
    assert not Story.objects.exists()


@pytest.mark.parametrize("change", ["added", "changed", "deleted"])
def test_a_row_of_an_inline_that_was_not_shown_is_not_deleted(ada: Desk, story: Story, change: str) -> None:
    page = ada.open(story, "delete")
    if change == "added":
        Passage.objects.create(story=story, text="Unseen")
    elif change == "changed":
        Passage.objects.filter(text="One").update(text="Unseen")
    else:
        Passage.objects.get(text="One").delete()
    answer = page.post()
    assert (answer.status, answer.reason) == (409, "changed")
    assert "(passages)" in answer.panel


def test_a_row_that_changes_while_the_page_is_made_was_not_seen(ada: Desk, story: Story, monkeypatch: Any) -> None:
    collect = ModelAdmin.get_deleted_objects

    def collected_before_the_change(*args: Any) -> Any:
        found = collect(*args)
        Passage.objects.filter(text="One").update(text="Unseen")
        return found

    monkeypatch.setattr(ModelAdmin, "get_deleted_objects", collected_before_the_change)
    page = ada.open(story, "delete")
    assert "Unseen" not in page.text
    assert page.post().reason == "changed"
    assert Story.objects.exists()


def test_a_counter_is_no_reason_to_ask_again(ada: Desk, story: Story) -> None:
    page = ada.open(story, "delete")
    Story.objects.update(views=7)
    assert page.post().was_saved


def test_what_was_never_shown_is_not_deleted(ada: Desk, story: Story) -> None:
    page = ada.open(story, "delete")
    ada.client.cookies.pop(next(name for name in ada.client.cookies if name.startswith("collaborator_")))
    answer = page.post()
    assert (answer.status, answer.reason) == (409, "base-missing")
    assert Story.objects.exists()
    assert answer.post().was_saved


def test_a_confirmation_of_somebody_else_does_not_count(ada: Desk, ben: Desk, story: Story) -> None:
    page = ada.open(story, "delete")
    ben.open(story, "delete")
    name = next(name for name in ada.client.cookies if name.startswith("collaborator_"))
    ada.client.cookies[name] = ben.client.cookies[name].value
    assert page.post().reason == "base-forged"


def test_what_somebody_else_edits_is_not_deleted(ada: Desk, ben: Desk, story: Story) -> None:
    tab = Tab(story, ada.user)
    tab.claim()
    answer = ben.open(story, "delete").post()
    assert (answer.status, answer.reason) == (423, "held")
    assert "ada" in answer.panel
    assert Story.objects.exists()
    tab.leave()
    assert answer.post().was_saved


def test_the_room_is_told(ada: Desk, ben: Desk, story: Story) -> None:
    tab = Tab(story, ben.user)
    assert ada.open(story, "delete").post().was_saved
    assert tab.room.deleted
    assert not tab.room.holds


def test_without_the_lock_service_the_comparison_stays(ada: Desk, story: Story, monkeypatch) -> None:
    stale = ada.open(story, "delete")
    Story.objects.update(title="Changed")
    monkeypatch.setattr(lock_service, "_apply", lambda *arguments: None)
    assert stale.post().status == 409
    answer = ada.open(story, "delete").post()
    assert answer.was_saved
    assert any("without a lock" in message for message in answer.messages)


def test_a_row_that_is_gone_already_is_djangos_to_tell(ada: Desk, story: Story) -> None:
    page = ada.open(story, "delete")
    story.delete()
    answer = page.post()
    assert answer.was_saved
    assert any("Perhaps it was deleted" in message for message in answer.messages)


def test_a_popup_stays_a_popup_when_it_is_asked_again(ada: Desk, story: Story) -> None:
    page = ada.get(ada.open(story.section, "delete").url + "?_popup=1")
    Section.objects.update(name="Changed")
    answer = page.post()
    assert (answer.status, answer["_popup"]) == (409, "1")
    assert "popup_response" in answer.post().text
