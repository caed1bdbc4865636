from __future__ import annotations

from django.db import models
from picklefield.fields import PickledObjectField

from tests.guard.packages.case import value_case


class Pickled(models.Model):
    title = models.CharField(max_length=100)
    value = PickledObjectField(editable=True, default=str)


value_case("picklefield", Pickled, "before", "theirs", {"value": "mine"}, ())
