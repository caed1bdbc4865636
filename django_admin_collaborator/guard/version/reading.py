"""What the fields of one form hold and show: taken from the form itself, as if nobody had touched it."""

from __future__ import annotations

import copy
import logging
import os
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import partial
from typing import Any, Callable, Dict, Iterator, NamedTuple, Optional, Set, Tuple

from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.files.storage import FileSystemStorage
from django.db import models
from django.db.models.fields.files import FieldFile
from django.forms import BaseForm, DateField, DateTimeField, PasswordInput, TimeField
from django.forms.formsets import DELETION_FIELD_NAME, ORDERING_FIELD_NAME
from django.forms.models import InlineForeignKeyField
from django.forms.widgets import ChoiceWidget
from django.utils.datastructures import MultiValueDict

from ... import conf
from . import shapes, values

logger = logging.getLogger("django_admin_collaborator")

SECRET = "data-collaborator-secret"  # noqa: S105 (name of an attribute)
"""HTML attribute of a widget whose value must not be shown anywhere else."""


class Reading(NamedTuple):
    """One field of one form.

    column: canonical text of the row's value; None for a field without a column of the form's model.
    shown: text of what its control shows, see ``shapes``.
    is_whole: nothing of the value lies outside its column.
    is_secret: neither may be shown elsewhere.
    is_other: the form shows another value than the row's, and a save of the untouched page would write that.
    fault: why it cannot be compared; empty when it can be.
    """

    column: Optional[str] = None
    shown: str = '""'
    is_whole: bool = True
    is_secret: bool = False
    fault: str = ""
    is_other: bool = False


Read = Callable[[Any], Dict[str, Reading]]

VOLATILE = "it differs each time that its form is made"

UNDRAWN = "nothing is drawn of it"
"""The form has it to compute with, and its person is shown no control."""

NOT_GUARDED = "the field %r of %s is not guarded: %s"

_reported: Set[Tuple[Any, str, str]] = set()


def read(form: Any) -> Dict[str, Reading]:
    """Every field of ``form`` that a person can change, of whatever kind. A bound form stays as it is."""
    shown = without_input(form) if form.is_bound else form
    return {name: _read_or_report(shown, name) for name in fields_of(form)}


def unread(form: Any) -> Dict[str, Reading]:
    """In place of ``read``, where that is not possible: no field is compared."""
    return {name: Reading(fault="its form could not be read") for name in fields_of(form)}


def fields_of(form: Any) -> Iterator[str]:
    """Names of the fields that a person can change; not what formsets use to know their rows."""
    pk = form._meta.model._meta.pk.name if hasattr(form, "_meta") else None
    for name, field in form.fields.items():
        if field.disabled or isinstance(field, InlineForeignKeyField):
            continue
        if name not in (pk, DELETION_FIELD_NAME, ORDERING_FIELD_NAME):
            yield name


def without_input(form: Any) -> Any:
    """The same form as it would be shown before anybody types. Its fields and instance are shared."""
    shown = copied(form)
    shown.is_bound = False
    shown.data, shown.files = MultiValueDict(), MultiValueDict()
    shown._errors = None
    shown._bound_fields_cache = {}
    return shown


def column_field(form: Any, name: str) -> Optional[models.Field[Any, Any]]:
    """The model field that a form's field is saved to: a column, or Django's own many-to-many field."""
    try:
        field = form._meta.model._meta.get_field(name)
    except (AttributeError, FieldDoesNotExist):
        return None
    if isinstance(field, models.ManyToManyField):
        shown = form.initial.get(name) or []
        # Fields of some packages show names instead, and make objects of them when they are saved.
        is_known = isinstance(shown, (list, tuple)) and all(isinstance(item, models.Model) for item in shown)
        return field if is_known or isinstance(shown, models.QuerySet) else None
    return field if getattr(field, "concrete", False) and not field.many_to_many else None


def is_written_by(form: Any, name: str) -> bool:
    """Whether the form writes what was posted into the column of that name, and not its project by itself."""
    options = form._meta
    return name not in (options.exclude or ()) and (options.fields is None or name in options.fields)


