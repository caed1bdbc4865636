"""Run a save under guard: ask, lock, compare, let Django save, tell. A refusal rolls everything back."""

from __future__ import annotations

import logging
import os
from contextlib import contextmanager
from functools import partial
from typing import Any, Callable, Dict, Iterator, List, Optional

from django.contrib.admin.options import TO_FIELD_VAR
from django.contrib.admin.utils import unquote
from django.contrib.messages import info, warning
from django.core.exceptions import ValidationError
from django.db import OperationalError, connections, router, transaction
from django.http import HttpRequest, HttpResponse

from .. import faults
from ..access import identity, security_log
from ..request_notes import Note
from ..rooms import lease_events
from ..translation import gettext as _
from . import way_on
from .conflict import items, responses, texts
from .current_write import under
from .refusal import BASE_PROBLEMS, KNOWN, Reason, Refusal, know
from .version import locks, reading, snapshot
from .version.base import FIELD as BASE
from .write import ACTION, CURRENT, Attempt

logger = logging.getLogger("django_admin_collaborator")

View = Callable[..., HttpResponse]
"""Django's own view, with the request bound."""

Refuse = Callable[[HttpRequest, Attempt, Refusal, View], HttpResponse]
"""Answers a write that was refused."""


NET: Note[str] = Note("net", "")
"""Around the page of this request: "first", and "again" while Django makes it once more after a fault of ours."""


def netted(
    model_admin: Any, request: HttpRequest, guarded: Callable[[], HttpResponse], view: Callable[[], HttpResponse]
) -> HttpResponse:
    """The answer of ``guarded``. After a fault of ours in it nothing is written; ``view`` makes a page once more, and
    writes for whoever takes the way on."""
    if is_alone(request):
        return view()
    posted, said = (request.POST, request.FILES), len(_messages(request))
    NET.put(request, "first")
    try:
        with reading.with_file_versions_of(model_admin):
            return guarded()
    except Exception as error:
        if not isinstance(error, way_on.Unguarded) and not faults.is_ours(error):
            raise
        logger.error("the guard could not compare %s", request.path, exc_info=error)
        request.POST, vars(request)["_files"] = posted
        known = KNOWN.of(request)
        if request.method == "POST" and (known or not way_on.is_taken(request) or _lacks_uploads(request)):
            return _refused(model_admin, request, known or Refusal(Reason.NOT_COMPARED))
        del _messages(request)[said:]
        NET.put(request, "again")
        CURRENT.put(request, None)
        response = view()
        if request.method == "POST":  # a page that marks mistakes, with the bases of a list as they came
            bases = [(name, posted[0][name]) for name in posted[0] if name.endswith(f"-{BASE}")]
            way_on.offer(request, response, bases)
        return response


def _messages(request: HttpRequest) -> List[Any]:
    """Those that were added in this request."""
    messages: List[Any] = getattr(getattr(request, "_messages", None), "_queued_messages", [])
    return messages


def _lacks_uploads(request: HttpRequest) -> bool:
    """Whether a file that was uploaded has been moved to where it belongs, by what was undone."""
    files = [file for _, files in request.FILES.lists() for file in files]
    paths = [file.temporary_file_path() for file in files if hasattr(file, "temporary_file_path")]
    return not all(map(os.path.exists, paths))


def _refused(model_admin: Any, request: HttpRequest, refusal: Refusal) -> HttpResponse:
    attempt = CURRENT.of(request)
    security_log.refused_write(request, refusal, model_admin.model, attempt.pk if attempt is not None else None)
    if attempt is not None and refusal.reason is Reason.NOT_COMPARED:
        _write_down(attempt)
    tell = partial(texts.of_fault, model_admin.model, refusal)
    response = responses.page_of_values(model_admin, request, refusal, tell)
    if refusal.reason is Reason.NOT_COMPARED:
        way_on.offer(request, response)
    return response


def is_alone(request: HttpRequest) -> bool:
    """Whether Django is doing without us what it is asked for."""
    return NET.of(request) == "again"


@contextmanager
def left_out(request: HttpRequest, text: str, *arguments: Any) -> Iterator[None]:
    """A part of a page: when the page with it cannot be made twice in a row, it opens without."""
    try:
        yield
    except Exception as error:
        if NET.of(request) == "first" and faults.is_ours(error):
            raise
        logger.exception(text, *arguments)


