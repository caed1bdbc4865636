from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django_dynamic_admin_forms.admin import DynamicModelAdminMixin

from tests.guard.packages.case import case


class District(models.Model):
    name = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.name


class Visitor(models.Model):
    title = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=[("a", "A"), ("b", "B")], default="a")
    district = models.ForeignKey(District, null=True, blank=True, on_delete=models.CASCADE)


class VisitorAdmin(DynamicModelAdminMixin, admin.ModelAdmin):
    fields = ["title", "kind", "district"]
    dynamic_fields = ["district"]

    def get_dynamic_district_field(self, data: Any) -> Any:
        queryset = District.objects.filter(name__startswith=(data.get("kind") or "").upper())
        return queryset, data.get("district"), False


def make() -> Visitor:
    for name in ("A1", "A2", "B1"):
        District.objects.create(name=name)
    return Visitor.objects.create(title="Before", district=District.objects.get(name="A1"))


def move(obj: Any) -> None:
    Visitor.objects.update(district=District.objects.get(name="A2"))


case(
    "dynamic_admin_forms",
    Visitor,
    VisitorAdmin,
    make=make,
    typed={"title": "Mine"},
    others={"district": move, "kind": lambda obj: Visitor.objects.update(kind="b")},
    same=[(move, {"district": lambda: District.objects.get(name="B1").pk}, ("A2", "B1"))],
)
