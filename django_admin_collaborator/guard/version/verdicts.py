"""The verdicts on all forms of a page."""

from __future__ import annotations

from typing import Iterable, Iterator, Optional

from .base import NOT_COMPARED
from .compare import Change
from .examination import Examination
from .rowsets import RowSet


def of(main: Optional[Examination], sets: Iterable[RowSet]) -> Iterator[Change]:
    """The verdicts on the main form and on the rows of all sets."""
    if main is not None:
        yield from _of(main)
    for each in sets:
        for row in each.rows.values():
            if row.fault:
                yield from _of(row)
        for change in each.changes():
            yield change.change


def _of(examination: Examination) -> Iterator[Change]:
    if examination.fault:
        entries = examination.entries or {}
        if any(entry != NOT_COMPARED for entry in entries.values()):
            yield Change.UNREADABLE
    yield from examination.changes.values()


def has_unmerged(main: Optional[Examination], sets: Iterable[RowSet]) -> bool:
    """Whether others changed a field that a save could not leave out."""
    examinations = [main] if main is not None else []
    for each in sets:
        examinations += each.rows.values()
    return any(
        change is Change.THEIRS and name not in examination.left_out and not examination.is_withdrawn
        for examination in examinations
        for name, change in examination.changes.items()
    )


def is_of_added(examination: Examination, sets: Iterable[RowSet]) -> bool:
    """Whether it is that of a row which others added after the page was made."""
    return any(each.rows.get(pk) is examination for each in sets for pk in each.added)
