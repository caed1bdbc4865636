from __future__ import annotations

from django.db import models
from safedelete.admin import SafeDeleteAdmin
from safedelete.models import SOFT_DELETE_CASCADE, SafeDeleteModel

from tests.guard.packages.case import case


class Ledger(SafeDeleteModel):
    _safedelete_policy = SOFT_DELETE_CASCADE

    title = models.CharField(max_length=100)
    note = models.CharField(max_length=100, blank=True)


class LedgerAdmin(SafeDeleteAdmin):
    pass


case(
    "safedelete",
    Ledger,
    LedgerAdmin,
    make=lambda: Ledger.objects.create(title="Before"),
    typed={"title": "Mine"},
    others={
        "note": lambda obj: Ledger.objects.update(note="Theirs"),
        "deletion": lambda obj: Ledger.objects.get(pk=obj.pk).delete(),
    },
    same=[(lambda obj: Ledger.objects.update(title="Theirs"), {"title": "Mine"}, ("Theirs", "Mine"))],
    not_compared={"further_ledger.deleted"},
)
