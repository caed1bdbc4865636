"""The sets of rows that a page shows beside its main form: inlines, and inlines in inlines at any depth."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Callable, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Set, Tuple

from django.core.exceptions import ValidationError
from django.db import models
from django.forms.formsets import DELETION_FIELD_NAME, BaseFormSet
from django.forms.models import BaseModelFormSet
from django.forms.utils import ErrorDict
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict

from . import locks, shapes, stored
from . import reading as readings
from .base import Base, BaseMaker, Entries
from .compare import Change, RowChange
from .examination import Examination
from .form_input import is_withdrawn
from .reading import Reading
from .submission import MergedPost, Row

Ready = Callable[[Any], None]
"""Prepares a formset whose forms have not been made yet."""


@dataclass(frozen=True)
class GoneRow:
    """A posted row that others deleted. is_mine: I typed into it. withdrawn: I deleted it too."""

    pk: str
    index: int
    form: Any
    is_mine: bool
    withdrawn: bool

    @property
    def change(self) -> RowChange:
        fields = {"": Change.MINE} if self.is_mine else {}
        return RowChange(self.pk, fields, deleted=True, withdrawn=self.withdrawn)

    def orphan(self, post: MergedPost, prefix: str, pk_name: str) -> Row:
        """The same row as a new one."""
        row = post.row(prefix, self.index)
        row.data[pk_name] = [""]
        return row


class RowSet:
    """One set. ``name``: by its model and its parent, never by its place on the page.

    is_view_only: its rows can be deleted here and not changed. entries: of its rows, by primary key; None if the
    base does not know the set. rows: the examinations of the posted rows, by primary key. added: primary keys of
    rows that others added. gone: posted rows that others deleted, each with its form.
    """

    def __init__(self, name: str, formset: Any, inline: Any, is_view_only: bool) -> None:
        self.name = name
        self.formset = formset
        self.inline = inline
        self.is_view_only = is_view_only
        self.entries: Optional[Mapping[str, Entries]] = None
        self.rows: Dict[str, Examination] = {}
        self.added: List[str] = []
        self.gone: Dict[str, GoneRow] = {}

    @property
    def kind(self) -> str:
        """What a person calls one of its rows."""
        return str(
            self.inline.opts.verbose_name if self.inline is not None else self.formset.model._meta.verbose_name
        )

    def instances(self) -> List[models.Model]:
        return list(self.formset.get_queryset())

    def compare_keys(self, base: Optional[Base], keys: Optional[Set[Any]] = None) -> None:
        """Find out which rows others added or deleted since the page was made. ``keys``: of those that are there."""
        self.entries = base.sets.get(self.name) if base is not None else None
        there = [str(pk) for pk in (keys if keys is not None else [row.pk for row in self.instances()])]
        now = there if keys is not None else self._shown_keys(there)
        for pk, index in posted_indexes(self.formset).items():
            if pk not in there and (self.entries is None or pk in self.entries):
                form = self.formset.forms[index]
                withdrawn = is_withdrawn(form)
                is_mine = not withdrawn and self._is_mine(form, pk, base)
                self.gone[pk] = GoneRow(pk, index, form, is_mine, withdrawn)
        if self.entries is not None:
            self.added = [pk for pk in now if pk not in self.entries]

    def _shown_keys(self, there: List[str]) -> List[str]:
        """Of the rows that a page of now would show; a formset of a package may find those alone that were posted."""
        formset = self.formset
        if type(formset).get_queryset is BaseModelFormSet.get_queryset or not formset.is_bound:
            return there
        shown = readings.copied(formset)
        shown.is_bound, shown.data, shown.files = False, MultiValueDict(), MultiValueDict()
        for name in ("_queryset", "_object_dict", "forms", "management_form"):
            shown.__dict__.pop(name, None)
        return [str(row.pk) for row in shown.get_queryset()]

    def _is_mine(self, form: Any, pk: str, base: Optional[Base]) -> bool:
        """Whether I typed into a row that others deleted."""
        entries = (self.entries or {}).get(pk)
        if entries is None or base is None:
            return True
        for name in readings.fields_of(form):
            posted = shapes.posted_text(form.fields[name].widget, form.data, form.files, form.add_prefix(name))
            if name in entries and entries[name] != "?" and not base.shows(name, entries[name], posted):
                return True
        return False

    def undecided_rows(self, base: Optional[Base], chosen: Mapping[str, str]) -> Dict[str, Any]:
        """The forms of rows that others deleted and I typed into, whose fate is not chosen yet, by path."""
        formset = self.formset
        start = f"{formset.prefix}/+"
        if base is None or not any(path.startswith(start) for path in base.asked):
            return {}
        post = MergedPost(formset.data, formset.files)
        first = formset.initial_form_count()
        paths = {
            start + post.row(formset.prefix, first + index).fingerprint(): form
            for index, form in enumerate(formset.extra_forms)
        }
        return {path: form for path, form in paths.items() if base.is_undecided(path, chosen)}

    def changes(self) -> List[RowChange]:
        """The verdict on each row, in the order of the page."""
        found = [
            RowChange(pk, row.changes, withdrawn=row.is_withdrawn)
            for pk, row in self.rows.items()
            if pk not in self.added
        ]
        found += [row.change for row in self.gone.values()]
        return found + [RowChange(pk, added=True) for pk in self.added]


def sets_of(
    formsets: Iterable[Any], inlines: Sequence[Any] = (), main: Any = None, ready: Optional[Ready] = None
) -> List[RowSet]:
    """All sets below ``formsets``.

    inlines: the inline of each, as far as it is known. ready: called with each formset before its forms are made.
    """
    found: List[RowSet] = []
    times: Dict[str, int] = {}
    seen: Set[int] = set()
    for index, formset in enumerate(formsets):
        inline = inlines[index] if index < len(inlines) else None
        for each in _walk(formset, seen, ready):
            name = _name(each, main)
            times[name] = times.get(name, 0) + 1
            if times[name] > 1:
                name = f"{name}#{times[name]}"
            found.append(RowSet(name, each, inline if each is formset else None, False))
    return found


def posted_indexes(formset: Any) -> Dict[str, int]:
    """Where each row was posted, by its primary key."""
    pk = formset.model._meta.pk
    found = {}
    for index, form in enumerate(formset.initial_forms):
        raw = form.data.get(form.add_prefix(pk.name), "")
        try:
            key = str(pk.to_python(raw))
        except (ValidationError, TypeError, ValueError):
            continue
        found[key] = index
    return found


def add_to_base(maker: BaseMaker, sets: Iterable[RowSet], read: readings.Read = readings.read) -> None:
    """The rows of sets whose forms have no input, as they are shown."""
    for each in sets:
        maker.add_set(each.name)
        for form in each.formset.initial_forms:
            maker.add_row(each.name, str(form.instance.pk), read(form))


class LockedRows:
    """The locked rows of all sets of one page, by class and primary key. ``take`` is a ``Ready``.

    is_other: rows were added or deleted after a formset had read its own, or it has made its forms of older ones.
    """

    def __init__(self) -> None:
        self.rows: Dict[Tuple[type, Any], models.Model] = {}
        self.is_other = False
        self._keys: Dict[int, Set[Any]] = {}

    def take(self, formset: Any) -> None:
        """Lock the rows of a formset in every table that they have, and let it have what they hold."""
        has_forms = "forms" in formset.__dict__
        shown = {row.pk for row in formset.get_queryset()}
        self.lock(formset)
        was_older = self.refresh(formset)
        if has_forms and any(has_cleaned_itself(form) for form in formset.forms):
            # Its rows held what was posted. They are made again, of what is locked.
            del formset.forms
            formset._errors = None
            has_forms = False
        if self.keys(formset) != shown or (was_older and has_forms):
            self.is_other = True

    def lock(self, formset: Any) -> None:
        """Lock the rows of a formset in every table that they have."""
        rows = locks.lock_inline_rows(formset)
        self._keys[id(formset)] = {row.pk for row in rows}
        self.rows.update({(formset.model, row.pk): row for row in rows})
        kinds: Dict[type, List[Any]] = {}
        for row in formset.get_queryset():
            if row._meta.concrete_model is not formset.model._meta.concrete_model:
                kinds.setdefault(type(row), []).append(row.pk)
        for kind, pks in kinds.items():
            using = locks.written_to(formset.model, formset.get_queryset())
            self.rows.update({(kind, row.pk): row for row in locks.lock_rows(kind, using, pks)})

    def uncleaned(self, row: Any, formset: Any) -> None:
        """Let a form that has cleaned itself when it was made do so again, to be compared on the way. What was added
        to it since, such as the box to delete it, does not count for Django."""
        if has_cleaned_itself(row):
            cleaned = getattr(row, "cleaned_data", {})
            row._collaborator_uncleaned = [
                name for name in row.fields if name not in cleaned and name not in row._errors
            ]
            now = self.row_for(row.instance, formset)
            if now is not None:
                stored.refresh(row.instance, now)
            row._errors = None

    def keys(self, formset: Any) -> Set[Any]:
        """Primary keys of the locked rows of a formset."""
        return self._keys.get(id(formset), set())

    def row_for(self, row: models.Model, formset: Any) -> Optional[models.Model]:
        return self.rows.get((type(row), row.pk)) or self.rows.get((formset.model, row.pk))

    def refresh(self, formset: Any) -> bool:
        """Give the rows of a formset the values of their locked rows; returns whether any differed."""
        was_older = False
        for row in formset.get_queryset():
            now = self.row_for(row, formset)
            if now is not None:
                was_older = stored.refresh(row, now) or was_older
        return was_older


def has_cleaned_itself(form: Any) -> bool:
    """Whether a form has looked at its input. Django lets those that may only be looked at pass without."""
    return isinstance(getattr(form, "_errors", None), ErrorDict)


def restructured(
    request: HttpRequest, sets: Iterable[RowSet], chosen: Mapping[str, str], is_page: bool, merges: bool
) -> Optional[MergedPost]:
    """The POST with the rows that are there now; None if it has them already.

    is_page: for a page that is shown again: rows of others come, and rows of mine that others deleted become new
    ones. Else only those leave it that I deleted too, or with ``merges`` did not touch.
    """
    post: Optional[MergedPost] = None
    for each in sets:
        formset, prefix = each.formset, each.formset.prefix
        is_left_out = any(name.startswith(f"{prefix}/+") for name in chosen)
        if not each.gone and not (is_page and each.added) and not is_left_out:
            continue  # as nearly always; copying what was posted takes longer than all the rest
        pk_name = formset.model._meta.pk.name
        gone = {row.index: row for row in each.gone.values()}
        post = post or MergedPost(request.POST, request.FILES)
        initial, total = formset.initial_form_count(), formset.total_form_count()
        kept: List[Row] = []
        orphans: List[Row] = []
        for index in range(initial):
            row = gone.get(index)
            if row is None:
                kept.append(post.row(prefix, index))
            elif row.is_mine and is_page:
                orphans.append(row.orphan(post, prefix, pk_name))
            elif not (row.withdrawn or is_page or (merges and not row.is_mine)):
                kept.append(post.row(prefix, index))
        if is_page:
            kept += [post.existing_row(pk_name, pk) for pk in each.added]
        extra = [post.row(prefix, index) for index in range(initial, total)]
        left = [row for row in extra if chosen.get(f"{prefix}/+{row.fingerprint()}") != "theirs"]
        if len(kept) != initial or len(left) != len(extra) or (is_page and (each.gone or each.added)):
            post.replace_rows(prefix, [*kept, *orphans, *left], len(kept))
            post.is_changed = True
    return post if post is not None and post.is_changed else None


def _walk(formset: Any, seen: Set[int], ready: Optional[Ready]) -> Iterator[Any]:
    if id(formset) in seen or not isinstance(formset, BaseModelFormSet):
        return
    seen.add(id(formset))
    if ready is not None:
        ready(formset)
    yield formset
    for form in formset.forms:
        for name, value in list(vars(form).items()):
            if name not in _OF_DJANGO:
                for inner in _formsets_in(value):
                    yield from _walk(inner, seen, ready)


_OF_DJANGO = {"data", "files", "initial", "cleaned_data", "_errors", "_bound_fields_cache", "changed_data"}
"""Attributes of a form that have one item for each field, and never a formset."""


def _formsets_in(value: Any) -> Iterator[Any]:
    """Formsets among the attributes of a form, bare or as the admin's templates are given them."""
    items = value if isinstance(value, (list, tuple)) else value.values() if isinstance(value, dict) else [value]
    for item in items:
        formset = item if isinstance(item, BaseFormSet) else getattr(item, "formset", None)
        if isinstance(formset, BaseFormSet):
            yield formset


