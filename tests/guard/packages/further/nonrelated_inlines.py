from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from nonrelated_inlines.admin import NonrelatedTabularInline

from tests.guard.packages.case import case


class Customer(models.Model):
    title = models.CharField(max_length=100)
    email = models.CharField(max_length=100)


class Invoice(models.Model):
    email = models.CharField(max_length=100)
    text = models.CharField(max_length=100)


class InvoicesInline(NonrelatedTabularInline):
    model = Invoice
    fields = ["text"]
    extra = 0

    def get_form_queryset(self, obj: Any) -> Any:
        return Invoice.objects.filter(email=obj.email).order_by("pk")

    def save_new_instance(self, parent: Any, instance: Any) -> None:
        instance.email = parent.email


class CustomerAdmin(admin.ModelAdmin):
    inlines = [InvoicesInline]


def make() -> Customer:
    for name in ("One", "Two"):
        Invoice.objects.create(email="a@example.com", text=name)
    return Customer.objects.create(title="Before", email="a@example.com")


def change(obj: Any) -> None:
    Invoice.objects.filter(text="Two").update(text="Theirs")


case(
    "nonrelated_inlines",
    Customer,
    CustomerAdmin,
    make=make,
    typed={"title": "Mine", "further-invoice-0-text": "Mine"},
    others={"row": change, "added": lambda obj: Invoice.objects.create(email="a@example.com", text="Theirs")},
    same=[(change, {"further-invoice-1-text": "Mine"}, ("Theirs", "Mine"))],
)
