"""``shop_order.item``: joined with an underscore it reads like ``shop.order_item``."""

from __future__ import annotations

from django.db import models


class Item(models.Model):
    name = models.CharField(max_length=60)

    def __str__(self) -> str:
        return self.name
