"""Columns that the database fills in, and keys of several columns: Django 5.0 and later."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import django
import pytest
from django.contrib import admin

from tests.guard.conftest import People
from tests.guard.oracle import models
from tests.guard.oracle.fixed import Admin, alone, change, listed, meet, rows_of
from tests.guard.oracle.models import Offer, Shelf
from tests.guard.oracle.sequences import Step
from tests.guard.oracle.writers import Write

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

MOMENT = datetime(2020, 1, 1, 10, 20, 30, 456789, timezone.utc)


class Parts(admin.TabularInline):
    model = Offer
    extra = 1
    readonly_fields = ["total"]


ADMIN: Admin = {"readonly_fields": ["total"], "inlines": [Parts], "save_as": True}
LIST: Admin = {"list_display": ["id", "name", "qty", "total"], "list_editable": ["name", "qty"]}
OFFER = {"name": "One", "qty": 3, "price": 2, "begins": MOMENT, "part_of": None}
SPEC: Any = {Offer: [{"id": 1, **OFFER}, {"id": 2, **OFFER, "part_of": 1}]}


@pytest.mark.parametrize(
    "step",
    [
        change(name="x", qty="4"),
        change(parts__0__qty="5", parts__1__name="new"),
        change(button="_saveasnew", name="x"),
        Step("add", typed=[{"name": ["new"]}]),
        Step("delete", pk=1),
    ],
    ids=lambda step: step.button if step.kind == "change" else step.kind,
)
def test_columns_that_the_database_fills_in_are_filled_in_as_without_the_guard(people: People, step: Step) -> None:
    alone(people, Offer, ADMIN, step, SPEC)


@pytest.mark.parametrize("write", [Write("update", Offer, 1, {"qty": 6}), Write("update", Offer, 2, {"price": 7})])
def test_a_column_that_is_computed_of_what_others_wrote_is_no_conflict_by_itself(
    people: People, write: Write
) -> None:
    meet(people, Offer, ADMIN, change(name="x"), write, spec=SPEC)


def test_a_list_with_columns_that_the_database_fills_in_is_guarded(people: People) -> None:
    alone(people, Offer, LIST, listed(form__0__qty="4"), SPEC)
    meet(people, Offer, LIST, listed(form__0__name="x"), Write("update", Offer, 1, {"qty": 6}), spec=SPEC)


if django.VERSION >= (5, 2):

    def test_a_row_with_a_key_of_two_columns_goes_along_with_a_deletion(people: People) -> None:
        spec = {Shelf: rows_of(models.Keyed)[Shelf], models.Place: [{"shelf": 1, "number": 7, "text": ""}]}
        alone(people, Shelf, {}, Step("delete", pk=1), spec)
        alone(people, Shelf, {}, Step("action", action="delete_selected", pks=[1, 2]), spec)

    def test_a_page_with_rows_that_have_a_key_of_two_columns_opens(people: People) -> None:
        """Django itself cannot save them."""

        class Places(admin.TabularInline):
            model = models.Place
            extra = 0

        spec = {Shelf: rows_of(models.Keyed)[Shelf], models.Place: [{"shelf": 1, "number": 7, "text": ""}]}
        seen = alone(people, Shelf, {"inlines": [Places]}, Step("change", pk=1), spec)
        assert [one.status for one in seen] == [200]
