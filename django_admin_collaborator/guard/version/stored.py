"""The object that a form is made of, beside what is stored of it: hooks of the project may give it other values.

Such a value says nothing of others: what counts is what was stored when the page was made, and what is stored now.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, Optional, Set, Tuple

from django.contrib.admin import ModelAdmin
from django.db import connections, models, transaction
from django.http import HttpRequest

from ...request_notes import Note
from . import locks
from . import reading as readings
from .base import NOT_COMPARED, Base
from .reading import Reading

_FOUND: Note[Tuple[Tuple[Any, models.Model], ...]] = Note("found", ())
"""The objects that Django has found for a request, each with a copy of it as it was read."""


def keep(request: HttpRequest, find: Any, obj: Any) -> None:
    """Remember an object as it was read, if ``find`` is Django's own way: any other may have changed it already."""
    if obj is None or getattr(find, "__func__", None) is not ModelAdmin.get_object:
        return
    _FOUND.put(request, (*_FOUND.of(request), (obj, readings.copied_row(obj))))


def filled_in(request: HttpRequest, form: Any, using: str) -> Dict[str, str]:
    """Texts of what is stored in the fields of a form to whose object a hook has given another value since.

    Another request, or the hook itself, may have stored something meanwhile: then what is shown counts, as elsewhere.
    """
    obj = getattr(form, "instance", None)
    row = _as_read(request, obj)
    names = differing(obj, row) & set(form.fields) if row is not None and obj is not None else set()
    if not names or row is None:
        return {}
    with transaction.atomic(using=using):
        now = locks.read_row(type(row), using, {"pk": row.pk})
    return {name: _text(row, name) for name in names - differing(row, now)} if now is not None else {}


class Beside:
    """The object of a form beside its locked row, if there is one. seen: the object as it was found before the lock.

    texts: of what is stored in the fields in which they differ, or did when the page was made. own: names of those in
    which they differ, if the object has nothing yet of what was posted. given: of those that show what is stored, all
    the same. volatile: of those that have another value each time.
    """

    def __init__(self, request: HttpRequest, locked: Optional[models.Model], seen: Optional[models.Model]) -> None:
        self.request, self.locked, self.seen = request, locked, seen
        self.own: Set[str] = set()
        self.given: Set[str] = set()
        self.volatile: Set[str] = set()
        self.texts: Dict[str, str] = {}

    def look(self, form: Any, base: Optional[Base], is_fresh: bool) -> None:
        """Before the form cleans itself. is_fresh: its object has nothing yet of what was posted."""
        self.form, self.base, self.is_fresh = form, base, is_fresh
        known = base.stored if base is not None else {}
        if self.locked is None:
            return
        if is_fresh:
            # What was stored between the two. What a hook has made of the object stays.
            if self.seen is not None and form.instance is self.seen:
                self._give(differing(_as_read(self.request, self.seen) or self.seen, self.locked))
            self.own = differing(form.instance, self.locked)
            if self.own and self.seen is not None:
                by_hook = differing(self.seen, _as_read(self.request, self.seen) or self.locked)
                self.volatile = self.own & by_hook & differing(form.instance, self.seen) - set(known)
        self.texts = {name: _text(self.locked, name) for name in {*self.own, *known}}

    def matches(self, name: str, entry: str, reading: Reading) -> bool:
        """Whether what is stored is what was stored when the page was made, or the hook makes the same of it."""
        if name in self.volatile:
            readings.report(self.form, name, readings.VOLATILE)
            return True
        if entry == NOT_COMPARED or self.base is None:
            return True
        # Where the form of now is made of the row itself, it does not show what the page showed.
        is_shown = reading.is_whole or not self.is_fresh or self.base.shows(name, entry, reading.shown)
        is_stored = self.base.is_stored(name, entry, self.texts[name])
        if name in self.base.stored:
            return is_stored and is_shown
        return self.base.matches(name, entry, reading) or (is_stored and is_shown)

    def gives(self, is_wanted: Callable[[str], bool]) -> bool:
        """Whether the form shows now what is stored, in place of what the hook makes of it, in a field where that is
        wanted."""
        self.given = {name for name in self.own if is_wanted(name)}
        self.own -= self.given
        self._give(self.given)
        return bool(self.given)

    def _give(self, names: Set[str]) -> None:
        row: Any = self.locked
        for name in names:
            field = row._meta.get_field(name)
            _put(self.form.instance, row, field)
            if name in self.form.initial:
                self.form.initial[name] = field.value_from_object(self.form.instance)

    def is_of_hook(self, name: str) -> bool:
        """Whether it is not known what a hook had made the page show, so that others need not have changed it."""
        return name in self.given and (self.base is None or name not in self.base.stored)

    def is_unlike(self, name: str, entry: str, reading: Reading) -> bool:
        """Whether the page had shown nothing of what the hook makes of it now."""
        if self.base is None or name not in self.own or name in self.base.stored:
            return False
        return not self.base.matches(name, entry, reading)


def forget_input(form: Any, seen: Any, as_found: Any) -> None:
    """A form has written what was posted into its object, and a hook may give the same object again."""
    instance: Any = getattr(form, "instance", None)
    if as_found is not None and instance is seen:
        refresh(seen, as_found)


def _as_read(request: HttpRequest, obj: Any) -> Any:
    return next((row for found, row in _FOUND.of(request) if found is obj), None)


def _text(row: models.Model, name: str) -> str:
    field: Any = row._meta.get_field(name)
    return readings.column_text(field, field.value_from_object(row))[0]


def may_be_older(obj: models.Model, seen: Optional[models.Model], using: str) -> bool:
    """Whether an object does not come from the database of the lock, or was read before it. ``seen``: before it."""
    # MySQL goes on seeing rows as they were when the transaction had read something for the first time.
    return obj is seen or obj._state.db != using or connections[using].vendor == "mysql"


def refresh(obj: models.Model, locked: models.Model) -> bool:
    """Give ``obj`` the values of its locked row; returns whether any differed. No descriptor of a field is run."""
    changed = differing(obj, locked)
    # What was not read yet is left so, as Django saves what was; it is read when asked for, after the lock.
    reads_older = may_be_older(obj, None, str(locked._state.db))
    for field in locked._meta.concrete_fields:
        is_lacking = reads_older and field.attname in locked.__dict__ and field.attname not in obj.__dict__
        if field.name in changed or is_lacking:
            _put(obj, locked, field)
    return bool(changed)


def _put(obj: models.Model, locked: models.Model, field: Any) -> None:
    obj.__dict__[field.attname] = readings.own(_plain(locked.__dict__[field.attname]), obj)
    if isinstance(field, models.ForeignKey) and field.is_cached(obj):
        field.delete_cached_value(obj)


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
