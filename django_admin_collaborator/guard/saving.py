"""Run a save under guard: ask, lock, compare, let Django save, tell. A refusal rolls everything back."""

from __future__ import annotations

from functools import partial
from typing import Any, Callable, Optional

from django.contrib.admin.options import TO_FIELD_VAR
from django.contrib.admin.utils import unquote
from django.contrib.messages import info, warning
from django.core.exceptions import ValidationError
from django.db import OperationalError, connections, router, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from .. import audit
from . import answers, choices, compare, current, forms, lock, snapshot, texts
from . import attempt as attempts
from .attempt import ACTION, Attempt
from .base import Base, BaseProblem
from .refusal import BASE_PROBLEMS, Reason, Refusal
from .snapshot import Snapshot

View = Callable[..., HttpResponse]
"""Django's own view, with the request bound."""

Refuse = Callable[[HttpRequest, Attempt, Refusal, View], HttpResponse]
"""Answers a write that was refused."""


def begin(model_admin: Any, request: HttpRequest, object_id: Optional[str]) -> Optional[Attempt]:
    """The save that this request is, if it is one of a row that can be named; it stays on the request."""
    if request.method != "POST" or object_id is None or "_saveasnew" in request.POST:
        return None
    lookup = lookup_of(model_admin, request, object_id)
    if lookup is None:
        return None
    using = database_of(model_admin, request)
    pk = lookup["pk"] if "pk" in lookup else lock.find_pk(model_admin.model, using, lookup)
    attempt = Attempt(request, model_admin.model, pk, using)
    attempt.is_action = is_action(request)
    request._collaborator_attempt = attempt
    return attempt


def run(request: HttpRequest, attempt: Attempt, view: View, refuse: Refuse, done: Callable[[], None]) -> HttpResponse:
    """Let ``view`` write if that can destroy nothing; else answer with ``refuse``. ``done``: tells the room."""
    with attempts.under(attempt):
        try:
            attempt.ask_lock_service()
            response = in_transaction(attempt.using, attempt.model, view)
        except (Refusal, OperationalError) as error:
            # The latter: a deadlock, or a lock that could not be had in time. What was done is rolled back.
            attempt.drop()
            refusal = error if isinstance(error, Refusal) else Refusal(Reason.BUSY)
            audit.refused_write(request, refusal, attempt.model, attempt.pk)
            return refuse(request, attempt, refusal, view)
        except BaseException:
            attempt.drop()
            raise
        if attempt.is_written and not attempt.is_rendered:
            done()
            _tell_writer(request, attempt)
        else:
            attempt.drop()
    return response


def save(model_admin: Any, request: HttpRequest, attempt: Attempt, view: View) -> HttpResponse:
    """Guard a view that saves a change form, or runs an action from it."""

    def done() -> None:
        if attempt.is_action and lock.find_pk(attempt.model, attempt.using, {"pk": attempt.pk}) is None:
            attempt.deleted()
        else:
            attempt.committed(release="_continue" not in request.POST and not attempt.is_action)

    return run(request, attempt, view, refuse=partial(answers.refused, model_admin), done=done)


def is_action(request: HttpRequest) -> bool:
    return ACTION in request.POST and not {"_save", "_continue", "_addanother"} & set(request.POST)


def _tell_writer(request: HttpRequest, attempt: Attempt) -> None:
    if not attempt.was_protected:
        warning(request, texts.WITHOUT_LOCK)
    if attempt.merged:
        names = ", ".join(item.label for item in attempt.merged)
        info(
            request,
            _("Others had changed this meanwhile. What they changed was kept beside what you changed: %s") % names,
        )


