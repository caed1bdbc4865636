"""The guard of the delete view: what is deleted is what its confirmation page has shown."""

from __future__ import annotations

from typing import Any, Dict, Optional

from django.http import HttpRequest, HttpResponse, QueryDict

from .. import bridge
from . import attempt as attempts
from . import base as bases
from . import lock, pages, saving, seen, texts
from .attempt import Attempt
from .refusal import BASE_PROBLEMS, Reason, Refusal
from .wrapping import wrap

NOTICE = "django_admin_collaborator/conflict_notice.html"


class DeleteGuard:
    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Optional[Dict[str, Any]] = None
    ) -> HttpResponse:
        def view() -> HttpResponse:
            return super(DeleteGuard, self).delete_view(request, object_id, extra_context)  # type: ignore

        # Without data in it, a POST is answered with the page that asks for confirmation.
        attempt = saving.begin(self, request, object_id, may="delete") if request.POST else None
        if attempt is None or attempt.pk is None:
            return view()
        response = saving.run(request, attempt, view, _refused, done=attempt.deleted)
        if not attempt.is_rendered:
            seen.forget(response, request)
        return response

    def _delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Optional[Dict[str, Any]]
    ) -> HttpResponse:
        attempt = attempts.of(request)
        if attempt is not None and attempt.refusal is None:
            _check(self, request, attempt)
        response = super()._delete_view(request, object_id, extra_context)  # type: ignore[misc]
        if attempt is not None and attempt.refusal is None:
            attempt.is_written = attempt.whole is not None and not attempt.is_rendered
        return response

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        if isinstance(objs, list) and not request.POST:
            # Before the page's lists are read: what changes right after is on the page, and not what was seen.
            request._collaborator_shown = seen.of_whole(pages.whole(self, request, objs[0]))
        return super().get_deleted_objects(objs, request)  # type: ignore[misc]

    def render_delete_form(self, request: HttpRequest, context: Dict[str, Any]) -> HttpResponse:
        response = super().render_delete_form(request, context)  # type: ignore[misc]
        obj = context["object"]
        attempt = attempts.of(request)
        if attempt is not None:
            attempt.is_rendered = True
            if attempt.page:
                response = wrap(response, NOTICE, collaborator_guard={"page": attempt.page})
        if not context.get("protected") and not context.get("perms_lacking"):
            bridge.reserve(self.model, obj.pk, request.user)  # type: ignore[attr-defined]
            name = bases.object_name(self.model, obj.pk)  # type: ignore[attr-defined]
            shown = getattr(request, "_collaborator_shown", None) or seen.of_whole(pages.whole(self, request, obj))
            seen.remember(response, request, seen.about(request.user, name), shown)
        return response


def _check(model_admin: Any, request: HttpRequest, attempt: Attempt) -> None:
    """Raises: Refusal: the object is not what was shown to whoever confirmed its deletion."""
    lock.begin(attempt.model, attempt.using)
    instance = lock.lock_row(attempt.model, attempt.using, {"pk": attempt.pk})
    if instance is None:
        return  # Django says that it is not there
    attempt.whole = pages.whole(model_admin, request, instance, attempt.using)
    try:
        shown = seen.brought_back(request, seen.about(attempt.user, attempt.object_name))
    except bases.BaseProblem as problem:
        raise Refusal(BASE_PROBLEMS[problem.kind]) from None
    differing = seen.differing(shown, seen.of_whole(attempt.whole))
    if differing:
        labels = pages.labels(model_admin, request, instance)
        raise Refusal(Reason.CHANGED, changed=[labels.get(name, name) for name in differing])


def _refused(request: HttpRequest, attempt: Attempt, refusal: Refusal, view: Any) -> HttpResponse:
    """The page that asks for confirmation again, saying why."""
    attempt.refusal = refusal
    attempt.page = texts.of_refusal(attempt, refusal, deleting=True)
    query = request.GET.copy()
    if "_popup" in request.POST:
        query["_popup"] = request.POST["_popup"]
    request.GET = query
    request.POST = QueryDict()
    response = view()
    if attempt.is_rendered:
        response.status_code = refusal.reason.status
    return response
