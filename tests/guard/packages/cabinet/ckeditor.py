from __future__ import annotations

from django.contrib import admin
from django.db import models
from django_ckeditor_5.fields import CKEditor5Field

from tests.guard.packages.case import case


class Essay(models.Model):
    title = models.CharField(max_length=100)
    body = CKEditor5Field(blank=True)


case(
    "ckeditor",
    Essay,
    admin.ModelAdmin,
    make=lambda: Essay.objects.create(title="Before", body="<p>One &amp; two</p>"),
    typed={"title": "Mine"},
    others={"body": lambda obj: Essay.objects.update(body="<p>Theirs</p>")},
    same=[(lambda obj: Essay.objects.update(body="<p>Theirs</p>"), {"body": "<p>Mine</p>"}, ("Theirs", "Mine"))],
)
