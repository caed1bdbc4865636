"""Columns that the model writes itself when it is saved."""

from __future__ import annotations

from django.contrib import admin
from django.db import models
from model_utils import Choices, FieldTracker
from model_utils.fields import MonitorField, SplitField, StatusField

from tests.guard.packages.case import case


class Story(models.Model):
    STATUS = Choices("draft", "published")

    title = models.CharField(max_length=100)
    status = StatusField()
    published_by = models.CharField(max_length=100, blank=True)
    status_changed = MonitorField(monitor="status", when=["published"], null=True, blank=True, default=None)
    body = SplitField(blank=True)
    seen = models.CharField(max_length=100, blank=True, editable=False)

    tracker = FieldTracker(fields=["status", "title"])

    def save(self, *args: object, **kwargs: object) -> None:
        self.seen = ",".join(sorted(name for name in ("status", "title") if self.tracker.has_changed(name)))
        super().save(*args, **kwargs)


class StoryAdmin(admin.ModelAdmin):
    exclude = ["status_changed"]


def make() -> Story:
    story = Story.objects.create(title="Before", body="One\n\ntwo")
    story.title = "Before"
    story.save()
    return story


case(
    "model_utils",
    Story,
    StoryAdmin,
    make=make,
    typed={"title": "Mine"},
    others={
        "status": lambda obj: Story.objects.update(status="published"),
        "body": lambda obj: Story.objects.update(body="Theirs", _body_excerpt="Theirs"),
        "published_by": lambda obj: Story.objects.update(published_by="Theirs"),
    },
    same=[(lambda obj: Story.objects.update(title="Theirs"), {"title": "Mine"}, ("Theirs", "Mine"))],
)
