from __future__ import annotations

from typing import Any

from admin_confirm.admin import AdminConfirmMixin
from django.contrib import admin
from django.db import models

from tests.guard.packages.case import case


class Motion(models.Model):
    title = models.CharField(max_length=100)
    note = models.CharField(max_length=100, blank=True)


class Vote(models.Model):
    motion = models.ForeignKey(Motion, related_name="votes", on_delete=models.CASCADE)
    text = models.CharField(max_length=100)


class Votes(admin.TabularInline):
    model = Vote
    extra = 0


class MotionAdmin(AdminConfirmMixin, admin.ModelAdmin):
    confirm_change = True
    inlines = [Votes]


def make() -> Motion:
    motion = Motion.objects.create(title="Before")
    for name in ("One", "Two"):
        Vote.objects.create(motion=motion, text=name)
    return motion


def note(obj: Any) -> None:
    Motion.objects.update(note="Theirs")


case(
    "admin_confirm",
    Motion,
    MotionAdmin,
    make=make,
    typed={"title": "Mine"},
    others={"note": note, "row": lambda obj: obj.votes.filter(text="Two").update(text="Theirs")},
    same=[(note, {"note": "Mine"}, ("Theirs", "Mine"))],
)
