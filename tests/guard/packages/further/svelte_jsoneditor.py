from __future__ import annotations

from django.contrib import admin
from django.db import models
from django_svelte_jsoneditor.widgets import SvelteJSONEditorWidget

from tests.guard.packages.case import value_case


class SvelteDocument(models.Model):
    title = models.CharField(max_length=100)
    value = models.JSONField(default=dict)


class SvelteDocumentAdmin(admin.ModelAdmin):
    formfield_overrides = {models.JSONField: {"widget": SvelteJSONEditorWidget}}


value_case(
    "svelte_jsoneditor",
    SvelteDocument,
    {"b": 1, "a": [2]},
    {"theirs": 1},
    {"value": '{"mine": 1}'},
    ("theirs", "mine"),
    model_admin=SvelteDocumentAdmin,
)
