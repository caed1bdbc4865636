"""The guard of the change form: hooks of ``ModelAdmin`` that delegate at once."""

from __future__ import annotations

import logging
from functools import partial
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

from django.db import connections, transaction
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.functional import LazyObject, empty

from ...access import identity
from ...admin_templates import PAGE, PART, R, add_to_forms, complete, wrap
from ...page import configuration, drafts
from ...request_notes import Note
from .. import beside, save
from .. import write as attempts
from ..conflict import display, responses, texts
from ..version import base as bases
from ..version import fillable, locks, rowsets, snapshot, stored
from ..version import reading as readings

logger = logging.getLogger("django_admin_collaborator")


BASE_TEXT: Note[Optional[str]] = Note("base_text", None)
"""The base of a page that shows an older version; empty where none could be made."""
IS_WRITTEN: Note[bool] = Note("is_written", False)
"""Whether Django went as far as to write, guarded or not."""
ASKED: Note[Optional[Tuple[Any, Optional[str]]]] = Note("asked", None)


class ChangeFormGuard(beside.Admin):
    """A save commits only if the base it was made from equals the row that it has locked."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: Optional[str] = None,
        form_url: str = "",
        extra_context: Optional[Dict[str, Any]] = None,
    ) -> HttpResponse:
        def view() -> HttpResponse:
            return super(ChangeFormGuard, self).changeform_view(request, object_id, form_url, extra_context)

        return _saved(self, request, object_id, view)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Optional[Dict[str, Any]] = None,
    ) -> HttpResponse:
        """Begins the save here too: a package may have a view of its own that does not ask ``changeform_view``."""

        def view() -> HttpResponse:
            return super(ChangeFormGuard, self).change_view(request, object_id, form_url, extra_context)

        return _saved(self, request, object_id, view)

    def _changeform_view(
        self, request: HttpRequest, object_id: Optional[str], form_url: str, extra_context: Optional[Dict[str, Any]]
    ) -> HttpResponse:
        # Django opens its transaction right before this, and reads the row right after; a package need not.
        attempt = attempts.of(request)
        if attempt is not None and request.method != "POST":
            # Shown again where Django would redirect, or instead of a save: a page of its own, of what is there now.
            attempt.is_rendered = not attempt.is_written
            attempts.CURRENT.put(request, None)
            try:
                return self._changeform_view(request, object_id, form_url, extra_context)
            finally:
                attempts.CURRENT.put(request, attempt)
        if attempt is not None and not connections[attempt.using].in_atomic_block:
            with transaction.atomic(using=attempt.using):
                return self._changeform_view(request, object_id, form_url, extra_context)
        if attempt is None:
            if request.method == "POST" and not save.is_alone(request):
                locks.take_turn(self.model, identity.database_of(self, request))
        elif not attempt.is_checked:
            with attempt.refusing_faults():
                save.check(self, request, attempt)
        try:
            response = super()._changeform_view(request, object_id, form_url, extra_context)
        except BaseException:
            # What was written is rolled back, also where the project makes an answer of its own out of this.
            if attempt is not None:
                attempt.is_saving = attempt.is_written = False
            IS_WRITTEN.put(request, False)
            raise
        if attempt is not None and attempt.is_saving and not attempt.is_rendered:
            with attempt.refusing_faults():
                attempt.insist_on_comparison()
        return response

    def get_object(self, request: HttpRequest, object_id: str, from_field: Optional[str] = None) -> Any:
        attempt = attempts.of(request)
        if attempt is not None and attempt.is_of_foreign_view and connections[attempt.using].in_atomic_block:
            save.check(self, request, attempt)
        find = super().get_object
        obj = unwrapped(find(request, object_id, from_field))
        if attempt is None:
            with save.left_out(request, "what is stored of %s is not known", object_id):
                if snapshot.has_own("get_object", self):
                    stored.keep(request, find, obj)
        elif not attempt.is_revert and attempt.row is not None and obj is not None and attempt.row.pk == obj.pk:
            # What was read after the lock is current, and may have been changed by a hook of the project.
            with attempt.refusing_faults():
                if stored.may_be_older(obj, attempt.seen, attempt.using):
                    stored.refresh(obj, attempt.row)
        return obj

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form_class = super().get_form(request, obj, change=change, **kwargs)
        attempt = attempts.of(request)
        return form_class if attempt is None else attempt.main_class(form_class)

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        attempt = attempts.of(request)
        IS_WRITTEN.put(request, True)
        if attempt is not None:
            if attempt.refusal is not None:
                stored.forget_input(form, attempt.seen, attempt.as_found)
                raise attempt.refusal
            attempt.is_saving = True
            if change:
                with attempt.refusing_faults():
                    attempt.examine_foreign(form)
                attempt.lock_links()
        return super().save_form(request, form, change)

    def _create_formsets(self, request: HttpRequest, obj: Any, change: bool) -> Any:
        make = super()._create_formsets
        made = make(request, obj, change)
        attempt = attempts.of(request)
        if attempt is None or not change:
            return made
        return attempt.examine_rows(made, lambda: make(request, obj, change), obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        attempt = attempts.of(request)
        if attempt is not None and change:
            with attempt.refusing_faults():
                attempt.examine_foreign_rows(formsets, form.instance)
                attempt.insist_on_comparison()
        if attempt is not None:
            attempt.is_written = True
        super().save_related(request, form, formsets, change)

    def render_change_form(self, request: HttpRequest, context: Dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        # Packages have signatures of their own for this, so what Django names is named here too.
        obj = rendered_object(context, args, kwargs)
        attempt = attempts.of(request)
        is_page_of_ours = attempt is not None or not self.save_as
        if obj is None and "_saveasnew" in request.POST and is_page_of_ours:
            # Else Django names it "None", and links to the history of that.
            kwargs.update(add=True, change=False)
            args = ()
        response = super().render_change_form(request, context, *args, **kwargs)
        if attempt is not None:
            attempt.is_rendered = True
            if obj is not None:
                made = [getattr(each, "formset", None) for each in context.get("inline_admin_formsets", ())]
                attempt.examine_foreign_rows([each for each in made if each is not None], obj)
            return guarded_page(request, self.model, response, *responses.base_and_page(attempt))
        if "_saveasnew" in request.POST and not self.save_as:
            # What was deleted is being saved as new, with mistakes; Django offers no button for another try.
            return guarded_page(request, self.model, response, "", texts.of_save_as_new(self))
        if obj is None or obj.pk is None or not context.get("has_change_permission", True):
            return response
        with save.left_out(request, "the page of %s %s is not guarded", obj._meta.label, obj.pk):
            if request.META.get(fillable.HEADER):
                configuration.FILLABLE.put(request, fillable.names(_forms_of(context, obj)))
            if save.is_alone(request) and request.method == "POST":
                text = request.POST.get(bases.FIELD, "")  # the object has what was posted by now
            else:
                older = BASE_TEXT.of(request)
                text = base_of_page(self, request, context, obj) if older is None else older
            return guarded_page(request, self.model, response, text, {})
        return response


def _saved(model_admin: Any, request: HttpRequest, object_id: Optional[str], view: save.View) -> HttpResponse:
    """Run ``view`` under guard, unless a view around it has asked already whether this is a save to be guarded."""
    if save.is_alone(request) or attempts.of(request) or ASKED.of(request) == (model_admin, object_id):
        return view()
    ASKED.put(request, (model_admin, object_id))

    def guarded() -> HttpResponse:
        attempt = save.begin(model_admin, request, object_id)
        response = save.save(model_admin, request, attempt, view) if attempt else view()
        is_done = False
        if attempt is not None:
            with save.telling(attempt):
                is_done = attempt.is_done(response)
                if not (is_done or attempt.is_rendered or attempt.is_action or attempt.refusal):
                    carry(request, response)
        else:  # as for "save as new": Django redirects after a save
            is_done = IS_WRITTEN.of(request) and response.status_code == 302
        return _name_draft(request, response, is_done)

    return save.netted(model_admin, request, guarded, view)


def _name_draft(request: HttpRequest, response: HttpResponse, is_done: bool) -> HttpResponse:
    try:
        return drafts.after(request, response, is_done)
    except Exception:  # what was saved is saved, and the page that follows offers what is in it already
        logger.exception("a draft that was saved could not be named")
        return response


def unwrapped(obj: Any) -> Any:
    """The object itself, where a project gives one that is read when it is used: that one is of no model."""
    if not isinstance(obj, LazyObject):
        return obj
    if obj._wrapped is empty:
        obj._setup()
    return obj._wrapped


def carry(request: HttpRequest, response: HttpResponse) -> None:
    """Let a page that a package puts between the form and its save bring back what our form has brought along."""
    names = [name for name in request.POST if name.startswith(bases.FIELD.rpartition("_")[0])]
    add_to_forms(response, [(name, value) for name in names for value in request.POST.getlist(name)])


def rendered_object(context: Dict[str, Any], args: Any, kwargs: Dict[str, Any]) -> Any:
    """The object whose form is rendered, however the view's arguments were given; None for a new one."""
    if "obj" in kwargs:
        return kwargs["obj"]
    return args[3] if len(args) > 3 else context.get("original")


