from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from positions.fields import PositionField

from tests.guard.packages.case import case


class Chapter(models.Model):
    title = models.CharField(max_length=100)
    position = PositionField()


def make() -> Chapter:
    return [Chapter.objects.create(title=title) for title in ("One", "Before", "Three")][1]


def move(obj: Any) -> None:
    obj.position = 0
    obj.save()


case(
    "positions_field",
    Chapter,
    admin.ModelAdmin,
    make=make,
    typed={"title": "Mine"},
    others={"moved": move},
    same=[(move, {"position": "2"}, ("0", "2"))],
)
