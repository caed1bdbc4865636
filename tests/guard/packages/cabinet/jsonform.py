"""The HTML of django-jsonform's control has no value in it: its script puts it there."""

from __future__ import annotations

import json
import re
from html import unescape

from django.contrib import admin
from django.db import models
from django_jsonform.models.fields import JSONField

from tests.guard.newsdesk import Form
from tests.guard.packages.case import case


class Recipe(models.Model):
    title = models.CharField(max_length=100)
    data = JSONField(schema={"type": "array", "items": {"type": "string"}}, blank=True)


def script(form: Form) -> None:
    for name, config in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]* data-django-jsonform="([^"]*)"', form.text):
        data = json.loads(json.loads(unescape(config))["data"])
        form[name] = json.dumps(data or [])


case(
    "jsonform",
    Recipe,
    admin.ModelAdmin,
    make=lambda: Recipe.objects.create(title="Before", data=["one", "two"]),
    typed={"title": "Mine"},
    others={"data": lambda obj: Recipe.objects.update(data=["theirs"])},
    same=[(lambda obj: Recipe.objects.update(data=["theirs"]), {"data": '["mine"]'}, ("theirs", "mine"))],
    script=script,
)
