"""Which fields of a form are guarded, and the forms of an object as its page shows them, without input.

A guarded field is one of the model that this user may change here. What a form does not show (a counter,
a field that sets itself) can change meanwhile without anybody's work being lost.
"""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, Set, Tuple

from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.forms import ModelForm, PasswordInput, TextInput
from django.forms.models import BaseInlineFormSet, InlineForeignKeyField
from django.http import HttpRequest


def guarded_fields(form: ModelForm) -> Iterator[Tuple[str, models.Field]]:
    """Name and model field of everything in the form that a save would write."""
    opts = form._meta.model._meta
    for name, form_field in form.fields.items():
        if form_field.disabled or isinstance(form_field, InlineForeignKeyField):
            continue
        try:
            field = opts.get_field(name)
        except FieldDoesNotExist:
            continue
        if (field.concrete or field.many_to_many) and not field.primary_key and not field.auto_created:
            yield name, field


def concealed_names(form: ModelForm) -> Set[str]:
    """Fields whose value the page must not carry."""
    return {name for name, field in form.fields.items() if _conceals(field.widget)}


def _conceals(widget: Any) -> bool:
    is_password = isinstance(widget, PasswordInput) or getattr(widget, "input_type", "") == "password"
    return is_password and not getattr(widget, "render_value", False)


def in_input(form_field: Any, value: Any) -> Any:
    """What a browser has of a value: its inputs of one line know no line breaks."""
    if isinstance(value, str) and isinstance(form_field.widget, TextInput) and not form_field.widget.is_hidden:
        return value.replace("\r", "").replace("\n", "")
    return value


def form_class(model_admin: Any, request: HttpRequest, obj: Any) -> Any:
    """The class of the change form, as Django's own view asks for it."""
    fieldsets = model_admin.get_fieldsets(request, obj)
    return model_admin.get_form(request, obj, change=True, fields=flatten_fieldsets(fieldsets))


def form_without_input(model_admin: Any, request: HttpRequest, obj: Any) -> ModelForm:
    return form_class(model_admin, request, obj)(instance=obj)


def formsets(
    model_admin: Any, request: HttpRequest, obj: Any, with_input: bool = False
) -> List[Tuple[Any, BaseInlineFormSet]]:
    """Each inline with its formset, those that this user can write to.

    with_input: bound to what was posted; else as a fresh page would show them.
    """
    found = []
    times: Dict[str, int] = {}
    for cls, inline in model_admin.get_formsets_with_inlines(request, obj):
        prefix = cls.get_default_prefix()
        times[prefix] = times.get(prefix, 0) + 1
        if times[prefix] != 1 or not prefix:
            prefix = f"{prefix}-{times[prefix]}"
        if not is_writable(inline, request, obj):
            continue
        found.append((inline, cls(**_arguments(model_admin, request, obj, inline, prefix, with_input))))
    return found


def is_writable(inline: Any, request: HttpRequest, obj: Any) -> bool:
    """Whether this user can change or delete the rows that the inline shows."""
    return bool(inline.has_change_permission(request, obj) or inline.has_delete_permission(request, obj))


def _arguments(
    model_admin: Any, request: HttpRequest, obj: Any, inline: Any, prefix: str, with_input: bool
) -> Dict[str, Any]:
    if hasattr(model_admin, "get_formset_kwargs"):  # Django 4.0 and later
        arguments = dict(model_admin.get_formset_kwargs(request, obj, inline, prefix))
    else:
        arguments = {"instance": obj, "prefix": prefix, "queryset": inline.get_queryset(request)}
    for name in ("data", "files", "save_as_new"):
        arguments.pop(name, None)
    if with_input:
        arguments.update(data=request.POST, files=request.FILES)
    return arguments
