from __future__ import annotations

from django.db import models
from mptt.admin import MPTTModelAdmin
from mptt.models import MPTTModel, TreeForeignKey

from tests.guard.packages.case import case


class Shelfmark(MPTTModel):
    title = models.CharField(max_length=100)
    parent = TreeForeignKey("self", null=True, blank=True, related_name="children", on_delete=models.CASCADE)

    def __str__(self) -> str:
        return self.title


def make() -> Shelfmark:
    root = Shelfmark.objects.create(title="Root")
    Shelfmark.objects.create(title="Other")
    return Shelfmark.objects.create(title="Before", parent=root)


def move(obj: Shelfmark) -> None:
    Shelfmark.objects.get(pk=obj.pk).move_to(Shelfmark.objects.get(title="Other"))


def drag(obj: Shelfmark) -> None:
    """The order of the tree only: no control shows it."""
    Shelfmark.objects.get(title="Other").move_to(Shelfmark.objects.get(title="Root"), position="left")


case(
    "mptt",
    Shelfmark,
    MPTTModelAdmin,
    make=make,
    typed={"title": "Mine"},
    others={"parent": move, "order": drag},
    same=[(move, {"parent": ""}, ("Other",))],
)
