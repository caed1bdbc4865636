from __future__ import annotations

from django.db import models
from timezone_field import TimeZoneField

from tests.guard.packages.case import value_case


class Clock(models.Model):
    title = models.CharField(max_length=100)
    value = TimeZoneField(default="Europe/Berlin")


value_case("timezone", Clock, "Europe/Berlin", "Europe/Rome", {"value": "Europe/Oslo"}, ("Rome", "Oslo"))
