"""``manage.py collaborator inspect`` in a project with several databases: nothing stays in any of them."""

from __future__ import annotations

from typing import Any, List

import pytest
from django.contrib.admin.models import LogEntry
from django.db.models.signals import post_save

from tests.guard.oracle.routers import APART
from tests.guard.press.admin import PassageInline
from tests.guard.press.models import Passage, Section, Story, Topic
from tests.operators.conftest import Set

pytestmark = [
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
    pytest.mark.usefixtures("other_databases"),
]

ALIASES = ("default", APART)


def test_nothing_stays_in_any_database(command: Any, story: Story, admin_of_stories: Set) -> None:
    """Neither what the admin and the inline write by themselves, nor what a signal does, where no router leads."""

    def save_model(request: Any, obj: Any, form: Any, change: bool) -> None:
        obj.save()
        Topic.objects.using(APART).create(name="of the admin")
        obj.save(using=APART)

    def receiver(instance: Any, using: str, **kwargs: Any) -> None:
        saved_in.append(using)
        Section.objects.using(APART).create(name="of a signal")

    admin_of_stories(save_model=save_model, inlines=[PassageInline])
    models = (Story, Passage, Topic, Section, LogEntry, Story.topics.through)
    saved_in: List[str] = []

    def rows() -> Any:
        return [
            list(model._base_manager.using(alias).order_by("pk").values()) for alias in ALIASES for model in models
        ]

    before = rows()
    post_save.connect(receiver, sender=Story)
    try:
        _, text = command("inspect", "press.Story")
    finally:
        post_save.disconnect(receiver, sender=Story)
    assert saved_in[:2] == ["default", APART], text
    assert rows() == before


def test_rows_of_another_database_are_inspected_and_left_as_they_are(
    command: Any, database: str, admin_of_stories: Set
) -> None:
    admin_of_stories(
        get_queryset=lambda request: Story.objects.using(APART),
        save_model=lambda request, obj, form, change: obj.save(using=APART),
    )
    story = Story.objects.using(APART).create(title="Budget")
    before = list(Story.objects.using(APART).values())
    code, text = command("inspect", "press.Story")
    assert code == 0, text
    assert "title: 409, This story was changed while you had it open" in text
    assert (list(Story.objects.using(APART).values()), Story.objects.count()) == (before, 0)
    assert f"{story.pk} “Budget”" in text
