"""A part that cannot be compared any more is named, written down, and saved by whoever has read that."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry

from django_admin_collaborator.guard.version import reading
from tests.guard.conftest import both_databases
from tests.guard.newsdesk import Desk
from tests.guard.press.models import Story

pytestmark = [both_databases, pytest.mark.expects_fault]


@pytest.fixture
def unreadable(monkeypatch: Any) -> Any:
    """A function after which the slug of a story cannot be read."""
    read = reading.read_field

    def read_others(form: Any, name: str) -> Any:
        if name == "slug":
            raise LookupError("no such alphabet")
        return read(form, name)

    return lambda: monkeypatch.setattr(reading, "read_field", read_others)


def test_who_has_read_that_a_part_could_not_be_compared_saves_it(ada: Desk, story: Story, unreadable: Any) -> None:
    form = ada.open(story)
    form["title"] = "Mine"
    unreadable()
    for _ in range(2):
        answer = form.copy().save()
        assert (answer.status, answer.reason, answer["title"]) == (409, "not-compared", "Mine")
        assert "Slug" in answer.panel
        assert Story.objects.get().title == "Budget"
    assert answer.save().was_saved
    assert Story.objects.get().title == "Mine"


def test_what_could_be_compared_is_compared_all_the_same(ada: Desk, story: Story, unreadable: Any) -> None:
    form = ada.open(story)
    form["title"] = "Mine"
    unreadable()
    answer = form.save()
    Story.objects.update(body="Theirs")
    answer = answer.save()
    assert (answer.status, answer.reason) == (409, "changed")
    assert answer.save().was_saved
    assert Story.objects.values_list("title", "body").get() == ("Mine", "Theirs")


def test_it_stands_in_the_history_of_the_object_and_is_nobodys_save(
    ada: Desk, ben: Desk, story: Story, unreadable: Any
) -> None:
    form, late = ada.open(story), ben.open(story)
    unreadable()
    form["title"] = late["body"] = "Mine"
    assert form.save().status == 409
    (entry,) = LogEntry.objects.all()
    assert (entry.user_id, entry.object_id) == (ada.user.pk, str(story.pk))
    assert entry.change_message == "A part of this story could not be compared"
    Story.objects.update(title="By a program")
    assert "ada" not in late.save().panel
