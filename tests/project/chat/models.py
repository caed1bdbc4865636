"""An app whose label is a word of our own routes."""

from __future__ import annotations

from django.db import models


class Item(models.Model):
    name = models.CharField(max_length=60)

    def __str__(self) -> str:
        return self.name
