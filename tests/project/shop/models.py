"""``shop.order_item``: joined with an underscore it reads like ``shop_order.item``."""

from __future__ import annotations

from django.db import models


class Order_Item(models.Model):
    name = models.CharField(max_length=60)

    class Meta:
        db_table = "shop_orders"  # the default would be that of shop_order.item

    def __str__(self) -> str:
        return self.name
