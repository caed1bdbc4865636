"""Fields that PostgreSQL alone has: lists, dictionaries and ranges."""

from __future__ import annotations

from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any, Dict, Iterator

import django
import pytest
from django.contrib import admin
from django.contrib.postgres import fields
from django.contrib.postgres.forms import SplitArrayField, SplitArrayWidget
from django.contrib.postgres.signals import register_type_handlers
from django.db import connection, models
from django.forms import IntegerField

from tests.guard.conftest import Use
from tests.guard.newsdesk import Desk

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)

MOMENT = datetime(2020, 1, 1, 10, 20, 30, 456789, timezone.utc)


class Measurement(models.Model):
    title = models.CharField(max_length=60)
    numbers = fields.ArrayField(models.IntegerField(), blank=True, default=list)
    words = fields.ArrayField(models.CharField(max_length=60, blank=True), null=True, blank=True)
    table = fields.ArrayField(fields.ArrayField(models.DecimalField(max_digits=8, decimal_places=3)), blank=True)
    parts = fields.ArrayField(models.IntegerField(null=True, blank=True), size=3, null=True, blank=True)
    pairs = fields.HStoreField(blank=True, default=dict)
    integers = fields.IntegerRangeField(null=True, blank=True)
    decimals = fields.DecimalRangeField(null=True, blank=True)
    moments = fields.DateTimeRangeField(null=True, blank=True)
    dates = fields.DateRangeField(null=True, blank=True)

    class Meta:
        app_label = "press"
        required_db_vendor = "none"  # its table is made by the tests, as it needs an extension


if django.VERSION >= (4, 2):
    from django.db.backends.postgresql import psycopg_any as ranges
else:
    from psycopg2 import extras as ranges  # type: ignore[no-redef]

BEFORE: Dict[str, Any] = {
    "numbers": [3, 1],
    "words": ["one, two", ""],
    "table": [[Decimal("1.500"), Decimal("2")], [Decimal("3"), Decimal("4")]],
    "parts": [1, None, 3],
    "pairs": {"b": "1", "a": None},
    "integers": ranges.NumericRange(1, 5),
    "decimals": ranges.NumericRange(Decimal("1.5"), Decimal("2.5"), "(]"),
    "moments": ranges.DateTimeTZRange(MOMENT, None),
    "dates": ranges.DateRange(date(2020, 1, 1), date(2020, 2, 1)),
}
THEIRS: Dict[str, Any] = {
    "numbers": [1, 3],
    "words": None,
    "table": [],
    "parts": [1, 2, 3],
    "pairs": {"b": "1"},
    "integers": ranges.NumericRange(1, None),
    "decimals": ranges.NumericRange(Decimal("1.6"), None),
    "moments": ranges.DateTimeTZRange(MOMENT, datetime(2022, 1, 1, tzinfo=timezone.utc)),
    "dates": None,
}
MINE: Dict[str, Dict[str, str]] = {
    "numbers": {"numbers": "7"},
    "pairs": {"pairs": '{"c": "2"}'},
    "parts": {"parts_1": "5"},
    "integers": {"integers_0": "2"},
    "dates": {"dates_1": "2020-03-01"},
}


@pytest.fixture
def measurement(database: str) -> Iterator[Measurement]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS hstore")
    register_type_handlers(connection)
    with connection.schema_editor() as editor:
        editor.create_model(Measurement)
    yield Measurement.objects.create(title="Before", **BEFORE)
    with connection.schema_editor() as editor:
        editor.delete_model(Measurement)


class InParts(SplitArrayWidget):
    template_name = "django/forms/widgets/multiwidget.html"  # its own is in an app that is not installed here


def _in_parts(self: Any, db_field: Any, request: Any, **kwargs: Any) -> Any:
    if db_field.name == "parts":
        number = IntegerField(required=False)
        return SplitArrayField(number, size=3, required=False, widget=InParts(number.widget, size=3))
    return admin.ModelAdmin.formfield_for_dbfield(self, db_field, request, **kwargs)


PARTS: Any = _in_parts


def stored() -> Dict[str, Any]:
    row = Measurement.objects.get()
    return {name: getattr(row, name) for name in ("title", *BEFORE)}


def test_what_nobody_touched_keeps_its_value(use: Use, ada: Desk, measurement: Measurement) -> None:
    use(Measurement, formfield_for_dbfield=PARTS)
    form = ada.open(measurement)
    form["title"] = "Mine"
    answer = form.save()
    assert answer.was_saved, answer.errors
    assert stored() == {**BEFORE, "title": "Mine"}


def test_what_i_type_is_saved_as_without_the_guard(use: Use, ada: Desk, measurement: Measurement) -> None:
    found = []
    for is_guarded in (False, True):
        Measurement.objects.update(**BEFORE)
        use(Measurement, is_guarded, formfield_for_dbfield=PARTS)
        form = ada.open(measurement)
        for typed in MINE.values():
            for name, value in typed.items():
                form[name] = value
        answer = form.save()
        assert answer.was_saved, answer.errors
        found.append({name: value for name, value in stored().items() if name in MINE})
    assert found[0] == found[1] != {name: BEFORE[name] for name in MINE}


def test_what_others_wrote_is_a_conflict_and_stays(use: Use, ada: Desk, measurement: Measurement) -> None:
    use(Measurement, formfield_for_dbfield=PARTS)
    for name, value in THEIRS.items():
        Measurement.objects.update(title="Before", **BEFORE)
        form = ada.open(measurement)
        form["title"] = "Mine"
        Measurement.objects.update(**{name: value})
        answer = form.save()
        assert (answer.status, answer.reason) == (409, "changed"), name
        answer = answer.save()
        assert answer.was_saved, (name, answer.errors, answer.panel)
        assert stored() == {**BEFORE, "title": "Mine", name: value}
