"""What was posted for one form: looked at, and exchanged."""

from __future__ import annotations

from typing import Any

from django.forms.formsets import DELETION_FIELD_NAME

from .shapes import Posted


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


def replace(data: Any, form: Any, name: str, posted: Posted) -> None:
    """Let ``posted`` have come for a field. data: the form's own, which can be changed."""
    prefixed = form.add_prefix(name)
    for source in (data, form.files):
        for control in [key for key in source if key == prefixed or key in posted]:
            del source[control]
    for control, texts in posted.items():
        data.setlist(control, texts)
