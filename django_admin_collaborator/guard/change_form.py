"""The guard of the change form: hooks of ``ModelAdmin``, each handing over at once."""

from __future__ import annotations

from typing import Any, Dict, Optional

from django.http import HttpRequest, HttpResponse

from . import attempt as attempts
from . import base as bases
from . import drafts, lock, saving, snapshot, texts, untouched
from .refusing import refusing
from .wrapping import wrap

TEMPLATE = "django_admin_collaborator/page.html"


class ChangeFormGuard:
    """A save commits only if the base it was made from equals the row that it has locked."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: Optional[str] = None,
        form_url: str = "",
        extra_context: Optional[Dict[str, Any]] = None,
    ) -> HttpResponse:
        def view() -> HttpResponse:
            return super(ChangeFormGuard, self).changeform_view(  # type: ignore[misc]
                request, object_id, form_url, extra_context
            )

        if attempts.of(request):  # a view around this one has begun the save
            return view()
        attempt = saving.begin(self, request, object_id)
        response = saving.save(self, request, attempt, view) if attempt else view()
        return drafts.after(request, attempt, response)

    def _changeform_view(
        self, request: HttpRequest, object_id: Optional[str], form_url: str, extra_context: Optional[Dict[str, Any]]
    ) -> HttpResponse:
        # Django opens its transaction right before this, and reads the row right after.
        attempt = attempts.of(request)
        if attempt is None and request.method == "POST":
            lock.take_turn(self.model, saving.database_of(self, request))  # type: ignore[attr-defined]
        if attempt is None or attempt.refusal is not None:
            return super()._changeform_view(request, object_id, form_url, extra_context)  # type: ignore[misc]
        if not attempt.is_checked:
            saving.check(self, request, attempt)
        response = super()._changeform_view(request, object_id, form_url, extra_context)  # type: ignore[misc]
        attempt.insist_on_time()
        return response

    def get_object(self, request: HttpRequest, object_id: str, from_field: Optional[str] = None) -> Any:
        obj = super().get_object(request, object_id, from_field)  # type: ignore[misc]
        attempt = attempts.of(request)
        if obj is not None and attempt is not None and attempt.locked is not None and attempt.pk == obj.pk:
            # Read again it could come from a replica, or from an older view of the database.
            untouched.refresh(obj, attempt.locked, attempt.using)
        return obj

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form_class = super().get_form(request, obj, change=change, **kwargs)  # type: ignore[misc]
        attempt = attempts.of(request)
        return refusing(form_class) if attempt is not None and attempt.refusal is not None else form_class

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        attempt = attempts.of(request)
        if attempt is None:
            obj = super().save_form(request, form, change)  # type: ignore[misc]
            bulk = getattr(request, "_collaborator_bulk", None)
            if bulk is not None and obj.pk in bulk.before:  # a row of an editable list
                untouched.put_back(form, obj, bulk.before[obj.pk])
            return obj
        if attempt.refusal is not None:
            raise attempt.refusal
        if untouched.has_unseen(attempt, form):
            raise saving.unseen(self, request, attempt)
        obj = super().save_form(request, form, change)  # type: ignore[misc]
        if attempt.locked is not None:
            untouched.put_back(form, obj, attempt.locked)
        attempt.is_written = True
        return obj

    def _create_formsets(self, request: HttpRequest, obj: Any, change: bool) -> Any:
        found = super()._create_formsets(request, obj, change)  # type: ignore[misc]
        attempt = attempts.of(request)
        if attempt is not None and attempt.locked is not None and attempt.refusal is None:
            for formset in found[0]:
                untouched.refresh_rows(attempt, formset)
        return found

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        # Not in save_formset(): many projects save the rows there themselves, without Django's own method.
        attempt = attempts.of(request)
        if attempt is not None and attempt.locked is not None and change:
            for formset in formsets:
                if untouched.has_unseen_rows(attempt, formset):
                    raise saving.unseen(self, request, attempt)
                untouched.put_back_rows(attempt, formset)
        super().save_related(request, form, formsets, change)  # type: ignore[misc]

    def render_change_form(
        self,
        request: HttpRequest,
        context: Dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        if obj is None and "_saveasnew" in request.POST:
            add, change = True, False  # else Django names it "None", and links to the history of that
        response = super().render_change_form(request, context, add, change, form_url, obj)  # type: ignore[misc]
        attempt = attempts.of(request)
        if attempt is not None:
            attempt.is_rendered = True
            return guarded_page(response, attempt.base_text, attempt.page)
        if "_saveasnew" in request.POST and not self.save_as:  # type: ignore[attr-defined]
            # What was deleted is being saved as new, with mistakes; Django offers no button for another try.
            return guarded_page(response, "", texts.of_save_as_new(self))
        if add or obj is None or not context.get("has_change_permission", True):
            return response
        text = getattr(request, "_collaborator_base_text", "") or base_of_page(self, request, context, obj)
        return guarded_page(response, text, {})


def base_of_page(model_admin: Any, request: HttpRequest, context: Dict[str, Any], obj: Any) -> str:
    """The signed base of a form that is about to be shown, without asking the database again."""
    formsets = [
        inline.formset
        for inline in context["inline_admin_formsets"]
        if inline.has_change_permission or inline.has_delete_permission
    ]
    shown = snapshot.of_forms(context["adminform"].form, formsets)
    name = bases.object_name(model_admin.model, obj.pk)
    return bases.sign(shown.as_base(bases.user_name(request.user), name))


def guarded_page(response: Any, base_text: str, page: Any) -> Any:
    """Put the base, and what a refusal says, into the form of the page, whatever theme it is from."""
    return wrap(response, TEMPLATE, collaborator_guard=values_for_page(base_text, page))


def values_for_page(base_text: str, page: Any) -> Dict[str, Any]:
    """What our template needs."""
    return {"base": base_text, "field": bases.FIELD, "page": page, "place": Place()}


class Place:
    """Where in the page our hidden field went: into the form, if the theme's template has a block there."""

    def __init__(self) -> None:
        self.is_inside = False

    def inside(self) -> str:
        self.is_inside = True
        return ""
