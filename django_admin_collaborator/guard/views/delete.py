"""The guard of the delete view: what is deleted is what its confirmation page has shown."""

from __future__ import annotations

from functools import partial
from typing import Any, Dict, Mapping, Optional

from django.contrib.messages import warning
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict

from ...access import identity
from ...access.identity import realm_in
from ...admin_templates import LIST, wrap
from ...request_notes import Note
from .. import beside, lock_service, save, way_on
from .. import write as attempts
from ..conflict import texts
from ..conflict.responses import drawn
from ..refusal import BASE_PROBLEMS, Reason, Refusal
from ..version import base as bases
from ..version import confirmation, locks, snapshot
from ..write import Attempt
from . import cascade as cascades
from .cascade import Cascade

SHOWN: Note[Optional[confirmation.Seen]] = Note("shown", None)
"""The object as its confirmation page is about to show it."""


class DeleteGuard(beside.Admin):
    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Optional[Dict[str, Any]] = None
    ) -> HttpResponse:
        def view() -> HttpResponse:
            return super(DeleteGuard, self).delete_view(request, object_id, extra_context)

        def ask() -> HttpResponse:
            cascades.CURRENT.put(request, None)
            with _net(self, request):
                cascades.CURRENT.put(request, Cascade(self, request))
            return view()

        return save.netted(self, request, lambda: _deleted(self, request, object_id, view, ask), ask)

    def _delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Optional[Dict[str, Any]]
    ) -> HttpResponse:
        attempt = attempts.of(request)
        if attempt is None or attempt.refusal is not None:
            return super()._delete_view(request, object_id, extra_context)
        is_there = _check(self, request, attempt)
        response = super()._delete_view(request, object_id, extra_context)
        attempt.is_written = is_there and not attempt.is_rendered
        return response

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        if isinstance(objs, list) and not request.POST:
            # Before the page's lists are read: what changes right after is on the page, and not what was seen.
            with _net(self, request):
                SHOWN.put(request, confirmation.of_object(self, request, _stored(self, request, objs[0])))
        found = super().get_deleted_objects(objs, request)
        cascade = cascades.of(request)
        if cascade is not None:
            with _net(self, request):
                cascade.look_at(found, again=lambda: super(DeleteGuard, self).get_deleted_objects(objs, request))
        return found

    def render_delete_form(self, request: HttpRequest, context: Dict[str, Any]) -> HttpResponse:
        response = super().render_delete_form(request, context)
        obj = context["object"]
        attempt = attempts.of(request)
        if attempt is not None:
            attempt.is_rendered = True
            if attempt.page:
                if context.get("perms_lacking"):
                    raise PermissionDenied  # so Django answers whoever may not delete all that goes along
                response = wrap(response, LIST, collaborator_guard={"page": attempt.page})
        if context.get("protected") or context.get("perms_lacking"):
            return response
        is_remembered = False
        with _net(self, request):
            realm = realm_in(self, request, obj)
            lock_service.reserve(self.model, obj.pk, request.user, realm)
            name = identity.object_name(self.model, obj.pk, realm)
            values = SHOWN.of(request) or confirmation.of_object(self, request, obj)
            cascade = cascades.of(request)
            shown = cascade.of_page(values, context, "deleted_objects") if cascade else confirmation.Shown(values)
            confirmation.remember(response, request, confirmation.about(request.user, name), shown)
            is_remembered = True
            _tell_who_edits(request, attempt)
        if not is_remembered and attempt is not None:
            way_on.offer(request, response)
        return response


def _stored(model_admin: Any, request: HttpRequest, obj: Any) -> Any:
    """The row as it is locked for its deletion: what the project fills in for a page is not in it."""
    if not snapshot.has_own("get_object", model_admin):
        return obj
    row = locks.read_row(model_admin.model, identity.database_of(model_admin, request, obj), {"pk": obj.pk})
    return obj if row is None else row


