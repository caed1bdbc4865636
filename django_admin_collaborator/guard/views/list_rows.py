"""The rows of an editable list as they were posted, each compared with its base and with its locked row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Optional

from django.core.exceptions import ValidationError
from django.forms.forms import BaseForm
from django.utils.functional import cached_property

from ...translation import gettext as _
from ..conflict import display, texts
from ..version import reading as readings
from ..version import shapes, stored
from ..version.base import NOT_COMPARED, Base, Entries
from ..version.compare import Change
from ..version.examination import Examination
from ..version.submission import Row


@dataclass
class PostedRow:
    """One row. ``kept``: its entries in the base; None if the base does not know it."""

    formset: Any
    index: int
    pk: Any
    form: Any
    base: Optional[Base]
    kept: Optional[Entries]
    examination: Optional[Examination] = None

    @property
    def key(self) -> str:
        return str(self.pk)

    def is_touched(self) -> bool:
        """Whether I changed anything in it; what the base does not know cannot be told apart yet."""
        if self.kept is None or self.base is None:
            return True
        for name in readings.fields_of(self.form):
            entry = self.kept.get(name)
            if entry is None or entry == NOT_COMPARED or not self.base.shows(name, entry, self._posted(name)):
                return True
        return self.is_saved_anyway

    @cached_property
    def is_saved_anyway(self) -> bool:
        """Whether a form or a field of the project's own says that it has changed, whatever was posted."""
        form = self.form
        kind = type(form)
        is_own = kind.has_changed is not BaseForm.has_changed or kind.changed_data is not BaseForm.changed_data
        is_own = is_own or any(_judges_itself(form.fields[name]) for name in readings.fields_of(form))
        return is_own and bool(form.has_changed())

    def compare(self, locked: Any) -> Mapping[str, Change]:
        """Compare with the row as it is now. To be called once, before the form cleans itself."""
        form = self.form
        stored.refresh(form.instance, locked)
        again = self.formset._construct_form(self.index, **self.formset.get_form_kwargs(self.index))
        form.initial = again.initial
        self.examination = Examination(form, self.base, self.kept)
        self.examination.begin()
        form.full_clean()
        self.examination.judge()
        return self.examination.changes

    def _posted(self, name: str) -> str:
        form = self.form
        return shapes.posted_text(form.fields[name].widget, form.data, form.files, form.add_prefix(name))

    def is_shown_otherwise(self) -> bool:
        """Whether a page of now would post something else of the row."""
        shown = readings.without_input(self.form)
        return any(self._posted(name) != _shown(shown[name]) for name in readings.fields_of(shown))

    def as_shown_now(self) -> Row:
        return as_shown(readings.without_input(self.form))

    def typed(self) -> str:
        """What was posted, for reading."""
        texts = (display.of_shown(self.form, name, self._posted(name)) for name in readings.fields_of(self.form))
        return " · ".join(text for text in texts if text)

    def note(self, who: str) -> str:
        """What to tell about a row that others have changed too."""
        assert self.examination is not None
        kept = _("Your values are kept here; save again to put them in place.")
        if self.is_unreadable:
            return f"{texts.not_compared(self.formset.model)}. {kept}"
        parts = [_("Changed meanwhile by %s") % who]
        for name, change in self.examination.changes.items():
            if change not in (Change.BOTH, Change.THEIRS, Change.UNSEEN):
                continue
            reading = self.examination.readings[name]
            label = display.label(self.form, name)
            theirs = display.CONCEALED if reading.is_secret else display.of_shown(self.form, name, reading.shown)
            before = display.of_shown(self.form, name, Base.shown_text((self.kept or {}).get(name)))
            if before is None:
                parts.append(_("%(label)s is now “%(theirs)s”") % {"label": label, "theirs": theirs})
            else:
                words = {"label": label, "before": before, "theirs": theirs}
                parts.append(_("%(label)s was “%(before)s” and is now “%(theirs)s”") % words)
        return ". ".join([*parts, kept])

    @property
    def is_unreadable(self) -> bool:
        """Whether it is not saved for a fault of ours, and others have done nothing that is known."""
        changes = set(self.examination.changes.values()) if self.examination is not None else set()
        return Change.UNREADABLE in changes and not changes & {Change.BOTH, Change.THEIRS}


def as_shown(form: Any) -> Row:
    """A row that nobody touched, as it is posted with the rest of the page."""
    start = len(form.prefix) + 1
    data = {}
    for name in form.fields:
        bound = form[name]
        posted = shapes.posted(bound.field.widget, bound.html_name, bound.value(), bound.auto_id, exact=True)
        data.update({control[start:]: texts for control, texts in posted.items()})
    return Row(data, {})


def _shown(bound: Any) -> str:
    widget = shapes.inner(bound.field.widget)
    return shapes.untouched(widget, bound.html_name, bound.value(), bound.auto_id, exact=True)


def _judges_itself(field: Any) -> bool:
    return not type(field).has_changed.__module__.startswith("django.")


def verdict(changes: Mapping[str, Change]) -> Change:
    """On a whole row: MINE can be saved, THEIRS is disjoint from it, BOTH needs a person."""
    found = set(changes.values())
    if found & {Change.BOTH, Change.UNSEEN, Change.UNREADABLE}:
        return Change.BOTH
    if Change.MINE not in found:
        return Change.NONE
    return Change.THEIRS if Change.THEIRS in found else Change.MINE


def held_note(holder: str) -> str:
    return _("%s is editing this, so it was not saved.") % (holder or _("Somebody else"))


def read(formset: Any, base: Optional[Base], rows: Optional[Dict[str, Entries]]) -> List[PostedRow]:
    """The rows of a bound formset. ``base`` and ``rows`` are None when there is none to rely on."""
    pk_field = formset.model._meta.pk
    found = []
    for index, form in enumerate(formset.initial_forms):
        try:
            pk = pk_field.to_python(form.data.get(form.add_prefix(pk_field.name), ""))
        except ValidationError:
            continue
        if pk is not None:
            found.append(PostedRow(formset, index, pk, form, base, rows.get(str(pk)) if rows is not None else None))
    return found
