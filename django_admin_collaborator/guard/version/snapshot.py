"""The forms of a page, made without input, for one object: what a change form would show for the row of now."""

from __future__ import annotations

import copy
from types import MappingProxyType
from typing import Any, Dict, List, Mapping, Tuple

from django.contrib.admin.utils import flatten_fieldsets
from django.db import models
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict

from ... import faults
from ...access import identity
from . import base as bases
from . import reading as readings
from . import rowsets
from .reading import Reading


class Whole:
    """What a page would show for the row of now, where the forms of a save do not say it: before a version is
    brought back, or an action is run."""

    def __init__(
        self, fields: Mapping[str, Reading], sets: Mapping[str, Mapping[str, Mapping[str, Reading]]]
    ) -> None:
        self.fields = fields
        self.sets = sets

    def differs(self, base: bases.Base) -> bool:
        """Whether it is no longer what the page was made from."""
        if _row_differs(base, base.fields, self.fields):
            return True
        for name, rows in base.sets.items():
            now = self.sets.get(name)
            if now is None:
                continue
            if set(now) != set(rows) or any(_row_differs(base, rows[pk], now[pk]) for pk in rows):
                return True
        return False

    def as_base(self, user: Any, object_name: str, asked: bases.Entries = MappingProxyType({})) -> str:
        maker = bases.BaseMaker(identity.user_name(user), object_name)
        maker.asked = asked
        maker.add_form(self.fields)
        for name, rows in self.sets.items():
            maker.add_set(name)
            for pk, row in rows.items():
                maker.add_row(name, pk, row)
        return maker.sign()


def _row_differs(base: bases.Base, entries: bases.Entries, now: Mapping[str, Reading]) -> bool:
    return any(
        entry != bases.NOT_COMPARED and (name not in now or not base.matches(name, entry, now[name]))
        for name, entry in entries.items()
    )


def whole(
    model_admin: Any, request: HttpRequest, obj: models.Model, locks_rows: bool = False, with_rows: bool = True
) -> Whole:
    """What the change form of ``obj`` shows. locks_rows: the rows below it, first."""
    fields = readings.stable(main_form(model_admin, request, obj))
    if not fields:
        fields = columns(obj)
    made = formsets(model_admin, request, obj) if with_rows else []
    ready = rowsets.LockedRows().take if locks_rows else None
    sets = rowsets.sets_of([formset for _, formset in made], [inline for inline, _ in made], obj, ready)
    found: Dict[str, Dict[str, Dict[str, Reading]]] = {}
    for each in sets:
        rows = found.setdefault(each.name, {})
        for form in each.formset.initial_forms:
            rows[str(form.instance.pk)] = readings.stable(form)
    return Whole(fields, found)


def main_form(model_admin: Any, request: HttpRequest, obj: models.Model) -> Any:
    """The form of a change page that nobody has typed into."""
    fieldsets = model_admin.get_fieldsets(request, obj)
    return model_admin.get_form(request, obj, change=True, fields=flatten_fieldsets(fieldsets))(instance=obj)


def formsets(model_admin: Any, request: HttpRequest, obj: models.Model) -> List[Tuple[Any, Any]]:
    """Each inline with its formset without input, those that this user can write to."""
    found = []
    times: Dict[str, int] = {}
    for cls, inline in model_admin.get_formsets_with_inlines(request, obj):
        prefix = cls.get_default_prefix()
        times[prefix] = times.get(prefix, 0) + 1
        if times[prefix] != 1 or not prefix:
            prefix = f"{prefix}-{times[prefix]}"
        if not (inline.has_change_permission(request, obj) or inline.has_delete_permission(request, obj)):
            continue
        if hasattr(model_admin, "get_formset_kwargs"):  # Django 4.0 and later
            arguments = dict(model_admin.get_formset_kwargs(request, obj, inline, prefix))
        else:
            arguments = {"instance": obj, "prefix": prefix, "queryset": inline.get_queryset(request)}
        for name in ("data", "files", "save_as_new"):
            arguments.pop(name, None)
        found.append((inline, cls(**arguments)))
    return found


class PageOfNow:
    """What a page for this row shows now to whoever has posted ``request``, whatever was posted."""

    def __init__(self, model_admin: Any, request: HttpRequest, row: models.Model) -> None:
        self.model_admin = model_admin
        self.row = readings.copied_row(row)
        self.request = copy.copy(request)
        # A copy lacks what cannot be pickled.
        vars(self.request).update({**vars(request), "_files": MultiValueDict(), "_collaborator_attempt": None})
        self.request.method, self.request.POST = "GET", QueryDict()

    def form(self) -> Any:
        return main_form(self.model_admin, self.request, self.row)

    def prefixes(self) -> List[str]:
        """Of its inlines."""
        return [formset.prefix for _, formset in formsets(self.model_admin, self.request, self.row)]


def has_own(name: str, model_admin: Any) -> bool:
    """Whether the project, or a package, has a method of its own in place of Django's."""
    owners = [kind for kind in type(model_admin).__mro__ if name in vars(kind)]
    return any(not kind.__module__.startswith(_NOT_OWN) for kind in owners)


_NOT_OWN = ("django.contrib.admin.", __name__.split(".")[0] + ".")


def labels(model_admin: Any, request: HttpRequest, obj: models.Model) -> Dict[str, str]:
    """Names for people of the fields, and of the sets with a slash behind their name."""
    names = {
        field.name: str(field.verbose_name) for field in obj._meta.get_fields() if hasattr(field, "verbose_name")
    }
    with faults.logged("the rows below %s have no names", obj._meta.label):
        made = formsets(model_admin, request, obj)
        for each in rowsets.sets_of([formset for _, formset in made], [inline for inline, _ in made], obj):
            inline = each.inline
            names[each.name + "/"] = str(inline.opts.verbose_name_plural) if inline is not None else each.kind
    return names


def columns(obj: models.Model) -> Dict[str, Reading]:
    """Who may delete but not change has no form: then every field that people fill in counts."""
    found = {}
    for field in obj._meta.concrete_fields:
        if field.editable and not field.primary_key:
            column, _ = readings.column_text(field, field.value_from_object(obj))
            found[field.name] = Reading(column, is_secret=True)
    return found
