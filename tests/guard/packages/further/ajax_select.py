from __future__ import annotations

from typing import Any

from ajax_select import LookupChannel, make_ajax_form, registry
from ajax_select.admin import AjaxSelectAdmin
from django.contrib import admin
from django.db import models

from tests.guard.packages.case import case, register


class Guest(models.Model):
    name = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.name


class Party(models.Model):
    title = models.CharField(max_length=100)
    host = models.ForeignKey(Guest, null=True, blank=True, related_name="+", on_delete=models.CASCADE)
    guests = models.ManyToManyField(Guest, related_name="+", blank=True)


class GuestLookup(LookupChannel):
    model = Guest
    search_field = "name"


register(Guest, admin.ModelAdmin)
registry.register({"guests": GuestLookup})


class PartyAdmin(AjaxSelectAdmin):
    form = make_ajax_form(Party, {"host": "guests", "guests": "guests"})


def make() -> Party:
    people = [Guest.objects.create(name=name) for name in ("Ada", "Ben", "Eve")]
    party = Party.objects.create(title="Before", host=people[0])
    party.guests.add(people[1])
    return party


def invite(obj: Any) -> None:
    obj.guests.add(Guest.objects.get(name="Eve"))


case(
    "ajax_select",
    Party,
    PartyAdmin,
    make=make,
    typed={"title": "Mine"},
    others={"host": lambda obj: Party.objects.update(host=Guest.objects.get(name="Eve")), "guests": invite},
    same=[(invite, {"guests": lambda: f"|{Guest.objects.get(name='Ada').pk}|"}, ())],
)