def base_of_page(model_admin: Any, request: HttpRequest, context: Dict[str, Any], obj: Any) -> str:
    """The signed base of a form that is about to be shown, without asking the database again.

    A part that cannot be read, as of a package whose formsets have another shape, stands in it as not compared.
    Where a project gives its template other things than Django does, the forms are made once more.
    """
    makers: List[Callable[[], str]] = [
        partial(_base_of_page, model_admin, request, context, obj, readings.read),
        partial(_base_of_page, model_admin, request, context, obj, readings.unread),
        partial(_base_of_forms, model_admin, request, obj),
    ]
    for make in makers:
        try:
            return make()
        except Exception:  # its form opens all the same
            logger.exception("the page of %s %s is not guarded", obj._meta.label, obj.pk)
    return ""


def _base_of_forms(model_admin: Any, request: HttpRequest, obj: Any) -> str:
    name = identity.object_name(model_admin.model, obj.pk, identity.realm_in(model_admin, request, obj))
    return snapshot.whole(model_admin, request, obj).as_base(request.user, name)


def _base_of_page(
    model_admin: Any, request: HttpRequest, context: Dict[str, Any], obj: Any, read: readings.Read
) -> str:
    name = identity.object_name(model_admin.model, obj.pk, identity.realm_in(model_admin, request, obj))
    maker = bases.BaseMaker(identity.user_name(request.user), name)
    unguarded: Dict[str, None] = {}
    configuration.UNGUARDED.put(request, unguarded)

    def noting(read: readings.Read) -> readings.Read:
        def read_and_note(form: Any) -> Dict[str, readings.Reading]:
            found = read(form)
            unguarded.update(display.unguarded(form, found))
            return found

        return read_and_note

    form = context["adminform"].form
    maker.add_form(noting(read)(form))
    maker.add_stored(stored.filled_in(request, form, identity.database_of(model_admin, request, obj)))
    for read_row in (read, readings.unread):
        try:
            rowsets.add_to_base(maker, _sets_of(context, obj), noting(read_row))
            break
        except Exception:
            logger.exception("the rows below %s are not guarded", name)
            maker.sets = {}
    return maker.sign()


def _sets_of(context: Dict[str, Any], obj: Any) -> List[rowsets.RowSet]:
    """The sets of rows of a page that its person can write to."""
    inlines = context["inline_admin_formsets"]
    writable = [
        inline
        for inline in inlines
        if getattr(inline, "has_change_permission", True) or getattr(inline, "has_delete_permission", True)
    ]
    return rowsets.sets_of([inline.formset for inline in writable], (), obj)


def _forms_of(context: Dict[str, Any], obj: Any) -> Iterator[Any]:
    yield context["adminform"].form
    for each in _sets_of(context, obj):
        yield from each.formset.initial_forms


def guarded_page(request: HttpRequest, model: Any, response: R, base_text: str, page: Any) -> R:
    """Put the base, and what a refusal says, into the form of the page, whatever theme it is from."""
    values = values_for_page(base_text, page)
    wrap(response, PAGE, collaborator_guard=values)
    place, form_id = values["place"], f"{model._meta.model_name}_form"
    complete(response, request.path, form_id, lambda: place.is_inside, lambda: render_to_string(PART, values))
    return response


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
