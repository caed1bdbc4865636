from __future__ import annotations

from auditlog.registry import auditlog
from django.contrib import admin
from django.db import models

from tests.guard.packages.case import case


class Account(models.Model):
    title = models.CharField(max_length=100)
    note = models.CharField(max_length=100, blank=True)
    groups = models.ManyToManyField("auth.Group", blank=True, related_name="+")


auditlog.register(Account, m2m_fields={"groups"})

case(
    "auditlog",
    Account,
    admin.ModelAdmin,
    make=lambda: Account.objects.create(title="Before"),
    typed={"title": "Mine"},
    others={"note": lambda obj: Account.objects.update(note="Theirs")},
    same=[(lambda obj: Account.objects.update(title="Theirs"), {"title": "Mine"}, ("Theirs", "Mine"))],
    not_compared={"auditlog"},
)
