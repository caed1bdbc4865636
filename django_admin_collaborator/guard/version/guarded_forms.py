"""Classes that are mixed into the forms and formsets that Django has made for a guarded save.

They are mixed in behind the metaclass of Django's forms, which would make all model fields again.
"""

from __future__ import annotations

import copy
from contextlib import suppress
from typing import Any, Optional, Sequence, Set

from django.db import models

from .. import beside
from ..refusal import Reason, Refusal
from . import locks, values
from . import reading as readings
from .compare import Change
from .examination import Examination


class GuardedForm(beside.Form):
    """A form that is compared while it cleans itself, and leaves out what nobody entered."""

    _collaborator_write: Any = None
    _collaborator: Optional[Examination] = None
    _collaborator_uncleaned: Sequence[str] = ()
    _collaborator_has_locked = False

    def full_clean(self) -> None:
        write = self._collaborator_write
        if self._collaborator is None and self.is_bound and write is not None:
            with write.refusing_faults():
                self._collaborator = write.examine_main(self)
        examination = self._collaborator
        if examination is None or examination.form is not self:  # a copy, made to see what the form shows
            super().full_clean()
            return
        with write.net(examination):
            examination.begin()
        shown = dict(self.fields)
        super().full_clean()
        if write.refusal is not None:
            for name, field in shown.items():  # the page is drawn with what clean() has taken out, too
                self.fields.setdefault(name, field)
        for name in self._collaborator_uncleaned:
            self.cleaned_data.pop(name, None)
        with write.net(examination):
            if not examination.is_judged:
                examination.judge()
            if examination.accepted:
                # The history names what this person changed, and not what was taken over. Of a field that does not go
                # with its widget Django cannot tell; where that matters, it raises by itself.
                with suppress(Exception):
                    changed = self.changed_data
                    self.__dict__["changed_data"] = [name for name in changed if name not in examination.accepted]
            if write.shows_conflict and not examination.fault:
                examination.keep_shown()
                examination.put_back()
        write.has_examined(self)

    def is_valid(self) -> bool:
        write = self._collaborator_write
        if write is not None and write.refusal is not None:
            self.errors  # noqa: B018 (mistakes in the input are shown all the same)
            return False
        return bool(super().is_valid())

    def _clean_form(self) -> None:
        if self._collaborator is not None:
            self._collaborator.invalid = set(self._errors)
        super()._clean_form()

    def _post_clean(self) -> None:
        examination = self._collaborator
        if examination is None:
            super()._post_clean()
            return
        with self._collaborator_write.net(examination):
            examination.judge()
        for name in examination.left_out & examination.accepted & examination.invalid:
            self._errors.pop(name, None)
        self._leave_out(super()._post_clean)

    def _get_validation_exclusions(self) -> Any:
        # What is left out is not written, but it is validated, and counts where values have to be unique.
        without = self.__dict__.pop("_meta", None)
        try:
            excluded = super()._get_validation_exclusions()
            if without is None or self._collaborator is None:
                return excluded
            return type(excluded)([*excluded, *self._collaborator.refused_by_model()])  # a list before Django 4.1
        finally:
            if without is not None:
                self._meta = without

    def _save_m2m(self) -> None:
        self.lock_compared_links()
        self._leave_out(super()._save_m2m)

    def _leave_out(self, action: Any) -> None:
        examination = self._collaborator
        if examination is None or not examination.left_out or "_meta" in self.__dict__:
            action()
            return
        with self._collaborator_write.refusing_faults():
            self._meta = _without(self._meta, examination.left_out)
        try:
            action()
        finally:
            del self._meta

    def lock_compared_links(self) -> None:
        """Once, before anything is written: afterwards they may be such as the project's own hooks have made them.

        Raises: Refusal: the links that a save would replace are not those that were compared.
        """
        examination = self._collaborator
        if examination is not None and not self._collaborator_has_locked:
            self._collaborator_has_locked = True
            with self._collaborator_write.refusing_faults():
                self._lock_links_of(examination)

    def _lock_links_of(self, examination: Examination) -> None:
        for name, change in examination.changes.items():
            field = readings.column_field(self, name)
            if not isinstance(field, models.ManyToManyField) or name in examination.left_out:
                continue
            if change in (Change.NONE, Change.SAME):
                continue
            instance = self.instance
            keys = locks.lock_links(field, [instance])[instance.pk]
            shown = [getattr(item, "pk", item) for item in examination.values.get(name, ())]
            if values.write_keys(keys) != values.write_keys(shown):
                raise Refusal(Reason.BUSY)


class GuardedFormSet(beside.FormSet):
    """A formset that says when all of its rows have been compared."""

    _collaborator_write: Any = None

    def full_clean(self) -> None:
        super().full_clean()
        if self._collaborator_write is not None:
            self._collaborator_write.has_examined(self)


def _without(meta: Any, names: Set[str]) -> Any:
    """The options of a form without some of its fields."""
    options = copy.copy(meta)
    options.exclude = [*(meta.exclude or ()), *names]
    return options


def guarded(form_class: Any) -> Any:
    """The class with ``GuardedForm`` or ``GuardedFormSet`` in front."""
    mixin = GuardedForm if hasattr(form_class, "base_fields") else GuardedFormSet
    if issubclass(form_class, mixin):
        return form_class
    attributes = {"__module__": form_class.__module__, "__qualname__": form_class.__qualname__}
    return type.__new__(type(form_class), form_class.__name__, (mixin, form_class), attributes)


def main_class(form_class: Any, write: Any) -> Any:
    """The class of the main form for one save; where a project gives a function that makes the form, such a function.

    The same for a class that makes forms of another class.
    """

    def guarding(make: Any) -> Any:
        def make_and_guard(*args: Any, **kwargs: Any) -> Any:
            made = make(*args, **kwargs)
            if not isinstance(made, GuardedForm):
                guard(made, write)
            return made

        return make_and_guard

    if not isinstance(form_class, type):
        return guarding(form_class)
    mixed = guarded(form_class)
    attributes = {"__module__": mixed.__module__, "_collaborator_write": write}
    make: Any = form_class.__new__
    if make is not object.__new__:
        attributes["__new__"] = guarding(make)
    return type.__new__(type(mixed), mixed.__name__, (mixed,), attributes)


def guard(made: Any, write: Any, examination: Optional[Examination] = None) -> None:
    """Let a form or formset that has been made already be a guarded one."""
    classes = write.classes
    made_class = type(made)
    if made_class not in classes:
        classes[made_class] = guarded(made_class)
    made.__class__ = classes[made_class]
    made._collaborator_write = write
    if examination is not None:
        made._collaborator = examination
