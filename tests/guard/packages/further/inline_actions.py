from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from inline_actions.admin import InlineActionsMixin, InlineActionsModelAdminMixin

from tests.guard.packages.case import case


class Show(models.Model):
    title = models.CharField(max_length=100)
    note = models.CharField(max_length=100, blank=True)


class Act(models.Model):
    show = models.ForeignKey(Show, related_name="acts", on_delete=models.CASCADE)
    text = models.CharField(max_length=100)


class Acts(InlineActionsMixin, admin.TabularInline):
    model = Act
    extra = 0
    inline_actions = ["praise"]

    def praise(self, request: Any, obj: Any, parent_obj: Any = None) -> None:
        Act.objects.filter(pk=obj.pk).update(text=obj.text + "!")


class ShowAdmin(InlineActionsModelAdminMixin, admin.ModelAdmin):
    inlines = [Acts]


def make() -> Show:
    show = Show.objects.create(title="Before")
    for name in ("One", "Two"):
        Act.objects.create(show=show, text=name)
    return show


def change(obj: Any) -> None:
    obj.acts.filter(text="Two").update(text="Theirs")


case(
    "inline_actions",
    Show,
    ShowAdmin,
    make=make,
    typed={"title": "Mine"},
    others={"note": lambda obj: Show.objects.update(note="Theirs"), "row": change},
    same=[(change, {"acts-1-text": "Mine"}, ("Theirs", "Mine"))],
)
