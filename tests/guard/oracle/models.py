"""The rows that both sides write: every field of Django, models that compute, constraints, and odd keys."""

from __future__ import annotations

import itertools
import secrets
import uuid
from typing import Any

import django
from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.text import slugify

CONDITION = "condition" if django.VERSION >= (5, 1) else "check"


def now() -> Any:
    """Asked when it is used, so that a test can set the clock."""
    return timezone.now()


class Seal:
    """A value that only its own field knows."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __eq__(self, other: Any) -> bool:
        return str(other) == self.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __str__(self) -> str:
        return self.text


class SealedField(models.TextField):
    """Writes the same value in another way each time, as fields do that encrypt."""

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else f"{secrets.token_hex(4)}:{value}"

    def from_db_value(self, value: Any, *args: Any) -> Any:
        return None if value is None else Seal(value.partition(":")[2])

    def to_python(self, value: Any) -> Any:
        return Seal(value) if isinstance(value, str) else value


class Trace(models.Model):
    """What signals and ``save()`` have noticed, in order."""

    event = models.CharField(max_length=400)


class Shelf(models.Model):
    """Others point at its code, not at its key."""

    name = models.CharField(max_length=60)
    code = models.SlugField(unique=True)
    is_open = models.BooleanField(default=True)
    saves = models.IntegerField(default=0, editable=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Label(models.Model):
    name = models.CharField(max_length=60)
    is_hidden = models.BooleanField(default=False)
    uses = models.IntegerField(default=0, editable=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Order(models.Model):
    """``clean()`` and ``save()`` compute; the row has rows of every kind."""

    title = models.CharField(max_length=100)
    slug = models.CharField(max_length=100, blank=True)
    status = models.CharField(
        max_length=20, default="draft", choices=[(name, name.title()) for name in ("draft", "review", "published")]
    )
    published_at = models.DateTimeField(null=True, blank=True)
    summary = models.TextField(blank=True)
    qty = models.IntegerField(default=1)
    price = models.IntegerField(default=1)
    total = models.IntegerField(default=1)
    shelf = models.ForeignKey(Shelf, null=True, blank=True, on_delete=models.CASCADE)
    place = models.ForeignKey(
        Shelf, to_field="code", null=True, blank=True, related_name="placed", on_delete=models.SET_NULL
    )
    labels = models.ManyToManyField(Label, blank=True)
    weighed = models.ManyToManyField(Label, through="Weight", related_name="weighed_orders", blank=True)
    notes = GenericRelation("oracle.Note")
    revision = models.IntegerField(default=0, editable=False)
    label_count = models.IntegerField(default=0, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        permissions = [("publish_order", "Can publish an order")]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.revision += 1
        super().save(*args, **kwargs)

    def clean(self) -> None:
        self.slug = self.slug or slugify(self.title)
        self.published_at = (self.published_at or now()) if self.status == "published" else None
        self.total = self.qty * self.price
        if self.qty == 13:
            raise ValidationError({"qty": "Thirteen brings no luck."})


class LongOrder(Order):
    """An inherited child: one row in two tables."""

    teaser = models.CharField(max_length=100, blank=True)
    reads = models.IntegerField(default=0, editable=False)


class Line(models.Model):
    order = models.ForeignKey(Order, related_name="lines", on_delete=models.CASCADE)
    sku = models.CharField(max_length=20)
    text = models.TextField(blank=True)
    qty = models.IntegerField(default=1)
    price = models.IntegerField(default=1)
    total = models.IntegerField(default=1, blank=True)
    locked = models.BooleanField(default=False)
    labels = models.ManyToManyField(Label, blank=True)

    class Meta:
        ordering = ["pk"]
        unique_together = [("order", "sku")]

    def __str__(self) -> str:
        return self.sku

    def clean(self) -> None:
        self.total = self.qty * self.price


class GiftLine(Line):
    """A row of an inline in two tables."""

    card = models.CharField(max_length=60, blank=True)
    opened = models.IntegerField(default=0, editable=False)


class Weight(models.Model):
    """Of a many-to-many field with a table of its own."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE)
    label = models.ForeignKey(Label, on_delete=models.CASCADE)
    grams = models.DecimalField(max_digits=8, decimal_places=2, default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["order", "label"], name="oracle_one_weight")]


class Profile(models.Model):
    order = models.OneToOneField(Order, on_delete=models.CASCADE)
    nick = models.CharField(max_length=60, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)


class Note(models.Model):
    """A row of a generic inline, and a row that is deleted with its owner."""

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
    object_id = models.PositiveIntegerField()
    about = GenericForeignKey()
    text = models.CharField(max_length=100)
    mark = models.IntegerField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"Note {self.pk}"


