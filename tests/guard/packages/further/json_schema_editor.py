from __future__ import annotations

from django.db import models
from django_json_schema_editor.fields import JSONField

from tests.guard.packages.case import value_case


class Gadget(models.Model):
    title = models.CharField(max_length=100)
    value = JSONField(schema={"type": "object", "properties": {"text": {"type": "string"}}})


value_case(
    "json_schema_editor", Gadget, {"text": "before"}, {"text": "theirs"}, {"value": '{"text": "mine"}'}, ("theirs",)
)
