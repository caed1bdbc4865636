from __future__ import annotations

from typing import Any

from content_editor.admin import ContentEditor, ContentEditorInline
from content_editor.models import Region, create_plugin_base
from django.db import models

from tests.guard.packages.case import case


class Flyer(models.Model):
    title = models.CharField(max_length=100)
    note = models.CharField(max_length=100, blank=True)
    regions = [Region(key="main", title="Main"), Region(key="side", title="Side")]


FlyerPlugin = create_plugin_base(Flyer)


class Passage(FlyerPlugin):
    text = models.TextField()


class PassageInline(ContentEditorInline):
    model = Passage


class FlyerAdmin(ContentEditor):
    inlines = [PassageInline]


def make() -> Flyer:
    flyer = Flyer.objects.create(title="Before")
    for number, name in enumerate(("One", "Two")):
        Passage.objects.create(parent=flyer, region="main", ordering=number, text=name)
    return flyer


def change(obj: Any) -> None:
    Passage.objects.filter(text="Two").update(text="Theirs")


case(
    "content_editor",
    Flyer,
    FlyerAdmin,
    make=make,
    typed={"title": "Mine"},
    others={
        "row": change,
        "moved": lambda obj: Passage.objects.filter(text="Two").update(region="side"),
        "added": lambda obj: Passage.objects.create(parent=obj, region="side", ordering=7, text="Theirs"),
    },
    same=[(change, {"further_passage_set-1-text": "Mine"}, ("Theirs", "Mine"))],
)
