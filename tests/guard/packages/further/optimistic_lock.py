from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from ool import VersionedMixin, VersionField

from tests.guard.packages.case import case


class Treaty(VersionedMixin, models.Model):
    title = models.CharField(max_length=100)
    note = models.CharField(max_length=100, blank=True)
    version = VersionField()


def note(obj: Any) -> None:
    obj.note = "Theirs"
    obj.save()


case(
    "optimistic_lock",
    Treaty,
    admin.ModelAdmin,
    make=lambda: Treaty.objects.create(title="Before"),
    typed={"title": "Mine"},
    others={"note": note},
    same=[(note, {"note": "Mine"}, ("Theirs", "Mine"))],
)
