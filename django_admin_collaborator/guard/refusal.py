"""Why a save was not done. Raised inside Django's transaction, so that everything in it is rolled back."""

from __future__ import annotations

import enum
from typing import Optional, Sequence

from django.http import HttpRequest

from ..request_notes import Note

LOCKED = 423
"""HTTP status: not now. Nothing is known to have changed; the same save may go through later."""

CONFLICT = 409
"""HTTP status: not like this. The row is not the one that the form was built from."""


class Reason(enum.Enum):
    """Value: the HTTP status of the answer, and a name for templates and scripts."""

    HELD = (LOCKED, "held")
    OWN_TAB = (LOCKED, "own-tab")
    AWAY = (LOCKED, "lock-service-unavailable")
    BUSY = (LOCKED, "database-busy")
    CHANGED = (CONFLICT, "changed")
    GONE = (CONFLICT, "gone")
    BASE_MISSING = (CONFLICT, "base-missing")
    BASE_OLD = (CONFLICT, "base-old")
    BASE_FORGED = (CONFLICT, "base-forged")
    NOT_COMPARED = (CONFLICT, "not-compared")
    LOST = (CONFLICT, "field-gone")
    UNDECIDED = (CONFLICT, "undecided")

    @property
    def status(self) -> int:
        return self.value[0]

    @property
    def label(self) -> str:
        return self.value[1]


BASE_PROBLEMS = {
    "missing": Reason.BASE_MISSING,
    "old": Reason.BASE_OLD,
    "forged": Reason.BASE_FORGED,
    "fault": Reason.NOT_COMPARED,
}


class Refusal(BaseException):
    """A write that must not be done.

    Not an ``Exception``: a project that catches those around a hook, to make an answer of its own out of them, means
    its own faults, and would let Django go on to write.

    holder: who holds the lease, when that is why. changed: what others changed, where the page does not show it.
    """

    def __init__(self, reason: Reason, holder: str = "", changed: Sequence[str] = ()) -> None:
        super().__init__(reason.label)
        self.reason = reason
        self.holder = holder
        self.changed = changed


KNOWN: Note[Optional[Refusal]] = Note("known", None)
"""Why what this request wants must not be done, as far as is known. No fault that follows undoes it."""


def know(request: HttpRequest, refusal: Refusal) -> None:
    if refusal.reason not in BASE_PROBLEMS.values():  # of which nothing is known
        KNOWN.put(request, refusal)
