"""The guard of views that bring back an older version: django-reversion's and django-simple-history's.

Their forms show an old version, and saving one overwrites the row that is there now. So their base is the row as
it was when the form was opened, and it is compared before anything is reverted.
"""

from __future__ import annotations

from typing import Any, Dict, Optional

from django.contrib.admin.utils import quote
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template

from ...access import identity
from ...admin_templates import PAGE
from .. import save
from .. import write as attempts
from ..conflict import responses
from ..version import base as bases
from ..version import locks, snapshot
from .change_form import ASKED, BASE_TEXT, values_for_page


class HistoryGuard:
    """Hooks of which all but the first are only called where one of these packages stands behind the mixin."""

    def history_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        parent: Any = super()

        def view() -> HttpResponse:
            response: HttpResponse = parent.history_view(request, *args, **kwargs)
            return response

        return save.netted(self, request, view, view)

    def revision_view(
        self, request: HttpRequest, object_id: str, version_id: Any, extra_context: Optional[Dict[str, Any]] = None
    ) -> HttpResponse:
        """django-reversion: revert to a version."""
        parent: Any = super()
        return guarded(
            self, request, object_id, lambda: parent.revision_view(request, object_id, version_id, extra_context)
        )

    def recover_view(
        self, request: HttpRequest, version_id: Any, extra_context: Optional[Dict[str, Any]] = None
    ) -> HttpResponse:
        """django-reversion: bring back what was deleted."""
        from reversion.models import Version

        parent: Any = super()
        version = Version.objects.filter(pk=version_id).first()
        object_id = quote(version.object_id) if version else None
        return guarded(self, request, object_id, lambda: parent.recover_view(request, version_id, extra_context))

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: Any, extra_context: Optional[Dict[str, Any]] = None
    ) -> HttpResponse:
        """django-simple-history: revert to a version."""
        parent: Any = super()
        return guarded(
            self,
            request,
            quote(object_id),
            lambda: parent.history_form_view(request, object_id, version_id, extra_context),
            with_inlines=False,
        )

    def render_history_view(
        self, request: HttpRequest, template: str, context: Dict[str, Any], **kwargs: Any
    ) -> HttpResponse:
        """django-simple-history renders its form here."""
        attempt = attempts.of(request)
        if attempt is not None:
            attempt.is_rendered = True
            values = values_for_page(*responses.base_and_page(attempt))
        else:
            values = values_for_page(BASE_TEXT.of(request) or "", {})
        context = {**context, "collaborator_guard": values, "collaborator_parent": get_template(template)}
        parent: Any = super()
        response: HttpResponse = parent.render_history_view(request, PAGE, context, **kwargs)
        return response


def guarded(
    model_admin: Any, request: HttpRequest, object_id: Optional[str], view: save.View, with_inlines: bool = True
) -> HttpResponse:
    """Run ``view``, which writes an older version over the row."""
    lookup = save.lookup_of(model_admin, request, object_id) if object_id else None
    if lookup is None:
        return view()
    if request.method != "POST":
        BASE_TEXT.put(request, "")
        with save.left_out(request, "the page of a version of %s is not guarded", model_admin.model._meta.label):
            BASE_TEXT.put(request, _base_of_row(model_admin, request, lookup, with_inlines))
        return view()
    return save.netted(model_admin, request, lambda: _reverted(model_admin, request, object_id, view), view)


def _reverted(model_admin: Any, request: HttpRequest, object_id: Optional[str], view: save.View) -> HttpResponse:
    attempt = save.begin(model_admin, request, object_id)
    if attempt is None:
        ASKED.put(request, (model_admin, object_id))
        return view()
    attempt.is_revert = True

    def view_after_check() -> HttpResponse:
        if attempt.refusal is not None:
            return view()
        with transaction.atomic(using=attempt.using):
            save.check(model_admin, request, attempt)
            return view()

    return save.save(model_admin, request, attempt, view_after_check)


def _base_of_row(model_admin: Any, request: HttpRequest, lookup: Dict[str, Any], with_inlines: bool) -> str:
    """The signed base of the row that is there now, or of there being none."""
    using = identity.database_of(model_admin, request)
    row = locks.read_row(model_admin.model, using, lookup)
    pk = lookup["pk"] if "pk" in lookup else getattr(row, "pk", None)
    name = identity.object_name(model_admin.model, pk, identity.realm_of(model_admin.model, using))
    if row is None:
        return bases.BaseMaker(identity.user_name(request.user), name).sign()
    return snapshot.whole(model_admin, request, row, with_rows=with_inlines).as_base(request.user, name)
