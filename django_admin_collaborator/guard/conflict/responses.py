"""The answers to a save that was not done: the same form with everything that was typed, and why.

The last resort is a page that shows what was typed, where the form itself cannot be shown.
"""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from functools import partial
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple

from django.core.exceptions import PermissionDenied
from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import escape, format_html_join
from django.utils.translation import gettext

from ...access import identity
from ...admin_templates import draw_otherwise
from ...page import configuration
from .. import way_on
from ..refusal import BASE_PROBLEMS, Reason, Refusal
from ..version import base as bases
from ..version import locks, reading, snapshot
from ..version.examination import Examination
from ..version.reading import Reading
from ..version.submission import MergedPost
from ..write import ACTION, Attempt
from . import display, items, texts

logger = logging.getLogger("django_admin_collaborator")

View = Callable[..., HttpResponse]
Tell = Callable[[], Mapping[str, Any]]
"""Says what a page tells of a refusal: see ``texts``."""
REFUSED = "django_admin_collaborator/refused.html"

SAVES = {"_continue": "Save and continue editing", "_addanother": "Save and add another", "_save": "Save"}
"""Buttons of the admin."""


def refused(model_admin: Any, request: HttpRequest, attempt: Attempt, refusal: Refusal, view: View) -> HttpResponse:
    """Answer with the form. ``view`` renders it as it renders a form with mistakes, and nothing is saved."""

    def drawn_by(view: View) -> Optional[HttpResponse]:
        response: Optional[HttpResponse] = None
        attempt.refuse(refusal)
        again = transaction.atomic(using=attempt.using)
        with suppress(PermissionDenied), locks.further_transactions(), again:
            attempt.page = _prepared(request, attempt, texts.of_refusal(attempt, refusal))
            response = view()
            transaction.set_rollback(True, using=attempt.using)
        return response if attempt.is_rendered else None

    def draw() -> Optional[HttpResponse]:
        # Where the form cannot be shown (any more), as the object may not be seen, the input is still theirs.
        try:
            return drawn_by(view)
        except Refusal as error:
            if error is not refusal or any(snapshot.has_own(name, model_admin) for name in VIEWS):
                raise
            return drawn_by(partial(_drawn_by_django, model_admin, request, attempt))

    tell = partial(texts.of_refusal, attempt, refusal)
    response = drawn(model_admin, request, refusal, tell, draw)
    if attempt.is_told_of_fault and refusal.reason is not Reason.NOT_COMPARED:
        way_on.offer(request, response)
    response.status_code = _status(refusal)
    return response


VIEWS = ("changeform_view", "change_view", "_changeform_view")
"""Around these a project may do anything, such as hide fields, so its pages are drawn by them alone."""


def _drawn_by_django(model_admin: Any, request: HttpRequest, attempt: Attempt) -> HttpResponse:
    """The form of the page, where the project's ``get_form`` did not ask ours, and its form would be saved."""
    admin = reading.copied(model_admin)  # other requests use this one

    def get_form(*args: Any, **kwargs: Any) -> Any:
        return attempt.main_class(model_admin.get_form(*args, **kwargs))

    vars(admin)["get_form"] = get_form
    response: HttpResponse = admin._changeform_view(request, attempt.object_id, "", None)
    return response


def drawn(
    model_admin: Any,
    request: HttpRequest,
    refusal: Refusal,
    tell: Tell,
    draw: Callable[[], Optional[HttpResponse]],
    posted: Any = None,
) -> HttpResponse:
    """The page that ``draw`` makes of a refusal. Where there is none, or it cannot be rendered, what was posted.

    tell: see ``page_of_values``. posted: what the page shows then, where a view has exchanged it already.
    """
    posted = request.POST if posted is None else posted

    def values() -> HttpResponse:
        request.POST = posted
        return page_of_values(model_admin, request, refusal, tell)

    is_fault = refusal.reason is Reason.NOT_COMPARED
    try:
        response = draw()
    except PermissionDenied:
        raise
    except Refusal:
        response = None  # of a fault that is in the log
    except Exception as error:
        is_busy = isinstance(error, OperationalError) and locks.is_conflict(error)
        if not is_busy:
            logger.exception("the form of %s cannot be shown again", model_admin.model._meta.label)
        # Where the page lacked a base, it could be that none can be made.
        is_fault = is_fault or (not is_busy and refusal.reason in BASE_PROBLEMS.values())
        response = None
    response = values() if response is None else draw_otherwise(response, lambda: _rendered(values()))
    if is_fault:
        way_on.offer(request, response)
    return response


def _rendered(response: Any) -> str:
    if hasattr(response, "render"):
        response.render()
    return str(response.content.decode())


def _status(refusal: Refusal) -> int:
    return int(refusal.reason.value[0])


def _prepared(request: HttpRequest, attempt: Attempt, told: Dict[str, Any]) -> Dict[str, Any]:
    assert attempt.refusal is not None
    told["files"] = _uploads(request)
    told["pressed"] = next((name for name in SAVES if name in request.POST), "_save")
    told["save"] = gettext(SAVES[told["pressed"]])  # as Django's own button is called
    if attempt.is_action:
        # To render the form, and not to run the action after all.
        post = MergedPost(request.POST, request.FILES)
        post.data.pop(ACTION)
        post.put_into(request)
    if attempt.refusal.reason is Reason.GONE:
        # As a new object: Django then takes the rows of inlines for new ones too.
        post = MergedPost(request.POST, request.FILES)
        post.data["_saveasnew"] = "1"
        post.put_into(request)
        return {**told, "save_as_new": True}
    return told


