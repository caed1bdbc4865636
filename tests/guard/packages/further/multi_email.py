from __future__ import annotations

from django.db import models
from multi_email_field.fields import MultiEmailField

from tests.guard.packages.case import value_case


class Circular(models.Model):
    title = models.CharField(max_length=100)
    value = MultiEmailField()


value_case(
    "multi_email",
    Circular,
    ["a@example.com", "b@example.com"],
    ["theirs@example.com"],
    {"value": "mine@example.com\nb@example.com"},
    ("theirs@example.com", "mine@example.com"),
)
