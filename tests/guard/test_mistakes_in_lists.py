"""Django saves no row of a list while another one has a mistake, and the guard as little: by the rows of now."""

from __future__ import annotations

from typing import Any, Dict

import pytest
from django.contrib import admin

from tests.guard.conftest import People
from tests.guard.oracle.fixed import FixedMeeting, alone, listed, meet, rows_of
from tests.guard.oracle.models import Order, Shelf
from tests.guard.oracle.sides import BEGIN, rows
from tests.guard.oracle.writers import Write

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def offering(self: Any, db_field: Any, request: Any, **kwargs: Any) -> Any:
    """Not every shelf can be chosen."""
    if db_field.name == "shelf":
        kwargs["queryset"] = Shelf.objects.filter(is_open=True)
    return admin.ModelAdmin.formfield_for_foreignkey(self, db_field, request, **kwargs)


NAMES = ["title", "qty", "shelf", "published_at"]
LIST = {"list_display": ["pk", *NAMES], "list_editable": NAMES, "formfield_for_foreignkey": offering}
TITLES: Any = [{}, {"form__0__title": "x"}, {"form__1__title": "x"}]
HIDDEN, OFFERED = 3, 1


def with_a_mistake(**columns: Any) -> Any:
    """Rows of which the first has a mistake."""
    spec = rows_of(Order, **columns)
    spec[Order][0]["qty"] = 13
    return spec


@pytest.mark.parametrize("shelf", [HIDDEN, OFFERED])
@pytest.mark.parametrize("typed", [*TITLES, {"form__0__shelf": "2"}, {"form__0__qty": "2"}], ids=str)
def test_a_row_that_keeps_what_its_control_does_not_offer_is_validated(
    people: People, typed: Dict[str, str], shelf: int
) -> None:
    seen = alone(people, Order, LIST, listed(**typed), with_a_mistake(shelf=shelf))
    assert seen[1].status == (302 if "form__0__qty" in typed else 200)


@pytest.mark.parametrize("shelf", [HIDDEN, OFFERED])
@pytest.mark.parametrize("typed", TITLES, ids=str)
@pytest.mark.parametrize("theirs", [{"qty": 5}, {"title": "Theirs"}], ids=str)
def test_a_mistake_that_others_have_put_right_is_in_nobodys_way(
    people: People, typed: Dict[str, str], theirs: Dict[str, Any], shelf: int
) -> None:
    meet(people, Order, LIST, listed(**typed), Write("update", Order, 1, theirs), with_a_mistake(shelf=shelf))


def test_where_others_have_put_a_mistake_right_a_save_writes_nothing_that_nobody_typed(people: People) -> None:
    spec = with_a_mistake(status="published", published_at=BEGIN)
    write = Write("update", Order, 1, {"qty": 5})
    meeting = FixedMeeting(people, Order, LIST, listed(), write, spec)
    with meeting.side(True) as side:
        page = meeting.open(side)
        write.carry_out()
        answer = side.post(page.url, meeting.posted(page, {"form-1-title": ["x"]}))
        assert answer.status == 302
        saved = rows()["oracle.Order"]["2"]
        assert (saved["title"], saved["published_at"]) == ("x", BEGIN)


def test_a_row_that_was_saved_is_shown_without_a_mistake_beside_one_that_was_not(people: People) -> None:
    """Both keep what their control does not offer."""
    write = Write("update", Order, 2, {"title": "Theirs"})
    meeting = FixedMeeting(people, Order, LIST, listed(), write, rows_of(Order, shelf=HIDDEN))
    with meeting.side(True) as side:
        page = meeting.open(side)
        write.carry_out()
        answer = side.post(page.url, meeting.posted(page, {"form-0-title": ["x"], "form-1-title": ["y"]}))
        assert answer.was_refused
        assert {key: row["title"] for key, row in rows()["oracle.Order"].items()} == {"1": "x", "2": "Theirs"}
        assert "Select a valid choice" not in answer.text
