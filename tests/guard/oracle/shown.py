"""Which columns and links the controls of a page show, asked of the forms that Django has rendered."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Dict, Iterator, List, Set, Tuple

from django import forms
from django.core.exceptions import FieldDoesNotExist
from django.utils.datastructures import MultiValueDict

from tests.guard.oracle.pages import Page, Values
from tests.guard.oracle.sides import Rows

Where = Tuple[str, str, str]
"""A model, a key and a column; without a column, the whole row."""


def shown(page: Page) -> Dict[Where, List[str]]:
    """Names of controls by what they show."""
    found: Dict[Where, List[str]] = {}
    for form in forms_of(page):
        for name in form.fields:
            column = _column(form.instance, name)
            if column is not None and column.column:
                found.setdefault(_where(form.instance, column), []).append(form.add_prefix(name))
    return found


def untouched(page: Page, names: Any) -> List[Where]:
    """The columns whose controls are none of ``names``."""
    return [
        where for where, controls in shown(page).items() if not any(_is_of(control, names) for control in controls)
    ]


def unshowable(page: Page, names: Any, stored: Rows) -> List[Where]:
    """Columns and links whose value is none that their control offers or takes, and whose control is none of
    ``names``."""
    found: List[Where] = []
    for form in forms_of(page):
        for name, field in form.fields.items():
            control = page.form.controls.get(form.add_prefix(name))
            column = _column(form.instance, name)
            if column is None or _is_of(form.add_prefix(name), names):
                continue
            if column.column and _is_lost(control, field):
                found.append(_where(form.instance, column))
            if control is None or not isinstance(field, CHOICES):
                continue
            if not control.options and control.kind not in ("select", "select-multiple", "radio"):
                continue
            if column.many_to_many:
                found += _links(form.instance, column, control.options, stored)
            elif column.column:
                label, key, attname = _where(form.instance, column)
                value = stored.get(label, {}).get(key, {}).get(attname)
                if ("" if value is None else str(value)) not in control.options:
                    found.append((label, key, attname))
    return found


def unchanged(page: Page, typed: Values) -> Set[str]:
    """Those of the controls that were typed into whose field Django finds unchanged: it had that value, written in
    another way."""
    data = MultiValueDict({name: value for name, value in {**page.form.values(), **typed}.items() if value})
    found: Set[str] = set()
    for form in forms_of(page):
        for name, field in form.fields.items():
            start = form.add_prefix(name)
            has_parts = isinstance(field.widget, (forms.MultiWidget, forms.SelectDateWidget))
            names = {one for one in typed if one == start or (has_parts and one.startswith(start + "_"))}
            if names and not names & set(page.form.files):
                posted = field.widget.value_from_datadict(data, MultiValueDict(), start)
                with suppress(AttributeError):  # of a field that does not go with its widget, Django cannot tell
                    found |= set() if field.has_changed(form[name].initial, posted) else names
    return found


def _is_lost(control: Any, field: Any) -> bool:
    """Whether a browser does not post what stands in a control, but something else or nothing."""
    if control is None:
        return field.widget.attrs.get("disabled") is True
    return control.kind in SANITISED and control.values != control.as_posted()


SANITISED = ("date", "time", "datetime-local", "number", "color")

CHOICES = (forms.ChoiceField, forms.ModelChoiceField)


def _links(instance: Any, field: Any, options: List[str], stored: Rows) -> Iterator[Where]:
    owner, target = field.m2m_column_name(), field.m2m_reverse_name()
    label = field.remote_field.through._meta.label
    for key, row in stored[label].items():
        if row[owner] == instance.pk and str(row[target]) not in options:
            yield (label, key, "")


def _is_of(control: str, names: Any) -> bool:
    """Whether one of ``names`` is of this control, of one of its parts or of its check box."""
    return any(name == control or name.startswith((control + "_", control + "-")) for name in names)


def _column(instance: Any, name: str) -> Any:
    try:
        return instance._meta.get_field(name)
    except FieldDoesNotExist:
        return None


def _where(instance: Any, column: Any) -> Where:
    return (column.model._meta.label, str(getattr(instance, column.model._meta.pk.attname)), column.attname)


def mistaken(page: Page) -> List[str]:
    """Names of the controls that have a mistake; not those of their parts."""
    return [form.add_prefix(name) for form in _forms(page, "forms") for name in form.errors if name in form.fields]


def forms_of(page: Page) -> List[Any]:
    """The forms of stored rows that Django has rendered."""
    found = _forms(page, "initial_forms")
    return [form for form in found if hasattr(form, "instance") and form.instance.pk is not None]


def _forms(page: Page, of_inlines: str) -> List[Any]:
    """of_inlines: the attribute of their sets that has the forms."""
    context = getattr(page.response, "context_data", None) or {}
    found: List[Any] = []
    if "adminform" in context:
        found.append(context["adminform"].form)
        for inline in context["inline_admin_formsets"]:
            found += list(getattr(inline.formset, of_inlines))
    if "cl" in context and getattr(context["cl"], "formset", None) is not None:
        found += list(context["cl"].formset.forms)
    return found
