"""A small newsroom: every kind of primary key and inheritance that a change form meets."""

from __future__ import annotations

import uuid

from django.db import models


class Category(models.Model):
    name = models.CharField(max_length=60)

    def __str__(self) -> str:
        return self.name


class Tag(models.Model):
    """Its primary key may hold any characters."""

    name = models.CharField(primary_key=True, max_length=200)
    note = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.name


class Author(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=100)
    biography = models.TextField(blank=True)
    avatar = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.name


class Article(models.Model):
    STATUSES = [("draft", "Draft"), ("review", "In review"), ("published", "Published")]

    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    status = models.CharField(max_length=20, choices=STATUSES, default="draft")
    featured = models.BooleanField(default=False)
    category = models.ForeignKey(Category, null=True, blank=True, on_delete=models.SET_NULL)
    author = models.ForeignKey(Author, null=True, blank=True, on_delete=models.SET_NULL)
    tags = models.ManyToManyField(Tag, blank=True)
    published_on = models.DateField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    attachment = models.FileField(upload_to="attachments", blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.title


class Paragraph(models.Model):
    article = models.ForeignKey(Article, related_name="paragraphs", on_delete=models.CASCADE)
    position = models.PositiveIntegerField(default=0)
    text = models.TextField()

    def __str__(self) -> str:
        return self.text[:40]


class ArticleProxy(Article):
    """The same row under another name."""

    class Meta:
        proxy = True


class FeatureArticle(Article):
    """The same row with more columns."""

    teaser = models.CharField(max_length=200, blank=True)


class Memo(models.Model):
    """Its admin does not use the mixin."""

    text = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.text
