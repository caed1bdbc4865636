from __future__ import annotations

from django.db import models
from martor.models import MartorField

from tests.guard.packages.case import value_case


class MartorText(models.Model):
    title = models.CharField(max_length=100)
    value = MartorField()


value_case("martor", MartorText, "One\r\n\r\n*two*", "Theirs", {"value": "Mine"}, ("Theirs", "Mine"))
