"""What both have changed is decided by a person, and who it was is only said where it is known."""

from __future__ import annotations

import html
import json
import re
from typing import Any, Optional

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType

from tests.guard.conftest import every_database
from tests.guard.newsdesk import Desk, Form
from tests.guard.press.models import Passage, Story

pytestmark = every_database

TITLE, SLUG = "_collaborator_take-title", "_collaborator_take-slug"


@pytest.fixture
def answer(ada: Desk, story: Story) -> Form:
    """Ada's form after a conflict in title and slug, as a browser without scripts has it."""
    form = ada.open(story)
    form["title"], form["slug"] = "Ada's title", "adas-slug"
    Story.objects.filter(pk=story.pk).update(title="Their title", slug="their-slug")
    return undecided(form.save())


def undecided(form: Form) -> Form:
    for name in [name for name in form.data if name.startswith("_collaborator_take-")]:
        del form[name]
    return form


def saved(story: Story) -> Any:
    return Story.objects.values_list("title", "slug").get(pk=story.pk)


def version(form: Form, of: str, field: str) -> Optional[str]:
    """What the box says of before, theirs or mine."""
    found = re.search(
        rf'data-collaborator-path="{field}".*?data-collaborator-version="{of}".*?<dd[^>]*>(.*?)</dd>', form.text, re.S
    )
    return html.unescape(found.group(1)) if found else None


def test_nothing_is_chosen_where_both_changed(answer: Form) -> None:
    assert answer.text.count('type="radio"') >= 4
    assert not re.search(r'name="_collaborator_take-[^>]*checked', answer.text)


def test_a_save_without_a_choice_is_refused_again_and_loses_nothing(answer: Form, story: Story) -> None:
    again = undecided(answer.save())
    assert (again.status, again.reason) == (409, "undecided")
    assert "There is something left to decide" in again.panel
    assert (again["title"], again["slug"]) == ("Ada's title", "adas-slug")
    assert saved(story) == ("Their title", "their-slug")
    assert [version(again, of, "title") for of in ("before", "theirs", "mine")] == [
        "Budget",
        "Their title",
        "Ada's title",
    ]


@pytest.mark.parametrize(("choice", "title"), [("theirs", "Their title"), ("mine", "Ada's title")])
def test_what_was_decided_stays_so_while_the_rest_is_asked_again(
    answer: Form, story: Story, choice: str, title: str
) -> None:
    answer[TITLE] = choice
    again = undecided(answer.save())
    assert again.reason == "undecided"
    assert again["title"] == title
    assert version(again, "mine", "title") is None
    again[SLUG] = "theirs"
    assert again.save().was_saved
    assert saved(story) == (title, "their-slug")


def test_a_choice_is_about_what_was_seen(answer: Form, story: Story) -> None:
    answer[TITLE] = answer[SLUG] = "mine"
    Story.objects.filter(pk=story.pk).update(title="Their second title")
    again = undecided(answer.save())
    assert again.reason == "changed"
    assert version(again, "theirs", "title") == "Their second title"
    assert undecided(again.save()).reason == "undecided"


def test_typing_what_is_saved_needs_no_choice(answer: Form, story: Story) -> None:
    answer["title"], answer["slug"] = "Their title", "their-slug"
    assert answer.save().was_saved


def test_a_row_that_they_deleted_is_asked_about_until_it_is_decided(ada: Desk, story: Story) -> None:
    form = ada.open(story)
    Passage.objects.get(text="Two").delete()
    form["passages-1-text"] = "Two of mine"
    answer = undecided(form.save())
    again = undecided(answer.save())
    assert again.reason == "undecided"
    assert list(story.passages.values_list("text", flat=True)) == ["One", "Three"]
    path = next(iter(re.findall(r'name="(_collaborator_take-passages/\+[^"]+)"', again.text)))
    again[path] = "theirs"
    assert again.save().was_saved
    assert list(story.passages.values_list("text", flat=True)) == ["One", "Three"]


def test_a_row_that_i_deleted_and_they_changed_is_asked_about_too(ada: Desk, story: Story) -> None:
    form = ada.open(story)
    Passage.objects.filter(text="Two").update(text="Two of theirs")
    form["passages-1-DELETE"] = "on"
    again = undecided(undecided(form.save()).save())
    assert again.reason == "undecided"
    assert Passage.objects.filter(text="Two of theirs").exists()


LONG = "It rains, and the dog barks at whoever comes by. " * 4


def test_what_the_page_says_of_before_is_believed_where_the_base_proves_it(ada: Desk, story: Story) -> None:
    Story.objects.filter(pk=story.pk).update(body=LONG)
    form = ada.open(story)
    form["body"] = LONG + "Mine."
    Story.objects.filter(pk=story.pk).update(body=LONG + "Theirs.")
    form["_collaborator_before"] = json.dumps(["Never shown", LONG])
    again = undecided(undecided(form.save()).save())
    assert again.reason == "undecided"
    assert version(again, "before", "body") == LONG


@pytest.mark.parametrize("posted", ["[", "7", '["Never shown"]', '[{"a": 1}]'])
def test_nothing_else_is(ada: Desk, story: Story, posted: str) -> None:
    Story.objects.filter(pk=story.pk).update(body=LONG)
    form = ada.open(story)
    form["body"] = LONG + "Mine."
    Story.objects.filter(pk=story.pk).update(body=LONG + "Theirs.")
    form["_collaborator_before"] = posted
    answer = form.save()
    assert answer.reason == "changed"
    assert version(answer, "before", "body") is None


def test_each_field_names_who_saved_it(ada: Desk, ben: Desk, story: Story) -> None:
    form = ada.open(story)
    other = ben.open(story)
    other["title"] = "Ben's title"
    assert other.save().was_saved
    Story.objects.filter(pk=story.pk).update(slug="a-programs-slug")
    form["title"], form["slug"] = "Ada's title", "adas-slug"
    answer = undecided(form.save())
    for page in (answer, answer.save()):  # also when it is asked again
        assert "Title changed by ben" in page.panel
        assert "Slug changed by somebody else, or a program" in page.panel


def test_a_program_is_not_taken_for_whoever_only_answered_a_question(ada: Desk, story: Story) -> None:
    form = ada.open(story)
    LogEntry.objects.create(
        user_id=ada.user.pk,
        content_type=ContentType.objects.get_for_model(Story),
        object_id=str(story.pk),
        action_flag=CHANGE,
        change_message="Ada did not let Ben edit.",
    )
    Story.objects.filter(pk=story.pk).update(title="A program's title")
    form["title"] = "Ada's title"
    panel = form.save().panel
    assert "it was changed by somebody else, or a program." in panel
    assert "Title changed by somebody else, or a program" in panel


def test_the_title_says_that_there_is_something_to_decide(answer: Form) -> None:
    assert re.search(r"<title>\s*To decide:", answer.text)


def test_the_button_of_the_box_is_the_one_that_was_pressed(ada: Desk, story: Story) -> None:
    form = ada.open(story)
    form["title"] = "Ada's title"
    Story.objects.filter(pk=story.pk).update(title="Their title")
    box = re.search(r'<p class="collaborator-save">.*?</p>', form.save("_continue").text, re.S)
    assert box is not None
    assert 'name="_continue" value="Save and continue editing"' in box.group(0)
