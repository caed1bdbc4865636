"""What a person is shown of a conflict: each field with the value before, theirs and mine, and the choice."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field, replace
from typing import Any, Iterator, List, Mapping, Optional

from django.db import models

from ...translation import gettext as _
from ..version import reading as readings
from ..version import shapes
from ..version.base import Base
from ..version.compare import Change
from ..version.examination import Examination
from ..version.rowsets import GoneRow, RowSet
from ..version.submission import MergedPost
from ..write import CHOICE, Attempt
from . import display
from .history import Author, History

logger = logging.getLogger("django_admin_collaborator")

BEFORE = "_collaborator_before"
"""Name of a field with the longer texts that the page showed and its person changed, as a list in JSON. The base has
only digests of them, which prove that they are what was shown."""


@dataclass(frozen=True)
class Item:
    """One field, or one row, that others changed, or that I did.

    path: names the choice, see ``choice``; empty when there is nothing to choose. default: what is chosen at first;
    empty where a person has to choose. entry: of before, in the base.
    before, theirs, mine: for reading; None where it is not known.
    widget: the HTML of the field's controls with theirs in them, for a script that shows it at once.
    anchor: id of the control in the form below. author: who changed it, as far as the history tells.
    """

    label: str
    path: str = ""
    before: Optional[str] = None
    theirs: Optional[str] = None
    mine: Optional[str] = None
    note: str = ""
    widget: str = ""
    default: str = ""
    anchor: str = ""
    author: Optional[Author] = None
    entry: str = ""

    @property
    def choice(self) -> str:
        """Name of the radio buttons: ``title``, ``paragraphs/7/text``, ``paragraphs/7`` for a whole row, and
        ``paragraphs/+0f3a…`` for one that was deleted and stands in the form as a new one."""
        return CHOICE + self.path


@dataclass
class Items:
    """``both``: to be decided. ``theirs``: taken over, to be seen. ``mine``: only mine, and still in the form.
    ``lost``: typed into fields that the form has no more, to copy."""

    both: List[Item] = field(default_factory=list)
    theirs: List[Item] = field(default_factory=list)
    mine: List[Item] = field(default_factory=list)
    lost: List[Item] = field(default_factory=list)

    @property
    def asked(self) -> Mapping[str, str]:
        """What has to be decided, as the base of the page has it."""
        return {item.path: item.entry for item in self.both if item.path and not item.default}

    @property
    def is_theirs_alone(self) -> bool:
        """Whether all that is to be decided is what this form cannot show."""
        return all(item.default == "theirs" for item in self.both)

    def add(self, change: Change, item: Item) -> None:
        if change in (Change.BOTH, Change.UNDECIDED, Change.UNSEEN, Change.UNREADABLE) or item.default == "theirs":
            self.both.append(item)
        elif change is Change.THEIRS:
            self.theirs.append(item)
        elif change is Change.MINE:
            self.mine.append(item)


def items(attempt: Attempt) -> Items:
    """Everything that others or I changed, in the order of the form."""
    found = Items()
    known = _Known(attempt)
    if attempt.main is not None:
        _add_form(found, known, attempt.main)
    for each in attempt.sets or ():
        try:
            _add_set(found, known, each)
        except Exception:  # of what a project's forms hold
            logger.exception("a conflict in the rows %s of %s cannot be shown", each.name, attempt.object_name)
            found.both.append(Item(each.kind, note=_NOT_COMPARED()))
    if attempt.fault:
        found.both.append(Item(_("The rows of this page"), note=_NOT_COMPARED()))
    for prefix, texts in attempt.lost_rows().items():
        found.lost.append(Item(prefix.replace("_", " "), prefix + "/", mine=" · ".join(texts)))
    return found


class _Known:
    """What is known of before: by the base, by what the page posted of it, and by the history."""

    def __init__(self, attempt: Attempt) -> None:
        self.attempt = attempt
        self.base = attempt.base
        since = attempt.base.made_at if attempt.base is not None else None
        self.history = History(attempt.model, attempt.pk, attempt.user, since)
        # Whoever brings a whole version back has decided on all of it.
        self.default = "mine" if attempt.is_revert else ""
        self.texts = texts_of_before(attempt.request.POST)

    def entry(self, examination: Examination, name: str) -> str:
        """The entry of a field when its person saw it first; a page that asked has another one of its own."""
        asked: Mapping[str, str] = self.base.asked if self.base is not None else {}
        return asked.get(examination.path + name) or (examination.entries or {}).get(name, "")

    def shown(self, name: str, entry: str) -> Optional[str]:
        """The text of what the control showed."""
        shown = Base.shown_text(entry)
        if shown is None and entry and self.base is not None:
            texts = map(shapes.text_of, self.texts)
            return next((text for text in texts if self.base.shows(name, entry, text)), None)
        return shown


def texts_of_before(posted: Mapping[str, str]) -> List[str]:
    try:
        texts = json.loads(posted.get(BEFORE, "[]"))
    except ValueError:
        return []
    return [text for text in texts if isinstance(text, str)] if isinstance(texts, list) else []


def _NOT_COMPARED() -> str:
    return _("could not be compared, so look at it before you save again")


def _add_form(found: Items, known: _Known, examination: Examination, title: str = "", kind: str = "") -> None:
    form = examination.form
    if examination.fault:
        found.both.append(Item(title or str(form._meta.model._meta.verbose_name), note=_NOT_COMPARED()))
        return
    for name, change in examination.changes.items():
        if change not in (Change.NONE, Change.SAME) and name in form.fields:
            item = _shown_of_field(known, examination, name, change, title)
            row = (kind, examination.title) if title else None
            is_news = change in (Change.THEIRS, Change.BOTH, Change.UNDECIDED)
            author = known.history.author_of(form, name, row) if is_news else None
            anchor = str(form[name].id_for_label or form[name].auto_id)
            entry, default = known.entry(examination, name), item.default or known.default
            found.add(change, replace(item, author=author, anchor=anchor, entry=entry, default=default))
    for name in examination.lost:
        typed = display.typed(form.data.getlist(form.add_prefix(name)))
        found.lost.append(Item(_titled(title, display.label(form, name)), examination.path + name, mine=typed))


def _shown_of_field(known: _Known, examination: Examination, name: str, change: Change, title: str) -> Item:
    try:
        return _of_field(known, examination, name, change, title)
    except Exception:  # of a type or a widget of the project's; it is named all the same
        logger.exception("a conflict in the field %r of %s cannot be shown", name, known.attempt.object_name)
        return Item(_titled(title, name), examination.path + name, note=_NOT_COMPARED())


def _of_field(known: _Known, examination: Examination, name: str, change: Change, title: str) -> Item:
    form = examination.form
    label = _titled(title, display.label(form, name))
    path = examination.path + name
    reading = examination.readings.get(name)
    if change is Change.UNREADABLE or reading is None:
        return Item(label, note=_NOT_COMPARED())
    if reading.is_secret:
        return Item(label, path, display.CONCEALED, display.CONCEALED, display.CONCEALED)
    before = display.of_shown(form, name, known.shown(name, known.entry(examination, name)))
    mine = _mine(examination, name)
    model_field = readings.column_field(form, name)
    value = examination.values.get(name)
    if isinstance(model_field, models.FileField):
        return Item(label, path, None, str(getattr(value, "name", value) or ""), mine, widget=_widget(form, name))
    holds = model_field is None or readings.holds(form, name, reading)
    is_drawn = not shapes.is_plain(type(shapes.inner(form.fields[name].widget)))
    if holds or is_drawn or model_field is None:
        theirs = display.of_shown(form, name, reading.shown)
    else:
        theirs = display.of_hidden(model_field, form.fields[name], value)
    if holds:
        return Item(label, path, before, theirs, mine, widget=_widget(form, name))
    if change is Change.MINE:
        return Item(label, path, before, theirs, mine)
    note = _("This form cannot show their value. It stays as it is unless you set yours.")
    return Item(label, path, before, theirs, mine, note=note, default="theirs" if change is Change.THEIRS else "")


def _mine(examination: Examination, name: str) -> Optional[str]:
    form = examination.form
    posted = examination.posted.get(name)
    if posted == shapes.UPLOAD:
        return ", ".join(file.name for file in form.files.getlist(form.add_prefix(name)))
    return display.of_shown(form, name, posted)


def _widget(form: Any, name: str) -> str:
    """The controls of a field with the row's value in them, named as in the form that the page shows."""
    return str(readings.without_input(form)[name])


