from __future__ import annotations

from typing import Any

from admin_ordering.admin import OrderableAdmin
from django.contrib import admin
from django.db import models

from tests.guard.packages.case import case


class Record(models.Model):
    title = models.CharField(max_length=100)
    ordering = models.IntegerField(default=0)

    class Meta:
        ordering = ["ordering"]


class Track(models.Model):
    record = models.ForeignKey(Record, related_name="tracks", on_delete=models.CASCADE)
    text = models.CharField(max_length=100)
    ordering = models.IntegerField(default=0)

    class Meta:
        ordering = ["ordering"]


class Tracks(OrderableAdmin, admin.TabularInline):
    model = Track
    extra = 0


class RecordAdmin(OrderableAdmin, admin.ModelAdmin):
    list_display = ["title", "ordering"]
    list_editable = ["ordering"]
    inlines = [Tracks]


def make() -> Record:
    record = Record.objects.create(title="Before")
    for number, name in enumerate(("One", "Two")):
        Track.objects.create(record=record, text=name, ordering=number)
    return record


def move(obj: Any) -> None:
    obj.tracks.filter(text="Two").update(ordering=9)


case(
    "admin_ordering",
    Record,
    RecordAdmin,
    make=make,
    typed={"title": "Mine"},
    others={"ordering": lambda obj: Record.objects.update(ordering=4), "moved": move},
    same=[(move, {"tracks-1-ordering": "7"}, ("9", "7"))],
)
