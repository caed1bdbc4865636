"""The admins of a project, each with the mixin and without, and rows for all that they show.

They are those of the default site, or of the ``site`` of the module that has the project's URLs.
"""

from __future__ import annotations

import uuid
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from importlib import import_module
from typing import Any, Dict, Iterator, List, Type
from unittest import mock

import django.utils.timezone
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import hashers
from django.db import models
from django.test import override_settings

from django_admin_collaborator.utils import CollaborativeAdminMixin
from tests.guard.oracle import sides
from tests.guard.oracle.sides import Side, Spec

SITE = getattr(import_module(settings.ROOT_URLCONF), "site", admin.site)
UTC = timezone.utc
NOW = django.utils.timezone.now
ROWS = 3
OWN: Dict[str, List[Any]] = {"language_code": ["en", "en", "de"]}
"""Columns, by name, whose values nothing else tells."""

OF_MACHINES = "last_login"
"""What others write here is no conflict: docs/settings.md, ADMIN_COLLABORATOR_MACHINE_FIELDS."""

STORED: Dict[Type[models.Field], List[Any]] = {
    models.BinaryField: [None],  # plain Django's form cannot save what it shows of one
    models.BooleanField: [True, False],
    models.CharField: ["First", "Second,  with spaces", "Third <&\"'ä"],
    models.DateField: [date(2020, 2, 29), date(2021, 3, 4), date(2022, 5, 6)],
    models.DateTimeField: [
        datetime(2020, 1, 1, 10, 20, 30, 456789, UTC),
        datetime(2021, 3, 4, 5, 6, 7, tzinfo=UTC),
        datetime(2022, 7, 1, tzinfo=UTC),
    ],
    models.DecimalField: [Decimal("1.25"), Decimal("7.50"), Decimal("20")],
    models.DurationField: [timedelta(days=1, seconds=5, microseconds=7), timedelta(hours=2), timedelta(days=3)],
    models.EmailField: ["a@example.com", "b@example.com", "c@example.com"],
    models.FileField: ["there/one.txt", "there/two.txt", "there/three.txt"],
    models.ImageField: [""],  # Pillow would open it
    models.FilePathField: [""],
    models.FloatField: [1 / 3, 2.5, 1e20],
    models.GenericIPAddressField: ["127.0.0.1", "2001:db8::1", "::1"],
    models.IntegerField: [7, 8, 9],
    models.JSONField: [{"b": 1, "a": {"d": 2.5, "c": []}}, [1, "x"], "text"],
    models.SlugField: ["first", "second", "third"],
    models.TextField: ["Two\r\nlines", "Second", "Third\r\n\r\ntext"],
    models.TimeField: [time(1, 2, 3, 456), time(5, 6, 7), time(23, 59)],
    models.URLField: ["https://example.com/a?b=c&d", "https://example.com/2", "https://example.com/3"],
    models.UUIDField: [uuid.UUID(int=11), uuid.UUID(int=12), uuid.UUID(int=13)],
}
"""By kind of column; a subclass has those of its class."""


def guarded_admins() -> Dict[Type[models.Model], Type[admin.ModelAdmin]]:
    found = SITE._registry.items()
    return {model: type(one) for model, one in found if isinstance(one, CollaborativeAdminMixin)}


class WithoutMixin(type(admin.ModelAdmin)):  # type: ignore[misc]
    """Makes a class that is as its base, with the mixin left out of the method resolution order."""

    def mro(cls) -> List[type]:
        return [base for base in super().mro() if base is object or base not in CollaborativeAdminMixin.__mro__]


class ProjectSide(Side):
    """All admins of the app of one model, on a site of their own."""

    def register(self, model_admin: Type[admin.ModelAdmin]) -> None:
        found = [(model, one) for model, one in SITE._registry.items() if is_ours(model)]
        with override_settings(ADMIN_COLLABORATOR_MODELS=()):  # it would bring back what is left out
            for model, one in found:
                kind = type(one)
                is_plain = isinstance(one, CollaborativeAdminMixin) and not self.is_guarded
                self.site.register(model, WithoutMixin(f"Plain{kind.__name__}", (kind,), {}) if is_plain else kind)
        has_mixin = isinstance(self.site._registry[self.model], CollaborativeAdminMixin)
        assert has_mixin == self.is_guarded

    @contextmanager
    def begin(self, spec: Spec, session: str, world: Any = None) -> Iterator[Side]:
        """Passwords and defaults that say now, which would differ each time, are the same on both sides."""
        with ExitStack() as stack:
            stack.enter_context(mock.patch.object(hashers, "get_random_string", lambda length, **_: "r" * length))
            for field in (field for model in sides.our_models() for field in model._meta.local_fields):
                if field.default is NOW:
                    clock = {"default": self.clock, "_get_default": self.clock}
                    stack.enter_context(mock.patch.multiple(field, **clock))
            yield stack.enter_context(super().begin(spec, session, world))


def spec_of(shift: int = 0) -> Spec:
    """Rows of every model. shift: other values of ``STORED`` come first."""
    spec: Spec = {}
    for model in sides.our_models():
        columns = [field for field in model._meta.local_fields if field.column and not _is_number(field)]
        if all(field.null or is_ours(field.remote_field.model) for field in columns if field.remote_field):
            spec[model] = [
                {field.name: stored(field, number, shift) for field in columns} for number in range(1, ROWS + 1)
            ]
    return spec


def _is_number(field: Any) -> bool:
    return field.primary_key and isinstance(field, models.AutoField)


def is_ours(model: Any) -> bool:
    return model._meta.app_label in sides.APPS


def key_of(model: Type[models.Model], number: int) -> Any:
    return stored(model._meta.pk, number, 0)


def stored(field: Any, number: int, shift: int) -> Any:
    """The value of a column in this row. Rows 1 and 3 belong to row 1 of what they belong to."""
    if field.remote_field:
        if not is_ours(field.remote_field.model):
            return None
        is_one = field.unique or field.model._meta.auto_created
        return stored(field.target_field, number if is_one else 2 - number % 2, shift)
    if _is_number(field):
        return number
    if field.primary_key:
        return uuid.UUID(int=number) if isinstance(field, models.UUIDField) else f"a/b {number}"
    found = possible(field)
    return found[(number - 1 + (0 if field.unique or field.name in OWN else shift)) % len(found)]


def possible(field: Any) -> List[Any]:
    if field.name in OWN:
        return OWN[field.name]
    if field.choices:
        return [value for value, _ in field.flatchoices]
    found = next(STORED[kind] for kind in type(field).__mro__ if kind in STORED)
    most = field.max_length
    return [
        value[:most].strip() if most and isinstance(value, str) and len(value) > most else value for value in found
    ]


def written(field: Any, of: Type[models.Model]) -> List[Any]:
    """What another may write into this column while a page ``of`` this model is open; nothing where rows of an inline
    would come, go or change places."""
    is_inline = not issubclass(of, field.model)
    is_moving = is_inline and field.name in field.model._meta.ordering
    if field.many_to_many or field.primary_key or is_moving or field.name == OF_MACHINES:
        return []
    if field.unique:
        is_text = isinstance(field, models.CharField) and not is_inline
        return [stored(field, 1, 0), "theirs"] if is_text else []
    if not field.remote_field:
        return possible(field)
    if not is_ours(field.remote_field.model):
        return []
    keys = [stored(field.target_field, number, 0) for number in range(1, ROWS + 1)]
    return [*keys, None] if field.null else keys
