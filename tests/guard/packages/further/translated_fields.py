from __future__ import annotations

from django.contrib import admin
from django.db import models
from translated_fields import TranslatedField, TranslatedFieldAdmin

from tests.guard.packages.case import case


class Leaflet(models.Model):
    title = TranslatedField(models.CharField(max_length=100, blank=True))


class LeafletAdmin(TranslatedFieldAdmin, admin.ModelAdmin):
    pass


case(
    "translated_fields",
    Leaflet,
    LeafletAdmin,
    make=lambda: Leaflet.objects.create(title_en="Before", title_de="Vorher"),
    typed={"title_en": "Mine"},
    others={"title_de": lambda obj: Leaflet.objects.update(title_de="Ihres")},
    same=[(lambda obj: Leaflet.objects.update(title_en="Theirs"), {"title_en": "Mine"}, ("Theirs", "Mine"))],
)
