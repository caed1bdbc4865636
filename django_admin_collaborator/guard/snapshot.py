"""What an object's row, many-to-many fields and inline rows hold: taken from a form, or from locked rows.

Both ways write the same texts, so that a base made of one can be compared with the other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, FrozenSet, Iterable, Mapping, Sequence, Tuple

from django.db import models
from django.forms import ModelForm
from django.forms.models import BaseInlineFormSet

from . import digest, values
from .base import Base, RowsBase
from .forms import concealed_names, guarded_fields

Texts = Mapping[str, str]


@dataclass(frozen=True)
class RowsSnapshot:
    """The rows of one inline, by primary key; ``instances`` are the rows themselves."""

    names: Tuple[str, ...]
    rows: Mapping[str, Texts]
    instances: Mapping[str, models.Model] = field(default_factory=dict)
    concealed: FrozenSet[str] = frozenset()


@dataclass(frozen=True)
class Snapshot:
    """One object. ``instance`` is None when it is not there."""

    instance: Any
    fields: Texts
    inlines: Mapping[str, RowsSnapshot] = field(default_factory=dict)
    concealed: FrozenSet[str] = frozenset()

    def as_base(self, user: str, object_name: str) -> Base:
        inlines = {
            prefix: RowsBase(
                rows.names,
                {
                    pk: tuple(digest.entry(texts[name], name in rows.concealed) for name in rows.names)
                    for pk, texts in rows.rows.items()
                },
            )
            for prefix, rows in self.inlines.items()
        }
        fields = {name: digest.entry(text, name in self.concealed) for name, text in self.fields.items()}
        return Base(user, object_name, fields, inlines)


def of_forms(form: ModelForm, formsets: Iterable[BaseInlineFormSet]) -> Snapshot:
    """From forms without input: exactly the values that they show, and no query of its own."""
    inlines = {formset.prefix: _of_formset(formset) for formset in formsets}
    concealed = frozenset(concealed_names(form))
    return Snapshot(form.instance, texts_of_form(form), inlines, concealed)


def texts_of_form(form: ModelForm) -> Dict[str, str]:
    texts = {}
    for name, model_field in guarded_fields(form):
        if not model_field.many_to_many:
            texts[name] = values.write(model_field, model_field.value_from_object(form.instance))
        elif name in form.initial:
            # The form has just read them; reading again could give others than it shows.
            texts[name] = values.write_keys(getattr(item, "pk", item) for item in form.initial[name] or ())
    return texts


def _of_formset(formset: BaseInlineFormSet) -> RowsSnapshot:
    forms = formset.initial_forms
    names = tuple(texts_of_form(forms[0])) if forms else ()
    concealed = frozenset(concealed_names(forms[0])) if forms else frozenset()
    rows = {str(form.instance.pk): texts_of_form(form) for form in forms}
    instances = {str(form.instance.pk): form.instance for form in forms}
    return RowsSnapshot(names, rows, instances, concealed)


def of_row(instance: models.Model, names: Iterable[str], many_to_many: Mapping[str, Sequence[Any]]) -> Dict[str, str]:
    """The texts of a row that was read under a lock. ``many_to_many``: primary keys by field name."""
    texts = {}
    for name in names:
        model_field = instance._meta.get_field(name)
        if model_field.many_to_many:
            texts[name] = values.write_keys(many_to_many[name])
        else:
            texts[name] = values.write(model_field, model_field.value_from_object(instance))
    return texts


def concealed_entries(names: Iterable[str], entries: Iterable[str]) -> FrozenSet[str]:
    return frozenset(name for name, kept in zip(names, entries) if digest.is_concealed(kept))
