"""Drafts that the project keeps, where it wants that: unsaved text of one object, under a key beside its room."""

from __future__ import annotations

from functools import partial
from typing import Any, Callable, Coroutine, Iterable, List, Optional

from .. import conf
from ..access.identity import digest
from ..core import kept_draft
from ..core.kept_draft import KEEP_SECONDS, KeptDraft
from . import kept

Work = Callable[[Any], Coroutine[Any, Any, None]]
Change = Callable[[List[KeptDraft]], List[KeptDraft]]


def is_on() -> bool:
    """Whether the project has chosen to keep unsaved text at rest."""
    return bool(conf.get("DRAFTS") == "server")


def key_of(room_key: str) -> str:
    """Under what key the drafts of a room's object lie."""
    return digest("drafts", room_key)


def read(room_key: str) -> Callable[[Any], Coroutine[Any, Any, List[KeptDraft]]]:
    """What is kept, the oldest first; for ``with_store``."""

    async def work(store: Any) -> List[KeptDraft]:
        there = await store.read(key_of(room_key))
        return kept_draft.decode(there.text, there.now)

    return work


def keep(room_key: str, draft: KeptDraft) -> Work:
    """Keep what somebody has typed, instead of what they had typed before; for ``with_store``."""
    return _change([room_key], partial(kept_draft.put, draft=draft))


def answer(room_key: str, user: str) -> Work:
    """A next editor has decided about what this person had typed; for ``with_store``."""
    return _change([room_key], partial(kept_draft.answer, user=user))


def forget(room_keys: Iterable[str], user: Optional[str] = None) -> Work:
    """Delete what is kept of this person, or of all; for ``with_store``."""
    return _change(room_keys, lambda drafts: [] if user is None else kept_draft.without(drafts, user))


def _change(room_keys: Iterable[str], change: Change) -> Work:
    def text_of(text: Optional[str], now: float) -> str:
        return kept_draft.encode(change(kept_draft.decode(text, now)))

    async def work(store: Any) -> None:
        for key in map(key_of, room_keys):
            await kept.change(store, key, text_of, KEEP_SECONDS)

    return work
