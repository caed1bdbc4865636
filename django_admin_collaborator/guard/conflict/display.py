"""Values as a person reads them, in a comparison of before, theirs and mine.

Only what the reader's own form shows is shown, in its own words: a name of a related object that the form does not
offer, or a value that its control hides, stays hidden here too.
"""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional

from django.contrib.admin.utils import display_for_field
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.models import ModelChoiceField

from ...translation import gettext as _
from ..version import shapes
from ..version.reading import UNDRAWN, Reading, reported_volatile

CONCEALED = "••••"


def of_shown(form: Any, name: str, text: Optional[str]) -> Optional[str]:
    """What a control shows, from its text; None where that is not known."""
    if text is None:
        return None
    form_field = form.fields[name]
    if text in ("true", "false"):
        return str(_("Yes") if text == "true" else _("No"))
    try:
        values = shapes.values_of(text)
    except ValueError:
        return None
    if isinstance(form_field, ModelChoiceField):
        return ", ".join(_related(form_field, values))
    choices = getattr(form_field, "choices", None) or getattr(shapes.inner(form_field.widget), "choices", None)
    if choices and not callable(choices):
        labels = _labels(choices)
        return ", ".join(labels.get(value, value) for value in values)
    return " ".join(values)


def of_hidden(field: models.Field[Any, Any], form_field: Any, value: Any) -> str:
    """A value of the row that the form's choices do not have."""
    if isinstance(form_field, ModelChoiceField) or field.remote_field is not None:
        return str(_("changed to something you may not see"))
    if not getattr(form_field, "choices", None):
        return CONCEALED
    try:
        return str(display_for_field(value, field, ""))
    except (ValidationError, ValueError, TypeError, AttributeError):
        return str(value)


def label(form: Any, name: str) -> str:
    given = form.fields[name].label if name in form.fields else None
    if given:
        return str(given)
    try:
        return str(form._meta.model._meta.get_field(name).verbose_name)
    except Exception:  # a name that only a form of the project's knows
        return name.replace("_", " ").capitalize()


def unguarded(form: Any, found: Mapping[str, Reading]) -> Dict[str, None]:
    """The labels of fields whose changes by others are not noticed, as far as that is known."""
    volatile = reported_volatile(form)
    return {
        label(form, name): None
        for name, reading in found.items()
        if reading.fault not in ("", UNDRAWN) or name in volatile
    }


def _related(form_field: Any, keys: List[str]) -> List[str]:
    if not keys:
        return []
    name = form_field.to_field_name or "pk"
    try:
        found = {
            str(getattr(item, name)): form_field.label_from_instance(item)
            for item in form_field.queryset.filter(**{f"{name}__in": keys})
        }
    except (ValueError, TypeError, ValidationError):
        return keys
    hidden = str(_("changed to something you may not see"))
    return [*(str(text) for text in found.values()), *[hidden for key in keys if key not in found][:1]]


def _labels(choices: Any) -> Dict[str, str]:
    labels: Dict[str, str] = {}
    for value, text in choices:
        if isinstance(text, (list, tuple)):
            labels.update({str(inner): str(label) for inner, label in text})
        else:
            labels[str(value)] = str(text)
    return labels


def typed(texts: Any) -> str:
    """Posted values of a field that the form has no more."""
    return ", ".join(str(text) for text in texts)
