from __future__ import annotations

from colorfield.fields import ColorField
from django.db import models

from tests.guard.packages.case import value_case


class Paint(models.Model):
    title = models.CharField(max_length=100)
    value = ColorField(default="#FF0000")


value_case("colorfield", Paint, "#FF0000", "#00FF00", {"value": "#0000FF"}, ("#00FF00", "#0000FF"))
