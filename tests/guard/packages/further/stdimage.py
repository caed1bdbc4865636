from __future__ import annotations

from django.contrib import admin
from django.db import models
from stdimage import StdImageField

from tests.guard.packages.case import case
from tests.guard.packages.images import png


class Portrait(models.Model):
    title = models.CharField(max_length=100)
    image = StdImageField(upload_to="portraits", blank=True, variations={"small": (20, 20)}, delete_orphans=True)


case(
    "stdimage",
    Portrait,
    admin.ModelAdmin,
    make=lambda: Portrait.objects.create(title="Before", image=png()),
    typed={"title": "Mine"},
    others={"image": lambda obj: Portrait.objects.update(image="portraits/theirs.png")},
)
