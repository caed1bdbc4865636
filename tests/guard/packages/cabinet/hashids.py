from __future__ import annotations

from django.contrib import admin
from django.db import models
from hashid_field import HashidAutoField, HashidField

from tests.guard.packages.case import case


class Ticket(models.Model):
    id = HashidAutoField(primary_key=True)
    title = models.CharField(max_length=100)
    number = HashidField(null=True, blank=True)


class Stub(models.Model):
    ticket = models.ForeignKey(Ticket, related_name="stubs", on_delete=models.CASCADE)
    text = models.CharField(max_length=100)


class StubInline(admin.TabularInline):
    model = Stub
    extra = 1


class TicketAdmin(admin.ModelAdmin):
    inlines = [StubInline]


def make() -> Ticket:
    ticket = Ticket.objects.create(title="Before", number=7)
    Stub.objects.create(ticket=ticket, text="One")
    return ticket


case(
    "hashids",
    Ticket,
    TicketAdmin,
    make=make,
    typed={"title": "Mine"},
    others={
        "number": lambda obj: Ticket.objects.update(number=8),
        "row": lambda obj: obj.stubs.update(text="Theirs"),
    },
    same=[(lambda obj: obj.stubs.update(text="Theirs"), {"stubs-0-text": "Mine"}, ("Theirs", "Mine"))],
)