def is_machine_written(model: Any, name: str) -> bool:
    """Whether programs write a field while people have its form open, so that no conflict comes of it."""
    if name == "last_login" and issubclass(model, get_user_model()):
        return True
    return f"{model._meta.label}.{name}" in conf.get("MACHINE_FIELDS")


def row_value(form: Any, field: models.Field[Any, Any]) -> Any:
    """The value that a form without input has for a model field: of its row, whatever the form makes of it."""
    value = _row_value(form, field)
    return value if field.many_to_many else own(value, form.instance)


def _row_value(form: Any, field: models.Field[Any, Any]) -> Any:
    """The same, to be read at once and not kept."""
    return form.initial.get(field.name) or [] if field.many_to_many else field.value_from_object(form.instance)


def own(value: Any, row: Optional[models.Model] = None) -> Any:
    """A value that no form can change in place, as those do that put several of their fields into one column.

    row: whose value it is, where that is a file.
    """
    if isinstance(value, FieldFile):
        kept = type(value).__new__(type(value))
        kept.__dict__.update(value.__dict__, instance=row)
        return kept
    if isinstance(value, (dict, list, set)):
        with suppress(Exception):  # of what lies in it, such as a memoryview; then it is shared
            return copy.deepcopy(value)
    return value


def copied(part: Any) -> Any:
    """A copy of a form or a formset, with the same attributes. A project's class need not let itself be copied."""
    made = object.__new__(type(part))
    made.__dict__.update(part.__dict__)
    return made


def copied_row(row: Any) -> Any:
    """A copy of a row with the same values. A project's model need not let itself be copied, nor pickled."""
    kind: Any = type(row)
    made = kind.__new__(kind)
    state = copy.copy(row._state)
    state.fields_cache = dict(row._state.fields_cache)
    made.__dict__.update(row.__dict__, _state=state)
    return made


def own_row(row: Any) -> Any:
    """A copy of a row, as it is before a form cleans itself."""
    kept = copied_row(row)
    for field in row._meta.concrete_fields:
        if field.attname in kept.__dict__:
            kept.__dict__[field.attname] = own(kept.__dict__[field.attname], kept)
    return kept


def column_text(field: models.Field[Any, Any], value: Any) -> Tuple[str, bool]:
    """Canonical text of a value, and whether it is all there is."""
    if isinstance(field, models.ManyToManyField):
        keys = [getattr(item, "pk", item) for item in value]
        # A link that has more than its key and its two ends has an order.
        through: Any = field.remote_field.through
        is_ordered = len(through._meta.concrete_fields) > 3
        return values.write_keys(keys, is_ordered), True
    if isinstance(field, models.FileField):
        return _file_text(value), True
    return values.write_column(field, value)


def initial_of(form: Any, name: str) -> Any:
    """What a form shows in a field in place of the row's value, or that."""
    if type(form).get_initial_for_field is BaseForm.get_initial_for_field:
        return form.initial.get(name)
    return form.get_initial_for_field(form.fields[name], name)


def shown_for(form: Any, name: str, value: Any, exact: bool = False) -> str:
    """What the control of a field would post if it showed ``value``, a value of its row."""
    shown = without_input(form)
    shown.initial = {**form.initial, name: value}
    shown.get_initial_for_field = partial(BaseForm.get_initial_for_field, shown)  # and not of the project's making
    bound = shown[name]
    return shapes.untouched(shapes.inner(bound.field.widget), bound.html_name, bound.value(), bound.auto_id, exact)