def _titled(title: str, label: str) -> str:
    return f"{title}: {label}" if title else label


def _add_set(found: Items, known: _Known, each: RowSet) -> None:
    prefix, kind = each.formset.prefix, each.kind
    verbose = each.formset.model._meta.verbose_name
    attempt = known.attempt
    for pk, row in each.rows.items():
        if pk in each.added:
            found.theirs.append(Item(f"{kind} “{row.title}”", note=_("was added")))
            continue
        title = f"{kind} “{row.title}”"
        if not row.is_withdrawn:
            _add_form(found, known, row, title, verbose)
        elif set(row.changes.values()) & {Change.THEIRS, Change.BOTH, Change.UNDECIDED}:
            theirs = " · ".join(_changed_texts(known, row)) or _("changed")
            found.both.append(Item(title, f"{prefix}/{pk}", theirs=theirs, mine=_("delete it")))
        else:
            found.mine.append(Item(title, note=_("delete it")))
    orphans = 0
    for gone in each.gone.values():
        if gone.withdrawn:
            continue
        label = _as_it_was(attempt.base, each, gone)
        if gone.is_mine:
            orphans += 1
            orphan = gone.orphan(
                MergedPost(gone.form.data, gone.form.files), prefix, each.formset.model._meta.pk.name
            )
            path = f"{prefix}/+{orphan.fingerprint()}"
            found.both.append(Item(label, path, theirs=_("deleted"), mine=_typed_row(gone.form)))
        else:
            found.theirs.append(Item(label, note=_("was deleted")))
    undecided = each.undecided_rows(attempt.base, attempt.chosen)
    for path, form in undecided.items():
        found.both.append(Item(f"{kind} “{_typed_row(form)}”", path, theirs=_("deleted"), mine=_typed_row(form)))
    for form in each.formset.extra_forms[orphans:]:
        if form.has_changed() and form not in undecided.values():
            found.mine.append(Item(f"{kind} “{_typed_row(form)}”", note=_("was added")))


def _changed_texts(known: _Known, row: Examination) -> Iterator[str]:
    """What others have made of a row; nothing on a page that only asks again."""
    for name, change in row.changes.items():
        if change in (Change.THEIRS, Change.BOTH):
            item = _shown_of_field(known, row, name, change, "")
            yield f"{item.label}: {item.note if item.theirs is None else item.theirs or '–'}"


def _as_it_was(base: Optional[Base], each: RowSet, gone: GoneRow) -> str:
    """A row that is gone, by what the base has kept of it."""
    entries = (each.entries or {}).get(gone.pk, {})
    texts = [
        display.of_shown(gone.form, name, Base.shown_text(entry))
        for name, entry in entries.items()
        if name in gone.form.fields
    ]
    said = " · ".join(text for text in texts if text)
    return f"{each.kind} “{said}”" if said else f"{each.kind} #{gone.pk}"


def _typed_row(form: Any) -> str:
    texts = []
    for name in readings.fields_of(form):
        posted = shapes.posted_text(form.fields[name].widget, form.data, form.files, form.add_prefix(name))
        texts.append("" if posted == shapes.UPLOAD else display.of_shown(form, name, posted))
    return " · ".join(text for text in texts if text)
