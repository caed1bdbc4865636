from __future__ import annotations

from django.db import models
from ordered_model.admin import OrderedModelAdmin
from ordered_model.models import OrderedModel

from tests.guard.packages.case import case


class Slide(OrderedModel):
    title = models.CharField(max_length=100)
    note = models.CharField(max_length=100, blank=True)


def make() -> Slide:
    slides = [Slide.objects.create(title=title) for title in ("Before", "Second", "Third")]
    return slides[0]


case(
    "ordered",
    Slide,
    OrderedModelAdmin,
    make=make,
    typed={"title": "Mine"},
    others={
        "order": lambda obj: Slide.objects.get(pk=obj.pk).bottom(),
        "note": lambda obj: Slide.objects.update(note="Theirs"),
    },
    same=[(lambda obj: Slide.objects.update(title="Theirs"), {"title": "Mine"}, ("Theirs", "Mine"))],
)
