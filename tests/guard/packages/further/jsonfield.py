from __future__ import annotations

from django.db import models
from jsonfield import JSONField

from tests.guard.packages.case import value_case


class OldJson(models.Model):
    title = models.CharField(max_length=100)
    value = JSONField(default=dict)


value_case("jsonfield", OldJson, {"b": 1}, {"theirs": 1}, {"value": '{"mine": 1}'}, ("theirs", "mine"))
