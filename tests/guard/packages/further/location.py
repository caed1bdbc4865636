from __future__ import annotations

from django.db import models
from location_field.models.plain import PlainLocationField

from tests.guard.packages.case import value_case


class Spot(models.Model):
    title = models.CharField(max_length=100)
    value = PlainLocationField(based_fields=["title"], zoom=7)


value_case("location", Spot, "1.0,2.0", "3.0,4.0", {"value": "5.0,6.0"}, ("3.0", "5.0"))
