from __future__ import annotations

from django.db import models
from solo.admin import SingletonModelAdmin
from solo.models import SingletonModel

from tests.guard.packages.case import case


class Imprint(SingletonModel):
    title = models.CharField(max_length=100)
    note = models.CharField(max_length=100, blank=True)


case(
    "solo",
    Imprint,
    SingletonModelAdmin,
    make=lambda: Imprint.objects.create(title="Before"),
    typed={"title": "Mine"},
    others={"note": lambda obj: Imprint.objects.update(note="Theirs")},
    same=[(lambda obj: Imprint.objects.update(title="Theirs"), {"title": "Mine"}, ("Theirs", "Mine"))],
)
