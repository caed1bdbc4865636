from __future__ import annotations

from django.contrib import admin
from django.db import models
from django_admin_inline_paginator.admin import TabularInlinePaginated

from tests.guard.packages.case import case


class Station(models.Model):
    title = models.CharField(max_length=100)


class Reading(models.Model):
    station = models.ForeignKey(Station, related_name="readings", on_delete=models.CASCADE)
    text = models.CharField(max_length=100)

    class Meta:
        ordering = ["pk"]


class ReadingInline(TabularInlinePaginated):
    model = Reading
    per_page = 3


class StationAdmin(admin.ModelAdmin):
    inlines = [ReadingInline]


def make() -> Station:
    station = Station.objects.create(title="Before")
    for number in range(8):
        Reading.objects.create(station=station, text=str(number))
    return station


def change(text: str) -> object:
    return lambda obj: obj.readings.filter(text=text).update(text="Theirs")


case(
    "paginator",
    Station,
    StationAdmin,
    make=make,
    typed={"title": "Mine", "readings-1-text": "Mine"},
    others={"row": change("0"), "row-of-another-page": change("5")},
    same=[(change("1"), {"readings-1-text": "Mine"}, ("Theirs", "Mine"))],
)
