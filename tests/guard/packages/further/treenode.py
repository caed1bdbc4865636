from __future__ import annotations

from django.db import models
from treenode.admin import TreeNodeModelAdmin
from treenode.models import TreeNodeModel

from tests.guard.packages.case import case


class Twig(TreeNodeModel):
    treenode_display_field = "title"

    title = models.CharField(max_length=100)


def make() -> Twig:
    root = Twig.objects.create(title="Root")
    Twig.objects.create(title="Other")
    return Twig.objects.create(title="Before", tn_parent=root)


def move(obj: Twig) -> None:
    obj.tn_parent = Twig.objects.get(title="Other")
    obj.save()


case(
    "treenode",
    Twig,
    TreeNodeModelAdmin,
    make=make,
    typed={"title": "Mine"},
    others={"move": move},
    same=[(move, {"tn_parent": ""}, ("Other",))],
)
