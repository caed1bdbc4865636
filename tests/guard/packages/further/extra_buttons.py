from __future__ import annotations

from typing import Any

from admin_extra_buttons.api import ExtraButtonsMixin, button
from django.contrib import admin
from django.db import models

from tests.guard.packages.case import case


class Lamp(models.Model):
    title = models.CharField(max_length=100)
    note = models.CharField(max_length=100, blank=True)


class LampAdmin(ExtraButtonsMixin, admin.ModelAdmin):
    @button(change_form=True)
    def light(self, request: Any, pk: Any) -> None:
        Lamp.objects.filter(pk=pk).update(note="lit")


def note(obj: Any) -> None:
    Lamp.objects.update(note="Theirs")


case(
    "extra_buttons",
    Lamp,
    LampAdmin,
    make=lambda: Lamp.objects.create(title="Before"),
    typed={"title": "Mine"},
    others={"note": note},
    same=[(note, {"note": "Mine"}, ("Theirs", "Mine"))],
)
