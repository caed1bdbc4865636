"""Another writer: gives one field of a row another value, past every form."""

from __future__ import annotations

import datetime
import decimal
import uuid
from contextlib import suppress
from typing import Any, Iterator

from django.core.exceptions import ValidationError
from django.db import DatabaseError, models, transaction

from ...guard.version.locks import all_rows


def change(instance: models.Model, field: models.Field[Any, Any], using: str) -> bool:
    """Write the first other value that the database takes; says whether there is one."""
    if isinstance(field, models.ManyToManyField):
        return _change_links(instance, field, using)
    rows = all_rows(type(instance), using).filter(pk=instance.pk)
    before = rows.values_list(field.attname, flat=True).first()
    for value in _others(field, before, using):
        try:
            with transaction.atomic(using=using):
                if not field.is_relation and value not in field.empty_values:
                    field.run_validators(value)
                if rows.update(**{field.attname: value}):
                    after = rows.values_list(field.attname, flat=True).first()
                    if after != before:
                        return True
        except (DatabaseError, ValidationError, TypeError, ValueError, OverflowError):
            continue
    return False


def _change_links(instance: models.Model, field: Any, using: str) -> bool:
    through = field.remote_field.through
    source, target = field.m2m_field_name(), field.m2m_reverse_field_name()
    links = all_rows(through, using).filter(**{source: instance.pk})
    link = links.order_by("pk").first()
    try:
        with transaction.atomic(using=using):
            if link is not None:
                all_rows(through, using).filter(pk=link.pk).delete()
                return True
            other = all_rows(field.remote_field.model, using).order_by("pk").first()
            if other is None:
                return False
            links.model._base_manager.using(using).bulk_create([through(**{source: instance, target: other})])
            return True
    except (DatabaseError, TypeError, ValueError):
        return False


def _others(field: Any, before: Any, using: str) -> Iterator[Any]:
    """Values that the field may have, other than ``before``; not all of them need be valid."""
    if field.is_relation:
        target = field.target_field.attname
        others = all_rows(field.remote_field.model, using).exclude(**{target: before})
        yield from others.order_by("pk").values_list(target, flat=True)[:3]
        if field.null and before is not None:
            yield None
        return
    yield from (value for value, _ in field.flatchoices or () if value != before)
    if isinstance(field, models.BooleanField):
        yield not before
    elif isinstance(field, models.JSONField):
        yield {"changed": "by another writer"}
        yield ["changed by another writer"]
    elif isinstance(field, models.UUIDField):
        yield uuid.uuid4()
    elif isinstance(field, (models.DateTimeField, models.DateField)):
        yield from _sums(before or datetime.datetime.now(datetime.timezone.utc), datetime.timedelta(days=1))
        yield datetime.date.today()
    elif isinstance(field, models.TimeField):
        yield datetime.time(3, 17) if before != datetime.time(3, 17) else datetime.time(3, 18)
    elif isinstance(field, models.DurationField):
        yield from _sums(before or datetime.timedelta(), datetime.timedelta(hours=1))
    elif isinstance(field, models.DecimalField):
        yield from _sums(before or decimal.Decimal(0), 1)
    elif isinstance(field, (models.IntegerField, models.FloatField)):
        yield from _sums(before or 0, 1)
    elif isinstance(field, models.GenericIPAddressField):
        yield "192.0.2.1"
        yield "192.0.2.2"
    elif isinstance(field, models.EmailField):
        yield "another.writer@example.com"
    elif isinstance(field, models.URLField):
        yield "https://example.com/another-writer"
    elif isinstance(field, models.FileField):
        yield f"{before}-of-another-writer"
    elif isinstance(field, models.BinaryField):
        yield b"another writer"
    elif before is None or isinstance(before, str):
        yield from _texts(field, str(before or ""))


def _sums(before: Any, step: Any) -> Iterator[Any]:
    """A value with something more and with something less, as far as it takes that."""
    for each in (step, -step):
        with suppress(TypeError, ValueError, OverflowError):
            yield before + each


def _texts(field: Any, before: str) -> Iterator[str]:
    most = getattr(field, "max_length", None) or 200
    yield f"{before[: most - 8]}-another" if most > 8 else ""
    yield "another"[:most]
    yield "b"[:most] if before == "a" else "a"
