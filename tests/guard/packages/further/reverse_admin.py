from __future__ import annotations

from django.db import models
from django_reverse_admin import ReverseModelAdmin

from tests.guard.packages.case import case


class Address(models.Model):
    street = models.CharField(max_length=100)
    town = models.CharField(max_length=100, blank=True)


class Tenant(models.Model):
    title = models.CharField(max_length=100)
    note = models.CharField(max_length=100, blank=True)
    home = models.OneToOneField(Address, related_name="+", on_delete=models.CASCADE)
    office = models.ForeignKey(Address, related_name="+", on_delete=models.CASCADE)


class TenantAdmin(ReverseModelAdmin):
    inline_type = "stacked"
    inline_reverse = ["home", ("office", {"fields": ["street"]})]


def make() -> Tenant:
    home, office = (Address.objects.create(street=name, town="Town") for name in ("Home", "Office"))
    return Tenant.objects.create(title="Before", home=home, office=office)


def move(obj: Tenant) -> None:
    Address.objects.filter(pk=obj.home_id).update(street="Theirs")


case(
    "reverse_admin",
    Tenant,
    TenantAdmin,
    make=make,
    typed={"title": "Mine"},
    others={"note": lambda obj: Tenant.objects.update(note="Theirs"), "home": move},
    same=[(move, {"form-0-street": "Mine"}, ("Theirs", "Mine"))],
)
