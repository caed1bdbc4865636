"""What the settings of the guard change: two equal changes, fields that programs write, saves without a page."""

from __future__ import annotations

from typing import Any

import pytest

from tests.guard.conftest import both_databases
from tests.guard.newsdesk import Desk
from tests.guard.press.models import Everything, Story

pytestmark = both_databases


@pytest.mark.parametrize(
    ("wanted", "number", "text"),
    [("refuse-numbers", 409, 302), ("accept", 302, 302), ("refuse", 409, 409)],
)
def test_two_equal_changes_may_be_one(
    ada: Desk, ben: Desk, wanted: str, number: int, text: int, settings: Any
) -> None:
    settings.ADMIN_COLLABORATOR_EQUAL_CHANGES = wanted
    for name, value, status in [("integer", "9", number), ("text", "New", text)]:
        row = Everything.objects.create(text="Old", integer=10)
        adas, bens = ada.open(row), ben.open(row)
        adas[name] = bens[name] = value
        assert adas.save().was_saved
        answer = bens.save()
        assert answer.status == status, name
        if status == 409:
            assert f"Theirs {value} Mine {value}" in answer.panel
            assert answer.save().was_saved


def test_a_field_that_programs_write_raises_no_conflict(ada: Desk, story: Story, settings: Any) -> None:
    settings.ADMIN_COLLABORATOR_MACHINE_FIELDS = ("press.Story.slug",)
    form = ada.open(story)
    Story.objects.update(slug="by-a-program")
    form["title"] = "Mine"
    assert form.save().was_saved
    assert Story.objects.values_list("title", "slug").get() == ("Mine", "by-a-program")
    form = ada.open(story)
    Story.objects.update(slug="by-another")
    form["slug"] = "typed"
    assert form.save().status == 409


def test_a_projects_own_tests_may_post_without_a_page(ada: Desk, story: Story, settings: Any) -> None:
    form = ada.open(story)
    del form["_collaborator_base"]
    form["title"] = "Mine"
    assert form.save().reason == "base-missing"
    settings.ADMIN_COLLABORATOR_MISSING_BASE = "accept"
    assert form.save().was_saved
    assert Story.objects.get().title == "Mine"
