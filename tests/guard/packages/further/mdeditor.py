from __future__ import annotations

from django.db import models
from mdeditor.fields import MDTextField

from tests.guard.packages.case import value_case


class MdText(models.Model):
    title = models.CharField(max_length=100)
    value = MDTextField()


value_case("mdeditor", MdText, "One\r\n\r\n*two*", "Theirs", {"value": "Mine"}, ("Theirs", "Mine"))
