"""Rows of inlines are part of what a form was built from; one that was changed elsewhere is named."""

from __future__ import annotations

import re
from typing import Any

import pytest

from django_admin_collaborator.guard.conflict import items
from tests.guard.conftest import every_database
from tests.guard.newsdesk import Desk, Form
from tests.guard.press.models import Passage, Story, Topic

pytestmark = every_database


def texts(story: Story) -> list:
    return list(story.passages.values_list("text", flat=True))


def test_a_row_changed_elsewhere_is_named_and_taken_over(ada: Desk, story: Story) -> None:
    form = ada.open(story)
    Passage.objects.filter(text="Two").update(text="Two of theirs")
    form["passages-0-text"] = "One of mine"
    answer = form.save()
    assert answer.status == 409
    assert "passage “Two of theirs” : Text" in answer.panel.replace("” :", "” :").replace("”:", "” :")
    assert (answer["passages-0-text"], answer["passages-1-text"]) == ("One of mine", "Two of theirs")
    assert answer.save().was_saved
    assert texts(story) == ["One of mine", "Two of theirs", "Three"]


@pytest.mark.parametrize(("choice", "text"), [("mine", "Two of mine"), ("theirs", "Two of theirs")])
def test_a_row_changed_by_both_is_mine_to_decide(ada: Desk, story: Story, choice: str, text: str) -> None:
    answer = _both_change_two(ada, story)
    assert "Before Two Theirs Two of theirs Mine Two of mine" in answer.panel
    passage = Passage.objects.get(text="Two of theirs")
    answer[f"_collaborator_take-passages/{passage.pk}/text"] = choice
    assert answer.save().was_saved
    assert texts(story) == ["One", text, "Three"]


def test_a_row_added_elsewhere_appears_among_the_rows(ada: Desk, story: Story) -> None:
    form = ada.open(story)
    Passage.objects.create(story=story, text="Four of theirs", position=9)
    form["passages-3-text"] = "Four of mine"
    form["passages-3-position"] = "10"
    answer = form.save()
    assert answer.status == 409
    assert "Four of theirs” was added" in answer.panel
    assert re.search("Changed by you alone.* passage “[^”]*Four of mine[^”]*” was added", answer.panel)
    assert answer["passages-3-text"] == "Four of theirs"
    assert answer["passages-4-text"] == "Four of mine"
    assert answer["passages-INITIAL_FORMS"] == "4"
    assert answer.save().was_saved
    assert texts(story) == ["One", "Two", "Three", "Four of theirs", "Four of mine"]


def test_a_row_deleted_elsewhere_disappears_if_i_left_it_alone(ada: Desk, story: Story) -> None:
    form = ada.open(story)
    Passage.objects.get(text="Two").delete()
    form["passages-2-text"] = "Three of mine"
    form["passages-0-DELETE"] = "on"
    answer = form.save()
    assert re.search("passage “Two[^”]*” was deleted", answer.panel)
    assert re.search("Changed by you alone.* passage “[^”]*” delete it", answer.panel)
    assert answer["passages-1-text"] == "Three of mine"
    assert answer.save().was_saved
    assert texts(story) == ["Three of mine"]


@pytest.mark.parametrize(
    ("choice", "left"), [("mine", ["One", "Two of mine", "Three"]), ("theirs", ["One", "Three"])]
)
def test_a_row_that_i_changed_and_they_deleted_is_mine_to_decide(
    ada: Desk, story: Story, choice: str, left: list
) -> None:
    form = ada.open(story)
    Passage.objects.get(text="Two").delete()
    form["passages-1-text"] = "Two of mine"
    answer = form.save()
    assert re.search("passage “Two[^”]*” Theirs deleted Mine Two of mine", answer.panel)
    path = next(name for name in answer.data if name.startswith("_collaborator_take-passages/+"))
    answer[path] = choice
    assert answer.save().was_saved
    assert texts(story) == left


@pytest.mark.parametrize(
    ("choice", "left"), [("mine", ["One", "Three"]), ("theirs", ["One", "Two of theirs", "Three"])]
)
def test_a_row_that_i_deleted_and_they_changed_is_mine_to_decide(
    ada: Desk, story: Story, choice: str, left: list
) -> None:
    passage = Passage.objects.get(text="Two")
    form = ada.open(story)
    Passage.objects.filter(text="Two").update(text="Two of theirs")
    form["passages-1-DELETE"] = "on"
    answer = form.save()
    assert answer.status == 409
    assert "Theirs Text: Two of theirs Mine delete it" in answer.panel
    answer[f"_collaborator_take-passages/{passage.pk}"] = choice
    assert answer.save().was_saved
    assert texts(story) == left


@pytest.mark.parametrize(("typed", "kept"), [("Two", "Two of theirs"), ("Two of mine", "Two of mine")])
def test_a_row_that_i_would_rather_not_delete_is_theirs_unless_i_typed_into_it(
    ada: Desk, story: Story, typed: str, kept: str
) -> None:
    passage = Passage.objects.get(text="Two")
    form = ada.open(story)
    Passage.objects.filter(text="Two").update(text="Two of theirs")
    form["passages-1-DELETE"], form["passages-1-text"] = "on", typed
    answer = form.save()
    assert answer["passages-1-text"] == kept
    del answer["passages-1-DELETE"]
    answer[f"_collaborator_take-passages/{passage.pk}"] = "mine"
    assert answer.save().was_saved
    assert texts(story) == ["One", kept, "Three"]


