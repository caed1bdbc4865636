from __future__ import annotations

from django import forms
from django.contrib import admin
from django.db import models
from django_ace import AceWidget

from tests.guard.packages.case import value_case


class Snippet(models.Model):
    title = models.CharField(max_length=100)
    value = models.TextField()


class SnippetForm(forms.ModelForm):
    class Meta:
        widgets = {"value": AceWidget(mode="python")}


class SnippetAdmin(admin.ModelAdmin):
    form = SnippetForm


value_case(
    "ace", Snippet, "one <b>\r\ntwo", "theirs", {"value": "mine"}, ("theirs", "mine"), model_admin=SnippetAdmin
)
