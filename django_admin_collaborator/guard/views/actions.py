"""The guard of admin actions: what somebody else is editing is left out and named, or nothing is done.

The rows are locked before the action reads them, so an action that reads, changes and saves loses nothing.
"""

from __future__ import annotations

from typing import Any, List, Optional, Tuple

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.messages import warning
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse

from ... import conf
from ...access import identity
from .. import beside, save, way_on
from .. import write as attempts
from ..bulk_write import ROWS_AT_A_TIME, Bulk, around_an_action
from ..conflict import texts
from ..refusal import Reason, Refusal, know
from ..version import confirmation, locks
from ..version.base import BaseProblem
from ..version.submission import MergedPost
from .cascade import CURRENT, Cascade

MOST_WHOLE_ROWS = 100
"""A page of Django's lists. Each of them takes a query for each inline and many-to-many field."""


class ActionGuard(beside.Admin):
    def response_action(self, request: HttpRequest, queryset: models.QuerySet[Any], *args: Any, **kwargs: Any) -> Any:
        attempt = attempts.of(request)
        if attempt is not None:
            # From the change form, as of Django 6.1: its object is locked already.
            if attempt.refusal is not None:
                raise attempt.refusal
            response = super().response_action(request, queryset, *args, **kwargs)
            attempt.is_written = response is not None and response.status_code == 302
            return response
        if save.is_alone(request):
            CURRENT.put(request, None)
            return super().response_action(request, queryset, *args, **kwargs)
        name = way_on.action_of(request)
        pks = None if _only_reads(self, request, name) else _selected(request, queryset)
        if not pks:
            return super().response_action(request, queryset, *args, **kwargs)
        bulk = Bulk(request, self.model, identity.database_of(self, request))

        def view(left: models.QuerySet[Any]) -> Any:
            return super(ActionGuard, self).response_action(request, left, *args, **kwargs)

        def work() -> Any:
            with locks.further_transactions():
                return _run(self, request, queryset, bulk, pks, name, view)

        return bulk.run(self, work)


def _run(
    model_admin: Any,
    request: HttpRequest,
    queryset: models.QuerySet[Any],
    bulk: Bulk,
    pks: List[Any],
    name: str,
    view: Any,
) -> Any:
    bulk.ask_lock_service(pks)
    bulk.leave_out(bulk.held, Reason.HELD)
    if name == "delete_selected":
        return _delete(model_admin, request, queryset, bulk, view)
    with around_an_action(bulk.using):
        bulk.lock()
        response = view(_what_is_left(queryset, bulk))
        bulk.finish()
        bulk.tell_if_unprotected()
    return response


def _delete(model_admin: Any, request: HttpRequest, queryset: models.QuerySet[Any], bulk: Bulk, view: Any) -> Any:
    """The action that is Django's own: it asks first, and deletes what its page has shown."""
    is_confirmed = bool(request.POST.get("post"))
    asks = not is_confirmed
    with around_an_action(bulk.using):
        bulk.lock()
        # Before the page that asks is made: what changes right after is on the page, and not what was seen.
        now = _summary(model_admin, request, bulk)
        shown, unseen, is_fault = _unseen(request, bulk, now) if is_confirmed else (None, [], False)
        if unseen and (is_fault or len(unseen) == len(bulk.before) or not conf.get("PARTIAL_BULK")):
            asks = True
        elif unseen:
            bulk.leave_out(dict.fromkeys(unseen, ""), Reason.CHANGED)
        cascade = Cascade(model_admin, request)
        names = bulk.names(unseen) if asks else ""
        left = _what_is_left(queryset, bulk)
        if not asks:
            confirmed = Cascade(model_admin, request, shown, is_confirmed=True, is_part=_is_part(shown, bulk))
            CURRENT.put(request, confirmed)
            try:
                confirmed.look_for_itself(left)
                response = view(left)
            except Refusal as refusal:
                if refusal.reason is not Reason.CHANGED:
                    raise
                asks, names, cascade = True, ", ".join(refusal.changed), confirmed.asked_again()
        if asks:
            CURRENT.put(request, cascade)
            if is_confirmed:
                post = MergedPost(request.POST, request.FILES)
                del post.data["post"]
                post.put_into(request)
                if shown is not None and set(shown.values) == set(now) and not is_fault:
                    know(request, Refusal(Reason.CHANGED, changed=[names]))
                again = texts.of_second_look(names, is_changed=shown is not None)
                warning(request, f"{texts.not_compared(bulk.model)}: {names}" if is_fault else again)
            response = view(left)
        bulk.finish()
        if not asks or not isinstance(response, HttpResponse):
            bulk.tell_if_unprotected()
            return response
    context = getattr(response, "context_data", None) or {}
    if is_confirmed and context.get("perms_lacking"):
        raise PermissionDenied  # so Django answers whoever may not delete all that goes along
    confirmation.remember(
        response, request, _about(request, bulk), cascade.of_page(now, context, "deletable_objects")
    )
    if cascade.held:
        warning(request, cascade.warning())
    if is_confirmed:
        response.status_code = Reason.CHANGED.status
    return response


