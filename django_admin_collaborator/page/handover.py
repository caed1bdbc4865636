"""Unsaved text that passes to the next editor: only what that person's own change form has a control for.

These functions ask the database: call them from a thread, never on the event loop.
"""

from __future__ import annotations

import logging
import re
from functools import partial
from typing import Any, Mapping, Optional, Set, Tuple

from django.apps import apps
from django.contrib.admin.utils import flatten_fieldsets

from ..access import page_request, permissions
from ..access.collaborative import collaborates
from . import control_names

logger = logging.getLogger("django_admin_collaborator")

ROW = re.compile(r"(.+)-(\d+)(-.+)")
"""Prefix of a formset, place of a row in it, and the rest of a control's name."""

Texts = Mapping[str, str]


def readable(
    user: Any, scope: Mapping[str, Any], names: Tuple[str, str, str, str], values: Texts, rows: Texts
) -> Texts:
    """What of ``values`` the change form of ``user`` shows, under the names that its controls have there.

    names: app label, model name, quoted primary key, name of the admin site.
    rows: what tells the rows of the giver's formsets apart: their hidden controls, and ``…-INITIAL_FORMS``.
    Nothing where the form cannot be built.
    """
    app_label, model_name, object_id, site = names

    def read_by(model_admin: Any, request: Any) -> Optional[Texts]:
        try:
            obj = permissions.visible(model_admin, request, object_id) if collaborates(model_admin) else None
            return None if obj is None else _read_by_form(model_admin, request, obj, values, rows)
        except Exception:  # a project's own hooks may raise anything; what cannot be judged is not handed over
            logger.exception("unsaved text was not handed over: the form of its receiver could not be built")
            return {}

    question = partial(permissions.first, apps.get_model(app_label, model_name), read_by, site)
    try:
        return page_request.ask(scope, page_request.fresh_user(user), question) or {}
    except page_request.Unasked:  # which was logged
        return {}


def _read_by_form(model_admin: Any, request: Any, obj: Any, values: Texts, rows: Texts) -> Texts:
    """What the change page of this request's user has controls for, its inlines included."""
    if not model_admin.has_change_permission(request, obj):
        return {}
    fields = flatten_fieldsets(model_admin.get_fieldsets(request, obj))
    form = model_admin.get_form(request, obj, change=True, fields=fields)(instance=obj)
    made, inlines = model_admin._create_formsets(request, obj, change=True)
    for formset, inline in zip(made, inlines):
        formset.may_change = inline.has_change_permission(request, obj)
        formset.may_add = inline.has_add_permission(request, obj)
    formsets = {formset.prefix: formset for formset in made}
    own = _controls(form)
    told = {name: text for name, text in values.items() if name in own}
    for name, text in values.items():
        here = _place(formsets, name, rows)
        if here:
            told[here] = text
    return told


def _place(formsets: Mapping[str, Any], name: str, rows: Texts) -> Optional[str]:
    """What the control of this name in the giver's formset is called in the receiver's; None if it is not there."""
    match = ROW.fullmatch(name)
    formset = formsets.get(match[1]) if match else None
    if match is None or formset is None:
        return None
    prefix, place, rest = match[1], int(match[2]), match[3]
    saved = rows.get(f"{prefix}-INITIAL_FORMS", "")
    if not saved.isdecimal():
        return None
    if place >= int(saved):
        form, number = formset.empty_form, formset.initial_form_count() + place - int(saved)
        allowed = formset.may_add
    else:
        key = rows.get(f"{prefix}-{place}-{formset.model._meta.pk.name}")
        found = [(i, one) for i, one in enumerate(formset.initial_forms) if str(one.instance.pk) == key]
        if not found:
            return None
        (number, form), allowed = found[0], formset.may_change
    return f"{prefix}-{number}{rest}" if allowed and form.prefix + rest in _controls(form) else None


def _controls(form: Any) -> Set[str]:
    """The names of all controls of a form that show their values; cached on the form."""
    known: Optional[Set[str]] = getattr(form, "_collaborator_controls", None)
    if known is None:
        known = {name for field in form for name in control_names.of(field)}
        form._collaborator_controls = known
    return known
