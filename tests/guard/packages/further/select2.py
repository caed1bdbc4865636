"""Its choices come from the server as they are searched for; the page has the chosen ones only."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.db import models
from django_select2.forms import ModelSelect2MultipleWidget, ModelSelect2Widget

from tests.guard.packages.case import case


class City(models.Model):
    name = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.name


class Tour(models.Model):
    title = models.CharField(max_length=100)
    start = models.ForeignKey(City, related_name="+", on_delete=models.CASCADE)
    stops = models.ManyToManyField(City, related_name="+", blank=True)


SEARCH = {"model": City, "search_fields": ["name__icontains"]}


class TourForm(forms.ModelForm):
    class Meta:
        widgets = {"start": ModelSelect2Widget(**SEARCH), "stops": ModelSelect2MultipleWidget(**SEARCH)}


class TourAdmin(admin.ModelAdmin):
    form = TourForm


def make() -> Tour:
    cities = [City.objects.create(name=name) for name in ("Rome", "Oslo", "Kiel")]
    tour = Tour.objects.create(title="Before", start=cities[0])
    tour.stops.add(cities[1])
    return tour


def start(obj: Tour) -> None:
    Tour.objects.update(start=City.objects.get(name="Kiel"))


case(
    "select2",
    Tour,
    TourAdmin,
    make=make,
    typed={"title": "Mine"},
    others={"start": start, "stops": lambda obj: obj.stops.add(City.objects.get(name="Kiel"))},
    same=[(lambda obj: obj.stops.add(City.objects.get(name="Kiel")), {"stops": []}, ("Kiel",))],
)
