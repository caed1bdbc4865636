from __future__ import annotations

from django.db import models
from django_prose_editor.fields import ProseEditorField

from tests.guard.packages.case import value_case


class ProseText(models.Model):
    title = models.CharField(max_length=100)
    value = ProseEditorField(extensions={"Bold": True, "Link": True}, sanitize=False)


value_case(
    "prose_editor", ProseText, "<p>One &amp; two</p>", "<p>Theirs</p>", {"value": "<p>Mine</p>"}, ("Theirs", "Mine")
)
