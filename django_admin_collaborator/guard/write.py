"""One save on its way: from the POST over the lock service and the locked row to the commit.

The order matters. Django's permissions are asked first. The lock service is asked before any row is locked, because
it may take seconds; what it answered holds until the commit. The comparison comes under the row lock, and needs
nobody's answer.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple, Type

from django.db import OperationalError, models
from django.http import HttpRequest, HttpResponse

from .. import conf
from ..access import identity
from ..access.identity import root_model
from ..request_notes import Note
from . import way_on
from .refusal import CONFLICT, Reason, Refusal
from .turn import Turn
from .version import base as bases
from .version import guarded_forms, rowsets, snapshot, stored, verdicts
from .version import reading as readings
from .version.compare import NEWS, Change
from .version.examination import Examination
from .version.guarded_forms import GuardedForm, guard
from .version.rowsets import RowSet

logger = logging.getLogger("django_admin_collaborator")

ACTION = "CHANGE_FORM-action"
"""What a change form posts when one of its actions was chosen, as of Django 6.1."""

CHOICE = "_collaborator_take-"
"""First part of the names of the radio buttons of a conflict; their value is ``theirs`` or ``mine``."""


class Attempt:
    """The state of one save.

    object_id: as in the address. turn: what the lock service is asked and told of it.
    base: of the page; base_problem says why there is none. base_text: what a form carries that is rendered now.
    seen: the object as it was before the lock; as_found: a copy of it, where a hook may give the same again.
    row: the locked row. whole: see ``Whole``.
    main: the examination of the main form; sets: those of its rows.
    refusal: why nothing is saved; from then on the forms are only shown. page: what the page of it says.
    is_revert: an older version is written over the row. is_out_of_sight: the admin does not show the object (any
    more). is_absent: there is no object to be saved.
    is_told_of_fault: its person was told that a part cannot be compared, see ``way_on``.
    is_action: not the form is saved, but an action is run from it.
    is_saving: Django found no mistake in the form. is_written: it went as far as to write the rows that belong to
    the object. is_rendered: it answered with a form. posted: what came with the request; views may exchange it.
    """

    def __init__(self, request: HttpRequest, model_admin: Any, object_id: str, pk: Any, using: str) -> None:
        self.request = request
        self.user = request.user
        self.model_admin = model_admin
        self.model = model = model_admin.model
        self.pk = pk
        self.using = using
        self.turn = Turn(request, model, pk, using)
        posted = request.POST.dict()
        self.is_told_of_fault = way_on.is_taken(request)
        self.chosen = {name[len(CHOICE) :]: value for name, value in posted.items() if name.startswith(CHOICE)}
        self.refusal: Optional[Refusal] = None
        self.is_action = False
        self.object_id = object_id
        self.is_revert = False
        self.seen: Any = None
        self.as_found: Any = None
        self.is_out_of_sight = False
        self.is_absent = False
        self.is_checked = False
        self.is_saving = self.is_written = self.is_rendered = False
        self.posted = (request.POST, request.FILES)
        self.base: Optional[bases.Base] = None
        self.base_problem: Optional[bases.BaseProblem] = None
        self.base_text = request.POST.get(bases.FIELD, "")
        self.page: Mapping[str, Any] = {}
        self.classes: Dict[Any, Any] = {}
        self._forget_forms()
        try:
            self.base = bases.verify(self.base_text, identity.user_name(self.user), self.object_name)
        except bases.BaseProblem as problem:
            self.base_problem, self.base_text = problem, ""
        except Exception as error:
            self._note_fault("the base of a page", error)
            self.base_problem, self.base_text = bases.BaseProblem("fault"), ""

    def is_done(self, response: HttpResponse) -> bool:
        """Whether the save was done. A page of a package's own may also ask once more, before anything is written."""
        is_done = self.is_written or (self.is_saving and response.status_code != 200)
        return is_done and not self.is_rendered

    def begin_to_compare(self) -> None:
        """The object is about to be locked. What a view has made of what was posted before that does not count."""
        self.is_checked = True
        self.is_saving = False
        self._forget_forms()

    def _forget_forms(self) -> None:
        self.row: Optional[models.Model] = None
        self.whole: Optional[snapshot.Whole] = None
        self.main: Optional[Examination] = None
        self.sets: Optional[List[RowSet]] = None
        self.prefixes: List[str] = []
        self.inlines: List[Any] = []
        self.fault = ""
        self._waits_for: Dict[int, Any] = {}
        self._is_concluded = False

    def refuse(self, refusal: Refusal) -> None:
        """From now on the forms are only shown."""
        stored.forget_input(getattr(self.main, "form", None), self.seen, self.as_found)
        self.refusal = refusal
        self.is_saving = self.is_written = self.is_rendered = False
        self.request.POST, vars(self.request)["_files"] = self.posted
        row, whole = self.row, self.whole
        self._forget_forms()
        if self.is_revert:  # from now on the view has written the older version over it
            self.row, self.whole = row, whole
        else:
            self.is_checked = False

    @property
    def object_name(self) -> str:
        return identity.object_name(self.model, self.pk, self.turn.realm)

    @property
    def is_of_new_row(self) -> bool:
        """Whether a hook of the project gives an object that is stored when it is saved for the first time."""
        return self.seen is not None and bool(self.seen._state.adding)

    @property
    def is_unguarded(self) -> bool:
        """Whether a save is to be done that nothing is known of: in the project's own tests, which never fetched its
        page, or after a fault of ours."""
        kind = self.base_problem.kind if self.base_problem is not None else ""
        is_told = self.is_told_of_fault and kind in ("missing", "fault")
        return is_told or (kind == "missing" and conf.get("MISSING_BASE") == "accept")

    @property
    def compares_forms(self) -> bool:
        """Whether the forms that Django makes now are to be compared."""
        if self.is_absent:
            return False
        if self.refusal is not None:
            return self.shows_conflict
        return self.base is not None and not self.is_action and not self.is_revert

    @property
    def shows_conflict(self) -> bool:
        """Whether the page that is made now shows what others changed."""
        refusal = self.refusal
        return refusal is not None and refusal.reason.status == CONFLICT and refusal.reason is not Reason.GONE

    @property
    def is_of_foreign_view(self) -> bool:
        """Whether a view of a package, with a transaction of its own, is about to read the object of our page."""
        return bool(self.base or self.refusal) and not self.is_checked and not self.is_revert

    @property
    def merges(self) -> bool:
        """Whether a form leaves out what only others changed: to merge it, or to show it."""
        if self.refusal is not None:
            return self.shows_conflict
        return bool(conf.get("MERGE_DISJOINT")) and not self.is_revert

    def main_class(self, form_class: Any) -> Any:
        """The class of the main form, which compares itself."""
        if self.refusal is None and not self.compares_forms:
            return form_class
        with self.refusing_faults():
            return guarded_forms.main_class(form_class, self)

    @property
    def _page(self) -> snapshot.PageOfNow:
        assert self.row is not None
        return snapshot.PageOfNow(self.model_admin, self.request, self.row)

    def examine_main(self, form: Any) -> Optional[Examination]:
        """The examination of ``form``, if it is the main form of this save: the last that cleans itself before one
        is saved, as projects also make one to look at what was posted."""
        instance = getattr(form, "instance", None)  # a form that is none of a model need not have one
        is_other = instance is not None and instance.pk != self.pk and not self.is_revert
        if self.is_saving or is_other or not self.compares_forms:
            return None
        entries = self.base.fields if self.base is not None else None
        now = self.whole.fields if self.whole is not None else None
        if now is None and self.row is not None and (self.main is not None or instance is None):
            # A form before has written what was posted into the instance of both.
            shown = readings.twin(form, readings.copied_row(self.row))
            now = readings.read(shown) if shown is not None else None
        self.main = Examination(
            form,
            self.base,
            entries,
            "",
            self.chosen,
            now,
            self.merges,
            is_page=self.shows_conflict,
            page_form=lambda: self._page.form(),
            beside=stored.Beside(self.request, self.row, self.seen),
        )
        self._waits_for[id(form)] = form
        return self.main

    def examine_rows(self, made: Tuple[Any, Any], again: Callable[[], Tuple[Any, Any]], main: Any) -> Tuple[Any, Any]:
        """Compare the rows of the formsets that Django made, under the row lock; ``again`` makes them once more."""
        self.sets = []
        if not self.compares_forms:
            return made
        try:
            made = self._examine_rows(made, again, main)
        except (Refusal, OperationalError):
            raise
        except Exception as error:
            self._note_fault("the rows of its inlines", error)
        for each in self.sets or ():
            self._waits_for[id(each.formset)] = each.formset
        self.conclude()
        return made

    def _examine_rows(
        self, made: Tuple[Any, Any], again: Callable[[], Tuple[Any, Any]], main: Any
    ) -> Tuple[Any, Any]:
        locked = rowsets.LockedRows()
        take = locked.take if self.row is not None and not self.is_revert else None
        sets = self._sets_of(made, main, take)
        if locked.is_other:
            made = again()
            locked.is_other = False
            sets = self._sets_of(made, main, take)
            if locked.is_other and self.refusal is None:
                # On MySQL and MariaDB at "repeatable read" a transaction that had read something before it locked
                # goes on seeing rows as they were then. The next save is a transaction of its own.
                raise Refusal(Reason.BUSY)
        for each in sets:
            each.compare_keys(self.base)
        post = rowsets.restructured(
            self.request, sets, self.chosen, is_page=self.refusal is not None, merges=self.merges
        )
        if post is not None:
            before = {each.name: each for each in sets}
            post.put_into(self.request)
            made = again()
            sets = self._sets_of(made, main, locked.refresh)
            for each in sets:
                if each.name in before:
                    each.entries, each.added, each.gone = (
                        before[each.name].entries,
                        before[each.name].added,
                        before[each.name].gone,
                    )
        for each in sets:
            now = self.whole.sets.get(each.name) if self.whole is not None else None
            rowsets.compared(each, self.base, self.chosen, self.merges, self.shows_conflict, now)
        for each in sets:
            for row in each.rows.values():
                locked.uncleaned(row.form, each.formset)
                guard(row.form, self, row)
            guard(each.formset, self)
        self.sets = sets
        return made

    def _sets_of(self, made: Tuple[Any, Any], main: Any, ready: Any) -> List[RowSet]:
        formsets, inlines = made
        self.prefixes = [formset.prefix for formset in formsets]
        writable, theirs = [], []
        view_only = set()
        for formset, inline in zip(formsets, inlines):
            may_change = inline.has_change_permission(self.request, main)
            if may_change or inline.has_delete_permission(self.request, main):
                writable.append(formset)
                theirs.append(inline)
                if not may_change:
                    view_only.add(id(formset))
        writable += formsets[len(inlines) :]
        sets = rowsets.sets_of(writable, theirs, main, ready)
        for each in sets:
            each.is_view_only = id(each.formset) in view_only
        return sets

    def examine_foreign(self, form: Any) -> None:
        """Compare a form whose class did not come from ours, now that it has cleaned itself.

        Raises: Refusal: see ``conclude``.
        """
        if not self.compares_forms or self.main is not None or self.row is None:
            return
        readings.report(form, "*", "its ModelAdmin makes the form without get_form() of its parents")
        entries = self.base.fields if self.base is not None else None
        now = readings.read(readings.twin(form, self.row) or self._page.form())
        beside = stored.Beside(self.request, self.row, self.seen)
        self.main = examination = Examination(form, self.base, entries, chosen=self.chosen, now=now, beside=beside)
        with self.net(examination):
            examination.begin()
            examination.judge()
            examination.left_out.clear()  # it is too late for that
        self.conclude()

    def examine_foreign_rows(self, formsets: Sequence[Any], main: Any) -> None:
        """Compare formsets that a view of a package has made by itself, after they have cleaned themselves.

        Raises: Refusal: see ``conclude``.
        """
        if self.sets is not None or not self.compares_forms or self.row is None or not formsets:
            return
        self.sets = []
        try:
            sets = rowsets.sets_of(formsets, (), self.row)
            locked = rowsets.LockedRows()
            for each in sets:
                locked.lock(each.formset)
                each.compare_keys(self.base, locked.keys(each.formset))
                rowsets.compared_late(each, self.base, self.chosen, locked, self.shows_conflict)
            self.sets = sets
            self.prefixes = [each.formset.prefix for each in sets]
        except (Refusal, OperationalError):
            raise
        except Exception as error:
            self._note_fault("the rows of its inlines", error)

    def has_examined(self, part: Any) -> None:
        """A form or formset has cleaned itself."""
        self._waits_for.pop(id(part), None)
        for each in self.sets or ():
            if each.formset is part:
                self._judge_rest(each)
        self.conclude()

    def _judge_rest(self, each: RowSet) -> None:
        """Compare the rows whose forms are never cleaned, because their person may only look at or delete them."""
        for row in each.rows.values():
            if not row.is_judged:
                with self.net(row):
                    row.begin()
                    row.judge()
                    if self.shows_conflict:
                        row.keep_shown()

    def conclude(self) -> None:
        """When all has been compared, decide.

        Raises: Refusal: the object is not the one that the page was made from.
        """
        if self.refusal is not None or self._is_concluded or self.sets is None or self._waits_for:
            return
        if self.main is None and not self.is_revert:
            return
        self._is_concluded = True
        with self.refusing_faults():
            self._decide()

    def insist_on_comparison(self) -> None:
        """Before anything is written: decide even where a part was never asked to clean itself."""
        if self.refusal is None and self.compares_forms and not self._is_concluded:
            self._is_concluded = True
            for each in self.sets or ():
                for row in each.rows.values():
                    row.form.errors  # noqa: B018 (cleans it, if nobody has)
                self._judge_rest(each)
            self._decide()

    def _decide(self) -> None:
        found = set(verdicts.of(self.main, self.sets or ()))
        if self.merges and Change.BOTH not in found and not verdicts.has_unmerged(self.main, self.sets or ()):
            found.discard(Change.THEIRS)
        if found & NEWS:
            raise Refusal(Reason.CHANGED)
        if self.has_faults and not self.is_told_of_fault:
            raise Refusal(Reason.NOT_COMPARED)
        if Change.UNSEEN in found and not self.is_told_of_fault:
            raise Refusal(Reason.BASE_MISSING)
        if Change.UNDECIDED in found or any(each.undecided_rows(self.base, self.chosen) for each in self.sets or ()):
            raise Refusal(Reason.UNDECIDED)
        if (self.main is not None and self.main.lost) or self.lost_rows():
            raise Refusal(Reason.LOST)
        self.lock_links()

    @property
    def has_faults(self) -> bool:
        """Whether a part could not be compared."""
        return bool(self.fault) or Change.UNREADABLE in verdicts.of(self.main, self.sets or ())

    def lock_links(self) -> None:
        """Of all that was examined so far, before the project's own hooks write any.

        Raises: Refusal: they are not those that were compared.
        """
        main = [self.main] if self.main is not None else []
        for each in [*main, *(row for rows in self.sets or () for row in rows.rows.values())]:
            is_saved = each.is_judged and not each.form._errors and not each.is_withdrawn
            if is_saved and isinstance(each.form, GuardedForm):
                each.form.lock_compared_links()

    def lost_rows(self) -> Mapping[str, List[str]]:
        """What was typed into inlines that the form has no more, by their prefix, unless the person has seen that."""
        if self.base is None or self.sets is None or self.fault:
            return {}
        names = [each.name for each in self.sets]
        lost = rowsets.lost_rows(self.request.POST, self.prefixes, self.base, names)
        if lost and self.row is not None:
            for prefix in self._page.prefixes():  # what a page of now has is not here because of what was posted
                lost.pop(prefix, None)
        return {prefix: texts for prefix, texts in lost.items() if self.chosen.get(prefix + "/") != "mine"}

    @contextmanager
    def net(self, examination: Examination) -> Iterator[None]:
        """A fault of ours ends in a refusal that names what could not be compared, and in no lost input."""
        try:
            yield
        except (Refusal, OperationalError):
            raise
        except Exception as error:
            examination.fault = f"{type(error).__name__}: {error}"
            self._note_fault(f"a form of {readings.label(examination.form)}", error, examination)
            if self.refusal is not None and verdicts.is_of_added(examination, self.sets or ()):
                raise self.refusal from error  # a page cannot show a row that nobody has posted

    @contextmanager
    def refusing_faults(self) -> Iterator[None]:
        """The same where no form is there to be named.

        Raises: Refusal: something that is none of the guard's own answers was raised.
        """
        try:
            yield
        except (Refusal, OperationalError):
            raise
        except Exception as error:
            self._note_fault("a page", error)
            raise Refusal(Reason.NOT_COMPARED) from error

    def _note_fault(self, part: str, error: Exception, examination: Optional[Examination] = None) -> None:
        if examination is None:
            self.fault = f"{type(error).__name__}: {error}"
        logger.error("the guard could not compare %s of %s %s", part, self.model._meta.label, self.pk, exc_info=error)

    def is_about(self, model: Type[models.Model], pk: Any) -> bool:
        return bool(root_model(model) is root_model(self.model) and pk == self.pk)


CURRENT: Note[Optional[Attempt]] = Note("attempt", None)
of = CURRENT.of
