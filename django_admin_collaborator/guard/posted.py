"""What was posted, compared with the base and with what the object holds now.

Only a save that was made from an object that has changed meanwhile comes here.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Optional, Tuple, Union

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest

from . import compare, digest, forms, values
from .base import Base
from .compare import UNTOUCHED, Change, Comparison, RowChange, Untouched
from .snapshot import RowsSnapshot, Snapshot

Entries = Mapping[str, str]
Mine = Union[str, None, Untouched]


@dataclass
class Posted:
    """The forms bound to the input, and for each inline row where in its formset it was posted."""

    form: ModelForm
    formsets: Dict[str, Any]
    indexes: Dict[str, Dict[str, int]]
    comparison: Comparison


def read(model_admin: Any, request: HttpRequest, base: Optional[Base], now: Snapshot) -> Posted:
    """Compare the POST of ``request``. ``base`` is None when it is not known."""
    obj = copy.copy(now.instance)
    form = forms.form_class(model_admin, request, obj)(request.POST, request.FILES, instance=obj)
    form.full_clean()
    changes = field_changes(form, base.fields if base else None, now.fields)
    formsets, indexes, rows = {}, {}, {}
    for _, formset in forms.formsets(model_admin, request, obj, with_input=True):
        prefix = formset.prefix
        if prefix not in now.inlines:
            continue
        kept = compare.entries_by_row(base.inlines[prefix]) if base and prefix in base.inlines else None
        formsets[prefix] = formset
        indexes[prefix] = _indexes(formset)
        rows[prefix] = _row_changes(formset, indexes[prefix], kept, now.inlines[prefix])
    return Posted(form, formsets, indexes, Comparison(changes, rows))


def field_changes(form: ModelForm, kept: Optional[Entries], now: Mapping[str, str]) -> Dict[str, Change]:
    """The verdict on each field of one bound form; fields that the form no longer has were left alone."""
    fields = dict(forms.guarded_fields(form))
    changes = {}
    for name, theirs in now.items():
        entry = kept.get(name) if kept is not None else None
        mine: Mine = UNTOUCHED
        if name in fields:
            mine = read_input(form, name, fields[name], entry, theirs)
        changes[name] = compare.field_change(entry, mine, theirs)
    return changes


def read_input(form: ModelForm, name: str, field: models.Field, kept: Optional[str], theirs: str) -> Mine:
    """The canonical text of what was posted for a field; None if it cannot be read as a value."""
    if kept is not None:
        before = digest.kept_text(kept)
        if before is None and digest.matches(kept, theirs):
            before = theirs
        if before is not None and not _differs_from(form, name, before):
            return UNTOUCHED
    if name in form.errors or name not in form.cleaned_data:
        return None
    cleaned = form.cleaned_data[name]
    if isinstance(field, models.FileField):
        return _read_file(field, cleaned)
    if field.many_to_many:
        return values.write_keys(item.pk for item in cleaned)
    text = values.write(field, field.value_from_object(form.instance))
    if kept is not None and _is_untouched_text(form, name, field, kept):
        return UNTOUCHED
    return text


def _differs_from(form: ModelForm, name: str, before: str) -> bool:
    """Whether a form that showed the value ``before`` would have been changed in this field."""
    form_field = form.fields[name]
    shown = copy.copy(form)
    shown.initial = {**form.initial, name: forms.in_input(form_field, values.read(before))}
    shown._bound_fields_cache = {}
    data = form_field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
    # Of the field as it is bound: before Django 4.0 that alone leaves out what its widget cannot show.
    return bool(form_field.has_changed(shown[name].initial, data))


def _is_untouched_text(form: ModelForm, name: str, field: models.Field, kept: str) -> bool:
    """Browsers rewrite line ends and Django strips spaces: that alone is nobody's change."""
    data = form.fields[name].widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
    for value in (form.cleaned_data[name], data):
        if isinstance(value, str):
            for text in (value, value.replace("\r\n", "\n")):
                if digest.matches(kept, values.write(field, text)):
                    return True
    return False


def _read_file(field: models.FileField, cleaned: Any) -> Mine:
    if isinstance(cleaned, UploadedFile):
        return None  # its name in the storage is not known yet, and it is certainly another file
    return values.write(field, "") if cleaned is False else UNTOUCHED


def _indexes(formset: Any) -> Dict[str, int]:
    pk = formset.model._meta.pk
    found = {}
    for index, form in enumerate(formset.initial_forms):
        raw = form.data.get(form.add_prefix(pk.name), "")
        try:
            found[str(pk.to_python(raw))] = index
        except ValidationError:
            continue
    return found


def _row_changes(
    formset: Any, indexes: Mapping[str, int], kept: Optional[Mapping[str, Entries]], now: RowsSnapshot
) -> Tuple[RowChange, ...]:
    changes: List[RowChange] = []
    known = list(kept) if kept is not None else [pk for pk in indexes if pk in now.rows]
    for pk in known:
        form = formset.initial_forms[indexes[pk]] if pk in indexes else None
        changes.append(_row_change(form, pk, kept[pk] if kept is not None else None, now.rows.get(pk)))
    changes.extend(RowChange(pk, added=True) for pk in now.rows if pk not in known)
    return tuple(changes)


def _row_change(form: Any, pk: str, kept: Optional[Entries], theirs: Optional[Mapping[str, str]]) -> RowChange:
    withdrawn = form is not None and is_withdrawn(form)
    if theirs is None:
        # Whatever differs from the base is my work, and there is nothing of theirs to compare it with.
        now = {name: digest.kept_text(entry) or "" for name, entry in (kept or {}).items()}
        changes = field_changes(_cleaned(form), kept, now) if form is not None and not withdrawn else {}
        mine = {
            name: Change.MINE if change in (Change.MINE, Change.BOTH) else Change.NONE
            for name, change in changes.items()
        }
        return RowChange(pk, mine, deleted=True, withdrawn=withdrawn)
    if form is None or withdrawn:
        fields = {
            name: compare.field_change((kept or {}).get(name), UNTOUCHED, text) for name, text in theirs.items()
        }
        return RowChange(pk, fields, withdrawn=withdrawn)
    return RowChange(pk, field_changes(_cleaned(form), kept, theirs))


def _cleaned(form: ModelForm) -> ModelForm:
    form.full_clean()
    return form


def is_withdrawn(form: ModelForm) -> bool:
    """Whether the row was marked for deletion."""
    field = form.fields.get("DELETE")
    if field is None:
        return False
    return bool(field.widget.value_from_datadict(form.data, form.files, form.add_prefix("DELETE")))
