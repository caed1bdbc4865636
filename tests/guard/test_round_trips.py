"""What I did not touch keeps its value and is nobody's change, whatever the language, time zone and widgets."""

from __future__ import annotations

import datetime
import re
import uuid
from decimal import Decimal
from typing import Any, Dict, List

import pytest
from django import forms
from django.contrib.admin.sites import site
from django.db import models

from tests.guard.conftest import every_database
from tests.guard.newsdesk import Desk, Form
from tests.guard.press.models import Everything, Section, Topic

pytestmark = every_database

UTC = datetime.timezone.utc

VALUES: Dict[str, Any] = {
    "big_integer": -1234567890123,
    "boolean": True,
    "char": "  with spaces, <tags> & \u202e\U0001f600  ",
    "choice": "b",
    "date": datetime.date(2026, 3, 1),
    "date_time": datetime.datetime(2026, 7, 1, 12, 30, 15, 123456, tzinfo=UTC),
    "decimal": Decimal("1234567.8900000000"),
    "duration": datetime.timedelta(days=-3, microseconds=5),
    "email": "ada@example.com",
    "float": 1234567.125,
    "integer": -7654321,
    "ip_address": "::ffff:0a0a:0a0a",
    "json": {"b": [1, 1.5, None, {"z": "ä", "a": True}], "a": {}, "10": 1, "9": 2},
    "positive_big_integer": 9876543210,
    "positive_integer": 1234567,
    "positive_small_integer": 12345,
    "small_integer": -12345,
    "text": "  one\n\n two \t\n" * 5,
    "time": datetime.time(23, 59, 59, 999999),
    "url": "https://example.com/?a=1&b=2",
    "uuid": uuid.UUID("12345678123456781234567812345678"),
}


class InParts(forms.MultiWidget):
    def __init__(self, attrs: Any = None) -> None:
        super().__init__([forms.TextInput, forms.TextInput], attrs)

    def decompress(self, value: Any) -> List[str]:
        first, _, rest = (value or "").partition("@")
        return [first, rest]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:
        return "@".join(super().value_from_datadict(data, files, name))


class Parts(forms.ModelForm):
    class Meta:
        widgets = {"email": InParts}


class Prefixed(forms.ModelForm):
    prefix = "on-paper"


RELATIONS = ["foreign_key", "one_to_one", "many_to_many"]
ADMINS: Dict[str, Dict[str, Any]] = {
    "as it comes": {},
    "localized": {"form": forms.modelform_factory(Everything, fields="__all__", localized_fields="__all__")},
    "plain date and time": {
        "formfield_overrides": {
            models.DateTimeField: {"form_class": forms.DateTimeField, "widget": forms.DateTimeInput}
        }
    },
    "widgets in parts": {"form": Parts},
    "a prefix": {"form": Prefixed},
    "raw keys": {"raw_id_fields": RELATIONS},
    "completion": {"autocomplete_fields": RELATIONS},
    "two boxes": {"filter_horizontal": ["many_to_many"]},
    "radio buttons": {"radio_fields": {"choice": 1, "foreign_key": 2}},
}
SLUG = {"a prefix": "on-paper-slug"}
"""What the field is called in the page, if not ``slug``."""

PLACES = {
    "English": {},
    "German, with thousands": {"LANGUAGE_CODE": "de", "USE_THOUSAND_SEPARATOR": True, "TIME_ZONE": "Europe/Berlin"},
    "Indian, in Kathmandu": {"LANGUAGE_CODE": "hi", "USE_THOUSAND_SEPARATOR": True, "TIME_ZONE": "Asia/Kathmandu"},
}


@pytest.fixture(params=ADMINS)
def kind(request: Any, monkeypatch: Any) -> str:
    monkeypatch.setattr(site._registry[Topic], "search_fields", ["name"])
    monkeypatch.setattr(site._registry[Section], "search_fields", ["name"])
    model_admin = site._registry[Everything]
    for name, value in ADMINS[request.param].items():
        value = {**model_admin.formfield_overrides, **value} if name == "formfield_overrides" else value
        monkeypatch.setattr(model_admin, name, value)
    return str(request.param)


@pytest.fixture
def row(database: str) -> Everything:
    section, topics = Section.objects.create(name="One"), [Topic.objects.create(name=name) for name in "abc"]
    row = Everything.objects.create(**VALUES, slug="before", foreign_key=section, one_to_one=topics[0])
    row.many_to_many.set(topics[:2])
    return row


def held(row: Everything) -> Dict[str, Any]:
    """Everything but ``slug``, which is mine."""
    found = Everything.objects.filter(pk=row.pk).values().get()
    del found["slug"]
    return {**found, "many_to_many": sorted(row.many_to_many.values_list("pk", flat=True))}


def choices(form: Form) -> List[str]:
    return re.findall(r'name="_collaborator_take-([^"]+)"', form.text)


@pytest.mark.parametrize("place", PLACES)
def test_what_i_left_alone_keeps_its_value(ada: Desk, row: Everything, kind: str, place: str, settings: Any) -> None:
    for name, value in PLACES[place].items():
        setattr(settings, name, value)
    before = held(row)
    form = ada.open(row)
    slug = SLUG.get(kind, "slug")
    form[slug] = "mine"
    answer = form.save()
    assert answer.was_saved, (answer.errors, answer.panel)
    assert held(row) == before
    assert Everything.objects.get().slug == "mine"


@pytest.mark.parametrize("place", PLACES)
def test_what_others_changed_is_taken_over_and_nothing_is_mine_but_what_i_typed(
    ada: Desk, row: Everything, kind: str, place: str, settings: Any
) -> None:
    for name, value in PLACES[place].items():
        setattr(settings, name, value)
    form = ada.open(row)
    slug = SLUG.get(kind, "slug")
    form[slug] = "mine"
    theirs = {
        "char": " theirs ",
        "date_time": VALUES["date_time"] + datetime.timedelta(days=1, microseconds=1),
        "decimal": Decimal("7654321.5"),
        "email": "ben@example.com",
        "float": 2345678.5,
        "foreign_key": Section.objects.create(name="Two"),
        "integer": 1000,
        "json": {"a": 1},
        "time": datetime.time(1, 2, 3, 4),
    }
    Everything.objects.update(**theirs)
    row.many_to_many.set(Topic.objects.filter(name__in="bc"))
    before = held(row)
    answer = form.save()
    assert answer.status == 409
    assert choices(answer) == []
    answer = answer.save()
    assert answer.was_saved, (answer.errors, answer.panel)
    after = held(row)
    # What a widget cannot show of theirs comes from the row all the same.
    assert after == before
    assert Everything.objects.get().slug == "mine"
