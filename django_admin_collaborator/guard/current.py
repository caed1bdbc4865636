"""What an object holds now, read under its lock, for the fields and inlines that a base names."""

from __future__ import annotations

from typing import Any, Dict, FrozenSet, Iterable, List, Mapping, Tuple

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.http import HttpRequest

from . import forms, lock, snapshot
from .base import Base, BaseProblem, RowsBase
from .snapshot import RowsSnapshot, Snapshot


def read(model_admin: Any, request: HttpRequest, instance: models.Model, base: Base, using: str) -> Snapshot:
    """The object as it is now. ``instance`` is its locked row; the rest is locked here.

    Raises:
        BaseProblem: the base names a field that the model no longer has.
    """
    try:
        fields = _texts([instance], tuple(base.fields), using)[instance.pk]
        inlines = _read_inlines(model_admin, request, instance, base, using)
    except FieldDoesNotExist:
        raise BaseProblem("old") from None
    concealed = snapshot.concealed_entries(base.fields, base.fields.values())
    return Snapshot(instance, fields, inlines, concealed)


def _read_inlines(
    model_admin: Any, request: HttpRequest, instance: models.Model, base: Base, using: str
) -> Dict[str, RowsSnapshot]:
    if not base.inlines:
        return {}
    found = {}
    for _, formset in forms.formsets(model_admin, request, instance):
        kept = base.inlines.get(formset.prefix)
        if kept is None:
            continue
        rows = lock.lock_inline_rows(formset, using)
        names, concealed = _names_of(kept, formset if rows else None)
        texts = _texts(rows, names, using)
        found[formset.prefix] = RowsSnapshot(
            names,
            {str(row.pk): texts[row.pk] for row in rows},
            {str(row.pk): row for row in rows},
            concealed,
        )
    return found


def _names_of(kept: RowsBase, formset: Any) -> Tuple[Tuple[str, ...], FrozenSet[str]]:
    for entries in kept.rows.values():
        return kept.names, snapshot.concealed_entries(kept.names, entries)
    if formset is None:
        return (), frozenset()
    # There was no row when the base was made; now there is one, so its form says what is guarded.
    form = formset.empty_form
    return tuple(name for name, _ in forms.guarded_fields(form)), frozenset(forms.concealed_names(form))


def _texts(rows: List[models.Model], names: Iterable[str], using: str) -> Mapping[Any, Dict[str, str]]:
    """The texts of each row, by primary key; one query for each many-to-many field."""
    if not rows:
        return {}
    names = tuple(names)
    opts = rows[0]._meta
    links = {
        name: lock.lock_links(opts.get_field(name), using, rows)
        for name in names
        if opts.get_field(name).many_to_many
    }
    return {
        row.pk: snapshot.of_row(row, names, {name: found[row.pk] for name, found in links.items()}) for row in rows
    }
