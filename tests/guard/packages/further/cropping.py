"""The image's control draws the image itself, and its crop is text in another one."""

from __future__ import annotations

from django.contrib import admin
from django.db import models
from image_cropping import ImageCroppingMixin, ImageRatioField

from tests.guard.packages.case import case
from tests.guard.packages.images import png


class Poster(models.Model):
    title = models.CharField(max_length=100)
    image = models.ImageField(upload_to="posters", blank=True)
    crop = ImageRatioField("image", "40x20")


class PosterAdmin(ImageCroppingMixin, admin.ModelAdmin):
    pass


def make() -> Poster:
    Poster.objects.create(title="Other", image=png())
    return Poster.objects.create(title="Before", image=png(), crop="0,10,80,50")


case(
    "cropping",
    Poster,
    PosterAdmin,
    make=make,
    typed={"title": "Mine"},
    others={
        "crop": lambda obj: Poster.objects.update(crop="0,0,80,40"),
        "image": lambda obj: Poster.objects.update(image=Poster.objects.get(title="Other").image.name),
    },
    same=[(lambda obj: Poster.objects.update(crop="0,0,80,40"), {"crop": "0,5,80,45"}, ("0,0,80,40", "0,5,80,45"))],
    not_compared={"easy_thumbnails"},
)