def check(model_admin: Any, request: HttpRequest, attempt: Attempt) -> None:
    """Lock the object and compare it with the base. To be called first thing in the transaction.

    Raises:
        Refusal: it is not the object that the form was built from, or that is not known.
    """
    attempt.is_checked = True
    lock.begin(attempt.model, attempt.using)
    instance = lock.lock_row(attempt.model, attempt.using, {"pk": attempt.pk}) if attempt.pk is not None else None
    attempt.insist_on_time()
    base, problem = attempt.base, attempt.base_problem
    was_absent = attempt.is_revert and base is not None and not base.fields
    if instance is None:
        if was_absent:
            return
        raise Refusal(Reason.GONE)
    if attempt.is_action and problem is not None and problem.kind == "missing":
        return  # a page of the action's own, not our form: nothing in it was made from the row
    try:
        attempt.snapshot = None if base is None or was_absent else _now(model_admin, request, instance, base, attempt)
    except BaseProblem as now_known:
        problem = now_known
    if attempt.snapshot is None:
        attempt.base = None
        base = _base_as_of_now(model_admin, request, instance, attempt)
        attempt.snapshot = _now(model_admin, request, instance, base, attempt)
        _insist_on_one_view(model_admin, request, attempt)
        raise Refusal(BASE_PROBLEMS[problem.kind] if problem is not None else Reason.CHANGED)
    choices.apply(model_admin, request, attempt.snapshot)
    if base is not None and compare.differs(base, attempt.snapshot):
        _insist_on_one_view(model_admin, request, attempt)
        answers.merge_or_refuse(model_admin, request, attempt)


def unseen(model_admin: Any, request: HttpRequest, attempt: Attempt) -> Refusal:
    """For a save that would write what its page did not show: compare that too, without a base, and do not save."""
    now = attempt.snapshot
    if now is not None:
        base = _base_as_of_now(model_admin, request, now.instance, attempt)
        attempt.snapshot = _now(model_admin, request, now.instance, base, attempt)
        _insist_on_one_view(model_admin, request, attempt)
    return Refusal(Reason.BASE_MISSING)


def _insist_on_one_view(model_admin: Any, request: HttpRequest, attempt: Attempt) -> None:
    """Raises: Refusal: the page of a conflict would show rows and links as they were before those that are locked.

    So it is on MySQL and MariaDB at "repeatable read", if the transaction had read something before it locked.
    The next save is a transaction of its own.
    """
    now = attempt.snapshot
    if now is None or connections[attempt.using].vendor != "mysql":
        return
    shown = _base_as_of_now(model_admin, request, now.instance, attempt)
    if compare.differs(shown, _now(model_admin, request, now.instance, shown, attempt)):
        raise Refusal(Reason.BUSY)


def _now(model_admin: Any, request: HttpRequest, instance: Any, base: Base, attempt: Attempt) -> Snapshot:
    return current.read(model_admin, request, instance, base, attempt.using)


def _base_as_of_now(model_admin: Any, request: HttpRequest, instance: Any, attempt: Attempt) -> Base:
    """For a save without a usable base: which fields and inlines its form would have."""
    form = forms.form_without_input(model_admin, request, instance)
    formsets = [formset for _, formset in forms.formsets(model_admin, request, instance)]
    return snapshot.of_forms(form, formsets).as_base("", attempt.object_name)


def lookup_of(model_admin: Any, request: HttpRequest, object_id: str) -> Optional[dict]:
    """How Django's view will look for the row, or None if it cannot be found that way at all."""
    to_field = request.POST.get(TO_FIELD_VAR, request.GET.get(TO_FIELD_VAR))
    opts = model_admin.model._meta
    if to_field and not model_admin.to_field_allowed(request, to_field):
        return None
    field = opts.get_field(to_field) if to_field else opts.pk
    try:
        value = field.to_python(unquote(object_id))
    except (ValidationError, ValueError):
        return None
    if "\x00" in str(value) and connections[database_of(model_admin, request)].vendor == "postgresql":
        return None  # no row has such a key, and asking for it would be an error of the database
    return {"pk" if field.primary_key else field.name: value}


def database_of(model_admin: Any, request: HttpRequest) -> str:
    """Where the rows of this admin are written: by the router, or where its queryset says."""
    chosen = model_admin.get_queryset(request)._db
    return chosen or router.db_for_write(model_admin.model)


def in_transaction(using: str, model: Any, view: View) -> HttpResponse:
    """Django's views open a transaction where the router writes; open one where this admin writes otherwise."""
    if using == router.db_for_write(model):
        return view()
    with transaction.atomic(using=using):
        return view()
