"""Values that are hard to show and to read back are neither changed nor a conflict, and never an error of ours."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django import forms
from django.contrib.admin.sites import site

from tests.guard.conftest import every_database
from tests.guard.newsdesk import Desk
from tests.guard.press.models import Everything, Story

pytestmark = every_database

UTC = datetime.timezone.utc
TWICE = datetime.datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime.datetime(2026, 10, 25, 1, 30, 5, 7, tzinfo=UTC)
ONCE = datetime.datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC), datetime.datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize("moment", [*TWICE, *ONCE])
def test_an_hour_that_comes_twice_is_neither_changed_nor_a_conflict(
    ada: Desk, story: Story, moment: datetime.datetime, settings: Any
) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    Story.objects.update(embargo=moment)
    form = ada.open(story)
    Story.objects.update(slug="theirs")
    form["title"] = "Mine"
    answer = form.save()
    assert answer.status == 409
    assert "Embargo" not in answer.panel
    answer = answer.save()
    assert answer.was_saved or (moment in TWICE and answer.status == 200 and "ambiguous" in str(answer.errors))
    assert Story.objects.get().embargo == moment
    assert (Story.objects.get().title == "Mine") == answer.was_saved


def test_a_field_that_does_not_go_with_its_widget_hides_no_conflict(
    ada: Desk, story: Story, monkeypatch: Any
) -> None:
    """The admin's field of two parts in one control: Django takes none of its values, and cannot tell a change."""

    class OneControl(forms.ModelForm):
        class Meta:
            widgets = {"embargo": forms.DateTimeInput()}

    monkeypatch.setattr(site._registry[Story], "form", OneControl)
    Story.objects.update(embargo=ONCE[0])
    form = ada.open(story)
    Story.objects.update(body="Theirs")
    form["title"] = "Mine"
    answer = form.save()
    assert (answer.status, answer["title"], answer["body"]) == (409, "Mine", "Theirs")
    answer = answer.save()
    assert (answer.status, answer.errors) == (200, ["Enter a list of values."])


@pytest.mark.parametrize("text", ["a\x00b", "\x00", "x" * 65536, "ä\r\n" * 20000])
def test_values_of_any_length_and_null_characters_are_answered(ada: Desk, story: Story, text: str) -> None:
    form, stale = ada.open(story), ada.open(story)
    form["body"] = text
    answer = form.save()
    assert answer.was_saved or (answer.status == 200 and "\x00" in text)
    Story.objects.update(slug="theirs", body="y" * 65537)
    for page in (ada.open(story), stale):
        page["body"] = page["slug"] = page["passages-0-text"] = page["topics"] = text
        page["passages-1-id"] = page["_collaborator_member"] = page["_collaborator_token"] = text
        assert page.save().status in (200, 302, 409)
    stale["_collaborator_base"] = text
    stale[f"_collaborator_take-{text[:50]}"] = "theirs"
    assert stale.save().status == 409


@pytest.mark.parametrize("kind", ["change", "delete"])
def test_a_null_character_in_a_key_finds_nothing(ada: Desk, kind: str) -> None:
    form = {"post": "yes", "note": "Mine"}
    answer = ada.client.post(f"/admin/newsroom/tag/a%00b/{kind}/", form)
    assert answer.status_code in (302, 404, 409)


def test_a_json_object_is_the_same_in_every_order(ada: Desk) -> None:
    row = Everything.objects.create(json={"b": 1, "a": {"d": 2.50, "c": []}}, decimal="1.10")
    form, mine = ada.open(row), ada.open(row)
    Everything.objects.update(json={"a": {"c": [], "d": 2.5}, "b": 1}, decimal="1.1000")
    form["json"] = ' { "a":{"c":[],"d":2.5},\n"b":1}'
    form["decimal"] = "1.1"
    form["text"] = "Mine"
    assert form.save().was_saved
    Everything.objects.update(text=None, json={"a": 1})
    mine["json"] = '{"a": {"c": [], "d": 2.5}, "b": 1}'
    answer = mine.save()
    assert answer.status == 409
    assert "_collaborator_take-" not in answer.text


@pytest.mark.parametrize("theirs", [False, True])
def test_line_breaks_that_an_input_of_one_line_cannot_show_stay(ada: Desk, story: Story, theirs: bool) -> None:
    Story.objects.update(title="Two\nlines")
    form = ada.open(story)
    form["title"] = "Twolines"  # as browsers post it
    form["slug"] = "typed"
    if theirs:
        Story.objects.update(body="Theirs")
        form = form.save()
        assert "Take theirs" not in form.panel
    assert form.save().was_saved
    story.refresh_from_db()
    assert (story.title, story.slug) == ("Two\nlines", "typed")
