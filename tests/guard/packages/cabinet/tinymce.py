from __future__ import annotations

from django.contrib import admin
from django.db import models
from tinymce.models import HTMLField

from tests.guard.packages.case import case


class Column(models.Model):
    title = models.CharField(max_length=100)
    body = HTMLField(blank=True)


case(
    "tinymce",
    Column,
    admin.ModelAdmin,
    make=lambda: Column.objects.create(title="Before", body="<p>One &amp; two</p>"),
    typed={"title": "Mine"},
    others={"body": lambda obj: Column.objects.update(body="<p>Theirs</p>")},
    same=[(lambda obj: Column.objects.update(body="<p>Theirs</p>"), {"body": "<p>Mine</p>"}, ("Theirs", "Mine"))],
)
