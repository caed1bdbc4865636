from __future__ import annotations

from django.contrib import admin
from django.db import models
from multiselectfield import MultiSelectField

from tests.guard.packages.case import case

DAYS = [("mon", "Monday"), ("tue", "Tuesday"), ("wed", "Wednesday")]


class Shift(models.Model):
    title = models.CharField(max_length=100)
    days = MultiSelectField(choices=DAYS, max_length=20, blank=True)


case(
    "multiselect",
    Shift,
    admin.ModelAdmin,
    make=lambda: Shift.objects.create(title="Before", days=["mon", "tue"]),
    typed={"title": "Mine"},
    others={"days": lambda obj: Shift.objects.update(days=["wed"])},
    same=[(lambda obj: Shift.objects.update(days=["wed"]), {"days": ["mon"]}, ("Wednesday", "Monday"))],
)
