"""What I did not touch is not written back: not an older value, and not a value that a widget has rounded."""

from __future__ import annotations

from typing import Any, Iterator, Mapping

from django.db import models

from . import forms, values
from .attempt import Attempt


def refresh(obj: models.Model, locked: models.Model, using: str) -> None:
    """Let ``obj`` hold what its locked row holds."""
    for field in locked._meta.concrete_fields:
        value = getattr(locked, field.attname)
        if isinstance(field, models.FileField):
            value = getattr(value, "name", value)
        setattr(obj, field.attname, value)
    obj._state.db = using


def put_back(form: Any, obj: models.Model, locked: models.Model) -> None:
    """Undo what validating the form did to fields that nobody touched.

    A widget may know less than its field: one for date and time has no microseconds, one for text has the
    line ends of browsers and loses the spaces around it. What a form's own ``clean`` puts in stays.
    """
    for name, field in forms.guarded_fields(form):
        if field.many_to_many or field.remote_field or isinstance(field, models.FileField):
            continue
        if name not in form.cleaned_data:
            continue
        now, before = getattr(obj, field.attname), getattr(locked, field.attname)
        if now == before:
            continue
        if name in form.changed_data:
            shown = forms.in_input(form.fields[name], before)
            is_untouched = values.same_text(now, before) or (
                values.same_text(_data_of(form, name), shown) and _is_as_posted(form, name)
            )
        else:
            is_untouched = _is_as_posted(form, name)
        if is_untouched:
            setattr(obj, field.attname, before)


def _is_as_posted(form: Any, name: str) -> bool:
    return bool(form.cleaned_data[name] == form.fields[name].clean(_data_of(form, name)))


def _data_of(form: Any, name: str) -> Any:
    """What was posted, with the spaces around it that Django strips."""
    return form.fields[name].widget.value_from_datadict(form.data, form.files, form.add_prefix(name))


def refresh_rows(attempt: Attempt, formset: Any) -> None:
    """Let the rows of an inline, before its forms are made, hold what their locked rows hold."""
    locked = _locked_rows(attempt, formset)
    for row in formset.get_queryset() if locked else ():
        if str(row.pk) in locked:
            refresh(row, locked[str(row.pk)], attempt.using)


def put_back_rows(attempt: Attempt, formset: Any) -> None:
    """Undo what validating did to the rows of an inline, as in the form itself; the base knows all of them."""
    locked = _locked_rows(attempt, formset)
    for form in _written(formset):
        put_back(form, form.instance, locked[str(form.instance.pk)])


def has_unseen_rows(attempt: Attempt, formset: Any) -> bool:
    """Whether a row would be written that the base does not know."""
    locked = _locked_rows(attempt, formset)
    return any(str(form.instance.pk) not in locked for form in _written(formset))


def has_unseen(attempt: Attempt, form: Any) -> bool:
    """Whether a field would be written that the base does not know, so nobody compared it."""
    if attempt.is_revert:
        return False
    written = {name for name, _ in forms.guarded_fields(form) if name in form.changed_data}
    return attempt.base is None or bool(written - set(attempt.base.fields))


def _written(formset: Any) -> Iterator[Any]:
    for form in formset.initial_forms:
        if form.instance.pk is not None and (form.has_changed() or form in formset.deleted_forms):
            yield form


def _locked_rows(attempt: Attempt, formset: Any) -> Mapping[str, models.Model]:
    """The rows of an inline that the base knows, by primary key."""
    assert attempt.snapshot is not None
    known = attempt.snapshot.inlines.get(formset.prefix)
    return known.instances if known else {}
