"""MariaDB at "repeatable read": a transaction that has read before the lock goes on seeing what was there then."""

from __future__ import annotations

import threading
from typing import Any, Callable

import pytest
from django.db import connection, connections

from django_admin_collaborator.guard.turn import Turn
from tests.guard.conftest import mariadb
from tests.guard.newsdesk import Desk
from tests.guard.press.models import Passage, Story, Topic

pytestmark = pytest.mark.parametrize("database", [mariadb], indirect=True)


def add_topic(story: Story) -> None:
    story.topics.add(Topic.objects.get(name="Food"))


def change_row(story: Story) -> None:
    Passage.objects.filter(position=1).update(text="Two of theirs")


def add_row(story: Story) -> None:
    Passage.objects.create(story_id=story.pk, text="Four", position=9)


def change_title(story: Story) -> None:
    Story.objects.filter(pk=story.pk).update(slug="theirs", title="Theirs")


def state(story: Story) -> Any:
    passages = list(Passage.objects.order_by("position").values_list("text", flat=True))
    names = sorted(Story.objects.get(pk=story.pk).topics.values_list("name", flat=True))
    return passages, names, Story.objects.values_list("slug", flat=True).get()


@pytest.fixture
def old_view(_database: None, monkeypatch: Any) -> Any:
    """Every request is one transaction, which begins with reading who asks."""
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "isolation_level", "repeatable read")
    connection.close()
    yield
    connection.close()


@pytest.mark.parametrize("merge", [False, True])
@pytest.mark.parametrize("others", [add_topic, change_row, add_row, change_title])
def test_what_others_saved_since_the_request_began_is_not_overwritten(
    old_view: None,
    ada: Desk,
    story: Story,
    others: Callable[[Story], None],
    merge: bool,
    settings: Any,
    monkeypatch: Any,
) -> None:
    settings.ADMIN_COLLABORATOR_MERGE_DISJOINT = merge
    form = ada.open(story)
    ask, expected = Turn.ask, []

    def ask_late(self: Turn) -> None:
        ask(self)
        if not expected:
            thread = threading.Thread(target=write)
            thread.start()
            thread.join()

    def write() -> None:
        others(story)
        expected.append(state(story))
        connections.close_all()

    monkeypatch.setattr(Turn, "ask", ask_late)
    form["body"] = "Mine"
    answer = form.save()
    for _ in range(2):
        if not answer.was_saved:
            assert answer["body"] == "Mine"
            answer = answer.save()
    assert answer.was_saved, answer.panel
    assert expected == [state(story)]
    assert Story.objects.get().body == "Mine"
