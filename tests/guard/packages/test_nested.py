"""Rows of rows in the oracle: the same drawn sequences and meetings, beside the package without the guard."""

from __future__ import annotations

from typing import Any, Dict

import nested_admin
import pytest
from django.urls import include, path
from hypothesis import strategies as st

from tests.guard.oracle import admins, long_run, meetings, pages, sides, test_oracle, values, writers
from tests.guard.oracle.fixed import FixedMeeting, change, rows_of
from tests.guard.oracle.meetings import Meeting
from tests.guard.oracle.models import Line, Order
from tests.guard.oracle.writers import Write


class Links(nested_admin.NestedTabularInline):
    model = Line.labels.through
    extra = 0


class NestedLines(nested_admin.NestedStackedInline):
    model = Line
    extra = 0
    fields = ["sku", "text", "qty"]
    inlines = [Links]


class NestedOrderAdmin(nested_admin.NestedModelAdmin):
    fields = ["title", "summary"]
    inlines = [NestedLines]


NESTED = st.just((Order, NestedOrderAdmin))
LINKS = Line.labels.through


@st.composite
def specs(draw: Any, model: Any) -> Any:
    spec = draw(values.specs(model))
    chosen = st.lists(st.sampled_from([1, 2, 3]), unique=True)
    spec[LINKS] = [{"line": line["id"], "label": label} for line in spec[Line] for label in draw(chosen)]
    return spec


@st.composite
def writes(draw: Any, spec: Any, model: Any, pk: Any) -> Write:
    if not spec[Line] or pk != 1:  # the order that has lines
        return draw(writers.writes(spec, model, pk))  # type: ignore[no-any-return]
    link = {"line": draw(st.sampled_from(spec[Line]))["id"], "label": draw(st.sampled_from([1, 2, 3]))}
    if link in spec[LINKS]:
        return Write("delete", LINKS, spec[LINKS].index(link) + 1)
    return Write("link", LINKS, values={f"{name}_id": key for name, key in link.items()})


@pytest.fixture
def people(monkeypatch: Any, database: str) -> Dict[str, str]:
    class WithItsUrls(sides.OwnUrls):
        def __init__(self, site: Any) -> None:
            super().__init__(site)
            self.urlpatterns.append(path("nested/", include("nested_admin.urls")))

    monkeypatch.setattr(sides, "OwnUrls", WithItsUrls)
    monkeypatch.setattr(pages.Form, "patterns", [])  # the package's script adds rows in a way of its own
    monkeypatch.setattr(admins, "admins", lambda: NESTED)
    monkeypatch.setattr(meetings, "values", type("values", (), {"specs": specs}))
    monkeypatch.setattr(meetings, "writes", writes)
    monkeypatch.setattr(test_oracle, "values", type("values", (), {"specs": specs}))
    return sides.Sessions()


def test_a_person_alone_finds_no_difference_in_rows_of_rows(people: Dict[str, str]) -> None:
    long_run.run(lambda draw: test_oracle.play(draw, people, True, NESTED, ["change"]), "nested", 0, most=10)


def test_another_writer_is_never_undone_in_rows_of_rows(people: Dict[str, str]) -> None:
    long_run.run(lambda draw: Meeting(draw, people).play(), "nested-others", 0, most=15)


@pytest.mark.parametrize(
    "write",
    [
        Write("link", LINKS, values={"line_id": 1, "label_id": 3}),
        Write("update", LINKS, 1, {"label_id": 1}),
        Write("delete", LINKS, 1),
    ],
    ids=lambda write: write.kind,
)
def test_a_row_that_others_add_to_a_row_is_as_new_to_me_as_one_that_they_change(
    people: Dict[str, str], write: Write
) -> None:
    """The package's own formset finds the rows alone that were posted."""
    spec = {**rows_of(Order), LINKS: [{"line": 1, "label": 2}]}
    meeting = FixedMeeting(people, Order, {}, change(title="x"), write, spec=spec)
    meeting.model_admin = NestedOrderAdmin
    meeting.play()