def holds(form: Any, name: str, reading: Reading) -> bool:
    """Whether a form can hold the row's value, so that a person sees it there.

    A text of Django's own controls can. A choice, or a control of somebody else's, can where reading back what it
    shows gives that value.
    """
    field = column_field(form, name)
    if isinstance(field, models.FileField):
        return True
    form_field = copy.deepcopy(form.fields[name])  # some remember what they have cleaned, and the page draws this one
    bound = without_input(form)[name]
    widget = shapes.inner(bound.field.widget)
    if shapes.is_plain(type(widget)) and not hasattr(form_field, "choices"):
        return True
    posted = MultiValueDict(shapes.posted(widget, bound.html_name, bound.value(), bound.auto_id, exact=True))
    raw = widget.value_from_datadict(posted, MultiValueDict(), bound.html_name)
    if field is None:
        return not form_field.has_changed(bound.initial, raw)
    try:
        cleaned = form_field.clean(raw)
    except ValidationError:
        return False
    if column_text(field, key_of(field, cleaned))[0] == reading.column:
        return True
    value = row_value(form, field)
    # Forms strip the spaces around a text, and browsers rewrite its line ends.
    return isinstance(value, str) and isinstance(cleaned, str) and cleaned.split() == value.split()


def gives_key(field: models.ForeignKey[Any, Any]) -> bool:
    """Whether its forms are given the key of the related object, and not what a package's field makes of it."""
    return type(field).value_from_object is models.ForeignKey.value_from_object


def key_of(field: Any, cleaned: Any) -> Any:
    """What a column holds of a cleaned value: of a related object its key."""
    if field.remote_field and not field.many_to_many and isinstance(cleaned, models.Model):
        return getattr(cleaned, field.target_field.attname, cleaned.pk)
    return cleaned


def is_volatile(form: Any, name: str, reading: Reading, row: Optional[models.Model] = None) -> bool:
    """Whether two forms of one row differ in a field by themselves: a nonce, the time."""
    form_field = form.fields[name]
    is_computed = reading.column is None and callable(form_field.initial) and name not in form.initial
    if is_computed and isinstance(form_field, (DateField, DateTimeField, TimeField)):
        return True
    again = _read_again(form, name, row)
    if again is None:
        return False
    if _is_certain(reading):
        # The row may be older than what is stored: only what two such forms make of it by themselves says anything.
        second = _read_again(form, name, row)
        differs = second is not None and second.column != again.column
    else:
        differs = again.shown != reading.shown
    if differs:
        report(form, name, VOLATILE)
    return differs


def _read_again(form: Any, name: str, row: Optional[models.Model]) -> Optional[Reading]:
    other = twin(form, row if row is None else copied_row(row))
    return _read_or_report(other, name) if other is not None and name in other.fields else None


def _is_certain(reading: Reading) -> bool:
    """Whether the column says all about the value, whatever its control shows."""
    return reading.column is not None and reading.is_whole


def twin(form: Any, row: Optional[models.Model] = None) -> Any:
    """Another form without input, of the same row or of this one; None where its class takes arguments of its own."""
    try:
        return type(form)(instance=form.instance if row is None else row, prefix=form.prefix)
    except Exception:
        return None


def stable(form: Any) -> Dict[str, Reading]:
    """The readings of a form without input, with what differs by itself marked as not compared."""
    return {
        name: Reading(fault=VOLATILE) if not _is_certain(reading) and is_volatile(form, name, reading) else reading
        for name, reading in read(form).items()
    }


def report(form: Any, name: str, reason: str) -> None:
    """Say once for each field and reason that it is not guarded."""
    report_once(label(form), name, reason)


def report_once(its_label: str, name: str, reason: str) -> None:
    """The same where there is no form."""
    key = (its_label, name, reason)
    if key not in _reported:
        _reported.add(key)
        logger.warning(NOT_GUARDED, name, its_label, reason)


def reported_volatile(form: Any) -> Set[str]:
    """Names of the fields of which a save in this process has found out that they differ by themselves."""
    its_label = label(form)
    return {name for of, name, reason in _reported if of == its_label and reason == VOLATILE}


def label(form: Any) -> str:
    return str(form._meta.model._meta.label) if hasattr(form, "_meta") else type(form).__qualname__


@contextmanager
def reporting_again() -> Iterator[None]:
    """Report what has been reported before, too."""
    before = set(_reported)
    _reported.clear()
    try:
        yield
    finally:
        _reported.update(before)


