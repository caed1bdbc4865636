from __future__ import annotations

from django.contrib import admin
from django.db import models
from mptt.fields import TreeManyToManyField

from tests.guard.packages.cabinet.mptt import Shelfmark
from tests.guard.packages.case import case


class Item(models.Model):
    title = models.CharField(max_length=100)
    marks = TreeManyToManyField(Shelfmark, blank=True)


def make() -> Item:
    root = Shelfmark.objects.create(title="Root")
    item = Item.objects.create(title="Before")
    item.marks.add(root)
    Shelfmark.objects.create(title="Theirs", parent=root)
    return item


def add(obj: Item) -> None:
    obj.marks.add(Shelfmark.objects.get(title="Theirs"))


case(
    "tree_many_to_many",
    Item,
    admin.ModelAdmin,
    make=make,
    typed={"title": "Mine"},
    others={"added": add},
    same=[(add, {"marks": []}, ("Theirs",))],
)