def _uploads(request: HttpRequest) -> str:
    """Names of files, which a browser does not take back."""
    return ", ".join(str(file.name) for _, files in request.FILES.lists() for file in files)


def base_and_page(attempt: Attempt) -> Tuple[str, Mapping[str, Any]]:
    """The base of the page that answers this save, and what the page says.

    Where one of them cannot be made, the page keeps the base that it came with: it is compared once more.
    """
    try:
        attempt.is_told_of_fault = attempt.is_told_of_fault or attempt.has_faults
        page = page_of(attempt)
        return base_text(attempt, page["changes"].asked if "changes" in page else {}), page
    except Exception:  # of what a project's form holds; the form is shown all the same, with what was typed
        logger.exception("the conflict of %s cannot be shown", attempt.object_name)
        attempt.is_told_of_fault = True
        return attempt.base_text, attempt.page


def page_of(attempt: Attempt) -> Mapping[str, Any]:
    """What the page of a refusal says, now that its forms have been compared once more."""
    if not attempt.shows_conflict:
        return attempt.page
    post = attempt.request.POST
    before = json.dumps(items.texts_of_before(post)) if items.BEFORE in post else ""
    return {**attempt.page, "changes": items.items(attempt), "before": before, "before_field": items.BEFORE}


def base_text(attempt: Attempt, asked: Mapping[str, str]) -> str:
    """The base of the page that answers this save. Whoever saves that page has seen what the object holds now, and
    says what is to be done with what is ``asked``."""
    if not attempt.shows_conflict or attempt.main is None:
        return attempt.base_text
    maker = bases.BaseMaker(identity.user_name(attempt.user), attempt.object_name)
    maker.asked = asked
    if asked and attempt.base is not None:
        maker.made_at = attempt.base.made_at  # so that the next page can still say who has changed it
    unguarded = display.unguarded(attempt.main.form, _readings(attempt.main))
    configuration.UNGUARDED.put(attempt.request, unguarded)
    keeps = attempt.base is not None and not attempt.base.is_of_old_key
    maker.add_form(_readings(attempt.main), attempt.main.entries if keeps else None)
    if attempt.main.beside is not None:
        maker.add_stored({name: attempt.main.beside.texts[name] for name in attempt.main.beside.own})
    if attempt.fault and attempt.base is not None and keeps:
        for name, rows in attempt.base.sets.items():
            maker.add_set(name)
            for pk, entries in rows.items():
                maker.keep_row(name, pk, entries)
    for each in attempt.sets or ():
        maker.add_set(each.name)
        for pk, row in each.rows.items():
            maker.add_row(each.name, pk, _readings(row), row.entries if keeps else None)
            unguarded.update(display.unguarded(row.form, _readings(row)))
    if attempt.whole is not None:
        return attempt.whole.as_base(attempt.user, attempt.object_name, asked)
    return maker.sign()


def _readings(examination: Examination) -> Mapping[str, Reading]:
    """What the page has to be compared with. What could not be read keeps the entries that it had."""
    if not examination.fault:
        return examination.readings
    names = [*examination.readings, *(examination.entries or ())]
    return {name: Reading(fault=examination.fault) for name in names}


def page_of_values(model_admin: Any, request: HttpRequest, refusal: Refusal, tell: Tell) -> HttpResponse:
    """Everything that was posted, to copy, and to post again. ``tell``: what to say, from ``texts``."""
    told: Mapping[str, Any] = {}
    try:
        told = tell()
        context = {
            **model_admin.admin_site.each_context(request),
            **told,
            "opts": model_admin.opts,
            "typed": typed(request),
            "posted": posted(request),
            "files": _uploads(request),
            "back": request.get_full_path(),
        }
        request.current_app = model_admin.admin_site.name
        response = TemplateResponse(request, REFUSED, context, status=_status(refusal))
        return draw_otherwise(response, partial(bare_page, request, told))
    except Exception:
        logger.exception("the form of %s is shown without a template", model_admin.model._meta.label)
        return HttpResponse(bare_page(request, told), status=_status(refusal))


def bare_page(request: HttpRequest, told: Mapping[str, Any]) -> str:
    """The same where its template cannot be drawn. Nothing is called here that is not of Python or Django."""
    title, text = (escape(told.get(name, "")) for name in ("title", "text"))
    names = [name for name in request.POST if name != way_on.FIELD]
    rows = [(name, value) for name in names for value in request.POST.getlist(name)]
    inputs = format_html_join("", '<input type="hidden" name="{}" value="{}">', rows)
    typed = format_html_join("", "<dt>{}</dt><dd>{}</dd>", [row for row in rows if row[0][0] != "_"])
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p>"
        f'<form method="post">{inputs}<input type="submit" value="↻"></form><dl>{typed}</dl></body></html>'
    )


def posted(request: HttpRequest) -> List[Tuple[str, str]]:
    return [
        (name, value)
        for name in request.POST
        if name not in ("csrfmiddlewaretoken", way_on.FIELD)
        for value in request.POST.getlist(name)
    ]


def typed(request: HttpRequest) -> List[Tuple[str, str]]:
    """What a person may have typed, without the machinery of forms."""
    return [
        (name, value)
        for name in request.POST
        if not name.startswith(("_", "csrf")) and not name.endswith("_FORMS")
        for value in request.POST.getlist(name)
        if value
    ]
