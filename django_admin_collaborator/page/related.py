"""Which other objects a form depends on: what contains it, what is chosen in it, and what it contains.

Their keys stand in the form anyway, so nothing is asked of the database for them; nor for the models whose objects
may have chosen the form's.
"""

from __future__ import annotations

from typing import Any, Dict, List, Set

from django.db import router
from django.db.models import ForeignKey
from django.http import HttpRequest
from django.utils.translation import get_language

from ..access import identity, related_rows
from ..access.collaborative import collaborates
from ..access.related_rows import Chooser, Group, RelatedRows
from .shown_form import ShownForm


def parameter(form: ShownForm) -> str:
    """What was read, signed, for the address of the page's connection; empty where the form depends on nothing."""
    otherwise = "forms of %s do not tell who edits what they depend on"
    text = form.read("RELATED", "collaborator_related", _signed, otherwise)
    return "&related=" + text.replace(":", "%3A") if text else ""


def _signed(form: ShownForm) -> str:
    groups = _Groups(form.model_admin.admin_site, form.request)
    groups.add_foreign_keys(form.obj, form.fields)
    groups.add_links(form.obj, form.fields, form.context["adminform"].form)
    inlines = form.context["inline_admin_formsets"]
    groups.add_inlines(inlines)
    choosers = groups.choosers(form.obj, {inline.formset.model for inline in inlines})
    if not (groups.found or choosers):
        return ""
    user = str(form.request.user.pk)
    about = RelatedRows(user, form.key, str(form.obj.pk), get_language() or "", [], choosers)
    return related_rows.sign(about, groups.found)


class _Groups:
    """found: primary keys; what contains the form first, the rows that it contains last.

    The admins of these objects are asked for permissions alone, as Django asks them for the links beside a field.
    """

    def __init__(self, site: Any, request: HttpRequest) -> None:
        self.site, self.request = site, request
        self.found: Dict[Group, List[str]] = {}

    def add_foreign_keys(self, obj: Any, shown: Set[Any]) -> None:
        chosen = []
        for field in obj._meta.concrete_fields:
            if field.name not in shown or not isinstance(field, ForeignKey) or not field.target_field.primary_key:
                continue
            admin, pk = self._admin(field.related_model), getattr(obj, field.attname)
            if admin is None or pk is None:
                continue
            if any(_is_row_of(inline, obj, field) for inline in admin.inlines):
                self._add("contains", admin.model, [pk], obj)
            else:
                chosen.append((admin.model, pk))
        for model, pk in chosen:
            self._add("chosen", model, [pk], obj)

    def add_links(self, obj: Any, shown: Set[Any], form: Any) -> None:
        """What is chosen in fields with several, as the form has read it for itself."""
        for field in obj._meta.many_to_many:
            if field.name not in shown or field.name not in form.fields:
                continue
            admin = self._admin(field.related_model)
            chosen = form.get_initial_for_field(form.fields[field.name], field.name)
            if admin is not None and isinstance(chosen, (list, tuple)):  # anything else might ask the database
                self._add("chosen", admin.model, [getattr(one, "pk", one) for one in chosen], obj)

    def add_inlines(self, inlines: Any) -> None:
        for inline in inlines:
            rows = [form.instance for form in inline.formset.initial_forms if form.instance.pk is not None]
            if rows and self._admin(inline.formset.model) is not None:
                self._add("contained", inline.formset.model, [row.pk for row in rows], rows[0])

    def choosers(self, obj: Any, of_inlines: Set[Any]) -> List[Chooser]:
        """By which fields objects of other models than those of the inlines may have chosen this one."""
        found = []
        for relation in obj._meta.related_objects:
            field, model = relation.field, relation.related_model
            is_key = isinstance(field, ForeignKey) and field.target_field.primary_key
            is_choice = field.many_to_many or (is_key and not getattr(field.remote_field, "parent_link", False))
            if not is_choice or model in of_inlines:
                continue
            if self._admin(model) is not None:
                found.append(Chooser(model._meta.label_lower, self._realm(model, obj), field.name))
        return found

    def _admin(self, model: Any) -> Any:
        admin = self.site._registry.get(model)
        is_shown = collaborates(admin) and admin.has_view_or_change_permission(self.request)
        return admin if is_shown else None

    def _add(self, how: str, model: Any, pks: List[Any], beside: Any) -> None:
        """beside: an object in the same database."""
        known = self.found.setdefault((how, model._meta.label_lower, self._realm(model, beside)), [])
        known += [pk for pk in map(str, pks) if pk not in known]

    def _realm(self, model: Any, beside: Any) -> str:
        return identity.realm_of(model, router.db_for_write(model, instance=beside))


def _is_row_of(inline: Any, obj: Any, field: Any) -> bool:
    """Whether ``obj`` is a row of this inline, by this foreign key."""
    is_same = identity.root_model(inline.model) is identity.root_model(type(obj))
    return is_same and getattr(inline, "fk_name", None) in (None, field.name)
