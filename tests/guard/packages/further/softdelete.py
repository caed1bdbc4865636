from __future__ import annotations

from typing import Any

from django.db import models
from softdelete.models import SoftDeleteObject

from tests.guard.packages.case import case


class Ticket(SoftDeleteObject, models.Model):
    title = models.CharField(max_length=100)
    note = models.CharField(max_length=100, blank=True)


def model_admin() -> Any:
    from softdelete.admin import SoftDeleteObjectAdmin

    return SoftDeleteObjectAdmin


def note(obj: Any) -> None:
    Ticket.objects.update(note="Theirs")


case(
    "softdelete",
    Ticket,
    model_admin,
    make=lambda: Ticket.objects.create(title="Before"),
    typed={"title": "Mine"},
    others={"note": note},
    same=[(note, {"note": "Mine"}, ("Theirs", "Mine"))],
    not_compared=["softdelete", "further_ticket.deleted_at"],
)
