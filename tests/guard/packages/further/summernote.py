from __future__ import annotations

from typing import Any

from django.db import models

from tests.guard.packages.case import value_case


class SummernoteText(models.Model):
    title = models.CharField(max_length=100)
    value = models.TextField(blank=True)


def summernote_admin() -> Any:
    from django_summernote.admin import SummernoteModelAdmin

    class SummernoteTextAdmin(SummernoteModelAdmin):
        summernote_fields = ["value"]

    return SummernoteTextAdmin


value_case(
    "summernote",
    SummernoteText,
    "<p>One &amp; two</p>",
    "<p>Theirs</p>",
    {"value": "<p>Mine</p>"},
    ("Theirs", "Mine"),
    model_admin=summernote_admin,
)