def _name(formset: Any, main: Any) -> str:
    link = getattr(getattr(formset, "fk", None), "name", "") or getattr(
        getattr(formset, "ct_field", None), "name", ""
    )
    parent = getattr(formset, "instance", None)
    name = f"{formset.model._meta.label_lower}.{link}"
    if parent is None or main is None or (parent.pk == main.pk and isinstance(parent, type(main))):
        return name
    return f"{name}@{parent._meta.label_lower}:{parent.pk}"


def compared(
    each: RowSet,
    base: Optional[Base],
    chosen: Mapping[str, str],
    merges: bool,
    is_page: bool,
    now: Optional[Mapping[str, Mapping[str, Reading]]] = None,
) -> None:
    """Make the examination of each posted row that is there."""
    for form in each.formset.initial_forms:
        pk = str(form.instance.pk)
        if form.instance.pk is None or form.instance._state.adding:
            continue
        entries = each.entries.get(pk) if each.entries is not None else None
        row_now = now.get(pk) if now is not None else None
        is_shown_only = each.is_view_only or (is_page and pk in each.added)
        path = f"{each.formset.prefix}/{pk}/"
        each.rows[pk] = Examination(form, base, entries, path, chosen, row_now, merges, is_shown_only, is_page)


def compared_late(
    each: RowSet, base: Optional[Base], chosen: Mapping[str, str], locked: LockedRows, is_page: bool
) -> None:
    """The same for forms that have cleaned themselves already, each compared with a form of its locked row."""
    for form in each.formset.initial_forms:
        row = locked.row_for(form.instance, each.formset)
        if row is None:
            continue
        pk = str(row.pk)
        now = readings.read(type(form)(instance=row, prefix=form.prefix))
        entries = each.entries.get(pk) if each.entries is not None else None
        path = f"{each.formset.prefix}/{pk}/"
        each.rows[pk] = Examination(form, base, entries, path, chosen, now, is_page=is_page)
        each.rows[pk].begin()
        each.rows[pk].judge()
        each.rows[pk].left_out.clear()  # it is too late for that, so nothing can be merged
        if is_page:
            each.rows[pk].keep_shown()


