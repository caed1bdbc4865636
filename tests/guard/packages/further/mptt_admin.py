from __future__ import annotations

from typing import Any

from django.db import models
from django_mptt_admin.admin import DjangoMpttAdmin
from mptt.models import MPTTModel, TreeForeignKey

from tests.guard.packages.case import case


class Region(MPTTModel):
    title = models.CharField(max_length=100)
    note = models.CharField(max_length=100, blank=True)
    parent = TreeForeignKey("self", null=True, blank=True, related_name="children", on_delete=models.CASCADE)

    def __str__(self) -> str:
        return self.title


def make() -> Region:
    first = Region.objects.create(title="One")
    Region.objects.create(title="Two")
    return Region.objects.create(title="Before", parent=first)


def move(obj: Any) -> None:
    obj.move_to(Region.objects.get(title="Two"))
    obj.save()


case(
    "mptt_admin",
    Region,
    DjangoMpttAdmin,
    make=make,
    typed={"title": "Mine"},
    others={"note": lambda obj: Region.objects.filter(pk=obj.pk).update(note="Theirs"), "moved": move},
    same=[(move, {"parent": ""}, ("Two",))],
)
