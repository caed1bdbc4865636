"""Erases what the store keeps of one user: their unsaved text, and every line that they have said or were told."""

from __future__ import annotations

from typing import Callable, Optional

from ..core import kept_draft, talk
from ..rooms import kept, sync, talks
from ..rooms.store import open_store

KEYS_AT_A_TIME = 50


def erase(user: str) -> int:
    """Erase all that is kept of the user with this primary key, of every object and page. How many texts had some.

    Rooms are left alone: they say who is there now, and end ten minutes after the last one has left.

    Raises: StoreUnavailable
    """

    async def work() -> int:
        store = open_store()
        keys = await store.keys()
        count = 0
        for start in range(0, len(keys), KEYS_AT_A_TIME):
            for key, there in (await store.read_all(keys[start : start + KEYS_AT_A_TIME])).items():
                rest = _without(user)
                if rest(there.text, there.now) != (there.text or ""):
                    await kept.change(store, key, rest, _seconds(there.text, there.now))
                    count += 1
        return count

    return sync.run(work)


def _without(user: str) -> Callable[[Optional[str], float], str]:
    def rest(text: Optional[str], now: float) -> str:
        drafts = kept_draft.decode(text, now)
        if any(one.user == user for one in drafts):
            return kept_draft.encode(kept_draft.without(drafts, user))
        return talk.without(text, user)

    return rest


def _seconds(text: Optional[str], now: float) -> float:
    """How long what is left stays: as long as if it had been written now."""
    if kept_draft.decode(text, now):
        return kept_draft.KEEP_SECONDS
    return max(talks.PRIVATE_SECONDS, talks.keep_seconds(is_private=False))
