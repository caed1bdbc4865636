from __future__ import annotations

from django.contrib import admin
from django.db import models
from taggit.managers import TaggableManager

from tests.guard.packages.case import case


class Photo(models.Model):
    title = models.CharField(max_length=100)
    tags = TaggableManager(blank=True)


def make() -> Photo:
    photo = Photo.objects.create(title="Before")
    photo.tags.add("red", "old town")
    return photo


case(
    "taggit",
    Photo,
    admin.ModelAdmin,
    make=make,
    typed={"title": "Mine"},
    others={
        "tag-added": lambda obj: obj.tags.add("theirs"),
        "tag-removed": lambda obj: obj.tags.remove("red"),
    },
    same=[(lambda obj: obj.tags.add("theirs"), {"tags": "red, mine"}, ("theirs", "mine"))],
)
