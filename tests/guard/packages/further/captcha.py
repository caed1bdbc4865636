"""A control that differs each time it is drawn, and writes a row of its own then."""

from __future__ import annotations

from captcha.fields import CaptchaField
from django import forms
from django.contrib import admin
from django.db import models

from tests.guard.newsdesk import Form
from tests.guard.packages.case import case


class Petition(models.Model):
    title = models.CharField(max_length=100)
    note = models.CharField(max_length=100, blank=True)


class PetitionForm(forms.ModelForm):
    captcha = CaptchaField()


class PetitionAdmin(admin.ModelAdmin):
    form = PetitionForm


def script(form: Form) -> None:
    if "captcha_1" in form.data:
        form["captcha_1"] = "passed"


case(
    "captcha",
    Petition,
    PetitionAdmin,
    make=lambda: Petition.objects.create(title="Before"),
    typed={"title": "Mine"},
    others={"note": lambda obj: Petition.objects.update(note="Theirs")},
    same=[(lambda obj: Petition.objects.update(title="Theirs"), {"title": "Mine"}, ("Theirs", "Mine"))],
    script=script,
    not_compared={"captcha"},
    is_reported=True,
)
