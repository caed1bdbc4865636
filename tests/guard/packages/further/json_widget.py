"""The HTML of its control has no value in it: a script beside it has."""

from __future__ import annotations

import re

from django.contrib import admin
from django.db import models
from django_json_widget.widgets import JSONEditorWidget

from tests.guard.newsdesk import Form
from tests.guard.packages.case import value_case


class JsonDocument(models.Model):
    title = models.CharField(max_length=100)
    value = models.JSONField(default=dict)


class JsonDocumentAdmin(admin.ModelAdmin):
    formfield_overrides = {models.JSONField: {"widget": JSONEditorWidget}}


def script(form: Form) -> None:
    for name, data in re.findall(r'<script id="(\w+)_data" type="application/json">(.*?)</script>', form.text):
        form[name] = data


value_case(
    "json_widget",
    JsonDocument,
    {"b": 1, "a": [2]},
    {"theirs": 1},
    {"value": '{"mine": 1}'},
    ("theirs", "mine"),
    model_admin=JsonDocumentAdmin,
    script=script,
)
