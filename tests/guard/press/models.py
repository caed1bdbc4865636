"""Models whose saves are guarded in tests: one with every field, and one as people have them."""

from __future__ import annotations

import os
import uuid

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models

from tests.guard.press.traced import Journal, Register, Slot  # noqa: F401


class Section(models.Model):
    name = models.CharField(max_length=60)

    def __str__(self) -> str:
        return self.name


class Topic(models.Model):
    name = models.CharField(max_length=60)

    def __str__(self) -> str:
        return self.name


class Story(models.Model):
    title = models.CharField(max_length=200)
    slug = models.SlugField(blank=True)
    body = models.TextField(blank=True)
    urgent = models.BooleanField(default=False)
    section = models.ForeignKey(Section, null=True, blank=True, on_delete=models.SET_NULL)
    topics = models.ManyToManyField(Topic, blank=True)
    embargo = models.DateTimeField(null=True, blank=True)
    price = models.DecimalField(max_digits=8, decimal_places=2, default=0)
    picture = models.FileField(upload_to="pictures", blank=True)
    views = models.PositiveIntegerField(default=0, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.title


class Passage(models.Model):
    story = models.ForeignKey(Story, related_name="passages", on_delete=models.CASCADE)
    text = models.TextField()
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text[:20]


class Link(models.Model):
    """A second inline, with a key that is not a number."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    story = models.ForeignKey(Story, related_name="links", on_delete=models.CASCADE)
    url = models.URLField()
    topics = models.ManyToManyField(Topic, blank=True)

    def __str__(self) -> str:
        return self.url


class Remark(models.Model):
    """A row of a generic inline."""

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
    object_id = models.PositiveIntegerField()
    about = GenericForeignKey()
    text = models.CharField(max_length=100)


class Aside(Passage):
    """An inherited child in an inline: a row in two tables."""

    author = models.CharField(max_length=60, blank=True)
    reads = models.PositiveIntegerField(default=0, editable=False)


class Bureau(models.Model):
    """Others point at its code, not at its key."""

    code = models.CharField(max_length=20, unique=True)
    city = models.CharField(max_length=60)

    def __str__(self) -> str:
        return self.city


class Dispatch(models.Model):
    text = models.CharField(max_length=100)
    bureau = models.ForeignKey(Bureau, to_field="code", null=True, blank=True, on_delete=models.CASCADE)
    read = models.PositiveIntegerField(default=0, editable=False)

    def __str__(self) -> str:
        return self.text


class StoryProxy(Story):
    class Meta:
        proxy = True


class LongRead(Story):
    """An inherited child: the same row, with one more table."""

    teaser = models.CharField(max_length=200, blank=True)


class Everything(models.Model):
    """Every field that Django has, and that both SQLite and PostgreSQL can keep."""

    big_integer = models.BigIntegerField(null=True, blank=True)
    binary = models.BinaryField(null=True, blank=True, editable=True)
    boolean = models.BooleanField(null=True, blank=True)
    char = models.CharField(max_length=400, null=True, blank=True)
    choice = models.CharField(max_length=10, choices=[("a", "Alpha"), ("b", "Beta")], null=True, blank=True)
    date = models.DateField(null=True, blank=True)
    date_time = models.DateTimeField(null=True, blank=True)
    decimal = models.DecimalField(max_digits=30, decimal_places=10, null=True, blank=True)
    duration = models.DurationField(null=True, blank=True)
    email = models.EmailField(null=True, blank=True)
    file = models.FileField(upload_to="files", null=True, blank=True)
    file_path = models.FilePathField(path=os.path.dirname(__file__), null=True, blank=True)
    float = models.FloatField(null=True, blank=True)
    foreign_key = models.ForeignKey(Section, null=True, blank=True, related_name="+", on_delete=models.SET_NULL)
    image = models.ImageField(upload_to="images", null=True, blank=True)
    integer = models.IntegerField(null=True, blank=True)
    ip_address = models.GenericIPAddressField(null=True, blank=True)
    json = models.JSONField(null=True, blank=True)
    one_to_one = models.OneToOneField(Topic, null=True, blank=True, related_name="+", on_delete=models.SET_NULL)
    positive_big_integer = models.PositiveBigIntegerField(null=True, blank=True)
    positive_integer = models.PositiveIntegerField(null=True, blank=True)
    positive_small_integer = models.PositiveSmallIntegerField(null=True, blank=True)
    slug = models.SlugField(null=True, blank=True)
    small_integer = models.SmallIntegerField(null=True, blank=True)
    text = models.TextField(null=True, blank=True)
    time = models.TimeField(null=True, blank=True)
    url = models.URLField(null=True, blank=True)
    uuid = models.UUIDField(null=True, blank=True)
    many_to_many = models.ManyToManyField(Topic, blank=True, related_name="+")
