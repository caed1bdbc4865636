from __future__ import annotations

from django.contrib import admin
from django.db import models
from django_extensions.admin import ForeignKeyAutocompleteAdmin
from django_extensions.db.fields import AutoSlugField, ModificationDateTimeField

from tests.guard.packages.case import case, register


class Label(models.Model):
    name = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.name


class Album(models.Model):
    title = models.CharField(max_length=100)
    label = models.ForeignKey(Label, on_delete=models.CASCADE)
    slug = AutoSlugField(populate_from="title", overwrite=True)
    modified = ModificationDateTimeField()


class AlbumAdmin(ForeignKeyAutocompleteAdmin):
    related_search_fields = {"label": ["name"]}
    readonly_fields = ["slug"]


def make() -> Album:
    labels = [Label.objects.create(name=name) for name in ("One", "Theirs", "Mine")]
    return Album.objects.create(title="Before", label=labels[0])


def change(obj: Album) -> None:
    Album.objects.update(label=Label.objects.get(name="Theirs"))


register(Label, admin.ModelAdmin)
case(
    "extensions",
    Album,
    AlbumAdmin,
    make=make,
    typed={"title": "Mine"},
    others={"label": change},
    same=[(change, {"label": lambda: Label.objects.get(name="Mine").pk}, ("Theirs", "Mine"))],
    not_compared={"further_album.modified"},
)
