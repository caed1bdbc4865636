"""django-money: an amount and its currency are two controls of one field, over two columns."""

from __future__ import annotations

from django.contrib import admin
from django.db import models
from djmoney.models.fields import MoneyField

from tests.guard.packages.case import case


class Ware(models.Model):
    title = models.CharField(max_length=100)
    price = MoneyField(max_digits=10, decimal_places=2, default_currency="EUR")


class Offer(models.Model):
    ware = models.ForeignKey(Ware, related_name="offers", on_delete=models.CASCADE)
    text = models.CharField(max_length=100)
    price = MoneyField(max_digits=10, decimal_places=2, default_currency="EUR")


class OfferInline(admin.TabularInline):
    model = Offer
    extra = 1


class WareAdmin(admin.ModelAdmin):
    inlines = [OfferInline]


def make() -> Ware:
    ware = Ware.objects.create(title="Before", price=5)
    Offer.objects.create(ware=ware, text="One", price=4)
    return ware


case(
    "money",
    Ware,
    WareAdmin,
    make=make,
    typed={"title": "Mine", "offers-0-text": "Mine"},
    others={
        "amount": lambda obj: Ware.objects.update(price=6),
        "currency": lambda obj: Ware.objects.update(price_currency="USD"),
        "amount-of-a-row": lambda obj: Offer.objects.update(price=6),
        "currency-of-a-row": lambda obj: Offer.objects.update(price_currency="USD"),
    },
    same=[
        (lambda obj: Ware.objects.update(price_currency="USD"), {"price_1": "CHF"}, ("USD", "CHF")),
        (lambda obj: Ware.objects.update(price=6), {"price_0": "7"}, ("6", "7")),
        (lambda obj: Ware.objects.update(price=6), {"price_0": "5", "price_1": "CHF"}, ("6", "CHF")),
        (lambda obj: Offer.objects.update(price_currency="USD"), {"offers-0-price_1": "CHF"}, ("USD", "CHF")),
    ],
)
