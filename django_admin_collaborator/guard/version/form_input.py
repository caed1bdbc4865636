"""What was posted for one form: looked at, and exchanged."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.forms.formsets import DELETION_FIELD_NAME

from ... import conf
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


def cleaned(field: models.Field[Any, Any], value: Any, instance: models.Model) -> Any:
    """What a form's ``cleaned_data`` holds of a column's value."""
    hints = {"instance": instance}
    if isinstance(field, models.ManyToManyField):
        keys = [getattr(item, "pk", item) for item in value]
        return field.remote_field.model._default_manager.db_manager(hints=hints).filter(pk__in=keys)
    if isinstance(field, models.ForeignKey) and value is not None and readings.gives_key(field):
        target = {field.target_field.attname: value}
        return field.remote_field.model._base_manager.db_manager(hints=hints).filter(**target).first()
    return value


def may_be_same(field: Any) -> bool:
    """Whether two equal changes are one: not of a number, where each may have counted."""
    wanted = conf.get("EQUAL_CHANGES")
    is_number = isinstance(field, (models.IntegerField, models.FloatField, models.DecimalField))
    return bool(wanted == "accept" or (wanted == "refuse-numbers" and not is_number))
