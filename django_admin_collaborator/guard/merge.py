"""A POST in which what only others changed is theirs, and everything else is as it was typed."""

from __future__ import annotations

import hashlib
import re
from typing import Any, Dict, Iterable, List, Mapping, Optional, Tuple

from django.forms import ModelForm
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict

from . import controls, forms
from .compare import Change, RowChange
from .posted import Posted
from .snapshot import Snapshot

MOST_ROWS = 5000
"""No more rows of one inline than this are looked at, whatever a POST says; Django's own limit is lower."""


class MergedPost:
    """The POST and the files of a request, with parts exchanged. ``put_into`` makes it the request's own."""

    def __init__(self, request: HttpRequest) -> None:
        self.data: QueryDict = request.POST.copy()
        self.files: MultiValueDict = request.FILES.copy()

    def put_into(self, request: HttpRequest) -> None:
        request.POST = self.data
        request._files = self.files

    def take_theirs(self, form: ModelForm, name: str, prefix: Optional[str] = None) -> None:
        """Let field ``name`` be what ``form``, a form without input, shows for it.

        prefix: where the field is posted, if not where ``form`` would post it.
        """
        shown = controls.of_field(form[name])
        where = form.prefix if prefix is None else prefix
        for control in shown.names:
            moved = _moved(control, form.prefix, where)
            self.data.pop(moved, None)
            self.files.pop(moved, None)
        for control, posted in shown.values.items():
            self.data.setlist(_moved(control, form.prefix, where), posted)

    def replace_rows(self, prefix: str, rows: Iterable[Row], initial: int) -> None:
        """Let the inline hold ``rows``, the first ``initial`` of them rows that exist."""
        rows = list(rows)
        for source in (self.data, self.files):
            for name in [name for name in source if _index_of(name, prefix) is not None]:
                del source[name]
        for index, row in enumerate(rows):
            for name, posted in row.data.items():
                self.data.setlist(f"{prefix}-{index}-{name}", posted)
            for name, files in row.files.items():
                self.files.setlist(f"{prefix}-{index}-{name}", files)
        self.data[f"{prefix}-TOTAL_FORMS"] = str(len(rows))
        self.data[f"{prefix}-INITIAL_FORMS"] = str(initial)

    def counts(self, prefix: str) -> Tuple[int, int]:
        """How many rows of an inline exist, and how many were posted in all."""
        initial, total = (self.data.get(f"{prefix}-{name}_FORMS", "") for name in ("INITIAL", "TOTAL"))
        rows = int(total) if total.isdecimal() else 0
        return min(int(initial) if initial.isdecimal() else 0, rows), min(rows, MOST_ROWS)

    def row(self, prefix: str, index: int) -> Row:
        """One row of an inline, as it was posted; names are without the row's own prefix."""
        start = len(f"{prefix}-{index}-")
        data = {name[start:]: self.data.getlist(name) for name in self.data if _index_of(name, prefix) == index}
        files = {name[start:]: self.files.getlist(name) for name in self.files if _index_of(name, prefix) == index}
        return Row(data, files)


class Row:
    """The posted data of one inline row, by name without prefix."""

    def __init__(self, data: Dict[str, List[str]], files: Dict[str, List[Any]]) -> None:
        self.data = data
        self.files = files

    def fingerprint(self) -> str:
        """The same for the same input, wherever the row stands in its inline."""
        return hashlib.sha256(repr(sorted(self.data.items())).encode("utf-8", "replace")).hexdigest()[:16]

    @classmethod
    def shown_by(cls, form: ModelForm) -> Row:
        start = len(form.prefix) + 1
        return cls({name[start:]: values for name, values in controls.of_form(form).values.items()}, {})


def merged(model_admin: Any, request: HttpRequest, posted: Posted, now: Snapshot) -> MergedPost:
    """Take over what only others changed; leave what I changed, and what both did, as I typed it."""
    post = MergedPost(request)
    theirs = forms.form_without_input(model_admin, request, now.instance)
    for name, change in posted.comparison.fields.items():
        if change is Change.THEIRS and name in theirs.fields:
            post.take_theirs(theirs, name)
    shown = {formset.prefix: formset for _, formset in forms.formsets(model_admin, request, now.instance)}
    for prefix, changes in posted.comparison.rows.items():
        if any(_needs_rebuilding(change) for change in changes) and prefix in shown:
            _merge_rows(post, prefix, posted, changes, shown[prefix])
    return post


def _needs_rebuilding(change: RowChange) -> bool:
    return change.added or change.deleted or Change.THEIRS in change.fields.values()


def _merge_rows(post: MergedPost, prefix: str, posted: Posted, changes: Tuple[RowChange, ...], shown: Any) -> None:
    by_pk = {change.pk: change for change in changes}
    indexes: Mapping[str, int] = posted.indexes[prefix]
    mine = posted.formsets[prefix]
    existing, extra = [], []
    for form in shown.initial_forms:
        pk = str(form.instance.pk)
        if pk in indexes:
            existing.append(_merged_row(post, prefix, indexes[pk], by_pk.get(pk), form))
        else:
            existing.append(Row.shown_by(form))
    for change in changes:
        if change.deleted and change.change is Change.BOTH and change.pk in indexes:
            row = post.row(prefix, indexes[change.pk])
            row.data[mine.model._meta.pk.name] = [""]
            extra.append(row)
    for index in range(mine.initial_form_count(), mine.total_form_count()):
        extra.append(post.row(prefix, index))
    post.replace_rows(prefix, [*existing, *extra], len(existing))


def _merged_row(post: MergedPost, prefix: str, index: int, change: Optional[RowChange], form: ModelForm) -> Row:
    if change is not None and not change.withdrawn:
        for name, verdict in change.fields.items():
            if verdict is Change.THEIRS and name in form.fields:
                post.take_theirs(form, name, prefix=f"{prefix}-{index}")
    return post.row(prefix, index)


def _moved(control: str, prefix: Optional[str], where: Optional[str]) -> str:
    if prefix and where and control.startswith(prefix + "-"):
        return where + control[len(prefix) :]
    return control


def _index_of(name: str, prefix: str) -> Optional[int]:
    """The row that a posted name belongs to. A second inline of a model is called ``prefix-2``: not ours."""
    found = re.match(
        re.escape(prefix) + r"-(\d+)-(?!\d+-|__prefix__-|(?:TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS$)", name
    )
    return int(found.group(1)) if found else None
