"""One bound form, compared with the base of its page and with its locked row: what each side changed, and what of
it is not to be written."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Set

from django.db import models
from django.forms.formsets import DELETION_FIELD_NAME
from django.forms.models import ModelChoiceField
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property

from . import form_input, places, shapes, stored
from . import reading as readings
from .base import NOT_COMPARED, Base, Entries
from .compare import Change, field_change
from .reading import Reading


class Examination:
    """The comparison of one form.

    base: of the page; None if there is none to rely on. entries: those of this form; None if the base has none.
    path: first part of the names of choices, see ``choices``. chosen: what a person has chosen, by path.
    now: readings to compare with, where the form's own instance is not the row of now.
    merges: take over what only others changed. is_page: the form is going to be shown again.
    page_form: makes the form as a page of now shows it; a form may depend on what is posted.
    beside: the locked row, where a hook of the project may give the form's object other values.

    Afterwards:
    readings: the row of now; values: of its columns; title: its name. changes: the verdicts. posted: texts of what
    was posted. left_out: fields that are not to be written, because nobody entered another value; accepted: those of
    them where what others wrote is taken over. invalid: fields that found a mistake in what was posted by themselves.
    lost: fields that the form has no more, with something typed into them. fault: why nothing is known.
    """

    def __init__(
        self,
        form: Any,
        base: Optional[Base],
        entries: Optional[Entries],
        path: str = "",
        chosen: Optional[Mapping[str, str]] = None,
        now: Optional[Mapping[str, Reading]] = None,
        merges: bool = False,
        is_view_only: bool = False,
        is_page: bool = False,
        page_form: Optional[Callable[[], Any]] = None,
        beside: Optional[stored.Beside] = None,
    ) -> None:
        self.form = form
        self.base = base
        self.entries = entries
        self.path = path
        self.chosen = chosen or {}
        self.merges = merges
        self.is_view_only = is_view_only
        self.is_page = is_page
        self.beside = beside
        self._make_page_form = page_form or (lambda: readings.twin(form))
        self.readings: Mapping[str, Reading] = now if now is not None else {}
        self._is_given = now is not None
        self._there: Mapping[str, Reading] = {}
        self.posted: Dict[str, str] = {}
        self.changes: Dict[str, Change] = {}
        self.left_out: Set[str] = set()
        self.accepted: Set[str] = set()
        self.taken: Set[str] = set()
        self.unsent: Set[str] = set()
        self.invalid: Set[str] = set()
        self.lost: List[str] = []
        self.values: Dict[str, Any] = {}
        self.title = ""
        self._has_own_data = False
        self._row: Optional[models.Model] = None
        self._initial: Dict[str, Any] = {}
        self.is_judged = False
        self.fault = ""

    def begin(self) -> None:
        """Before the form cleans itself: afterwards its instance has what was posted."""
        form = self.form
        is_fresh = not self._is_given and not self.is_judged  # else the form was cleaned before
        if not self.is_judged and isinstance(getattr(form, "instance", None), models.Model):
            if self.beside is not None:
                self.beside.look(form, self.base, is_fresh)
            self._row = readings.own_row(form.instance)
        if is_fresh:
            self.readings = readings.read(form)
            if self.beside is not None and self.beside.gives(self._is_stored_to_be_shown):
                self.readings = readings.read(form)
            for name in self.readings:
                field = readings.column_field(form, name)
                if field is not None:
                    self.values[name] = readings.row_value(form, field)
            if self._is_elsewhere:
                with self._as_page():
                    self._there = readings.read(form)
        if self.is_page:
            self.title = str(getattr(form, "instance", ""))
            for name, field in form.fields.items():
                self._initial.setdefault(name, readings.own(form.get_initial_for_field(field, name), self._row))
        if self._is_row_theirs:
            self._own_data().pop(form.add_prefix(DELETION_FIELD_NAME), None)
        for name in readings.fields_of(self.form):
            if self.choice(name) == "theirs":
                self._put_theirs(name)
                self.taken.add(name)
        is_merged = False
        for name in readings.fields_of(self.form):
            self.posted[name] = self._posted(name)
            if self.merges and not self.is_page and self._is_theirs_alone(name):
                self._put_theirs(name)  # the form's own clean() looks at all of it
                self.posted[name] = self._posted(name)
                self.taken.add(name)
                is_merged = True
        for name in readings.fields_of(self.form) if is_merged else ():
            if self._is_made_anew(name):
                self._put_theirs(name)
                self.posted[name] = self._posted(name)

    def _is_stored_to_be_shown(self, name: str) -> bool:
        """Whether a field is to show what is stored, in place of what a hook of the project makes of it."""
        entry, reading = (self.entries or {}).get(name), self.readings.get(name)
        if entry is None or reading is None or self.beside is None:
            return False
        is_shown = self.is_page or self.choice(name) == "theirs"
        return (is_shown and self.beside.is_unlike(name, entry, reading)) or self._has_changed(name, entry, reading)

    @cached_property
    def _is_elsewhere(self) -> bool:
        """Whether the page was made in another language or time zone."""
        return self.base is not None and self.base.place != places.current()

    @contextmanager
    def _as_page(self) -> Iterator[None]:
        """Show values as where the page was made."""
        with places.there(self.base.place) if self.base is not None and self._is_elsewhere else nullcontext():
            yield

    def _reading(self, name: str) -> Optional[Reading]:
        """The row of now, as the page would show it."""
        return self._there.get(name) or self.readings.get(name)

    def choice(self, name: str) -> Optional[str]:
        """What was chosen for a field, by itself or with its whole row."""
        return self.chosen.get(self.path + name) or ("theirs" if self._is_row_theirs else None)

    @property
    def _is_row_theirs(self) -> bool:
        return bool(self.path) and self.chosen.get(self.path[:-1]) == "theirs"

    @property
    def is_withdrawn(self) -> bool:
        """Whether the row is marked for deletion."""
        return form_input.is_withdrawn(self.form)

    def judge(self) -> None:
        """After the form has cleaned its fields, before it makes its instance."""
        self.is_judged = True
        withdrawn = self.is_withdrawn
        for name in dict.fromkeys([*(self.entries or ()), *readings.fields_of(self.form)]):
            if name not in self.form.fields or name not in self.posted:
                self._judge_missing(name)
                continue
            change = self._verdict(name, is_left_alone=withdrawn or self.is_view_only)
            if withdrawn and change is Change.NONE and self._is_undecided(self.path[:-1]):
                change = Change.UNDECIDED
            if change is Change.THEIRS and self._is_machine_written(name):
                change = Change.NONE
                self.accepted.add(name)
            is_unsent = change is Change.UNSEEN and self.base is not None and not form_input.was_sent(self.form, name)
            if is_unsent and self._depends_on_input(name):
                change = Change.NONE
                self.unsent.add(name)
            self.changes[name] = change
            if withdrawn or self.is_view_only:
                continue
            if self._is_kept(name, change):
                self.left_out.add(name)
                if name in self.taken or change is Change.THEIRS:
                    self.accepted.add(name)
                    self._clean_as_theirs(name)

    def _is_machine_written(self, name: str) -> bool:
        return hasattr(self.form, "_meta") and readings.is_machine_written(self.form._meta.model, name)

    def _posted(self, name: str) -> str:
        form = self.form
        try:
            with self._as_page():
                return shapes.posted_text(form.fields[name].widget, form.data, form.files, form.add_prefix(name))
        except Exception as error:  # raised by the project's own widget; Django will meet it too
            readings.report(form, name, f"what was posted cannot be read ({type(error).__name__}: {error})")
            return ""

    def _judge_missing(self, name: str) -> None:
        """A field that the page had and this form has not: what was typed into it would be lost in silence."""
        entry = (self.entries or {}).get(name, NOT_COMPARED)
        form = self.form
        typed = form.data.getlist(form.add_prefix(name)) if hasattr(form.data, "getlist") else []
        if name in form.fields or not typed or entry == NOT_COMPARED or self.base is None:
            return
        is_lost = not self.base.showed(name, entry, typed) and self.choice(name) != "mine"
        if is_lost and not self._depends_on_input(name):
            self.lost.append(name)

    def _verdict(self, name: str, is_left_alone: bool) -> Change:
        reading = self._reading(name)
        entry = (self.entries or {}).get(name)
        if reading is None:
            return Change.NONE if is_left_alone or entry is not None else Change.UNSEEN
        mine = self._mine_column(name)
        is_same = self.posted[name] == reading.shown or (mine is not None and mine == reading.column)
        if entry == NOT_COMPARED:
            return Change.NONE if is_same else Change.MINE
        if reading.fault:
            return Change.UNREADABLE if entry is not None else Change.NONE
        if entry is None or self.base is None:
            if is_left_alone or is_same or self._is_untouched(name, reading):
                return Change.NONE
            return Change.UNSEEN
        theirs_changed = self._has_changed(name, entry, reading)
        mine_changed = not (
            is_left_alone
            or name in self.taken
            or self.base.shows(name, entry, self.posted[name])
            or (mine is not None and self.base.shows_column(name, entry, mine))
            or (not is_same and self._is_first_choice(name, entry))
            or (not theirs_changed and not is_same and self._is_untouched(name, reading))
        )
        if self.choice(name) == "mine" and not is_same:
            mine_changed = True
        change = field_change(theirs_changed, mine_changed, is_same)
        if change is Change.MINE and not self.choice(name) and self._is_undecided(self.path + name):
            return Change.UNDECIDED
        if change is Change.SAME and not form_input.may_be_same(readings.column_field(self.form, name)):
            return Change.BOTH
        return change

    def _is_undecided(self, path: str) -> bool:
        return self.base is not None and self.base.is_undecided(path, self.chosen)

    def _has_changed(self, name: str, entry: str, reading: Reading) -> bool:
        """Whether others have changed a field since its page was made."""
        known = self.beside if self.beside is not None and name in self.beside.texts else self.base
        if self.base is None or known is None or known.matches(name, entry, reading):
            return False
        with self._as_page():
            return not readings.is_volatile(self.form, name, reading, self._row)

    def _is_theirs_alone(self, name: str) -> bool:
        """Whether only others changed a field, and its control can show what they did."""
        reading, entry = self._reading(name), (self.entries or {}).get(name)
        if reading is None or reading.fault or entry is None or entry == NOT_COMPARED or self.base is None:
            return False
        if self.choice(name) == "mine" or not self.base.shows(name, entry, self.posted[name]):
            return False
        if self.beside is not None and self.beside.is_of_hook(name):
            return False
        return self._has_changed(name, entry, reading) and readings.holds(self.form, name, reading)

    def _is_made_anew(self, name: str) -> bool:
        """Whether a field shows, in place of its row's value, what the form makes of values that others changed."""
        reading, entry = self._reading(name), (self.entries or {}).get(name)
        if reading is None or entry is None or self.base is None or name in self.taken:
            return False
        if not reading.is_other and (self.beside is None or name not in self.beside.own):
            return False
        is_left_alone = not self.choice(name) and self.base.shows(name, entry, self.posted[name])
        return is_left_alone and self.posted[name] != reading.shown

    def _is_kept(self, name: str, change: Change) -> bool:
        """Whether the row's own value stays: nobody entered another one."""
        reading = self._reading(name)
        field = readings.column_field(self.form, name)
        if reading is None or reading.fault or field is None or self.choice(name) == "mine" or self._is_other_row:
            return False
        if not readings.is_written_by(self.form, name):
            return False
        if (
            name in self.unsent
            or name in self.taken
            or name in self.accepted
            or (self.merges and change is Change.THEIRS and not (self.beside and self.beside.is_of_hook(name)))
        ):
            return True
        mine = self._mine_column(name)
        if mine is not None and mine == reading.column and not field.many_to_many:
            return False  # it would write the same
        return self._is_untouched(name, reading) and not form_input.is_computed(self.form, name, self.posted[name])

    @property
    def _is_other_row(self) -> bool:
        """Whether the form has another primary key than its row: Django writes that, and not the row of the page."""
        form = self.form
        pk = form._meta.model._meta.pk
        if pk.name not in form.fields or pk.name not in form.cleaned_data:
            return False
        cleaned = form.cleaned_data[pk.name]
        return bool(getattr(cleaned, "pk", cleaned) != form.instance.pk)

    def _clean_as_theirs(self, name: str) -> None:
        """Let the project's own hooks find in ``cleaned_data`` what is there."""
        field = readings.column_field(self.form, name)
        if field is not None and name in self.values:
            self.form.cleaned_data[name] = form_input.cleaned(field, self.values[name], self.form.instance)

    def _is_untouched(self, name: str, reading: Reading) -> bool:
        """Whether what was posted is what the row's own value is posted as."""
        posted = self.posted[name]
        field = readings.column_field(self.form, name)
        if field is None:
            return posted == reading.shown
        if posted == shapes.UPLOAD:
            return False
        shown = reading.shown
        if name in self.values and not readings.is_equal(readings.initial_of(self.form, name), self.values[name]):
            with self._as_page():
                shown = readings.shown_for(self.form, name, self.values[name])
        if posted == shown:
            return not self._page_showed_another(name, reading)
        if name not in self.values:  # the form's own instance is not the row of now
            return False
        return self._is_first_of(name, self.values[name])

    def _page_showed_another(self, name: str, reading: Reading) -> bool:
        """Whether the page of the same value showed something else, since the form depends on what is posted."""
        entry = (self.entries or {}).get(name)
        if entry is None or entry == NOT_COMPARED or self.base is None:
            return False
        return not self.base.shows(name, entry, self.posted[name]) and self.base.matches(name, entry, reading)

    def _is_first_choice(self, name: str, entry: str) -> bool:
        """Whether the page had no choice for the value of its row, and its first one was posted."""
        text = Base.shown_text(entry)
        if text is None or not isinstance(self.form.fields[name], ModelChoiceField):
            return False
        keys = shapes.values_of(text)
        return self._is_first_of(name, keys if text.startswith("[") else "".join(keys))

    def _is_first_of(self, name: str, value: Any) -> bool:
        """Whether what was posted is what a list of choices shows that lacks the value."""
        form = self._page_form if isinstance(self.form.fields[name], ModelChoiceField) else self.form
        form_field = form.fields.get(name)
        if not isinstance(form_field, ModelChoiceField) or not shapes.lacks(form_field, value):
            return False
        return self.posted[name] == readings.shown_for(form, name, value, exact=True)

    @cached_property
    def _page_form(self) -> Any:
        """The form as a page shows it; where that cannot be made, as it is."""
        try:
            return self._make_page_form() or self.form
        except Exception as error:  # of the project's own hooks
            readings.report(self.form, "*", f"it cannot be made without input ({type(error).__name__}: {error})")
            return self.form

    def _depends_on_input(self, name: str) -> bool:
        """Whether a field can be changed, or cannot, because of what is posted."""
        return (name in readings.fields_of(self.form)) != (name in readings.fields_of(self._page_form))

    def refused_by_model(self) -> List[str]:
        """Fields that keep a value which the model takes from nobody, where another was posted: without the guard the
        model would have seen only that one."""
        refused = []
        for name in self.left_out:
            field, reading = readings.column_field(self.form, name), self.readings[name]
            if field is None or field.many_to_many or self._mine_column(name) in (None, reading.column):
                continue
            try:
                field.clean(field.value_from_object(self.form.instance), self.form.instance)
            except Exception:  # a validator may raise anything
                refused.append(name)
        return refused

    def _mine_column(self, name: str) -> Optional[str]:
        """Canonical text of what a save would write; None where that is no value, or has no column."""
        field = readings.column_field(self.form, name)
        cleaned_data = getattr(self.form, "cleaned_data", {})
        if field is None or name in (self.form._errors or ()) or name not in cleaned_data:
            return None
        if not readings.is_written_by(self.form, name):
            return None
        cleaned = cleaned_data[name]
        if isinstance(field, models.FileField):
            if cleaned is False:
                return readings.column_text(field, "")[0]
            reading = self.readings[name]
            return reading.column if reading.is_whole and self.posted[name] != shapes.UPLOAD else None
        try:
            text, is_whole = readings.column_text(field, readings.key_of(field, cleaned))
            return text if is_whole else None
        except Exception:  # a type of the project's, which its own field may not take
            return None

    def _put_theirs(self, name: str) -> None:
        """Let the form have been posted with what it shows for the row of now."""
        bound = readings.without_input(self.form)[name]
        posted = shapes.posted(bound.field.widget, bound.html_name, bound.value(), bound.auto_id)
        form_input.replace(self._own_data(), self.form, name, posted)

    def _own_data(self) -> Any:
        """The posted data of this form alone, to be changed."""
        form = self.form
        if not self._has_own_data:
            self._has_own_data = True
            form.data = form.data.copy()
            form.files = form.files.copy() if hasattr(form.files, "copy") else MultiValueDict()
        return form.data

    def keep_shown(self) -> None:
        """For a page that is shown again: draw what was left alone from the row, by its own widget."""
        withdrawn = self.is_withdrawn
        names = self.form.fields if self.is_view_only else readings.fields_of(self.form)
        for name in names:
            change = self.changes.get(name, Change.NONE)
            is_left_alone = change in (Change.NONE, Change.THEIRS) and self.choice(name) != "mine"
            if withdrawn:  # then whatever was typed has no verdict
                entry = (self.entries or {}).get(name, NOT_COMPARED)
                is_left_alone = self.base is not None and self.base.shows(name, entry, self.posted.get(name, ""))
            if change is Change.UNSEEN:
                is_left_alone = self.base is not None and not form_input.was_sent(self.form, name)
            if is_left_alone and name != DELETION_FIELD_NAME:
                self.form.fields[name].bound_data = _showing(self._initial.get(name))
                if self.form.fields[name].show_hidden_initial:  # else what was shown before would go along
                    self._own_data().pop(self.form.add_initial_prefix(name), None)

    def put_back(self) -> None:
        """For a page that is shown again: what its person may do there depends on what is stored, as before."""
        row = self._row
        if row is None or self.path:
            return
        instance = self.form.instance
        for field in row._meta.concrete_fields:
            if field.attname in row.__dict__:
                instance.__dict__[field.attname] = readings.own(row.__dict__[field.attname], instance)
        instance._state.fields_cache = dict(row._state.fields_cache)


def _showing(value: Any) -> Callable[[Any, Any], Any]:
    """In place of the ``bound_data`` of a form's field: ``value`` is what it held before it was cleaned."""
    return lambda data, initial: value
