from __future__ import annotations

from typing import Any

from computedfields.models import ComputedFieldsModel, computed
from django.contrib import admin
from django.db import models

from tests.guard.packages.case import case


class Basket(ComputedFieldsModel):
    title = models.CharField(max_length=100)

    @computed(models.IntegerField(default=0), depends=[("goods", ["price"])])
    def total(self) -> int:
        return sum(self.goods.values_list("price", flat=True)) if self.pk else 0


class Good(ComputedFieldsModel):
    basket = models.ForeignKey(Basket, related_name="goods", on_delete=models.CASCADE)
    price = models.IntegerField()


class Goods(admin.TabularInline):
    model = Good
    extra = 0


class BasketAdmin(admin.ModelAdmin):
    inlines = [Goods]
    readonly_fields = ["total"]


def make() -> Basket:
    basket = Basket.objects.create(title="Before")
    for price in (1, 2):
        Good.objects.create(basket=basket, price=price)
    return basket


def price(obj: Any) -> None:
    good = obj.goods.last()
    good.price = 50
    good.save()


case(
    "computed",
    Basket,
    BasketAdmin,
    make=make,
    typed={"title": "Mine", "goods-0-price": "9"},
    others={"row": price},
    same=[(price, {"goods-1-price": "8"}, ("50", "8"))],
)
