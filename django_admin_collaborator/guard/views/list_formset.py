"""The formset of an editable list, with the base of each row in its management form, which every theme renders."""

from __future__ import annotations

import logging
from typing import Any, Mapping

from django import forms
from django.http import HttpRequest
from django.utils.functional import cached_property

from ... import faults
from ...access import identity
from .. import beside
from ..version import base as bases
from ..version import reading as readings
from ..version import stored
from ..version.base import BaseMaker
from ..version.examination import Examination
from ..version.guarded_forms import guard

logger = logging.getLogger("django_admin_collaborator")

ROWS = "rows"
"""The one set of rows that the base of a list has."""


def list_name(model: Any) -> str:
    return f"{model._meta.label_lower}/list"


class GuardedListFormSet(beside.FormSet):
    """Mixed into the class that ``get_changelist_formset`` gives.

    notes: what to tell of a row, by primary key. With any, the formset cannot be saved.
    collaborator_save: the save that is under way, whose rows are compared and locked.
    """

    collaborator_admin: Any
    collaborator_user: Any
    collaborator_save: Any = None
    notes: Mapping[str, str] = {}
    is_refused = False

    @cached_property
    def management_form(self) -> Any:
        form = super().management_form
        initial = ""
        net = faults.logged("the list of %s is not guarded", self.collaborator_admin.opts.label)
        with net, readings.with_file_versions_of(self.collaborator_admin):  # rendered when the view is over
            initial = "" if self.is_bound else _base_of_page(self, self.collaborator_user)
        form.fields[bases.FIELD] = forms.CharField(required=False, initial=initial, widget=forms.HiddenInput)
        return form

    def _existing_object(self, pk: Any) -> Any:
        obj = super()._existing_object(pk)
        save = self.collaborator_save
        if save is not None and obj is not None and pk in save.bulk.before:
            stored.refresh(obj, save.bulk.before[pk])
        return obj

    @cached_property
    def forms(self) -> Any:
        made = super().forms
        save = self.collaborator_save
        if save is not None and self.is_bound and not self.is_refused:
            for form in made:
                if form.instance.pk in save.untouched:
                    form.__dict__["changed_data"] = []  # so Django does not save it
                elif form.instance.pk is not None:
                    entries = save.entries_of(form.instance.pk)
                    guard(form, save, Examination(form, save.base, entries, merges=True))
        return made

    def full_clean(self) -> None:
        super().full_clean()
        if not self.is_refused:
            return
        for index, form in enumerate(self.forms):
            note = self.notes.get(str(form.instance.pk))
            if note:
                form.add_error(None, note)
                self._errors[index] = form.errors

    def is_valid(self) -> bool:
        valid = super().is_valid()
        return valid and not self.is_refused


def guarded(formset_class: Any, model_admin: Any, user: Any, save: Any) -> Any:
    attributes = {
        "collaborator_admin": model_admin,
        "collaborator_user": user,
        "collaborator_save": save,
        "__module__": formset_class.__module__,
    }
    return type(formset_class.__name__, (GuardedListFormSet, formset_class), attributes)


def refusing(formset_class: Any, notes: Mapping[str, str]) -> Any:
    """A class whose formsets show what was typed, with a note for each row, and cannot be saved."""
    return type(formset_class.__name__, (formset_class,), {"notes": notes, "is_refused": True})


def with_input(model_admin: Any, request: HttpRequest) -> Any:
    """The formset of what was posted, as Django's own view makes it."""
    prefix = model_admin.get_changelist_formset(request).get_default_prefix()
    queryset = model_admin._get_list_editable_queryset(request, prefix)
    if hasattr(model_admin, "_get_formset_with_permissions"):  # Django 6.0 and later
        return model_admin._get_formset_with_permissions(request, queryset, for_save=True)
    return model_admin.get_changelist_formset(request)(request.POST, request.FILES, queryset=queryset)


def without_input(model_admin: Any, request: HttpRequest) -> Any:
    """The formset of the page that the list shows now."""
    rows = model_admin.get_changelist_instance(request).result_list
    if hasattr(model_admin, "_get_formset_with_permissions"):
        return model_admin._get_formset_with_permissions(request, rows)
    return model_admin.get_changelist_formset(request)(queryset=rows)


def _base_of_page(formset: Any, user: Any) -> str:
    """The signed base of a list that is about to be shown. Where it cannot be made, no row is compared."""
    for read in (readings.read, readings.unread):
        try:
            return base_of(formset, user, read).sign()
        except Exception:  # the list opens all the same
            logger.exception("the list of %s is not guarded", formset.model._meta.label)
    return ""


def base_of(formset: Any, user: Any, read: readings.Read = readings.read) -> BaseMaker:
    """The base of a list without input. Rows that this user may not change have none."""
    maker = BaseMaker(identity.user_name(user), list_name(formset.model))
    maker.add_set(ROWS)
    for form in formset.initial_forms:
        row = read(form)
        if row:
            maker.add_row(ROWS, str(form.instance.pk), row)
    return maker
