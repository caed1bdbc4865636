"""Who changed what since the form was built. Pure: texts and entries in, a verdict out."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Dict, Iterable, List, Mapping, Optional, Tuple, Union

from . import digest
from .base import Base, RowsBase
from .snapshot import Snapshot


class Change(enum.Enum):
    """What happened to one field, or to one row of an inline."""

    NONE = "none"
    MINE = "mine"
    THEIRS = "theirs"
    SAME = "same"
    """Both changed it, to the same value."""
    BOTH = "both"
    """Both changed it, to different values: only a person can decide."""


class Untouched:
    """Mine, where I left a field alone."""


UNTOUCHED = Untouched()


def field_change(kept: Optional[str], mine: Union[str, Untouched, None], theirs: Optional[str]) -> Change:
    """Compare one field.

    kept: its entry in the base; None if that is not known, so nobody can be said to have left it alone.
    mine: canonical text of what was posted; None if it cannot be read as a value.
    theirs: canonical text of what the row holds now; None if it has no such field any more.
    """
    if isinstance(mine, str) and mine == theirs:
        return Change.NONE if kept is None or digest.matches(kept, mine) else Change.SAME
    if kept is None:
        return Change.NONE if mine is UNTOUCHED else Change.BOTH
    mine_changed = mine is None or (isinstance(mine, str) and not digest.matches(kept, mine))
    theirs_changed = theirs is None or not digest.matches(kept, theirs)
    if mine_changed and theirs_changed:
        return Change.BOTH
    if not mine_changed and not theirs_changed:
        return Change.NONE
    return Change.MINE if mine_changed else Change.THEIRS


def fields_changed(kept: Mapping[str, str], texts: Mapping[str, str]) -> List[str]:
    """Names of fields whose value is no longer the one in the base."""
    return [name for name, entry in kept.items() if name not in texts or not digest.matches(entry, texts[name])]


@dataclass(frozen=True)
class RowChange:
    """What happened to one row of an inline.

    added, deleted: by others. withdrawn: I marked it for deletion.
    """

    pk: str
    fields: Mapping[str, Change] = field(default_factory=dict)
    added: bool = False
    deleted: bool = False
    withdrawn: bool = False

    @property
    def change(self) -> Change:
        """The row as a whole."""
        changes = set(self.fields.values()) - {Change.NONE, Change.SAME}
        if self.added:
            return Change.THEIRS
        if self.deleted:
            if self.withdrawn:
                return Change.SAME
            return Change.BOTH if Change.MINE in changes else Change.THEIRS
        if self.withdrawn:
            return Change.BOTH if Change.THEIRS in changes else Change.MINE
        if Change.BOTH in changes:
            return Change.BOTH
        if Change.THEIRS in changes:
            return Change.THEIRS
        return Change.MINE if changes else Change.NONE


@dataclass(frozen=True)
class Comparison:
    """A whole form: its own fields, and the rows of its inlines in the order of the page."""

    fields: Mapping[str, Change]
    rows: Mapping[str, Tuple[RowChange, ...]] = field(default_factory=dict)

    def all_changes(self) -> Iterable[Change]:
        yield from self.fields.values()
        for rows in self.rows.values():
            for row in rows:
                yield row.change

    @property
    def has_news(self) -> bool:
        """Others changed something that I have not changed to the very same."""
        return bool({Change.THEIRS, Change.BOTH} & set(self.all_changes()))

    @property
    def needs_a_person(self) -> bool:
        return Change.BOTH in set(self.all_changes())


def differs(base: Base, now: Snapshot) -> bool:
    """Whether the object is no longer what a form was built from: a value, or the rows of an inline."""
    if fields_changed(base.fields, now.fields):
        return True
    for prefix, rows in now.inlines.items():
        kept = entries_by_row(base.inlines[prefix])
        if set(kept) != set(rows.rows):
            return True
        if any(fields_changed(entries, rows.rows[pk]) for pk, entries in kept.items()):
            return True
    return False


def entries_by_row(kept: RowsBase) -> Dict[str, Dict[str, str]]:
    """Entries by primary key and field name."""
    return {pk: dict(zip(kept.names, entries)) for pk, entries in kept.rows.items()}
