"""django-nested-admin: rows of rows of rows."""

from __future__ import annotations

import nested_admin
from django.db import models

from tests.guard.packages.case import case


class Volume(models.Model):
    title = models.CharField(max_length=100)
    note = models.CharField(max_length=100, blank=True)


class Part(models.Model):
    volume = models.ForeignKey(Volume, related_name="parts", on_delete=models.CASCADE)
    text = models.CharField(max_length=100)


class Paragraph(models.Model):
    part = models.ForeignKey(Part, related_name="paragraphs", on_delete=models.CASCADE)
    text = models.CharField(max_length=100)
    note = models.CharField(max_length=100, blank=True)


class ParagraphInline(nested_admin.NestedTabularInline):
    model = Paragraph
    extra = 0


class PartInline(nested_admin.NestedStackedInline):
    model = Part
    extra = 0
    inlines = [ParagraphInline]


class VolumeAdmin(nested_admin.NestedModelAdmin):
    inlines = [PartInline]


def make() -> Volume:
    volume = Volume.objects.create(title="Before")
    for name in ("One", "Two"):
        part = Part.objects.create(volume=volume, text=name)
        for number in range(2):
            Paragraph.objects.create(part=part, text=f"{name} {number}")
    return volume


def change(row: str) -> object:
    return lambda obj: Paragraph.objects.filter(text=row).update(note="Theirs")


def add(obj: Volume) -> None:
    Paragraph.objects.create(part=obj.parts.get(text="One"), text="One of theirs")


case(
    "nested",
    Volume,
    VolumeAdmin,
    make=make,
    typed={"parts-1-paragraphs-0-text": "Mine"},
    others={
        "object": lambda obj: Volume.objects.update(note="Theirs"),
        "row": lambda obj: obj.parts.filter(text="One").update(text="Theirs"),
        "row-of-a-row": change("One 1"),
        "the-same-row-of-a-row": change("Two 0"),
        "row-added-to-a-row": add,
        "row-of-a-row-deleted": lambda obj: Paragraph.objects.filter(text="One 1").delete(),
    },
    same=[(change("Two 0"), {"parts-1-paragraphs-0-note": "Mine"}, ("Theirs", "Mine"))],
)
