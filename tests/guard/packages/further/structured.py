from __future__ import annotations

from typing import List, Optional

from django.db import models
from structured.fields import StructuredJSONField
from structured.pydantic.models import BaseModel

from tests.guard.packages.case import value_case


class Plan(BaseModel):
    name: str
    steps: List[str] = []
    size: Optional[int] = None


class Campaign(models.Model):
    title = models.CharField(max_length=100)
    value = StructuredJSONField(default=dict, schema=Plan)


value_case(
    "structured",
    Campaign,
    {"name": "before", "steps": ["a"], "size": None},
    {"name": "theirs", "steps": ["a", "b"], "size": None},
    {"value": '{"name": "mine", "steps": []}'},
    ("theirs", "mine"),
)
