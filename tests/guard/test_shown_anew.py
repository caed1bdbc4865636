"""Values that are posted by what is shown of them: by a name, or in the language and time zone of their page."""

from __future__ import annotations

from datetime import date, datetime, timezone
from typing import Any

import pytest
from django import forms
from django.contrib import admin
from django.utils import timezone as timezones
from django.utils import translation

from tests.guard.conftest import People
from tests.guard.oracle.fixed import FixedMeeting, alone, change, meet, rows_of
from tests.guard.oracle.models import Label, Order
from tests.guard.oracle.writers import Write

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

MOMENT = datetime(2020, 1, 1, 10, 20, 30, 456789, timezone.utc)


class ByName(forms.ModelMultipleChoiceField):
    widget = forms.TextInput

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else ", ".join(label.name for label in value or ())

    def clean(self, value: Any) -> Any:
        return self.queryset.filter(name__in=value.split(", "))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.prepare_value(initial) != data)


def test_links_that_are_posted_by_what_others_rename_are_not_lost(people: People) -> None:
    class Named(forms.ModelForm):
        labels = ByName(Label.objects.all(), required=False)

    model_admin = {"form": Named, "fields": ["title", "labels"]}
    for typed in ({"title": "x"}, {"labels": "Label 2"}):
        alone(people, Order, model_admin, change(**typed))
        meet(people, Order, model_admin, change(**typed), Write("update", Label, 1, {"name": "Theirs"}))


class Shown(forms.ModelForm):
    """Shows a moment and numbers that are in no column, too."""

    day = forms.SplitDateTimeField()
    size = forms.FloatField(localize=True)
    date = forms.DateField(widget=forms.SelectDateWidget(years=[2020, 2021]))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.update(day=MOMENT, size=self.instance.price + 0.5, date=date(2020, 2, 29))


@pytest.mark.parametrize("theirs", [{"summary": "Theirs"}, {"price": 8}])
@pytest.mark.parametrize("there", [translation.override("de"), timezones.override("Asia/Tokyo")])
def test_whoever_changes_language_or_time_zone_while_a_page_is_open_has_changed_nothing_else(
    people: People, there: Any, theirs: Any
) -> None:
    def changeform_view(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        if request.method != "POST":
            return admin.ModelAdmin.changeform_view(self, request, *args, **kwargs)
        with there:
            response = admin.ModelAdmin.changeform_view(self, request, *args, **kwargs)
            return response.render() if hasattr(response, "render") else response

    names = ["title", "status", "published_at", "summary", "day", "size", "date"]
    model_admin = {"changeform_view": changeform_view, "form": Shown, "get_fields": lambda *args, **kwargs: names}
    spec = rows_of(Order, published_at=MOMENT, status="published")
    write = Write("update", Order, 1, theirs)
    meeting = FixedMeeting(people, Order, model_admin, change(), write, spec=spec)
    with meeting.side(True) as side:
        page = meeting.open(side)
        assert side.post(page.url, meeting.posted(page, {"title": ["x"]})).status == 302
        page = meeting.open(side)
        write.carry_out()
        page = side.post(page.url, meeting.posted(page, {"title": ["y"]}))
        assert (page.status, page.reason) == (409, "changed")
        assert "_collaborator_take-" not in page.text
        assert side.post(page.url, meeting.posted(page, {})).status == 302
        order = Order.objects.get(pk=1)
        assert (order.title, order.published_at) == ("y", MOMENT)
        assert {name: getattr(order, name) for name in theirs} == theirs


# Lists
