from __future__ import annotations

from dateutil.relativedelta import relativedelta
from django.db import models
from relativedeltafield import RelativeDeltaField

from tests.guard.packages.case import value_case


class Warranty(models.Model):
    title = models.CharField(max_length=100)
    value = RelativeDeltaField()


value_case(
    "relativedelta", Warranty, relativedelta(months=3), relativedelta(months=4), {"value": "P5M"}, ("P4M", "P5M")
)
