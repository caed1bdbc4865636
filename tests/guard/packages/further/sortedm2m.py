"""The order of the links is a value too: a script posts it in place of the boxes that the HTML has."""

from __future__ import annotations

from django.contrib import admin
from django.db import models
from sortedm2m.fields import SortedManyToManyField

from tests.guard.newsdesk import Form
from tests.guard.packages.case import case


class Speaker(models.Model):
    name = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.name


class Panel(models.Model):
    title = models.CharField(max_length=100)
    speakers = SortedManyToManyField(Speaker, blank=True)


def make() -> Panel:
    panel = Panel.objects.create(title="Before")
    panel.speakers.set([Speaker.objects.create(name=name) for name in ("Ada", "Ben", "Eve")][:2])
    return panel


def script(form: Form) -> None:
    form["speakers"] = ",".join(form.data.get("speakers", []))


def speaker(name: str) -> Speaker:
    return Speaker.objects.get(name=name)


case(
    "sortedm2m",
    Panel,
    admin.ModelAdmin,
    make=make,
    typed={"title": "Mine"},
    others={
        "added": lambda obj: obj.speakers.add(speaker("Eve")),
        "order": lambda obj: obj.speakers.set([speaker("Ben"), speaker("Ada")]),
    },
    same=[(lambda obj: obj.speakers.add(speaker("Eve")), {"speakers": ""}, ())],
    script=script,
    not_compared={"further_panel_speakers.id"},
)
