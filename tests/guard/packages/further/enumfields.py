from __future__ import annotations

from enum import Enum

from django.db import models
from enumfields import EnumField

from tests.guard.packages.case import value_case


class Tone(Enum):
    GLAD = "g"
    SAD = "s"
    CALM = "c"


class Mood(models.Model):
    title = models.CharField(max_length=100)
    value = EnumField(Tone, max_length=1)


value_case("enumfields", Mood, Tone.GLAD, Tone.SAD, {"value": "c"})
