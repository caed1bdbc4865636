from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from entangled.forms import EntangledModelForm

from tests.guard.packages.case import case


class Blend(models.Model):
    title = models.CharField(max_length=100)
    data = models.JSONField(default=dict)


class BlendForm(EntangledModelForm):
    colour = forms.CharField(required=False)
    size = forms.IntegerField(required=False)

    class Meta:
        model = Blend
        untangled_fields = ["title"]
        entangled_fields = {"data": ["colour", "size"]}
        retangled_fields = {"size": "more.size"}


class BlendAdmin(admin.ModelAdmin):
    form = BlendForm


def make() -> Blend:
    return Blend.objects.create(title="Before", data={"colour": "red", "more": {"size": 1}, "kept": 5})


def paint(obj: Any) -> None:
    obj.data["colour"] = "theirs"
    obj.save()


def keep(obj: Any) -> None:
    obj.data["kept"] = 6
    obj.save()


case(
    "entangled",
    Blend,
    BlendAdmin,
    make=make,
    typed={"title": "Mine", "size": "3"},
    others={"colour": paint, "what-no-control-shows": keep},
    same=[(paint, {"colour": "mine"}, ("theirs", "mine"))],
)