def begin(model_admin: Any, request: HttpRequest, object_id: Optional[str], may: str = "change") -> Optional[Attempt]:
    """The save that this request is, if it is one that Django would do; it stays on the request.

    may: the permission that Django asks for. Where it would refuse, nothing is asked, locked or said by us.
    """
    if request.method != "POST" or object_id is None or "_saveasnew" in request.POST:
        return None
    to_field = request.POST.get(TO_FIELD_VAR, request.GET.get(TO_FIELD_VAR))
    if to_field and not model_admin.to_field_allowed(request, to_field):
        return None
    using = identity.database_of(model_admin, request)
    if connections[using].in_atomic_block:
        locks.take_turn(model_admin.model, using)  # before anything is read in a transaction of the whole request
    obj = _visible(model_admin, request, object_id, to_field)
    if not getattr(model_admin, f"has_{may}_permission")(request, obj):
        return None
    if obj is not None:
        using = identity.database_of(model_admin, request, obj)
    pk = obj.pk if obj is not None else _named_key(model_admin, request, object_id)
    attempt = Attempt(request, model_admin, object_id, pk, using)
    problem = attempt.base_problem
    if obj is None and problem is not None and problem.kind != "fault":
        return None  # nobody was shown a form of it, so Django says that it is not there
    attempt.seen, attempt.is_out_of_sight = obj, obj is None
    if obj is not None and snapshot.has_own("get_object", model_admin):
        attempt.as_found = reading.own_row(obj)
    attempt.is_action = is_action(request)
    CURRENT.put(request, attempt)
    return attempt


def _visible(model_admin: Any, request: HttpRequest, object_id: str, to_field: Optional[str]) -> Any:
    """The object as Django's view will find it, by whatever the admin looks for."""
    try:
        return model_admin.get_object(request, unquote(object_id), to_field)
    except (ValueError, OverflowError):  # of a key that the database cannot even look for
        return None


def _named_key(model_admin: Any, request: HttpRequest, object_id: str) -> Any:
    """The primary key in the address of an object that is out of sight; None where there is none."""
    try:
        return model_admin.model._meta.pk.to_python(unquote(object_id))
    except (ValidationError, ValueError):
        return None


def run(request: HttpRequest, attempt: Attempt, view: View, refuse: Refuse, done: Callable[[], None]) -> HttpResponse:
    """Let ``view`` write if that can destroy nothing; else answer with ``refuse``. ``done``: tells the room."""
    with under(attempt):
        try:
            attempt.turn.ask()
            with locks.further_transactions():
                response = in_transaction(attempt.using, attempt.model, view)
        except BaseException as error:
            with telling(attempt):
                attempt.turn.drop()
            refusal = _refusal_of(attempt, error)
            if refusal is None:
                raise
            know(request, refusal)
            if refusal.reason is Reason.NOT_COMPARED and way_on.is_taken(request):
                raise way_on.Unguarded from error
            security_log.refused_write(request, refusal, attempt.model, attempt.pk)
            if refusal.reason is Reason.NOT_COMPARED:
                _write_down(attempt)
            return refuse(request, attempt, refusal, view)
        with telling(attempt):
            if attempt.is_done(response):
                done()
                _tell_writer(request, attempt)
            else:
                attempt.turn.drop()
    return response


def telling(attempt: Attempt) -> Any:
    """What has been done, or refused, stays so; a hold that was not dropped ends by itself."""
    return faults.logged("what became of %s %s could not be told", attempt.model._meta.label, attempt.pk)


def _write_down(attempt: Attempt) -> None:
    """Let the object's history say that a part could not be compared: the next save goes on without that."""
    user: Any = attempt.user
    try:
        text = texts.not_compared(attempt.model)
        lease_events.write_history(user.pk, attempt.model, str(attempt.pk), str(attempt.seen), text)
    except Exception:
        logger.exception("the history of %s does not say that a part could not be compared", attempt.object_name)