def lost_rows(data: Any, shown: Iterable[str], base: Base, sets: Iterable[str]) -> Dict[str, List[str]]:
    """What was typed into inlines that the form has no more, by their prefix.

    shown: prefixes of the inlines that it has. sets: names of those in the base.
    """
    gone = [rows for name, rows in base.sets.items() if name not in set(sets)]
    found: Dict[str, List[str]] = {}
    for key in data:
        prefix, end, rest = key.rpartition("-TOTAL_FORMS")
        if not end or rest or prefix in set(shown) or not data.get(f"{prefix}-INITIAL_FORMS", "").isdecimal():
            continue
        for name in data:
            match = re.fullmatch(re.escape(prefix) + r"-(\d+)-(\w+)", name)
            if match is None or not data[name] or match.group(2) == DELETION_FIELD_NAME:
                continue
            field, typed = match.group(2), data.getlist(name)
            if int(match.group(1)) < int(data[f"{prefix}-INITIAL_FORMS"]):
                entries = [row[field] for rows in gone for row in rows.values() if field in row]
                is_typed = bool(entries) and not any(base.showed(field, entry, typed) for entry in entries)
            else:
                blank = data.get(f"{prefix}-__prefix__-{field}")  # of the row that new ones are cloned from
                is_typed = data[name] != blank if blank is not None else not data[name].isdecimal()
            if is_typed:
                found.setdefault(prefix, []).extend(typed)
    return found
