from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from versatileimagefield.fields import PPOIField, VersatileImageField

from tests.guard.packages.case import case
from tests.guard.packages.images import png


class Likeness(models.Model):
    title = models.CharField(max_length=100)
    image = VersatileImageField(upload_to="portraits", ppoi_field="ppoi")
    ppoi = PPOIField()


def point(obj: Any) -> None:
    Likeness.objects.filter(pk=obj.pk).update(ppoi="0.1x0.9")


case(
    "versatileimage",
    Likeness,
    admin.ModelAdmin,
    make=lambda: Likeness.objects.create(title="Before", image=png()),
    typed={"title": "Mine"},
    others={"point": point},
    same=[(point, {"image_1": "0.2x0.2"}, ())],
)
