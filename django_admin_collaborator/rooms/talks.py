"""Talks that are kept, each under a key of its own: those of one user on one page, and the one about an object.

A user's own key has what they said and were told in private there, so nobody else can ask for it.
"""

from __future__ import annotations

from typing import Any, Callable, Coroutine, Iterable, List

from .. import conf
from ..access.identity import digest
from ..core import talk
from ..core.messages import Message
from ..stores.base import StoreUnavailable, new_revision

PRIVATE_SECONDS = 3600.0
MOST_TRIES = 20


def keep_seconds(is_private: bool) -> float:
    """How long a message is kept; 0: not at all."""
    longest = float(conf.get("CHAT_KEEP_SECONDS"))
    return min(longest, PRIVATE_SECONDS) if is_private else longest


def own_key(page_key: str, user_key: str) -> str:
    """Of what one user has said and was told in private on this page."""
    return digest("talk", page_key, user_key)


def object_key(room_key: str) -> str:
    """Of what was said about the object of this room."""
    return digest("talk", room_key)


def read(key: str, seconds: float) -> Callable[[Any], Coroutine[Any, Any, List[Message]]]:
    """What is kept of a talk, the oldest first; for ``with_store``."""

    async def work(store: Any) -> List[Message]:
        there = await store.read(key)
        return talk.lines(there.text, there.now, seconds)

    return work


def add(keys: Iterable[str], message: Message, seconds: float) -> Callable[[Any], Coroutine[Any, Any, None]]:
    """Keep one more message, under each of these keys; for ``with_store``."""

    async def work(store: Any) -> None:
        for key in keys:
            await _add(store, key, message, seconds)

    return work


async def _add(store: Any, key: str, message: Message, seconds: float) -> None:
    there = await store.read(key)
    for _ in range(MOST_TRIES):
        text = talk.add(there.text, message, there.now, seconds)
        there = await store.swap(key, there.revision, new_revision(), text, keep_seconds=seconds)
        if there.swapped:
            return
    raise StoreUnavailable(f"{MOST_TRIES} lost races in a row")


def forget(keys: Iterable[str]) -> Callable[[Any], Coroutine[Any, Any, None]]:
    """Delete what is kept under these keys; for ``with_store``."""

    async def work(store: Any) -> None:
        for key in keys:
            there = await store.read(key)
            if there.revision:
                await store.swap(key, there.revision, new_revision(), "[]", keep_seconds=1.0)

    return work
