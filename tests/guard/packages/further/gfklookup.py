from __future__ import annotations

from django.contrib import admin
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from gfklookupwidget.fields import GfkLookupField

from tests.guard.packages.case import case


class Bookmark(models.Model):
    title = models.CharField(max_length=100)
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
    object_id = GfkLookupField("content_type")
    target = GenericForeignKey("content_type", "object_id")


case(
    "gfklookup",
    Bookmark,
    admin.ModelAdmin,
    make=lambda: Bookmark.objects.create(
        title="Before", content_type=ContentType.objects.get_for_model(Bookmark), object_id=1
    ),
    typed={"title": "Mine"},
    others={"target": lambda obj: Bookmark.objects.update(object_id=2)},
    same=[(lambda obj: Bookmark.objects.update(object_id=2), {"object_id": "3"}, ("2", "3"))],
)
