"""What a guarded form costs: queries, and widgets that are drawn. ``benchmarks.save_cost`` has the milliseconds."""

from __future__ import annotations

from collections import Counter
from typing import Any, Tuple

import pytest
from django.contrib import admin
from django.db import connection
from django.forms.widgets import Widget
from django.test.utils import CaptureQueriesContext

from benchmarks.save_cost import FIELDS
from tests.guard.conftest import Use, both_databases
from tests.guard.newsdesk import Desk
from tests.guard.press.models import Everything, Passage, Section, Story

pytestmark = both_databases


class Passages(admin.TabularInline):
    model = Passage


@pytest.fixture
def record(database: str) -> Everything:
    return Everything.objects.create(char="Text", choice="a", text="Long text", foreign_key=Section.objects.create())


def queries(desk: Desk, obj: Any, name: str) -> Tuple[int, int]:
    """Of a form that is opened, and of its save."""
    desk.open(obj)  # what is asked once in a process is asked now
    with CaptureQueriesContext(connection) as opened:
        form = desk.open(obj)
    form[name] = "Another text"
    with CaptureQueriesContext(connection) as saved:
        assert form.save().was_saved
    return len(opened), len(saved)


def test_a_save_of_ten_fields_asks_three_queries_more_and_an_opened_form_none(
    ada: Desk, record: Everything, use: Use
) -> None:
    found = []
    for is_guarded in (False, True):
        use(Everything, is_guarded, fields=FIELDS)
        found.append(queries(ada, record, "char"))
    (opened, saved), (opened_with, saved_with) = found
    assert len(FIELDS) == 10
    assert opened_with == opened
    assert saved_with <= saved + 3


def test_each_inline_and_many_to_many_field_costs_one_query_more(ada: Desk, story: Story, use: Use) -> None:
    found = []
    for is_guarded in (False, True):
        use(Story, is_guarded, fields=["title", "slug", "section", "topics"], inlines=[Passages])
        found.append(queries(ada, story, "title"))
    (opened, saved), (opened_with, saved_with) = found
    assert opened_with == opened
    assert saved_with <= saved + 3 + 2


def test_no_widget_of_djangos_own_is_drawn_a_second_time_and_none_for_a_save(
    ada: Desk, story: Story, use: Use, monkeypatch: Any
) -> None:
    drawn: Counter[str] = Counter()
    draw = Widget.render

    def render(widget: Any, name: str, *args: Any, **kwargs: Any) -> Any:
        drawn[name] += 1
        return draw(widget, name, *args, **kwargs)

    monkeypatch.setattr(Widget, "render", render)
    found = []
    for is_guarded in (False, True):
        use(Story, is_guarded, inlines=[Passages])
        drawn.clear()
        form = ada.open(story)
        found.append(dict(drawn))
        assert {"title", "section", "topics", "passages-0-text"} <= set(found[0])
        form["title"] = f"Saved {is_guarded}"
        drawn.clear()
        assert form.save().was_saved
        assert not drawn
    assert found[0] == found[1]
