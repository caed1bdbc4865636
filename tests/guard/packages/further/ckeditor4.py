from __future__ import annotations

from ckeditor.fields import RichTextField
from django.db import models

from tests.guard.packages.case import value_case


class CkText(models.Model):
    title = models.CharField(max_length=100)
    value = RichTextField()


value_case("ckeditor4", CkText, "<p>One &amp; two</p>", "<p>Theirs</p>", {"value": "<p>Mine</p>"}, ("Theirs", "Mine"))
