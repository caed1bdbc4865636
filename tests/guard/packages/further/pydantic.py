from __future__ import annotations

from typing import List

from django.db import models
from django_pydantic_field import SchemaField
from pydantic import BaseModel

from tests.guard.packages.case import value_case


class Options(BaseModel):
    names: List[str] = []
    size: float = 1


class Widget(models.Model):
    title = models.CharField(max_length=100)
    value: Options = SchemaField(schema=Options)


value_case(
    "pydantic",
    Widget,
    Options(names=["before"]),
    Options(names=["theirs"]),
    {"value": '{"names": ["mine"], "size": 2}'},
    ("theirs", "mine"),
)
