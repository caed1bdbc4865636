from __future__ import annotations

from django.contrib import admin
from django.db import models
from tree_queries.models import OrderableTreeNode

from tests.guard.packages.case import case


class Heading(OrderableTreeNode):
    title = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.title


def make() -> Heading:
    root = Heading.objects.create(title="Root")
    Heading.objects.create(title="Other")
    return Heading.objects.create(title="Before", parent=root)


def move(obj: Heading) -> None:
    obj.parent = Heading.objects.get(title="Other")
    obj.save()


case(
    "tree_queries",
    Heading,
    admin.ModelAdmin,
    make=make,
    typed={"title": "Mine"},
    others={"move": move, "order": lambda obj: Heading.objects.filter(pk=obj.pk).update(position=99)},
    same=[(move, {"parent": ""}, ("Other",))],
)
