"""The object that a form is made of, beside what is stored of it: hooks of the project may give it other values.

Such a value says nothing of others: what counts is what was stored when the page was made, and what is stored now.
"""

from __future__ import annotations

from typing import Any, Collection, Dict, Mapping, Optional, Set, Tuple

from django.db import connections, models
from django.http import HttpRequest

from ...request_notes import Note
from . import reading as readings
from .base import Base, Entries

_ROWS: Note[Mapping[Tuple[Any, Any], models.Model]] = Note("stored", {})
"""Copies of the objects that were found for a request, as they were read first, by model and primary key."""


def keep(request: HttpRequest, model: Any, row: Any) -> None:
    """Remember a row as it was read. Only the first counts: what others write afterwards is then theirs."""
    rows = _ROWS.of(request)
    if row is not None and (model, row.pk) not in rows:
        _ROWS.put(request, {**rows, (model, row.pk): readings.own_row(row)})


def forget(request: HttpRequest) -> None:
    """What was read first is about to be shown no more, as it was written since."""
    _ROWS.put(request, {})


def kept(request: HttpRequest, model: Any, obj: models.Model) -> Optional[models.Model]:
    """The row of ``obj`` as it was read first; None where that is not known."""
    return _ROWS.of(request).get((model, obj.pk))


def text(row: models.Model, name: str) -> str:
    """Canonical text of what is stored in a field."""
    field: Any = row._meta.get_field(name)
    return readings.column_text(field, field.value_from_object(row))[0]


def texts(obj: Any, row: Optional[models.Model]) -> Optional[Dict[str, str]]:
    """What is stored in the fields that have another value in ``obj``; None where that is not known."""
    return None if row is None else {name: text(row, name) for name in differing(obj, row)}


def beside(
    form: Any, locked: models.Model, base: Optional[Base], entries: Optional[Entries], is_fresh: bool
) -> Tuple[Dict[str, str], Optional[Dict[str, str]]]:
    """What a form is to be compared with in place of its object, and what the next page is to know of its object.

    is_fresh: the object has nothing yet of what was posted.
    """
    filled_in = texts(form.instance, locked) if is_fresh else None
    if base is None or base.stored is None:
        return {}, filled_in
    found = {**{name: text(locked, name) for name in base.stored}, **(filled_in or {})}
    given = set()
    for name in set(filled_in or ()) - set(base.stored):
        entry = (entries or {}).get(name)
        if entry and name in form.fields and not base.is_stored(name, entry, found[name]):
            # What others wrote is in place of it: the page had nothing of what the hook does for a save alone.
            refresh(form.instance, locked, [name])
            field: Any = locked._meta.get_field(name)
            form.initial[name] = field.value_from_object(form.instance)
            given.add(name)
    return found, filled_in and {name: text for name, text in filled_in.items() if name not in given}


def may_be_older(obj: models.Model, seen: Optional[models.Model], using: str) -> bool:
    """Whether an object does not come from the database of the lock, or was read before it. ``seen``: before it."""
    # MySQL goes on seeing rows as they were when the transaction had read something for the first time.
    return obj is seen or obj._state.db != using or connections[using].vendor == "mysql"


def refresh(obj: models.Model, locked: models.Model, names: Optional[Collection[str]] = None) -> bool:
    """Give ``obj`` the values of its locked row; returns whether any differed. No descriptor of a field is run.

    names: of the fields to look at; all of them by default.
    """
    changed = {name for name in differing(obj, locked) if names is None or name in names}
    # What was not read yet is left so, as Django saves what was; it is read when asked for, after the lock.
    reads_older = may_be_older(obj, None, str(locked._state.db))
    for field in locked._meta.concrete_fields:
        is_lacking = reads_older and field.attname in locked.__dict__ and field.attname not in obj.__dict__
        if field.name in changed or (is_lacking and (names is None or field.name in names)):
            obj.__dict__[field.attname] = readings.own(_plain(locked.__dict__[field.attname]), obj)
            if isinstance(field, models.ForeignKey) and field.is_cached(obj):
                field.delete_cached_value(obj)
    return bool(changed)


def differing(obj: models.Model, row: models.Model) -> Set[str]:
    """Names of the fields of a row in which an object has another value, where both have one."""
    ours, theirs = obj.__dict__, row.__dict__
    return {
        field.name
        for field in row._meta.concrete_fields
        if field.attname in ours
        and field.attname in theirs
        and not readings.is_equal(_plain(ours[field.attname]), _plain(theirs[field.attname]))
    }


def _plain(value: Any) -> Any:
    return getattr(value, "name", value) if hasattr(value, "storage") else value
