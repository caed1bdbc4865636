from __future__ import annotations

from datetime import timedelta

from django import forms
from django.contrib import admin
from django.db import models
from durationwidget.widgets import TimeDurationWidget

from tests.guard.packages.case import value_case


class Race(models.Model):
    title = models.CharField(max_length=100)
    value = models.DurationField()


class RaceForm(forms.ModelForm):
    class Meta:
        widgets = {"value": TimeDurationWidget()}


class RaceAdmin(admin.ModelAdmin):
    form = RaceForm


value_case(
    "durationwidget",
    Race,
    timedelta(hours=3, seconds=5),
    timedelta(hours=4, seconds=5),
    {"value_1": "5"},
    model_admin=RaceAdmin,
)
