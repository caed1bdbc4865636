from __future__ import annotations

from django.contrib import admin
from django.db import models
from django_fsm import FSMField, transition

from tests.guard.packages.case import case


class Permit(models.Model):
    title = models.CharField(max_length=100)
    note = models.CharField(max_length=100, blank=True)
    state = FSMField(default="new", protected=True)

    @transition(field=state, source="new", target="granted")
    def grant(self) -> None: ...


class PermitAdmin(admin.ModelAdmin):
    readonly_fields = ["state"]


def grant(obj: Permit) -> None:
    obj = Permit.objects.get(pk=obj.pk)
    obj.grant()
    obj.save()


case(
    "fsm",
    Permit,
    PermitAdmin,
    make=lambda: Permit.objects.create(title="Before"),
    typed={"title": "Mine"},
    others={"state": grant, "note": lambda obj: Permit.objects.update(note="Theirs")},
    same=[(lambda obj: Permit.objects.update(title="Theirs"), {"title": "Mine"}, ("Theirs", "Mine"))],
)
