from __future__ import annotations

from django.db import models
from django_bleach.models import BleachField

from tests.guard.packages.case import value_case


class BleachedText(models.Model):
    title = models.CharField(max_length=100)
    value = BleachField(allowed_tags=["p", "b"])


value_case(
    "bleach", BleachedText, "<p>One <b>two</b></p>", "<p>Theirs</p>", {"value": "<p>Mine</p>"}, ("Theirs", "Mine")
)
