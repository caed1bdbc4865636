from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from image_uploader_widget.admin import ImageUploaderInline
from image_uploader_widget.widgets import ImageUploaderWidget

from tests.guard.packages.case import case
from tests.guard.packages.images import png


class Exhibit(models.Model):
    title = models.CharField(max_length=100)
    picture = models.ImageField(upload_to="exhibits", blank=True)


class Shot(models.Model):
    exhibit = models.ForeignKey(Exhibit, related_name="shots", on_delete=models.CASCADE)
    image = models.ImageField(upload_to="exhibits")


class Shots(ImageUploaderInline):
    model = Shot


class ExhibitForm(forms.ModelForm):
    class Meta:
        widgets = {"picture": ImageUploaderWidget()}


class ExhibitAdmin(admin.ModelAdmin):
    form = ExhibitForm
    inlines = [Shots]


def make() -> Exhibit:
    exhibit = Exhibit.objects.create(title="Before", picture=png())
    Shot.objects.create(exhibit=exhibit, image=png())
    return exhibit


def exchange(obj: Any) -> None:
    Exhibit.objects.update(picture="exhibits/theirs.png")


case(
    "image_uploader",
    Exhibit,
    ExhibitAdmin,
    make=make,
    typed={"title": "Mine"},
    others={"picture": exchange, "row": lambda obj: Shot.objects.create(exhibit=obj, image="exhibits/theirs.png")},
)
