"""Values as a person reads them, in a comparison of before, theirs and mine."""

from __future__ import annotations

from typing import Any, Iterable, Optional

from django.contrib.admin.utils import display_for_field
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from . import values

CONCEALED = "••••"


def of_text(field: models.Field, text: Optional[str]) -> Optional[str]:
    """A canonical text of ``field``; None where it is not known."""
    if text is None:
        return None
    value = values.read(text)
    if field.many_to_many:
        return _names(field.remote_field.model._default_manager.filter(pk__in=value), value)
    return of_value(field, value)


def of_value(field: models.Field, value: Any) -> str:
    if value is None or value == "":
        return ""
    if field.remote_field is not None:
        other = field.remote_field.model
        found = other._base_manager.filter(**{field.target_field.attname: value})
        return _names(found, [value])
    if isinstance(value, bool) and not field.flatchoices:
        return str(_("Yes") if value else _("No"))
    if isinstance(field, (models.FileField, models.TextField)) or not isinstance(field, models.Field):
        return str(value)
    try:
        return str(display_for_field(value, field, ""))
    except (ValidationError, ValueError, TypeError, AttributeError):
        return str(value)


def label(field: models.Field, form_field: Any = None) -> str:
    given = getattr(form_field, "label", None)
    return str(given or field.verbose_name)


def _names(found: Iterable[models.Model], keys: Iterable[Any]) -> str:
    names = [str(item) for item in found]
    return ", ".join(names or [str(key) for key in keys])
