from __future__ import annotations

from autoslug import AutoSlugField
from django.contrib import admin
from django.db import models

from tests.guard.packages.case import case


class Topic(models.Model):
    title = models.CharField(max_length=100)
    note = models.CharField(max_length=100, blank=True)
    slug = AutoSlugField(populate_from="title", always_update=True, unique=True)


case(
    "autoslug",
    Topic,
    admin.ModelAdmin,
    make=lambda: Topic.objects.create(title="Before"),
    typed={"title": "Mine"},
    others={
        "note": lambda obj: Topic.objects.update(note="Theirs"),
        "slug": lambda obj: Topic.objects.update(slug="theirs"),
    },
    same=[(lambda obj: Topic.objects.update(title="Theirs"), {"title": "Mine"}, ("Theirs", "Mine"))],
)
