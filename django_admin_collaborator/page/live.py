"""What a page needs for the live view: the names of the controls that it shows with their values, signed.

It is told what an editor types in these, and in no others. Rows of formsets have names that are the same on every
page, see ``core.live``; those with the same fields stand together, so that hundreds of rows need little room.
"""

from __future__ import annotations

import logging
from typing import Any, Dict, Iterable, Iterator, List, Optional, Set, Tuple

from django.contrib.admin.utils import flatten_fieldsets
from django.forms.formsets import DELETION_FIELD_NAME, ORDERING_FIELD_NAME
from django.http import HttpRequest

from .. import conf, log_once
from ..access import identity, shown_controls
from ..guard.version import reading
from ..request_notes import Note
from . import control_names

logger = logging.getLogger("django_admin_collaborator")

LIVE: Note[Optional[Dict[str, Any]]] = Note("live", None)
"""What the configuration of the page has of it; None: no live view."""


def note(model_admin: Any, request: HttpRequest, context: Dict[str, Any], obj: Any) -> None:
    """Read the form that is about to be shown. Never raises: a form that we cannot read is shown to nobody else."""
    if not (conf.get("LIVE_VIEW") and getattr(model_admin, "collaborator_live", True)):
        return
    try:
        LIVE.put(request, _read(model_admin, request, context, obj))
    except Exception:
        label = model_admin.opts.label
        if log_once.is_new("live form", label):
            logger.exception("nobody sees what is typed in forms of %s", label)


def _read(model_admin: Any, request: HttpRequest, context: Dict[str, Any], obj: Any) -> Dict[str, Any]:
    main = context["adminform"]
    page = _Page()
    page.add_form(main, flatten_fieldsets(main.fieldsets), model_admin)
    for inline in context["inline_admin_formsets"]:
        try:
            page.add_rows(inline)
        except Exception as error:  # of a package whose formsets have another shape: its rows are shown to nobody
            rows = type(inline.opts).__qualname__
            if log_once.is_new("live rows", rows, type(error).__name__):
                logger.info("nobody sees what is typed in rows of %s: %r", rows, error)
    key = identity.room_key(model_admin.model, obj.pk, identity.realm_in(model_admin, request, obj))
    return {
        "shows": shown_controls.sign(request.user, key, page.names, page.sets),
        "keys": page.keys,
        **({"hidden": sorted(page.hidden)} if page.hidden else {}),
    }


class _Page:
    """names: of controls outside of rows. sets: see ``core.live.Shown``. keys: the key's field, by prefix.

    hidden: names that nobody is to be told, without the places of rows.
    """

    def __init__(self) -> None:
        self.names: List[str] = []
        self.sets: List[Tuple[str, List[Tuple[List[str], List[str]]], List[str]]] = []
        self.keys: Dict[str, str] = {}
        self.hidden: Set[str] = set()

    def add_form(self, main: Any, fields: List[Any], model_admin: Any) -> None:
        shown, hidden = _names(main.form, fields, _excluded(model_admin))
        self.names += sorted(shown)
        self.hidden |= hidden

    def add_rows(self, inline: Any) -> None:
        formset = inline.formset
        prefix, key = formset.prefix, formset.model._meta.pk.name
        fields, excluded = flatten_fieldsets(inline.fieldsets), _excluded(inline.opts)
        groups: Dict[Tuple[str, ...], List[str]] = {}
        if getattr(inline, "has_change_permission", True):
            for form in formset.initial_forms:
                names, hidden = _names(form, fields, excluded)
                start = len(form.prefix) + 1
                row = tuple(sorted(name[start:] for name in names))
                groups.setdefault(row, []).append(str(form.instance.pk))
                self.hidden |= {f"{prefix}--{name[start:]}" for name in hidden}
        added: List[str] = []
        if getattr(inline, "has_add_permission", True):
            form = formset.empty_form
            names, hidden = _names(form, fields, excluded)
            start = len(form.prefix) + 1
            added = sorted(name[start:] for name in names)
            self.hidden |= {f"{prefix}--{name[start:]}" for name in hidden}
            self.names.append(f"{prefix}-TOTAL_FORMS")
        self.sets.append((prefix, [(keys, list(row)) for row, keys in groups.items()], added))
        self.keys[prefix] = key


def _excluded(model_admin: Any) -> Iterable[str]:
    return frozenset(getattr(model_admin, "collaborator_live_exclude", ()))


def _names(form: Any, fields: List[Any], excluded: Iterable[str]) -> Tuple[Set[str], Set[str]]:
    """The controls of a form that are shown with their values, and those of them that nobody else is shown."""
    shown: Set[str] = set()
    hidden: Set[str] = set()
    for name in _fields(form, set(fields)):
        names = control_names.of_file(form[name]) or control_names.of(form[name])
        (hidden if name in excluded else shown).update(names)
    return shown, hidden


def _fields(form: Any, displayed: Set[Any]) -> Iterator[str]:
    yield from (name for name in reading.fields_of(form) if name in displayed)
    yield from (name for name in (DELETION_FIELD_NAME, ORDERING_FIELD_NAME) if name in form.fields)
