from __future__ import annotations

from django.db import models
from treebeard.admin import TreeAdmin
from treebeard.forms import movenodeform_factory
from treebeard.mp_tree import MP_Node

from tests.guard.packages.case import case


class Folder(MP_Node):
    title = models.CharField(max_length=100)
    note = models.CharField(max_length=100, blank=True)


class FolderAdmin(TreeAdmin):
    form = movenodeform_factory(Folder)


def make() -> Folder:
    root, _ = Folder.add_root(title="Root"), Folder.add_root(title="Other")
    return Folder.objects.get(pk=root.add_child(title="Before").pk)


def move(obj: Folder) -> None:
    Folder.objects.get(pk=obj.pk).move(Folder.objects.get(title="Other"), "first-child")


def move_root(obj: Folder) -> None:
    """Its path changes, its place in the tree does not."""
    Folder.objects.get(title="Root").move(Folder.objects.get(title="Other"), "right")


case(
    "treebeard",
    Folder,
    FolderAdmin,
    make=make,
    typed={"title": "Mine"},
    others={"move": move, "order": move_root, "note": lambda obj: Folder.objects.update(note="Theirs")},
    same=[(lambda obj: Folder.objects.update(title="Theirs"), {"title": "Mine"}, ("Theirs", "Mine"))],
)
