"""Talks that are kept, each under a key of its own: those of one user on one page, and the one about an object.

A user's own key has what they said and were told in private there, so nobody else can ask for it.
"""

from __future__ import annotations

from typing import Any, Callable, Coroutine, Iterable, List, Optional

from .. import conf
from ..access.identity import digest
from ..core import talk
from ..core.messages import Message
from . import kept

PRIVATE_SECONDS = 3600.0


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
        def with_it(text: Optional[str], now: float) -> str:
            return talk.add(text, message, now, seconds)

        for key in keys:
            await kept.change(store, key, with_it, seconds)

    return work


def forget(keys: Iterable[str]) -> Callable[[Any], Coroutine[Any, Any, None]]:
    """Delete what is kept under these keys; for ``with_store``."""

    async def work(store: Any) -> None:
        for key in keys:
            await kept.change(store, key, lambda text, now: "", PRIVATE_SECONDS)

    return work
