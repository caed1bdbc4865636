"""The answers to a save that was not done: the same form with everything that was typed, and why."""

from __future__ import annotations

from typing import Any, Callable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from .. import conf
from . import base as bases
from . import conflict, merge, posted, texts
from .attempt import ACTION, Attempt
from .refusal import CONFLICT, Reason, Refusal
from .unrendered import page_of_values

View = Callable[..., HttpResponse]


def merge_or_refuse(model_admin: Any, request: HttpRequest, attempt: Attempt) -> None:
    """The object has changed since the form was built. Called under the object's lock.

    Raises:
        Refusal: unless the project wants changes merged unseen that do not touch each other, or others have
            changed nothing but what I have changed to the very same (a button that was pressed twice).
    """
    now = attempt.snapshot
    assert now is not None
    found = posted.read(model_admin, request, attempt.base, now)
    comparison = found.comparison
    may_be_merged = conf.get("MERGE_DISJOINT") and not comparison.needs_a_person and not attempt.is_revert
    if comparison.has_news and not may_be_merged:
        raise Refusal(Reason.CHANGED)
    post = merge.merged(model_admin, request, found, now)
    attempt.merged = conflict.items(model_admin, request, attempt.base, found, now, post).theirs
    post.put_into(request)
    attempt.base_text = _new_base(attempt)


def refused(model_admin: Any, request: HttpRequest, attempt: Attempt, refusal: Refusal, view: View) -> HttpResponse:
    """Answer with the form. ``view`` renders it as it renders a form with mistakes, and nothing is saved."""
    attempt.refusal = refusal
    attempt.is_rendered = False
    with transaction.atomic(using=attempt.using):
        try:
            attempt.page = _prepare(model_admin, request, attempt)
            response = view()
        except (PermissionDenied, Refusal):
            response = None
        transaction.set_rollback(True, using=attempt.using)
    if response is None or not attempt.is_rendered:
        # The form cannot be shown (any more): to nobody who may not see the object, but the input is theirs.
        return page_of_values(model_admin, request, refusal, texts.of_refusal(attempt, refusal))
    response.status_code = refusal.reason.status
    return response


def _prepare(model_admin: Any, request: HttpRequest, attempt: Attempt) -> Any:
    refusal, now = attempt.refusal, attempt.snapshot
    assert refusal is not None
    told = texts.of_refusal(attempt, refusal)
    # A browser does not take back the content of a file field.
    told["files"] = ", ".join(file.name for files in request.FILES.lists() for file in files[1])
    if attempt.is_action:
        # To render the form, and not to run the action after all.
        request.POST = request.POST.copy()
        request.POST.pop(ACTION)
    if refusal.reason is Reason.GONE:
        # As a new object: Django then takes the rows of inlines for new ones too.
        request.POST = request.POST.copy()
        request.POST["_saveasnew"] = "1"
        return {**told, "save_as_new": True}
    if refusal.reason.status != CONFLICT or now is None:
        return told
    found = posted.read(model_admin, request, attempt.base, now)
    post = merge.merged(model_admin, request, found, now)
    items = conflict.items(model_admin, request, attempt.base, found, now, post)
    post.put_into(request)
    attempt.base_text = _new_base(attempt)
    return {**told, "changes": items}


def _new_base(attempt: Attempt) -> str:
    """Whoever saves the form that we show now has seen what the object holds now."""
    assert attempt.snapshot is not None
    return bases.sign(attempt.snapshot.as_base(bases.user_name(attempt.user), attempt.object_name))
