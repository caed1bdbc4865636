"""The guard of ``list_editable``: a base for each row. What can be saved is saved, and the rest is named.

Rows are locked in the order of their keys before any is written, so two lists never wait for each other.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from functools import partial
from typing import Any, Dict, Iterator, List, Mapping, Optional, Set

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ERROR_FLAG
from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponse, QueryDict

from ... import conf
from ...access import identity, security_log
from ...admin_templates import LIST, wrap
from ...request_notes import Note
from .. import beside, way_on
from ..bulk_write import Bulk
from ..conflict import texts
from ..conflict.history import History
from ..conflict.responses import drawn
from ..refusal import BASE_PROBLEMS, Reason, Refusal, know
from ..save import View, is_alone, left_out, netted
from ..version import base as bases
from ..version import locks
from ..version.base import BaseProblem
from ..version.compare import Change
from ..version.submission import MergedPost, Row
from . import list_formset, list_rows
from .list_rows import PostedRow

logger = logging.getLogger("django_admin_collaborator")


class _IsEditable(Exception):
    """Django is about to save a list of which the ``ModelAdmin`` says only on the way that it is editable."""


class ListGuard(beside.Admin):
    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        if IS_FIXED.of(request):
            raise _IsEditable
        formset_class = super().get_changelist_formset(request, **kwargs)
        if is_alone(request) and request.method == "POST":
            return formset_class
        save = SAVE.of(request)
        notes = NOTES.of(request)
        if notes is not None or save is not None:
            formset_class = list_formset.guarded(formset_class, self, request.user, save)
            return formset_class if notes is None else list_formset.refusing(formset_class, notes)
        with left_out(request, "the list of %s is not guarded", self.model._meta.label):
            return list_formset.guarded(formset_class, self, request.user, None)
        return formset_class

    def changelist_view(self, request: HttpRequest, extra_context: Optional[Dict[str, Any]] = None) -> HttpResponse:
        def view() -> HttpResponse:
            return super(ListGuard, self).changelist_view(request, extra_context)

        return netted(self, request, lambda: _saved(self, request, view), view)


def _saved(model_admin: Any, request: HttpRequest, view: View) -> HttpResponse:
    if request.method != "POST" or "_save" not in request.POST:
        return view()
    if not model_admin.has_change_permission(request):
        return view()  # Django refuses
    if not model_admin.list_editable:
        IS_FIXED.put(request, True)
        try:
            return view()
        except _IsEditable:
            IS_FIXED.put(request, False)
        if not model_admin.list_editable:
            name = model_admin.model._meta.label
            logger.warning("the list of %s is not guarded: it is editable only within its view", name)
            return view()
    save = ListSave(model_admin, request)
    return view() if save.is_unguarded else save.bulk.run(model_admin, lambda: save.run(_staying(request, view)))


class ListSave:
    """One POST of an editable list.

    notes: what to tell about each row that is not saved, by its key. gone: rows that are not there any more.
    kept: entries of rows that are not saved, for the base of the page that says so. changed: rows that nobody touched
    as others have left them, where what was posted of them is a mistake by now. is_told_of_fault: see ``way_on``.
    is_unguarded: whether it is to be done though there is no base, after a fault of ours or in a project's own tests.
    """

    refusal = None
    shows_conflict = False

    def __init__(self, model_admin: Any, request: HttpRequest) -> None:
        self.model_admin = model_admin
        self.request = request
        self.model = model_admin.model
        self.bulk = Bulk(request, self.model, identity.database_of(model_admin, request))
        self.formset = list_formset.with_input(model_admin, request)
        self.posted = request.POST
        self.post = MergedPost(request.POST, request.FILES)
        self.base: Optional[bases.Base] = None
        self.entries: Optional[Dict[str, bases.Entries]] = None
        self.reason: Optional[Reason] = None
        self.is_told_of_fault = way_on.is_taken(request)
        self.is_unguarded = False
        self.classes: Dict[Any, Any] = {}
        text = request.POST.get(f"{self.formset.prefix}-{bases.FIELD}", "")
        try:
            self.base = bases.verify(text, identity.user_name(request.user), list_formset.list_name(self.model))
            self.entries = dict(self.base.sets[list_formset.ROWS])
        except BaseProblem as problem:
            self.reason = BASE_PROBLEMS[problem.kind]
            wants_all = self.is_told_of_fault or conf.get("MISSING_BASE") == "accept"
            self.is_unguarded = problem.kind == "missing" and wants_all
        if self.reason is not None and not self.is_unguarded:
            security_log.refused_write(request, Refusal(self.reason), self.model)
        self.notes: Dict[str, str] = {}
        self.gone: List[PostedRow] = []
        self.untouched: Set[Any] = set()
        self.kept: Dict[str, bases.Entries] = {}
        self.changed: Dict[str, Row] = {}

    def entries_of(self, pk: Any) -> Optional[bases.Entries]:
        return self.entries.get(str(pk)) if self.entries is not None else None

    @contextmanager
    def net(self, examination: Any) -> Iterator[None]:
        """A fault of ours keeps the row from being saved, and is no 500."""
        try:
            yield
        except (Refusal, OperationalError):
            raise
        except Exception:
            logger.exception("the guard could not compare a row of the list of %s", self.model._meta.label)
            raise Refusal(Reason.NOT_COMPARED) from None

    def refusing_faults(self) -> Any:
        """The same for a form that is being saved."""
        return self.net(None)

    def has_examined(self, part: Any) -> None:
        """The rows were compared before Django was asked to save them."""

    def run(self, view: View) -> HttpResponse:
        posted = list_rows.read(self.formset, self.base, self.entries)
        touched = [row for row in posted if row.is_touched()]
        in_sight = [row for row in touched if row.form.instance.pk == row.pk]
        self.bulk.ask_lock_service([row.pk for row in in_sight])
        if self.bulk.held:
            know(self.request, Refusal(Reason.HELD, changed=[self.bulk.names(self.bulk.held)]))
        with locks.further_transactions(), transaction.atomic(using=self.bulk.using):
            self.bulk.lock()
            good = [row for row in touched if self._may_be_saved(row)]
            if self.reason is not None:
                know(self.request, Refusal(self.reason))
            some_are_not = bool(self.notes or self.gone)
            # Django saves no row of a list while another one has a mistake, to be saved or not.
            untouched = [row for row in posted if row not in good and self._is_left_alone(row)]
            mistaken = [row for row in untouched if row.form.errors]
            # One that others have changed since is validated as it is now.
            self.changed = {row.key: row.as_shown_now() for row in mistaken if row.is_shown_otherwise()}
            has_mistakes = any(row.form.errors for row in good) or len(self.changed) < len(mistaken)
            if has_mistakes or (some_are_not and not conf.get("PARTIAL_BULK")):
                good = []
            response = self._save(good, untouched, view) if good or not (some_are_not or has_mistakes) else None
            was_saved = response is not None and response.status_code == 302
            self.bulk.finish()
        if was_saved and good:
            self.bulk.tell_if_unprotected()
        if was_saved and response is not None and not some_are_not:
            return response
        saved = {row.key for row in good} if was_saved else set()
        left = [row for row in touched if row.key not in saved and row not in self.gone]
        if self.reason is None:
            return _show(self, left, view)  # mistakes only, and Django marks those
        refusal = Refusal(self.reason)
        show, tell = partial(_show, self, left, view), partial(texts.of_bulk, self.model, refusal)
        return drawn(self.model_admin, self.request, refusal, tell, show, self.posted)

    def _may_be_saved(self, row: PostedRow) -> bool:
        """Compare one row under its lock; note why it is not to be saved, if so."""
        if row.pk in self.bulk.held:
            self.reason = self.reason or Reason.HELD
            self.notes[row.key] = list_rows.held_note(self.bulk.held[row.pk])
            self.kept[row.key] = dict(row.kept or {})
            return False
        locked = self.bulk.before.get(row.pk)
        if locked is None:
            if self.reason in (None, Reason.HELD, Reason.NOT_COMPARED):
                self.reason = Reason.CHANGED
            self.gone.append(row)
            return False
        verdict = list_rows.verdict(row.compare(locked))
        if verdict is Change.MINE or (verdict is Change.NONE and row.is_saved_anyway):
            self.kept[row.key] = dict(row.kept or {})
            return True
        if verdict is Change.NONE:
            return False
        if verdict is Change.THEIRS and conf.get("MERGE_DISJOINT"):
            return True
        if row.is_unreadable and self.is_told_of_fault:
            return True
        if row.is_unreadable:
            self.reason = self.reason or Reason.NOT_COMPARED
        elif self.reason in (None, Reason.HELD, Reason.NOT_COMPARED):
            self.reason = Reason.CHANGED
        self.notes[row.key] = row.note(self._author(row))
        return False

    def _is_left_alone(self, row: PostedRow) -> bool:
        """Whether a row that is not saved is there as well: nobody has typed into it, or what it is already."""
        is_told = row.key in self.notes or row in self.gone
        return not is_told and bool(row.form.instance.pk == row.pk)

    def _author(self, row: PostedRow) -> str:
        since = self.base.made_at if self.base is not None else None
        return History(self.model, row.pk, self.request.user, since).author().name

    def _save(self, good: List[PostedRow], untouched: List[PostedRow], view: View) -> HttpResponse:
        """Let Django save the good rows. The untouched ones are there as well, since a formset may validate all of
        its rows together. Those that may not be saved are left out."""
        post = MergedPost(self.request.POST, self.request.FILES)
        prefix = self.formset.prefix
        self.untouched = {row.pk for row in untouched}
        rows = sorted([*good, *untouched], key=lambda row: row.index)
        data = [self.changed.get(row.key) or self.post.row(prefix, row.index) for row in rows]
        post.replace_rows(prefix, data, len(rows))
        post.put_into(self.request)
        SAVE.put(self.request, self)
        try:
            return view()
        finally:
            SAVE.put(self.request, None)


IS_FIXED: Note[bool] = Note("list_is_fixed", False)
"""Whether Django may not save this list, as its ``ModelAdmin`` says that there is nothing to save."""
SAVE: Note[Optional[ListSave]] = Note("list_save", None)
NOTES: Note[Optional[Mapping[str, str]]] = Note("notes", None)


def _staying(request: HttpRequest, view: View) -> View:
    """Django's view, for a list whose page or filter may be gone: it would lead elsewhere and drop what was typed."""
    elsewhere = f"{request.path}?{ERROR_FLAG}=1"

    def stay() -> HttpResponse:
        response = view()
        if ERROR_FLAG not in request.GET and response.get("Location") == elsewhere:
            request.GET = QueryDict()  # nothing was done yet; the first page is always there
            response = view()
        return response

    return stay