def _net(model_admin: Any, request: HttpRequest) -> Any:
    return save.left_out(request, "a page that asks to delete is not guarded: %s", model_admin.model._meta.label)


def _deleted(model_admin: Any, request: HttpRequest, object_id: str, view: save.View, ask: save.View) -> HttpResponse:
    # Without data in it, a POST is answered with the page that asks for confirmation.
    attempt = save.begin(model_admin, request, object_id, may="delete") if request.POST else None
    if attempt is None or attempt.pk is None or attempt.is_out_of_sight:
        attempts.CURRENT.put(request, None)
        return view() if request.POST else ask()
    attempt.is_checked = True  # as a deletion, by what its confirmation has shown
    response = save.run(request, attempt, view, partial(_refused, model_admin), done=attempt.turn.deleted)
    if not attempt.is_rendered:
        with save.telling(attempt):
            confirmation.forget(response, request)
    return response


def _tell_who_edits(request: HttpRequest, attempt: Optional[Attempt]) -> None:
    cascade = cascades.of(request)
    is_told = attempt is not None and attempt.refusal is not None and attempt.refusal.reason is Reason.HELD
    if cascade is not None and cascade.held and not is_told:
        warning(request, cascade.warning())


def _check(model_admin: Any, request: HttpRequest, attempt: Attempt) -> bool:
    """Whether the object is there, locked. Raises: Refusal: it is not what was shown to whoever confirms."""
    locks.begin(attempt.model, attempt.using)
    instance = locks.lock_row(attempt.model, attempt.using, {"pk": attempt.pk})
    if instance is None:
        return False  # Django says that it is not there
    now = confirmation.of_object(model_admin, request, instance, locks_rows=True)
    shown: Optional[confirmation.Shown] = None
    try:
        shown = confirmation.brought_back(request, confirmation.about(attempt.user, attempt.object_name))
    except bases.BaseProblem as problem:
        if problem.kind != "missing" or not attempt.is_unguarded:
            raise Refusal(BASE_PROBLEMS[problem.kind]) from None
    changed, unread = confirmation.compared(shown.values, now) if shown is not None else ([], [])
    if changed:
        labels = {confirmation.ALL: str(model_admin.opts.verbose_name)}
        labels.update(snapshot.labels(model_admin, request, instance))
        raise Refusal(Reason.CHANGED, changed=[labels.get(name, name) for name in changed])
    if unread and not attempt.is_told_of_fault:
        raise Refusal(Reason.NOT_COMPARED)  # a fault of this site, and nobody's doing
    cascade = Cascade(model_admin, request, shown, is_confirmed=True)
    cascades.CURRENT.put(request, cascade)
    cascade.look_for_itself([instance])
    return True


def _refused(
    model_admin: Any, request: HttpRequest, attempt: Attempt, refusal: Refusal, view: save.View
) -> HttpResponse:
    """The page that asks for confirmation again, saying why."""
    cascade = cascades.of(request)

    def tell() -> Mapping[str, Any]:
        if cascade is not None and cascade.held:
            return cascade.told()
        return texts.of_refusal(attempt, refusal, deleting=True)

    def draw() -> HttpResponse:
        return _drawn(model_admin, request, attempt, tell, view)

    attempt.refusal = refusal
    return drawn(model_admin, request, refusal, tell, draw)


def _drawn(model_admin: Any, request: HttpRequest, attempt: Attempt, tell: Any, view: save.View) -> HttpResponse:
    attempt.page = tell()
    cascade = cascades.of(request)
    cascades.CURRENT.put(request, cascade.asked_again() if cascade is not None else Cascade(model_admin, request))
    query = request.GET.copy()
    if "_popup" in request.POST:
        query["_popup"] = request.POST["_popup"]
    request.GET = query  # type: ignore[assignment]  # Django's own cannot be written to
    request.POST = QueryDict()
    response = view()
    if attempt.is_rendered:
        assert attempt.refusal is not None
        response.status_code = attempt.refusal.reason.status
    return response
