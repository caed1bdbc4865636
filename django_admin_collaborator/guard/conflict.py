"""What a person is shown of a conflict: each field with the value before, theirs and mine, and the choice."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any, Dict, Iterator, List, Mapping, Optional

from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext as _

from . import choices, digest, display, forms
from .base import Base
from .compare import Change, RowChange, entries_by_row
from .merge import MergedPost
from .posted import Posted
from .snapshot import Snapshot

SHOWN = (Change.BOTH, Change.THEIRS, Change.MINE)


@dataclass(frozen=True)
class Item:
    """One field, or one row, that others changed, or that I did.

    path: names the choice, see ``choices``; empty when there is nothing to choose.
    before, theirs, mine: for reading; None where it is not known.
    widget: the HTML of the field's controls with theirs in them, for a script that shows it at once.
    """

    label: str
    path: str = ""
    before: Optional[str] = None
    theirs: Optional[str] = None
    mine: Optional[str] = None
    note: str = ""
    widget: str = ""

    @property
    def choice(self) -> str:
        return choices.NAME + self.path


@dataclass(frozen=True)
class Items:
    """``both``: to be decided. ``theirs``: taken over, to be seen. ``mine``: only mine, and still in the form."""

    both: List[Item]
    theirs: List[Item]
    mine: List[Item]

    def add(self, change: Change, item: Item) -> None:
        found = {Change.BOTH: self.both, Change.THEIRS: self.theirs, Change.MINE: self.mine}
        found[change].append(item)


def items(
    model_admin: Any, request: HttpRequest, base: Optional[Base], posted: Posted, now: Snapshot, post: MergedPost
) -> Items:
    """Everything that others or I changed, in the order of the form. ``post`` is what the new form is bound to."""
    found = Items([], [], [])
    shown = forms.form_without_input(model_admin, request, now.instance)
    _sort_fields(found, posted.comparison.fields, posted.form, shown, base.fields if base else {}, now.fields)
    for inline, formset in forms.formsets(model_admin, request, now.instance):
        prefix = formset.prefix
        if prefix not in posted.formsets:
            continue
        kept = entries_by_row(base.inlines[prefix]) if base and prefix in base.inlines else {}
        by_pk = {str(form.instance.pk): form for form in formset.initial_forms}
        where = _positions(post, formset)
        for change in posted.comparison.rows[prefix]:
            row_items = _of_row(change, prefix, posted, by_pk.get(change.pk), kept, now, where, inline)
            for verdict, item in row_items:
                found.add(verdict, item)
        kind = str(inline.opts.verbose_name)
        for form in posted.formsets[prefix].extra_forms:
            if form.has_changed():
                found.mine.append(Item(f"{kind} “{_typed_row(form)}”", note=_("was added")))
    return found


def _sort_fields(
    found: Items,
    changes: Mapping[str, Change],
    mine: ModelForm,
    shown: ModelForm,
    kept: Mapping[str, str],
    now: Mapping[str, str],
) -> None:
    for name, change in changes.items():
        if change in SHOWN and name in shown.fields:
            found.add(change, _of_field(name, mine, shown, kept.get(name), now[name], path=name))


def _of_field(
    name: str,
    mine: Optional[ModelForm],
    shown: ModelForm,
    kept: Optional[str],
    theirs: str,
    path: str,
    title: str = "",
    prefix: Optional[str] = None,
) -> Item:
    model_field = shown._meta.model._meta.get_field(name)
    label = display.label(model_field, shown.fields[name])
    label = f"{title}: {label}" if title else label
    if kept is not None and digest.is_concealed(kept):
        return Item(label, path, display.CONCEALED, display.CONCEALED, display.CONCEALED)
    return Item(
        label,
        path,
        before=display.of_text(model_field, digest.kept_text(kept)) if kept else None,
        theirs=display.of_text(model_field, theirs),
        mine=_typed(mine, name, model_field) if mine is not None else None,
        widget=_widget(shown, name, prefix),
    )


def _widget(shown: ModelForm, name: str, prefix: Optional[str]) -> str:
    """The controls of a field, named as in the form that the page shows."""
    if prefix is not None:
        shown = copy.copy(shown)
        shown.prefix = prefix
        shown._bound_fields_cache = {}
    return str(shown[name])


def _typed(form: ModelForm, name: str, model_field: Any) -> str:
    """What was typed, as a value if it is one."""
    values = getattr(form, "cleaned_data", {})  # new rows of inlines are not looked at before the save
    if name in values and name not in form.errors:
        cleaned = values[name]
        if model_field.many_to_many:
            return ", ".join(str(item) for item in cleaned)
        if cleaned is None or cleaned is False or hasattr(cleaned, "chunks"):
            return str(getattr(cleaned, "name", "") or "")
        return display.of_value(model_field, model_field.value_from_object(form.instance))
    data = form[name].data
    return ", ".join(map(str, data)) if isinstance(data, (list, tuple)) else str(data or "")


def _positions(post: MergedPost, formset: Any) -> Dict[str, int]:
    """Where each existing row stands in the new form."""
    initial, _total = post.counts(formset.prefix)
    name = formset.model._meta.pk.name
    return {post.data.get(f"{formset.prefix}-{index}-{name}", ""): index for index in range(initial)}


def _of_row(
    change: RowChange,
    prefix: str,
    posted: Posted,
    shown: Optional[ModelForm],
    kept: Mapping[str, Mapping[str, str]],
    now: Snapshot,
    where: Mapping[str, int],
    inline: Any,
) -> Iterator[Any]:
    """Pairs of (whose change it is, item)."""
    kind = str(inline.opts.verbose_name)
    index = posted.indexes[prefix].get(change.pk)
    mine = posted.formsets[prefix].initial_forms[index] if index is not None else None
    if change.added:
        yield Change.THEIRS, Item(f"{kind} “{shown.instance if shown else change.pk}”", note=_("was added"))
    elif change.deleted and change.change is Change.BOTH:
        row = _Orphan(prefix, posted, index or 0)
        label = _as_it_was(kind, change.pk, kept, row.form)
        yield Change.BOTH, Item(label, row.path, theirs=_("deleted"), mine=_typed_row(row.form))
    elif change.deleted:
        if change.change is Change.THEIRS:
            label = _as_it_was(kind, change.pk, kept, mine) if mine is not None else f"{kind} #{change.pk}"
            yield Change.THEIRS, Item(label, note=_("was deleted"))
    elif shown is not None:
        title = f"{kind} “{shown.instance}”"
        if change.withdrawn and change.change is Change.BOTH:
            yield Change.BOTH, Item(title, f"{prefix}/{change.pk}", theirs=_("changed"), mine=_("delete it"))
        elif change.withdrawn:
            yield Change.MINE, Item(title, note=_("delete it"))
        for name, verdict in change.fields.items():
            if verdict in SHOWN and name in shown.fields:
                yield (
                    verdict,
                    _of_field(
                        name,
                        mine if not change.withdrawn else None,
                        shown,
                        kept.get(change.pk, {}).get(name),
                        now.inlines[prefix].rows[change.pk][name],
                        path=f"{prefix}/{change.pk}/{name}",
                        title=title,
                        prefix=f"{prefix}-{where.get(change.pk, 0)}",
                    ),
                )


def _as_it_was(kind: str, pk: str, kept: Mapping[str, Mapping[str, str]], form: ModelForm) -> str:
    """A row that is gone, by what the base has kept of it."""
    field = form._meta.model._meta.get_field
    texts = (display.of_text(field(name), digest.kept_text(entry)) for name, entry in kept.get(pk, {}).items())
    said = " · ".join(text for text in texts if text)
    return f"{kind} “{said}”" if said else f"{kind} #{pk}"


def _typed_row(form: ModelForm) -> str:
    texts = (_typed(form, name, model_field) for name, model_field in dict(forms.guarded_fields(form)).items())
    return " · ".join(text for text in texts if text)


class _Orphan:
    """A row of mine that others deleted: it stands in the form as a new row, with its values."""

    def __init__(self, prefix: str, posted: Posted, index: int) -> None:
        formset = posted.formsets[prefix]
        self.form = formset.initial_forms[index]
        row = MergedPost(_Input(formset.data, formset.files)).row(prefix, index)
        row.data[formset.model._meta.pk.name] = [""]
        self.path = f"{prefix}/+{row.fingerprint()}"


@dataclass
class _Input:
    """As much of a request as ``MergedPost`` looks at."""

    POST: Any
    FILES: Any