def _read_or_report(form: Any, name: str) -> Reading:
    try:
        return read_field(form, name)
    except shapes.Undrawn:
        return Reading(fault=UNDRAWN)
    except Exception as error:  # a widget or field of the project's may raise anything; its form opens all the same
        reason = f"it cannot be read ({type(error).__name__}: {error})"
        report(form, name, reason)
        return Reading(fault=reason)


def read_field(form: Any, name: str) -> Reading:
    """One field of a form that is not bound. Raises: whatever the project's field and widget raise."""
    widget = shapes.inner(form.fields[name].widget)
    is_secret = SECRET in widget.attrs or (
        isinstance(widget, PasswordInput) or getattr(widget, "input_type", "") == "password"
    )
    field = column_field(form, name)
    column, is_whole = column_text(field, _row_value(form, field)) if field is not None else (None, True)
    is_whole = is_whole and (field is None or is_written_by(form, name))
    bound = form[name]
    shown = shapes.untouched(widget, bound.html_name, bound.value(), bound.auto_id)
    if shown != shapes.NOTHING and isinstance(field, models.FileField):
        is_whole = False  # its control posts something beside the file
    if field is not None and is_whole and field.remote_field and not isinstance(widget, ChoiceWidget):
        is_whole = shown == _key_text(form, name, field)  # else what is related is looked for by what is shown of it
    is_other = field is not None and not field.many_to_many and _is_other(form, name, field, column, shown)
    return Reading(column, shown, is_whole, is_secret, is_other=is_other)


def _is_other(form: Any, name: str, field: models.Field[Any, Any], column: Optional[str], shown: str) -> bool:
    """Whether a form without input shows another value than the row's in place of it, and not that in another way."""
    value = _row_value(form, field)
    if is_equal(initial_of(form, name), value) or isinstance(field, models.FileField):
        return False
    try:
        if shown == shown_for(form, name, value):
            return False
        bound = form[name]
        widget = shapes.inner(bound.field.widget)
        form_field = copy.deepcopy(bound.field)  # some remember what they have cleaned, and the page draws this one
        posted = MultiValueDict(shapes.posted(widget, bound.html_name, bound.value(), bound.auto_id))
        cleaned = form_field.clean(widget.value_from_datadict(posted, MultiValueDict(), bound.html_name))
        return column_text(field, key_of(field, cleaned))[0] != column
    except Exception:  # of the project's own widget or field, or what is shown is no value
        return False


def is_equal(one: Any, other: Any) -> bool:
    try:
        return bool(one is other or one == other)
    except Exception:  # a type of the project's may not compare
        return False


def _key_text(form: Any, name: str, field: Any) -> str:
    """What a control shows that is posted by key."""
    value = _row_value(form, field)
    if field.many_to_many:
        return shapes.text_of(sorted(str(key) for key in shapes.keys_of(form.fields[name], value)))
    return shapes.text_of("" if value is None else str(value))


_file_version: ContextVar[Optional[Callable[[Any], Any]]] = ContextVar("collaborator_file_version", default=None)


@contextmanager
def with_file_versions_of(model_admin: Any) -> Iterator[None]:
    """Ask this admin for the versions of files meanwhile."""
    before = _file_version.set(getattr(model_admin, "get_collaborator_file_version", None))
    try:
        yield
    finally:
        _file_version.reset(before)


def _file_text(value: Any) -> str:
    """Name and version of a file: another one may have been put under its name. No network is asked."""
    name = getattr(value, "name", value) or ""
    parts = [name]
    storage, ask = getattr(value, "storage", None), _file_version.get()
    version = ask(value) if name and storage is not None and ask else None
    if version is not None:
        parts += [str(version)]
    elif name and isinstance(storage, FileSystemStorage):
        with suppress(OSError, ValueError):
            stat = os.stat(storage.path(name))
            parts += [stat.st_size, stat.st_mtime_ns]
    return shapes.text_of(parts)
