"""What happened to a lease, for the project's signals and the object's history: once per event, not per browser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from .room import Person


@dataclass(frozen=True)
class Fact:
    """One thing that took place.

    kind: ``claimed``, ``released``, ``transferred``, ``taken_over``, ``requested``, ``answered`` or ``forced``.
    user: who did it; None for a program. other: from whom, or whom it concerns.
    reason: in the words of who did it, or ``expired``. answer: of an attention request.
    at: seconds since the Unix epoch, on the store's clock.
    """

    kind: str
    at: float
    user: Optional[Person] = None
    other: Optional[Person] = None
    reason: str = ""
    answer: str = ""
