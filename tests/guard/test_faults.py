"""A part that cannot be compared any more is named, written down, and saved by whoever has read that."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry

from django_admin_collaborator.guard import way_on
from django_admin_collaborator.guard.version import locks, reading, rowsets
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


@pytest.fixture
def rows_fail(monkeypatch: Any) -> None:
    """The rows of a posted page can never be compared, whatever page they are posted from."""

    def fail(*args: Any, **kwargs: Any) -> Any:
        raise LookupError("no such row")

    monkeypatch.setattr(rowsets, "compared", fail)


def test_where_rows_can_never_be_compared_fields_are_all_the_same(ada: Desk, story: Story, rows_fail: None) -> None:
    form = ada.open(story)
    form["title"], form["passages-0-text"] = "Mine", "One of mine"
    answer = form.save()
    assert (answer.status, answer.reason) == (409, "not-compared")
    Story.objects.update(body="Theirs", title="Theirs")
    answer = answer.save()
    assert (answer.status, answer.reason) == (409, "changed")
    assert answer.save().was_saved
    assert Story.objects.values_list("title", "body").get() == ("Mine", "Theirs")
    assert story.passages.filter(text="One of mine").exists()


def test_only_whoever_was_told_of_a_fault_takes_the_way_on(
    ada: Desk, ben: Desk, story: Story, rows_fail: None
) -> None:
    told = ada.open(story).save()
    assert told.reason == "not-compared"
    form = ben.open(story)
    form["title"] = "Mine"
    for text in ("", "forged", told[way_on.FIELD]):
        form[way_on.FIELD] = text
        assert form.copy().save().reason == "not-compared"
    assert Story.objects.get().title == "Budget"


def test_a_fault_that_is_over_lets_nobody_save_over_another(ada: Desk, story: Story, monkeypatch: Any) -> None:
    form = ada.open(story)
    form["title"] = "Mine"
    with monkeypatch.context() as patch:
        patch.setattr(locks, "lock_row", lambda *args: 1 / 0)
        answer = form.save()
    assert (answer.status, answer.reason) == (409, "not-compared")
    Story.objects.update(title="Theirs")
    answer = answer.post({"_save": ["1"]})
    assert (answer.status, answer.reason, answer["title"]) == (409, "changed", "Mine")
    assert Story.objects.get().title == "Theirs"
