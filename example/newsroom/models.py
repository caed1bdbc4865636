"""The Harbour Post's newsroom: integer, UUID and text primary keys, as the admin meets them."""

from __future__ import annotations

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models


class Person(AbstractUser):
    """Somebody who may log in."""

    portrait = models.CharField(
        max_length=200, blank=True, help_text="Address of a picture; initials are shown without."
    )

    class Meta:
        verbose_name_plural = "people"


class Section(models.Model):
    name = models.CharField(max_length=60)
    slug = models.SlugField(unique=True)
    position = models.PositiveSmallIntegerField(default=0, help_text="Place on the front page.")

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class Author(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=100)
    email = models.EmailField(blank=True)
    beat = models.CharField(max_length=100, blank=True, help_text="What they write about.")
    biography = models.TextField(blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Tag(models.Model):
    name = models.CharField(primary_key=True, max_length=100, help_text="Any text, spaces and signs included.")
    note = models.CharField(max_length=200, blank=True, help_text="When to use it.")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Article(models.Model):
    STATUSES = [("draft", "Draft"), ("review", "In review"), ("published", "Published")]

    headline = models.CharField(max_length=120)
    slug = models.SlugField(max_length=120, unique=True)
    standfirst = models.TextField(help_text="One or two sentences under the headline.")
    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="articles")
    authors = models.ManyToManyField(Author, related_name="articles")
    tags = models.ManyToManyField(Tag, blank=True, related_name="articles")
    status = models.CharField(max_length=20, choices=STATUSES, default="draft")
    publish_at = models.DateTimeField(null=True, blank=True)
    front_page = models.BooleanField(default=False)
    updated_at = models.DateTimeField("last saved", auto_now=True)

    class Meta:
        ordering = ["-publish_at", "headline"]

    def __str__(self) -> str:
        return self.headline


class Paragraph(models.Model):
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="paragraphs")
    position = models.PositiveSmallIntegerField(default=1)
    text = models.TextField()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"Paragraph {self.position}"


class Picture(models.Model):
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="pictures")
    file_name = models.CharField(max_length=100)
    caption = models.CharField(max_length=200)
    credit = models.CharField(max_length=100)

    class Meta:
        verbose_name_plural = "picture credits"

    def __str__(self) -> str:
        return self.file_name
