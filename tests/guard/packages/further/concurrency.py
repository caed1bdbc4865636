"""django-concurrency: a signed version in a hidden control, and errors of its own."""

from __future__ import annotations

from concurrency.admin import ConcurrentModelAdmin
from concurrency.fields import IntegerVersionField
from django.db import models

from tests.guard.packages.case import case


class Contract(models.Model):
    title = models.CharField(max_length=100)
    note = models.CharField(max_length=100, blank=True)
    version = IntegerVersionField()


def edit(**values: str) -> object:
    def change(obj: Contract) -> None:
        for name, value in values.items():
            setattr(obj, name, value)
        obj.save()

    return change


case(
    "concurrency",
    Contract,
    ConcurrentModelAdmin,
    make=lambda: Contract.objects.create(title="Before"),
    typed={"title": "Mine"},
    others={"note": edit(note="Theirs"), "note-without-version": lambda obj: Contract.objects.update(note="Theirs")},
    same=[(edit(title="Theirs"), {"title": "Mine"}, ("Theirs", "Mine"))],
    refuses_itself=True,
    not_compared={"further_contract.version"},
)
