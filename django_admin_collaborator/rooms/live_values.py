"""What the editor has typed, kept for pages that poll: one text for each room, the latest only, and not for long."""

from __future__ import annotations

import json
from typing import Any, Callable, Coroutine, Optional

from ..access.identity import digest
from ..core.messages import Message
from ..stores.base import new_revision
from . import kept

KEEP_SECONDS = 30.0
MOST_TRIES = 5


def _key(room_key: str) -> str:
    return digest("live", room_key)


def read(room_key: str, token: int) -> Callable[[Any], Coroutine[Any, Any, Optional[Message]]]:
    """What was typed under the lease of this token; for ``with_store``."""

    async def work(store: Any) -> Optional[Message]:
        there = await store.read(_key(room_key))
        try:
            known, message = json.loads(there.text or "null")
            return dict(message) if known == token else None
        except (ValueError, TypeError):
            return None

    return work


def keep(room_key: str, token: int, message: Message, expected: str) -> Callable[[Any], Coroutine[Any, Any, str]]:
    """Keep all that is typed; for ``with_store``.

    expected: what this returned for the time before, empty at first.
    """
    text, revision = json.dumps([token, message]), new_revision()

    async def work(store: Any) -> str:
        known = expected
        for _ in range(MOST_TRIES):
            there = await store.swap(_key(room_key), known, revision, text, keep_seconds=KEEP_SECONDS)
            if there.swapped:
                return revision
            known = there.revision
        return known  # somebody else keeps writing here; the next time

    return work


def forget(room_key: str) -> Callable[[Any], Coroutine[Any, Any, None]]:
    """Delete what is kept; for ``with_store``."""

    async def work(store: Any) -> None:
        await kept.change(store, _key(room_key), lambda text, now: "", KEEP_SECONDS)

    return work
