"""The page of an editable list: which one it is, and how it comes back with what was typed and not saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, List

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ERROR_FLAG
from django.http import HttpRequest, HttpResponse, QueryDict

from . import base as bases
from . import list_formset, shapes, texts
from .list_rows import PostedRow
from .merge import MergedPost, Row
from .refusal import Refusal
from .wrapping import wrap

if TYPE_CHECKING:
    from .lists import ListSave

View = Callable[[], HttpResponse]
NOTICE = "django_admin_collaborator/conflict_notice.html"


def staying(request: HttpRequest, view: View) -> View:
    """Django's view, for a list whose page or filter may be gone: it would lead elsewhere and drop what was typed."""
    elsewhere = f"{request.path}?{ERROR_FLAG}=1"

    def stay() -> HttpResponse:
        response = view()
        if ERROR_FLAG not in request.GET and response.get("Location") == elsewhere:
            request.GET = QueryDict()  # nothing was done yet; the first page is always there
            response = view()
        return response

    return stay


def show(save: ListSave, left: List[PostedRow], view: View) -> HttpResponse:
    """Render Django's list with ``left``, the rows that were not saved, as they were typed."""
    model_admin, request = save.model_admin, save.request
    try:
        shown = list_formset.without_input(model_admin, request)
    except IncorrectLookupParameters:
        request.GET = QueryDict()
        shown = list_formset.without_input(model_admin, request)
    prefix, typed = save.formset.prefix, {row.key: row for row in left}
    rows, on_page = [], set()
    for form in shown.initial_forms:
        key = str(form.instance.pk)
        on_page.add(key)
        rows.append(save.post.row(prefix, typed[key].index) if key in typed else _as_shown(form))
    post = MergedPost(request)
    post.replace_rows(prefix, rows, len(rows))
    post.data[f"{prefix}-{bases.FIELD}"] = _new_base(save, shown)
    post.put_into(request)
    if save.reason is None:
        return view()  # mistakes only, and Django marks those
    request._collaborator_notes = save.notes
    response = view()
    told = texts.of_bulk(save.model, Refusal(save.reason))
    told["lost"] = [(row.key, row.typed()) for row in [*save.gone, *left] if row.key not in on_page]
    response.status_code = save.reason.status
    return wrap(response, NOTICE, collaborator_guard={"page": told})


def _as_shown(form: Any) -> Row:
    """A row that nobody touched, as it is posted with the rest of the page."""
    start = len(form.prefix) + 1
    data = {}
    for name in form.fields:
        bound = form[name]
        posted = shapes.posted(bound.field.widget, bound.html_name, bound.value(), bound.auto_id)
        data.update({control[start:]: texts for control, texts in posted.items()})
    return Row(data, {})


def _new_base(save: ListSave, shown: Any) -> str:
    """Rows as they are shown now; but a row that was not saved keeps what its note or its typist has seen."""
    maker = list_formset.base_of(shown, save.request.user)
    known = maker.sets[list_formset.ROWS]
    for key, entries in save.kept.items():
        if key in known:
            maker.keep_row(list_formset.ROWS, key, entries)
    return maker.sign()
