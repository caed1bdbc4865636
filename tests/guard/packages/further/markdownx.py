from __future__ import annotations

from django.db import models
from markdownx.models import MarkdownxField

from tests.guard.packages.case import value_case


class MarkdownxText(models.Model):
    title = models.CharField(max_length=100)
    value = MarkdownxField()


value_case("markdownx", MarkdownxText, "One\r\n\r\n*two*", "Theirs", {"value": "Mine"}, ("Theirs", "Mine"))
