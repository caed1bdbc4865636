"""Who changed what since the page was made. Pure: facts in, a verdict out."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import FrozenSet, Mapping


class Change(enum.Enum):
    """What happened to one field, or to one row of an inline."""

    NONE = "none"
    MINE = "mine"
    THEIRS = "theirs"
    SAME = "same"
    """Both changed it, to the same value."""
    BOTH = "both"
    """Both changed it, to different values: only a person can decide."""
    UNDECIDED = "undecided"
    """Both changed it, and its person was asked and has not chosen."""
    UNSEEN = "unseen"
    """A save would write it, and its page did not show it."""
    UNREADABLE = "unreadable"
    """It was compared when the page was made, and cannot be compared now."""


NEWS: FrozenSet[Change] = frozenset({Change.THEIRS, Change.BOTH})
"""Others changed something that this save does not already have."""


def field_change(theirs_changed: bool, mine_changed: bool, is_same: bool) -> Change:
    """The verdict on one field. ``is_same``: what I posted is what the row holds now."""
    if theirs_changed and mine_changed:
        return Change.SAME if is_same else Change.BOTH
    if theirs_changed:
        return Change.THEIRS
    return Change.MINE if mine_changed else Change.NONE


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
            for change in (Change.UNSEEN, Change.UNDECIDED):
                if change in changes:
                    return change
            return Change.BOTH if changes & NEWS else Change.MINE
        for change in (Change.BOTH, Change.UNREADABLE, Change.UNSEEN, Change.UNDECIDED, Change.THEIRS):
            if change in changes:
                return change
        return Change.MINE if changes else Change.NONE
