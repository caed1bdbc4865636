from __future__ import annotations

from django.contrib import admin
from django.db import models
from flat_json_widget.widgets import FlatJsonWidget

from tests.guard.packages.case import value_case


class FlatDocument(models.Model):
    title = models.CharField(max_length=100)
    value = models.JSONField(default=dict)


class FlatDocumentAdmin(admin.ModelAdmin):
    formfield_overrides = {models.JSONField: {"widget": FlatJsonWidget}}


value_case(
    "flat_json_widget",
    FlatDocument,
    {"b": "1", "a": "2"},
    {"theirs": "1"},
    {"value": '{"mine": "1"}'},
    ("theirs", "mine"),
    model_admin=FlatDocumentAdmin,
)
