"""django-cleanup deletes the file that a row no longer names."""

from __future__ import annotations

from django.contrib import admin
from django.core.files.base import ContentFile
from django.db import models

from tests.guard.packages.case import case


class Attachment(models.Model):
    title = models.CharField(max_length=100)
    file = models.FileField(upload_to="attachments", blank=True)


def replace(obj: Attachment) -> None:
    obj.file = ContentFile(b"theirs", "theirs.txt")
    obj.save()


case(
    "cleanup",
    Attachment,
    admin.ModelAdmin,
    make=lambda: Attachment.objects.create(title="Before", file=ContentFile(b"before", "before.txt")),
    typed={"title": "Mine"},
    others={"file": lambda obj: Attachment.objects.update(file="attachments/theirs.txt")},
    same=[(lambda obj: Attachment.objects.update(file="attachments/theirs.txt"), {"file-clear": "on"}, ("theirs",))],
)
