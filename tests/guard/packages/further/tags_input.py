from __future__ import annotations

from django.db import models
from tags_input import admin as tags_input_admin

from tests.guard.packages.case import case


class Flavour(models.Model):
    name = models.CharField(max_length=100, unique=True)

    def __str__(self) -> str:
        return self.name


class Ice(models.Model):
    title = models.CharField(max_length=100)
    flavours = models.ManyToManyField(Flavour, blank=True)


class IceAdmin(tags_input_admin.TagsInputAdmin):
    pass


def make() -> Ice:
    ice = Ice.objects.create(title="Before")
    ice.flavours.set([Flavour.objects.create(name=name) for name in ("lemon", "mint", "theirs")][:2])
    return ice


def add(obj: Ice) -> None:
    obj.flavours.add(Flavour.objects.get(name="theirs"))


case(
    "tags_input",
    Ice,
    IceAdmin,
    make=make,
    typed={"title": "Mine"},
    others={"added": add},
    same=[(add, {"flavours": "lemon"}, ("theirs",))],
    not_compared={"further_ice_flavours.id"},
)
