from __future__ import annotations

from django.contrib import admin
from django.db import models
from django_countries.fields import CountryField

from tests.guard.packages.case import case


class Embassy(models.Model):
    title = models.CharField(max_length=100)
    country = CountryField()
    visited = CountryField(multiple=True, blank=True)


case(
    "countries",
    Embassy,
    admin.ModelAdmin,
    make=lambda: Embassy.objects.create(title="Before", country="DE", visited="FR,NO"),
    typed={"title": "Mine"},
    others={
        "country": lambda obj: Embassy.objects.update(country="PT"),
        "visited": lambda obj: Embassy.objects.update(visited="FR,PT"),
    },
    same=[(lambda obj: Embassy.objects.update(country="PT"), {"country": "NO"}, ("Portugal", "Norway"))],
)
