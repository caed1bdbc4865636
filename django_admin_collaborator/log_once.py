"""What the log says once, however often it happens."""

from __future__ import annotations

from typing import Set, Tuple

_MOST = 500  # a message may name a row, so that there could be very many

said: Set[Tuple[str, ...]] = set()


def is_new(*what: str) -> bool:
    """Whether this was not said before in this process, and is to be said now."""
    if what in said or len(said) >= _MOST:
        return False
    said.add(what)
    return True