class Everything(models.Model):
    """Every field that Django has, some of them null and others not."""

    big_integer = models.BigIntegerField(default=0)
    binary = models.BinaryField(default=b"", editable=False)
    boolean = models.BooleanField(default=False)
    maybe = models.BooleanField(null=True, blank=True)
    char = models.CharField(max_length=100, blank=True)
    nullable_char = models.CharField(max_length=100, null=True, blank=True)
    kind = models.CharField(max_length=10, choices=[("a", "Alpha"), ("b", "Beta")], default="a")
    number_kind = models.IntegerField(choices=[(1, "One"), (2, "Two")], null=True, blank=True)
    date = models.DateField(null=True, blank=True)
    moment = models.DateTimeField(default=now)
    nullable_moment = models.DateTimeField(null=True, blank=True)
    decimal = models.DecimalField(max_digits=12, decimal_places=4, default=0)
    nullable_decimal = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    duration = models.DurationField(null=True, blank=True)
    email = models.EmailField(blank=True)
    file = models.FileField(upload_to="oracle", blank=True)
    image = models.ImageField(upload_to="oracle", null=True, blank=True)
    float = models.FloatField(default=0)
    shelf = models.ForeignKey(Shelf, null=True, blank=True, related_name="+", on_delete=models.SET_NULL)
    required_shelf = models.ForeignKey(Shelf, related_name="+", on_delete=models.PROTECT)
    integer = models.IntegerField(null=True, blank=True)
    ip_address = models.GenericIPAddressField(null=True, blank=True)
    json = models.JSONField(default=dict, blank=True)
    nullable_json = models.JSONField(null=True, blank=True)
    one_to_one = models.OneToOneField(Label, null=True, blank=True, related_name="+", on_delete=models.SET_NULL)
    small = models.PositiveSmallIntegerField(default=0)
    slug = models.SlugField(blank=True)
    text = models.TextField(blank=True)
    time = models.TimeField(null=True, blank=True)
    url = models.URLField(blank=True)
    uuid = models.UUIDField(null=True, blank=True)
    labels = models.ManyToManyField(Label, blank=True, related_name="+")
    counter = models.IntegerField(default=0, editable=False)
    stamp = models.CharField(max_length=100, blank=True, editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(name="oracle_small", **{CONDITION: models.Q(small__lt=1000)})]


class Keyed(models.Model):
    """A key that people type: with letters, spaces and slashes of any kind."""

    key = models.CharField(max_length=60, primary_key=True)
    text = models.CharField(max_length=100, blank=True)
    amount = models.IntegerField(default=0)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.key


class Living(models.QuerySet):
    def delete(self) -> Any:
        count = self.update(is_deleted=True)
        return count, {Token._meta.label: count}


class LivingManager(models.Manager.from_queryset(Living)):  # type: ignore[misc]
    def get_queryset(self) -> Any:
        return super().get_queryset().filter(is_deleted=False)


_numbers = itertools.count()


def new_key() -> uuid.UUID:
    """Later keys are greater, so that new rows come in the same order with and without the guard."""
    return uuid.UUID(int=(0xF << 124) + next(_numbers))


class Token(models.Model):
    """A key that is a UUID, unique names, and a default manager that hides what was deleted."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    name = models.CharField(max_length=60, unique=True)
    group = models.CharField(max_length=60, blank=True)
    amount = models.IntegerField(default=0)
    is_deleted = models.BooleanField(default=False, editable=False)

    objects = LivingManager()
    everything = models.Manager()  # noqa: DJ012

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        self.is_deleted = True
        self.save(update_fields=["is_deleted"])
        return 1, {self._meta.label: 1}


class Chest(models.Model):
    """A key that is made by the program, and that the forms show all the same."""

    id = models.UUIDField(primary_key=True, default=new_key)
    name = models.CharField(max_length=60)
    secret = SealedField(blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Jewel(models.Model):
    id = models.UUIDField(primary_key=True, default=new_key)
    chest = models.ForeignKey(Chest, related_name="jewels", on_delete=models.CASCADE)
    name = models.CharField(max_length=60)
    secret = SealedField(blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Visit(models.Model):
    """A name that has to be another one on each day; what begins has microseconds, which no form shows."""

    name = models.CharField(max_length=60, unique_for_date="begins")
    begins = models.DateTimeField()
    note = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class OpenOrders(models.Manager):
    def get_queryset(self) -> Any:
        return super().get_queryset().exclude(status="published")


class OpenOrder(Order):
    """A proxy whose rows leave it when they are saved with another status."""

    objects = OpenOrders()

    class Meta:
        proxy = True


if django.VERSION >= (5, 0):

    class Offer(models.Model):
        """Columns that the database fills in, with rows of the same kind below it."""

        name = models.CharField(max_length=60)
        qty = models.IntegerField(db_default=3)
        price = models.IntegerField(db_default=2)
        begins = models.DateTimeField(db_default=models.functions.Now())
        part_of = models.ForeignKey("self", null=True, blank=True, related_name="parts", on_delete=models.CASCADE)
        total = models.GeneratedField(
            expression=models.F("qty") * models.F("price"), output_field=models.IntegerField(), db_persist=True
        )

        class Meta:
            ordering = ["pk"]
            required_db_features = {"supports_stored_generated_columns"}

        def __str__(self) -> str:
            return self.name


if django.VERSION >= (5, 2):

    class Place(models.Model):
        """A key of two columns, which no admin takes, that goes along with its shelf."""

        pk = models.CompositePrimaryKey("shelf", "number")
        shelf = models.ForeignKey(Shelf, on_delete=models.CASCADE)
        number = models.IntegerField()
        text = models.CharField(max_length=60, blank=True)

        class Meta:
            ordering = ["pk"]
