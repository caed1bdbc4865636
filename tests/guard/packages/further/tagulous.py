from __future__ import annotations

from django.contrib import admin
from django.db import models
from django_tagulous.models import SingleTagField, TagField

from tests.guard.packages.case import case


class Clip(models.Model):
    title = models.CharField(max_length=100)
    kind = SingleTagField(initial="film, sound", blank=True, null=True)
    tags = TagField(blank=True)


def make() -> Clip:
    clip = Clip.objects.create(title="Before", kind="film", tags="red, blue")
    Clip.tags.tag_model.objects.create(name="theirs")
    return clip


def tag(obj: Clip) -> None:
    obj.tags.add("theirs")


def kind(obj: Clip) -> None:
    obj.kind = "sound"
    obj.save()


case(
    "tagulous",
    Clip,
    admin.ModelAdmin,
    make=make,
    typed={"title": "Mine"},
    others={"tags": tag, "kind": kind},
    same=[(tag, {"tags": "mine, red"}, ("theirs",))],
)