def _refusal_of(attempt: Attempt, error: BaseException) -> Optional[Refusal]:
    """Why a write was given up, if the guard is to answer that. What it did is rolled back."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, OperationalError) and locks.is_conflict(error):
        return Refusal(Reason.BUSY)  # a deadlock, or a lock that could not be had in time
    if faults.is_ours(error):
        logger.error("the guard could not compare %s %s", attempt.model._meta.label, attempt.pk, exc_info=error)
        return Refusal(Reason.NOT_COMPARED)
    return None


def save(model_admin: Any, request: HttpRequest, attempt: Attempt, view: View) -> HttpResponse:
    """Guard a view that saves a change form, or runs an action from it."""

    def done() -> None:
        if attempt.is_action and locks.find_pk(attempt.model, attempt.using, {"pk": attempt.pk}) is None:
            attempt.turn.deleted()
        else:
            attempt.turn.saved(release="_continue" not in request.POST and not attempt.is_action)

    return run(request, attempt, view, refuse=partial(responses.refused, model_admin), done=done)


def is_action(request: HttpRequest) -> bool:
    return ACTION in request.POST and not {"_save", "_continue", "_addanother"} & set(request.POST)


def _tell_writer(request: HttpRequest, attempt: Attempt) -> None:
    if not attempt.turn.was_protected:
        warning(request, texts.WITHOUT_LOCK)
    merged = _merged(attempt)
    if merged:
        names = ", ".join(item.label for item in merged)
        info(
            request,
            _("Others had changed this meanwhile. What they changed was kept beside what you changed: %s") % names,
        )


def _merged(attempt: Attempt) -> List[items.Item]:
    """What only others changed. The save is done, whatever happens here."""
    if not attempt.merges:
        return []
    try:
        return items.items(attempt).theirs
    except Exception:
        logger.exception("what was merged into %s cannot be told", attempt.object_name)
        return []


def check(model_admin: Any, request: HttpRequest, attempt: Attempt) -> None:
    """Lock the object. To be called first thing in the transaction.

    Its forms compare themselves as soon as Django has made them. Where it is not they that are saved, the object is
    compared here.

    Raises: Refusal: it is not the object that the page was made from, or that is not known.
    """
    attempt.begin_to_compare()
    if attempt.refusal is not None and not attempt.shows_conflict:
        return
    locks.begin(attempt.model, attempt.using)
    attempt.row = locks.lock_row(attempt.model, attempt.using, {"pk": attempt.pk}) if attempt.pk is not None else None
    was_absent = attempt.is_revert and attempt.base is not None and not attempt.base.fields
    is_gone = attempt.row is None and not attempt.is_of_new_row
    if is_gone or (attempt.is_out_of_sight and not attempt.is_revert):
        attempt.is_absent = True
        if was_absent or attempt.refusal is not None:
            return
        raise Refusal(Reason.GONE)
    if attempt.is_unguarded or attempt.refusal is not None:
        return
    base, problem = attempt.base, attempt.base_problem
    if attempt.is_action and problem is not None and problem.kind == "missing":
        return  # a page of the action's own, not our form: nothing in it was made from the row
    if attempt.row is not None and (attempt.is_revert or attempt.is_action):
        with_rows = attempt.is_action or base is None or bool(base.sets)
        with attempt.refusing_faults():
            attempt.whole = snapshot.whole(model_admin, request, attempt.row, locks_rows=True, with_rows=with_rows)
    if base is None or was_absent:
        raise Refusal(BASE_PROBLEMS[problem.kind] if problem is not None else Reason.CHANGED)
    if attempt.whole is not None and attempt.whole.differs(base):
        raise Refusal(Reason.CHANGED)


def lookup_of(model_admin: Any, request: HttpRequest, object_id: str) -> Optional[Dict[str, Any]]:
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
    if "\x00" in str(value) and connections[identity.database_of(model_admin, request)].vendor == "postgresql":
        return None  # no row has such a key, and asking for it would be an error of the database
    return {"pk" if field.primary_key else field.name: value}


def in_transaction(using: str, model: Any, view: View) -> HttpResponse:
    """Django's views open a transaction where the router writes; open one where this admin writes otherwise."""
    if using == router.db_for_write(model):
        return view()
    with transaction.atomic(using=using):
        return view()
