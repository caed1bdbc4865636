"""A choice that depends on another one."""

from __future__ import annotations

from django.contrib import admin
from django.db import models
from smart_selects.db_fields import ChainedForeignKey

from tests.guard.packages.case import case


class Continent(models.Model):
    name = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.name


class Country(models.Model):
    name = models.CharField(max_length=100)
    continent = models.ForeignKey(Continent, on_delete=models.CASCADE)

    def __str__(self) -> str:
        return self.name


class Consulate(models.Model):
    title = models.CharField(max_length=100)
    continent = models.ForeignKey(Continent, on_delete=models.CASCADE)
    country = ChainedForeignKey(
        Country,
        chained_field="continent",
        chained_model_field="continent",
        show_all=False,
        auto_choose=True,
        on_delete=models.CASCADE,
    )


def make() -> Consulate:
    europe, asia = Continent.objects.create(name="Europe"), Continent.objects.create(name="Asia")
    france = Country.objects.create(name="France", continent=europe)
    Country.objects.create(name="Spain", continent=europe)
    Country.objects.create(name="India", continent=asia)
    return Consulate.objects.create(title="Before", continent=europe, country=france)


def move(obj: Consulate) -> None:
    india = Country.objects.get(name="India")
    Consulate.objects.update(country=india, continent=india.continent)


case(
    "smart_selects",
    Consulate,
    admin.ModelAdmin,
    make=make,
    typed={"title": "Mine"},
    others={
        "country": lambda obj: Consulate.objects.update(country=Country.objects.get(name="Spain")),
        "both": move,
    },
)
