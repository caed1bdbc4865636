"""Which controls of a page are guarded, and why others are not."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any, Dict, Iterator, List, Optional, Set, Tuple

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.forms.formsets import BaseFormSet

from ...guard.version import base as bases
from ...guard.version import reading as readings
from ...guard.version import rowsets
from ...guard.version.form_data import Controls
from ...guard.version.reading import Reading
from .findings import Control
from .visit import Page

_MACHINERY = re.compile(
    r"_|csrfmiddlewaretoken$|(CHANGE_FORM-)?(action|select_across)$|.*__prefix__"
    r"|.*-(TOTAL_FORMS|INITIAL_FORMS|MIN_NUM_FORMS|MAX_NUM_FORMS|DELETE|ORDER)$"
)
"""Names of what belongs to the page, to Django's sets of rows or to buttons, and is no value of a row."""


class Part:
    """One form of a page that shows a row. title: of its set of rows; empty for the main form."""

    def __init__(self, title: str, form: Any, entries: Optional[bases.Entries]) -> None:
        self.title = title
        self.form = form
        self.entries = entries
        self.readings: Dict[str, Reading] = readings.read(form)


def parts_of(page: Page, obj: Any, base: Optional[bases.Base]) -> List[Part]:
    """The main form, and the form of each row that the user can change, at any depth."""
    parts = [Part("", page.context["adminform"].form, base.fields if base is not None else None)]
    for each in _sets_of(page, obj):
        rows = base.sets.get(each.name) if base is not None else None
        for form in each.formset.initial_forms:
            entries = rows.get(str(form.instance.pk)) if rows is not None else None
            parts.append(Part(str(each.formset.model._meta.verbose_name), form, entries))
    return parts


def controls_of(page: Page, again: Page, obj: Any, base: Optional[bases.Base]) -> List[Control]:
    """Every control of ``page``; ``again`` is the same page, fetched a second time."""
    parts = parts_of(page, obj, base)
    second = {(part.title, part.form.prefix): part.readings for part in parts_of(again, obj, None)}
    found = []
    for part in parts:
        for name, reading in part.readings.items():
            if reading.fault == readings.UNDRAWN:
                continue  # no control
            later = second.get((part.title, part.form.prefix), {}).get(name)
            found.append(Control(name, part.title, _reason(part, name, reading, later, base)))
    known = set(_known_names(page))
    for name in sorted(page.form.names - known):
        if not _MACHINERY.match(name) and name != ACTION_CHECKBOX_NAME:
            found.append(Control(name, "", "it belongs to no field of a form that Django built for this page"))
    return found


def _reason(part: Part, name: str, reading: Reading, later: Optional[Reading], base: Optional[bases.Base]) -> str:
    """Why a control is not guarded; empty if it is."""
    if base is None:
        return "the page carries no base, so no admin with CollaborativeAdminMixin made it"
    if reading.fault:
        return reading.fault
    entry = (part.entries or {}).get(name)
    if entry is None:
        return "the base of the page does not have it"
    if entry == bases.NOT_COMPARED:
        return "it could not be read when the page was made"
    has_own_shape = reading.column is None or not reading.is_whole
    if has_own_shape and later is not None and later.shown != reading.shown:
        return "it differs each time that its form is made"
    return ""


def _sets_of(page: Page, obj: Any) -> List[rowsets.RowSet]:
    inlines = [
        inline
        for inline in page.context.get("inline_admin_formsets") or ()
        if inline.has_change_permission or inline.has_delete_permission
    ]
    return rowsets.sets_of([inline.formset for inline in inlines], (), obj)


def _known_names(page: Page) -> Iterator[str]:
    """Names of the controls of every form that Django built, empty rows included."""
    yield from _names_of(page.context["adminform"].form, set())
    for inline in page.context.get("inline_admin_formsets") or ():
        yield from _names_of_set(inline.formset, set())


def _names_of_set(formset: Any, seen: Set[int]) -> Iterator[str]:
    for form in [*formset.forms, formset.empty_form]:
        yield from _names_of(form, seen)


def _names_of(form: Any, seen: Set[int]) -> Iterator[str]:
    if id(form) in seen:
        return
    seen.add(id(form))
    for name in form.fields:
        with suppress(Exception):  # a widget that cannot be drawn is not on the page either
            yield from Controls(str(form[name])).names
    for formset in _formsets_below(form):
        yield from _names_of_set(formset, seen)


def _formsets_below(form: Any) -> Iterator[Any]:
    for value in list(vars(form).values()):
        items: Tuple[Any, ...] = (value,)
        if isinstance(value, (list, tuple)):
            items = tuple(value)
        elif isinstance(value, dict):
            items = tuple(value.values())
        yield from (item for item in items if isinstance(item, BaseFormSet))
