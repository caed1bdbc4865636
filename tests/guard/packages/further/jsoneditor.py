from __future__ import annotations

from django.contrib import admin
from django.db import models
from jsoneditor.forms import JSONEditor

from tests.guard.packages.case import value_case


class JsonEditorDocument(models.Model):
    title = models.CharField(max_length=100)
    value = models.JSONField(default=dict)


class JsonEditorDocumentAdmin(admin.ModelAdmin):
    formfield_overrides = {models.JSONField: {"widget": JSONEditor}}


value_case(
    "jsoneditor",
    JsonEditorDocument,
    {"b": 1, "a": [2]},
    {"theirs": 1},
    {"value": '{"mine": 1}'},
    ("theirs", "mine"),
    model_admin=JsonEditorDocumentAdmin,
)
