"""What an inspection finds, and how a terminal and a program read it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, Iterator, List, Optional


@dataclass
class Control:
    """One field of one form of a page.

    form: the set of rows that it is in; empty for the main form. reason: why it is not guarded; empty if it is.
    """

    name: str
    form: str = ""
    reason: str = ""

    @property
    def title(self) -> str:
        return f"{self.form} / {self.name}" if self.form else self.name


@dataclass
class Save:
    """An untouched save.

    problem: why it was not done; empty if it was. changed: values that the page shows, and that it changed.
    beside: what it changed that no control of the page shows, such as the time of the last change.
    """

    problem: str = ""
    changed: List[str] = field(default_factory=list)
    beside: List[str] = field(default_factory=list)


@dataclass
class Conflict:
    """What a save meets after another writer has changed one field.

    outcome: ``refused``, ``merged``, ``overwritten`` or ``not tried``. note: why it was not tried, or what the answer
    was. items: what the conflict page says of each field: ``label``, ``before``, ``theirs``, ``mine``, ``note``.
    """

    control: str
    outcome: str
    note: str = ""
    items: List[Dict[str, Optional[str]]] = field(default_factory=list)


@dataclass
class Row:
    """One row. problem: why its page could not be inspected."""

    pk: str
    title: str
    url: str
    problem: str = ""
    controls: List[Control] = field(default_factory=list)
    notes: List[str] = field(default_factory=list)
    save: Optional[Save] = None
    conflicts: List[Conflict] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """Whether everything is guarded, and an untouched save goes through and changes nothing."""
        return not (
            self.problem
            or self.notes
            or any(control.reason for control in self.controls)
            or (self.save and (self.save.problem or self.save.changed))
            or any(conflict.outcome == "overwritten" for conflict in self.conflicts)
        )


@dataclass
class Report:
    """All rows of one model on one admin site. user: who opened the pages."""

    model: str
    site: str
    user: str
    rows: List[Row] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        return all(row.is_sound for row in self.rows)

    def as_json(self) -> Dict[str, Any]:
        return {
            "model": self.model,
            "site": self.site,
            "user": self.user,
            "is_sound": self.is_sound,
            "rows": [_row_as_json(row) for row in self.rows],
        }

    def lines(self) -> Iterator[str]:
        yield f"{self.model} on the admin site {self.site!r}, opened by {self.user}"
        for row in self.rows:
            yield ""
            yield f"{row.pk} “{row.title}” {row.url}"
            yield from (f"  {line}" for line in _lines_of_row(row))
        unsound = sum(not row.is_sound for row in self.rows)
        yield ""
        count = "1 row" if len(self.rows) == 1 else f"{len(self.rows)} rows"
        yield f"{count} inspected, nothing was kept. " + (
            f"Something is wrong with {unsound} of them." if unsound else "Every control is guarded."
        )


def _lines_of_row(row: Row) -> Iterator[str]:
    if row.problem:
        yield f"NOT INSPECTED  {row.problem}"
        return
    guarded: Dict[str, List[str]] = {}
    for control in row.controls:
        if not control.reason:
            names = guarded.setdefault(control.form, [])
            if control.name not in names:
                names.append(control.name)
    for form, names in guarded.items():
        yield f"guarded        {form + ': ' if form else ''}{', '.join(names)}"
    told = dict.fromkeys((control.title, control.reason) for control in row.controls if control.reason)
    for title, reason in told:
        yield f"NOT GUARDED    {title}: {reason}"
    for note in row.notes:
        yield f"FAULT          {note}"
    if row.save is not None:
        yield from _lines_of_save(row.save)
    for conflict in row.conflicts:
        yield from _lines_of_conflict(conflict)


def _lines_of_save(save: Save) -> Iterator[str]:
    if save.problem:
        yield f"NOT SAVED      An untouched save is not done: {save.problem}"
        return
    for change in save.changed:
        yield f"CHANGED        An untouched save changes {change}"
    if not save.changed:
        yield "untouched      An untouched save changes nothing that the page shows."
    for change in save.beside:
        yield f"               It also writes {change}"


def _lines_of_conflict(conflict: Conflict) -> Iterator[str]:
    if conflict.outcome == "overwritten":
        yield f"OVERWRITTEN    {conflict.control}: another writer's change was overwritten. {conflict.note}".rstrip()
    elif conflict.outcome == "not tried":
        yield f"not tried      {conflict.control}: {conflict.note}"
    else:
        yield f"{conflict.outcome:15}{conflict.control}{': ' + conflict.note if conflict.note else ''}"
    for item in conflict.items:
        sides = [
            f"{name} {_quoted(item[name])}" for name in ("before", "theirs", "mine") if item.get(name) is not None
        ]
        note = [str(item["note"])] if item.get("note") else []
        yield f"               {item['label']}: {', '.join([*sides, *note])}"


def _quoted(text: Optional[str]) -> str:
    text = " ".join((text or "").split())
    return f"“{text if len(text) <= 60 else text[:59] + '…'}”"


def _row_as_json(row: Row) -> Dict[str, Any]:
    return {
        "pk": row.pk,
        "title": row.title,
        "url": row.url,
        "is_sound": row.is_sound,
        "problem": row.problem,
        "controls": [vars(control) for control in row.controls],
        "faults": row.notes,
        "untouched_save": vars(row.save) if row.save is not None else None,
        "conflicts": [vars(conflict) for conflict in row.conflicts],
    }