def _is_part(shown: Optional[confirmation.Shown], bulk: Bulk) -> bool:
    """Whether less is deleted than was shown."""
    return shown is not None and len(shown.values) > 1 and len(shown.values) != len(bulk.before) + 1


def _what_is_left(queryset: models.QuerySet[Any], bulk: Bulk) -> models.QuerySet[Any]:
    if len(bulk.before) <= ROWS_AT_A_TIME:
        return queryset.filter(pk__in=list(bulk.before))
    return queryset.exclude(pk__in=list(bulk.left_out))


def _only_reads(model_admin: Any, request: HttpRequest, name: str) -> bool:
    if name in conf.get("UNGUARDED_ACTIONS"):
        return True
    action = model_admin.get_actions(request).get(name)
    if action is None:
        return True  # Django says that there is no such action
    function = action[0] if isinstance(action, tuple) else action.func
    return tuple(getattr(function, "allowed_permissions", ())) == ("view",)


def _selected(request: HttpRequest, queryset: models.QuerySet[Any]) -> List[Any]:
    """Primary keys of what the action is about; empty where Django finds fault with the selection."""
    if request.POST.get("select_across") not in (None, "", "0"):
        return list(dict.fromkeys(queryset.values_list("pk", flat=True)))
    chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
    try:
        return list(dict.fromkeys(queryset.filter(pk__in=chosen).values_list("pk", flat=True)))
    except (ValidationError, ValueError):
        return []


def _unseen(
    request: HttpRequest, bulk: Bulk, now: confirmation.Seen
) -> Tuple[Optional[confirmation.Shown], List[Any], bool]:
    """What the page that asked for confirmation has shown, the rows that are no longer like that, and whether that is
    only because they cannot be read any more."""
    try:
        shown = confirmation.brought_back(request, _about(request, bulk))
    except BaseProblem as problem:
        # A program that confirms what it was never asked has seen nothing that it could rely on.
        return None, [] if problem.kind == "missing" else list(bulk.before), False
    changed, unread = confirmation.compared(shown.values, now)
    names = {*changed, *unread}
    rows = [pk for pk in bulk.before if confirmation.ALL in names or str(pk) in names]
    return shown, rows, bool(unread) and not changed


def _summary(model_admin: Any, request: HttpRequest, bulk: Bulk) -> confirmation.Seen:
    """What each row shows of itself to people, digested; for no more rows than a page has, its inlines too."""
    if len(bulk.before) <= MOST_WHOLE_ROWS:
        rows = {
            str(pk): confirmation.of_object(model_admin, request, row, locks_rows=True)[confirmation.ALL]
            for pk, row in bulk.before.items()
        }
        return confirmation.of_rows(rows)
    return confirmation.of_rows({str(pk): confirmation.of_columns(row) for pk, row in bulk.before.items()})


def _about(request: HttpRequest, bulk: Bulk) -> str:
    return confirmation.about(request.user, "delete_selected", bulk.model._meta.label_lower)