def _show(save: ListSave, left: List[PostedRow], view: View) -> HttpResponse:
    """Render Django's list with ``left``, the rows that were not saved, as they were typed."""
    model_admin, request = save.model_admin, save.request
    try:
        shown = list_formset.without_input(model_admin, request)
    except IncorrectLookupParameters:
        request.GET = QueryDict()
        shown = list_formset.without_input(model_admin, request)
    prefix, typed = save.formset.prefix, {row.key: row for row in left}
    rows, on_page = [], set()
    for form in shown.initial_forms:
        key = str(form.instance.pk)
        on_page.add(key)
        rows.append(save.post.row(prefix, typed[key].index) if key in typed else list_rows.as_shown(form))
    post = MergedPost(request.POST, request.FILES)
    post.replace_rows(prefix, rows, len(rows))
    post.data[f"{prefix}-{bases.FIELD}"] = _new_base(save, shown)
    post.put_into(request)
    NOTES.put(request, save.notes)
    response = view()
    if save.reason is None:
        return response  # mistakes only, and Django marks those
    told = texts.of_bulk(save.model, Refusal(save.reason))
    told["lost"] = [(row.key, row.typed()) for row in [*save.gone, *left] if row.key not in on_page]
    response.status_code = save.reason.status
    return wrap(response, LIST, collaborator_guard={"page": told})


def _new_base(save: ListSave, shown: Any) -> str:
    """Rows as they are shown now; but a row that was not saved keeps what its note or its typist has seen."""
    maker = list_formset.base_of(shown, save.request.user)
    known = maker.sets[list_formset.ROWS]
    for key, entries in save.kept.items():
        if key in known:
            maker.keep_row(list_formset.ROWS, key, entries)
    return maker.sign()
