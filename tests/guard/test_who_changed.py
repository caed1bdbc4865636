"""Whom a conflict names: the admin's history since the form was built, and nobody for what it does not know."""

from __future__ import annotations

from tests.guard.conftest import every_database
from tests.guard.newsdesk import Desk
from tests.guard.press.models import Story

pytestmark = every_database


def test_a_program_is_not_taken_for_whoever_saved_right_before(ada: Desk, story: Story) -> None:
    form = ada.open(story)
    form["title"] = "Ada's title"
    assert form.save("_continue").was_saved
    form = ada.open(story)  # within the same second
    Story.objects.filter(pk=story.pk).update(title="A program's title")
    form["title"] = "Ada's second title"
    answer = form.save()
    assert (answer.status, answer.reason) == (409, "changed")
    assert "it was changed by somebody else, or a program." in answer.panel


def test_ones_own_other_tab_is_named_as_such(ada: Desk, story: Story) -> None:
    form, other = ada.open(story), ada.open(story)
    other["title"] = "Ada's title"
    assert other.save().was_saved
    form["title"] = "Ada's second title"
    assert "it was changed by you yourself, in another place." in form.save().panel
