from __future__ import annotations

from django.contrib import admin
from django.db import models
from django_lifecycle import BEFORE_UPDATE, LifecycleModelMixin, hook

from tests.guard.packages.case import case


class Parcel(LifecycleModelMixin, models.Model):
    title = models.CharField(max_length=100)
    state = models.CharField(max_length=100, default="packed")
    log = models.TextField(blank=True, editable=False)

    @hook(BEFORE_UPDATE, when="state", has_changed=True)
    def note(self) -> None:
        self.log += f"{self.initial_value('state')}>{self.state};"


case(
    "lifecycle",
    Parcel,
    admin.ModelAdmin,
    make=lambda: Parcel.objects.create(title="Before"),
    typed={"title": "Mine"},
    others={"state": lambda obj: Parcel.objects.update(state="sent")},
    same=[(lambda obj: Parcel.objects.update(state="sent"), {"state": "lost"}, ("sent", "lost"))],
)
