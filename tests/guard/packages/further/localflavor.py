from __future__ import annotations

from django.db import models
from localflavor.us.models import USStateField

from tests.guard.packages.case import value_case


class Branch(models.Model):
    title = models.CharField(max_length=100)
    value = USStateField()


value_case("localflavor", Branch, "NY", "CA", {"value": "TX"}, ("California", "Texas"))
