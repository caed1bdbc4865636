"""What was posted for one form: looked at, and exchanged."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.forms.formsets import DELETION_FIELD_NAME

from . import reading as readings
from . import shapes


def was_sent(form: Any, name: str) -> bool:
    """Whether any control of a field was posted."""
    prefixed = form.add_prefix(name)
    starts = (prefixed + "_", prefixed + "-")
    return any(key == prefixed or key.startswith(starts) for key in [*form.data, *form.files])


def is_withdrawn(form: Any) -> bool:
    """Whether a row is marked for deletion."""
    field = form.fields.get(DELETION_FIELD_NAME)
    if field is None or DELETION_FIELD_NAME in getattr(form, "_collaborator_uncleaned", ()):
        return False
    return bool(field.widget.value_from_datadict(form.data, form.files, form.add_prefix(DELETION_FIELD_NAME)))


def is_computed(form: Any, name: str, posted: str) -> bool:
    """Whether the form's own ``clean`` has put another value in place of what was posted.

    posted: its text, of ``shapes.posted_text``.
    """
    if name not in form.cleaned_data:
        return False
    cleaned, form_field = form.cleaned_data[name], form.fields[name]
    if isinstance(readings.column_field(form, name), models.ManyToManyField):
        keys = [str(key) for key in shapes.keys_of(form_field, cleaned or ())]
        return shapes.text_of(sorted(keys)) != posted
    try:
        raw = shapes.raw_value(shapes.inner(form_field.widget), form.data, form.files, form.add_prefix(name))
        return bool(cleaned != form_field.clean(raw))
    except (ValidationError, TypeError):
        return False


def replace(data: Any, form: Any, name: str, posted: shapes.Posted) -> None:
    """Let ``posted`` have come for a field. data: the form's own, which can be changed."""
    prefixed = form.add_prefix(name)
    for source in (data, form.files):
        for control in [key for key in source if key == prefixed or key in posted]:
            del source[control]
    for control, texts in posted.items():
        data.setlist(control, texts)
