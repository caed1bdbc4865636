"""Actions that catch the error of a statement go on as without the guard, which puts a transaction around them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.guard.conftest import People, both_databases
from tests.guard.oracle.fixed import alone
from tests.guard.oracle.models import GiftLine, Line, Order
from tests.guard.oracle.sequences import Step

pytestmark = both_databases


ACT = Step("action", action="act", pks=[1, 2], typed=[{}])


@pytest.mark.parametrize("kind", ["one table", "two tables", "many rows", "block"])
def test_an_action_goes_on_after_a_statement_that_has_failed(people: People, kind: str) -> None:
    def fail(row: Order) -> None:
        if kind == "many rows":
            row.lines.update(sku="same")
        elif kind == "block":
            with transaction.atomic():
                Line.objects.create(order=row, sku="undone")
                Line.objects.create(order=row, sku="undone")
        else:
            (Line if kind == "one table" else GiftLine).objects.create(order=row, sku="s1")

    def act(self: Any, request: Any, queryset: Any) -> None:
        failed = 0
        for row in queryset:
            Line.objects.create(order=row, sku="before")
            try:
                fail(row)
            except IntegrityError:
                failed += 1
            row.qty += 1
            row.save()
        self.message_user(request, f"{failed} failed")

    seen = alone(people, Order, {"act": act, "actions": ["act"]}, ACT)
    assert seen[1].after[Order._meta.label]["1"]["qty"] == 2
