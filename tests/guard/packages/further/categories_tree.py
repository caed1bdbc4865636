from __future__ import annotations

from typing import Any

from categories.models import Category

from tests.guard.packages.case import case


def model_admin() -> Any:
    from categories.admin import CategoryAdmin

    return CategoryAdmin


def make() -> Category:
    first = Category.objects.create(name="One", slug="one", description="")
    Category.objects.create(name="Two", slug="two", description="")
    return Category.objects.create(name="Before", slug="before", parent=first, description="")


def move(obj: Any) -> None:
    obj.parent = Category.objects.get(name="Two")
    obj.save()


case(
    "categories_tree",
    Category,
    model_admin,
    make=make,
    typed={"name": "Mine"},
    others={"order": lambda obj: Category.objects.filter(pk=obj.pk).update(order=7), "moved": move},
)
