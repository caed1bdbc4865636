"""Texts that lie beside the rooms, each under a key of its own and with its own time."""

from __future__ import annotations

from typing import Any, Callable, Optional

from ..stores.base import StoreUnavailable, new_revision

MOST_TRIES = 20
SOON_SECONDS = 1.0
"""What is forgotten goes so soon: a store has no other way to delete."""


async def change(store: Any, key: str, to: Callable[[Optional[str], float], str], seconds: float) -> None:
    """Keep ``to(text, now)`` instead of the text under this key, for so long; an empty one is as good as none.

    Raises: StoreUnavailable
    """
    there = await store.read(key)
    for _ in range(MOST_TRIES):
        text = to(there.text, there.now)
        if text == (there.text or ""):
            return
        keep = seconds if text else SOON_SECONDS
        there = await store.swap(key, there.revision, new_revision(), text, keep_seconds=keep)
        if there.swapped:
            return
    raise StoreUnavailable(f"{MOST_TRIES} lost races in a row")
