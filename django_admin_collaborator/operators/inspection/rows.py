"""The rows behind a page, read from the database: to say what a save has changed."""

from __future__ import annotations

from typing import Any, Dict, Iterable, Iterator, List, Tuple

from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models

from ...guard.version.locks import all_rows

MOST_ROWS = 1000
"""Of one relation; further ones are not compared."""

ADDED = "it is added"

Key = Tuple[str, str]
Rows = Dict[Key, Dict[str, Any]]
"""Columns of each row, by model and primary key."""


def read(instances: Iterable[models.Model], using: str) -> Rows:
    """The rows of these objects in all their tables, their links, and the rows that point at them."""
    found: Rows = {}
    for instance in instances:
        model = type(instance)
        _add(found, all_rows(model, using).filter(pk=instance.pk))
        for field in model._meta.many_to_many:
            through = getattr(field.remote_field, "through", None)
            if isinstance(field, models.ManyToManyField) and through is not None:
                _add(found, all_rows(through, using).filter(**{field.m2m_field_name(): instance.pk}))
        for relation in model._meta.related_objects:
            if relation.one_to_many or relation.one_to_one:
                value = getattr(instance, relation.field.target_field.attname)
                _add(found, all_rows(relation.related_model, using).filter(**{relation.field.name: value}))
        _add_generic(found, instance, using)
    return found


def _add_generic(found: Rows, instance: models.Model, using: str) -> None:
    content_type = ContentType.objects.db_manager(using).get_for_model(instance)
    for model in apps.get_models():
        for field in model._meta.private_fields:
            if isinstance(field, GenericForeignKey):
                lookup = {field.ct_field: content_type, field.fk_field: str(instance.pk)}
                try:
                    _add(found, all_rows(model, using).filter(**lookup))
                except (TypeError, ValueError):  # a key of another kind than those that it can hold
                    continue


def _add(found: Rows, rows: models.QuerySet[Any]) -> None:
    model = rows.model
    names = [field.attname for field in model._meta.concrete_fields]
    for row in rows.order_by("pk").values("pk", *names)[:MOST_ROWS]:
        found[model._meta.label, str(row["pk"])] = {name: _plain(row[name]) for name in names}


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def differences(before: Rows, after: Rows) -> Iterator[Tuple[Key, str, str]]:
    """(row, column, what happened); the column is empty where a whole row was added or deleted."""
    for key in [*before, *(key for key in after if key not in before)]:
        title = f"{key[0]} {key[1]}"
        if key not in after:
            yield key, "", f"{title}: it is deleted"
        elif key not in before:
            yield key, "", f"{title}: {ADDED}"
        else:
            for name, value in before[key].items():
                if after[key].get(name) != value:
                    yield key, name, f"{title}, {name}: from {_short(value)} to {_short(after[key].get(name))}"


def shown_columns(parts: Iterable[Any]) -> Dict[Key, List[str]]:
    """Columns that a control of these forms is saved to, by row; a parent's rows are rows of its tables too."""
    found: Dict[Key, List[str]] = {}
    for part in parts:
        instance = part.form.instance
        names = [
            field.attname
            for field in instance._meta.concrete_fields
            if field.name in part.form.fields and not part.form.fields[field.name].disabled
        ]
        for model in (type(instance), *instance._meta.get_parent_list()):
            found.setdefault((model._meta.label, str(instance.pk)), []).extend(names)
    return found


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:59] + "…"
