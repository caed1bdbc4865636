"""What a store promises."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import List, Optional

KEEP_SECONDS = 600
"""Every key goes by itself this long after its last change: longer than any lease's record."""


class StoreUnavailable(Exception):
    """The lock service does not answer. Nothing is known about whether a swap in flight took place."""


@dataclass(frozen=True)
class Snapshot:
    """What a store holds under one key.

    text: the encoded room; None when there is none.
    revision: changes with every swap; empty when there is nothing.
    now: the store's own clock, seconds since the Unix epoch, at the moment of the answer.
    swapped: whether this is the outcome of a swap that took place.
    """

    text: Optional[str]
    revision: str
    now: float
    swapped: bool = False


class Store:
    """Keeps one text per key, and changes it only for somebody who has seen the newest one."""

    async def read(self, key: str) -> Snapshot:
        """Raises StoreUnavailable."""
        raise NotImplementedError

    async def swap(self, key: str, expected: str, revision: str, text: str) -> Snapshot:
        """Put ``text`` there under ``revision`` if the present revision is ``expected``; else say what is there.

        To be told again with the same ``revision`` is harmless: a lost answer can be asked for once more.

        Raises:
            StoreUnavailable: it may or may not have taken place.
        """
        raise NotImplementedError

    async def keys(self) -> List[str]:
        """Every key under which there is something, in no order: for operators, never for a step.

        Raises StoreUnavailable.
        """
        raise NotImplementedError

    async def born(self) -> float:
        """When this store began, empty, on its own clock. Later than a room that you remember: it was lost."""
        raise NotImplementedError


def new_revision() -> str:
    return secrets.token_hex(8)
