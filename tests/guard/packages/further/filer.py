from __future__ import annotations

from django.contrib import admin
from django.db import models
from filer.fields.file import FilerFileField
from filer.models import File

from tests.guard.packages.case import case


class Dossier(models.Model):
    title = models.CharField(max_length=100)
    file = FilerFileField(null=True, blank=True, related_name="+", on_delete=models.SET_NULL)


def make() -> Dossier:
    files = [File.objects.create(original_filename=name, name=name) for name in ("before", "theirs", "mine")]
    return Dossier.objects.create(title="Before", file=files[0])


def change(obj: Dossier) -> None:
    Dossier.objects.update(file=File.objects.get(name="theirs"))


case(
    "filer",
    Dossier,
    admin.ModelAdmin,
    make=make,
    typed={"title": "Mine"},
    others={"file": change},
    same=[(change, {"file": ""}, ("theirs",))],
)
