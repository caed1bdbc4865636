"""What a page needs for the live view: the names of the controls that it shows with their values, signed.

It is told what an editor types in these, and in no others. Rows of formsets have names that are the same on every
page, see ``core.live``; those with the same fields stand together, so that hundreds of rows need little room.
"""

from __future__ import annotations

import logging
from typing import Any, Dict, Iterable, List, Optional, Set, Tuple

from django.contrib.admin.utils import flatten_fieldsets
from django.forms.formsets import DELETION_FIELD_NAME, ORDERING_FIELD_NAME

from .. import log_once
from ..access import shown_controls
from ..guard.version import reading
from . import control_names
from .shown_form import ShownForm

logger = logging.getLogger("django_admin_collaborator")


def of(form: ShownForm) -> Optional[Dict[str, Any]]:
    """What the configuration of the page has of it; None: no live view."""
    return form.read("LIVE_VIEW", "collaborator_live", _read, "nobody sees what is typed in forms of %s")


def _read(form: ShownForm) -> Dict[str, Any]:
    page = _Page()
    page.add_form(form.context["adminform"].form, form.fields, form.model_admin)
    for inline in form.context["inline_admin_formsets"]:
        try:
            page.add_rows(inline)
        except Exception as error:  # of a package whose formsets have another shape: its rows are shown to nobody
            rows = type(inline.opts).__qualname__
            if log_once.is_new("live rows", rows, type(error).__name__):
                logger.info("nobody sees what is typed in rows of %s: %r", rows, error)
    return {
        "shows": shown_controls.sign(form.request.user, form.key, page.names, page.sets),
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

    def add_form(self, form: Any, fields: Set[Any], model_admin: Any) -> None:
        shown, hidden = _names(form, fields, _excluded(model_admin))
        self.names += sorted(shown)
        self.hidden |= hidden

    def add_rows(self, inline: Any) -> None:
        formset = inline.formset
        prefix, key = formset.prefix, formset.model._meta.pk.name
        fields, excluded = set(flatten_fieldsets(inline.fieldsets)), _excluded(inline.opts)
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


def _names(form: Any, fields: Set[Any], excluded: Iterable[str]) -> Tuple[Set[str], Set[str]]:
    """The controls of a form that are shown with their values, and those of them that nobody else is shown."""
    shown: Set[str] = set()
    hidden: Set[str] = set()
    of_rows = (name for name in (DELETION_FIELD_NAME, ORDERING_FIELD_NAME) if name in form.fields)
    for name in (*(name for name in reading.fields_of(form) if name in fields), *of_rows):
        (hidden if name in excluded else shown).update(control_names.of(form[name], with_files=True))
    return shown, hidden