def test_a_deleted_row_that_is_left_undecided_is_asked_about_again(ada: Desk, story: Story) -> None:
    passage = Passage.objects.get(text="Two")
    form = ada.open(story)
    Passage.objects.filter(text="Two").update(text="Two of theirs")
    form["passages-1-DELETE"] = "on"
    answer = form.save()
    del answer[f"_collaborator_take-passages/{passage.pk}"]
    answer = answer.save()
    assert answer.reason == "undecided"
    assert "Theirs changed Mine delete it" in answer.panel


@pytest.mark.expects_fault
def test_what_cannot_be_read_of_a_row_is_not_shown_as_emptied(ada: Desk, story: Story, monkeypatch: Any) -> None:
    form = ada.open(story)
    Passage.objects.filter(text="Two").update(text="Two of theirs", position=7)
    form["passages-1-DELETE"] = "on"
    show = items._of_field

    def show_others(known: Any, examination: Any, name: str, *rest: Any) -> Any:
        return 1 / 0 if name == "position" else show(known, examination, name, *rest)

    monkeypatch.setattr(items, "_of_field", show_others)
    panel = form.save().panel
    assert "Text: Two of theirs · position: could not be compared" in panel
    assert "Mine delete it" in panel


def test_a_row_that_both_deleted_is_gone(ada: Desk, story: Story) -> None:
    form = ada.open(story)
    Passage.objects.get(text="Two").delete()
    form["passages-1-DELETE"] = "on"
    assert form.save().was_saved
    assert texts(story) == ["One", "Three"]


def test_a_many_to_many_field_of_a_row_is_part_of_the_base(ada: Desk, story: Story) -> None:
    form = ada.open(story)
    link = story.links.get()
    link.topics.add(Topic.objects.get(name="Food"))
    form["title"] = "Budget 2027"
    answer = form.save()
    assert answer.status == 409
    assert "Topics" in answer.panel
    assert str(Topic.objects.get(name="Food").pk) in answer.data["links-0-topics"]
    assert answer.save().was_saved
    assert link.topics.count() == 2


def test_untouched_fields_of_a_row_are_not_written_back(ada: Desk, story: Story) -> None:
    """Browsers rewrite line ends and Django strips spaces, in a row whose other field I changed too."""
    Passage.objects.filter(text="Two").update(text="  Two\nlines  ")
    form = ada.open(story)
    form["passages-1-text"] = form["passages-1-text"].replace("\n", "\r\n")
    form["passages-1-position"] = "7"
    assert form.save().was_saved
    assert Passage.objects.get(position=7).text == "  Two\nlines  "


def test_input_in_rows_that_is_no_value_is_kept(ada: Desk, story: Story) -> None:
    form = ada.open(story)
    Story.objects.filter(pk=story.pk).update(title="Theirs")
    form["passages-1-position"] = "second"
    form["passages-3-text"] = "A new one"
    form["passages-3-position"] = "last"
    answer = form.save()
    assert answer.status == 409
    assert (answer["passages-1-position"], answer["passages-3-text"]) == ("second", "A new one")
    assert answer["passages-3-position"] == "last"


def test_rows_alone_can_be_saved_one_after_the_other(ada: Desk, ben: Desk, story: Story) -> None:
    for desk, text in [(ada, "A"), (ben, "B"), (ada, "C")]:
        form = desk.open(story)
        form["passages-1-text"] = text
        assert form.save().was_saved
    assert texts(story) == ["One", "C", "Three"]


def test_new_rows_need_no_base(ada: Desk) -> None:
    story = Story.objects.create(title="Without rows")
    form = ada.open(story)
    form["passages-0-text"] = "The first"
    assert form.save().was_saved
    assert texts(story) == ["The first"]


def test_the_first_row_of_all_can_come_from_others(ada: Desk) -> None:
    story = Story.objects.create(title="Without rows")
    form = ada.open(story)
    Passage.objects.create(story=story, text="Theirs")
    form["passages-0-text"] = "Mine"
    answer = form.save()
    assert answer.status == 409
    assert (answer["passages-0-text"], answer["passages-1-text"]) == ("Theirs", "Mine")
    answer["passages-0-text"] = "Theirs, and mine"
    assert answer.save().was_saved
    assert set(texts(story)) == {"Theirs, and mine", "Mine"}


def test_rows_are_merged_unasked_where_the_project_wants_it(ada: Desk, story: Story, settings) -> None:
    settings.ADMIN_COLLABORATOR_MERGE_DISJOINT = True
    form = ada.open(story)
    Passage.objects.get(text="One").delete()
    Passage.objects.filter(text="Two").update(position=5)
    Passage.objects.create(story=story, text="Theirs", position=9)
    form["passages-1-text"] = "Two of mine"
    form["passages-3-text"] = "New"
    form["passages-3-position"] = "7"
    assert form.save().was_saved
    assert texts(story) == ["Three", "Two of mine", "New", "Theirs"]


def _both_change_two(ada: Desk, story: Story) -> Form:
    form = ada.open(story)
    Passage.objects.filter(text="Two").update(text="Two of theirs")
    form["passages-1-text"] = "Two of mine"
    return form.save()
