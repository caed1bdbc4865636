"""Every room that somebody is in: for operators, and for what a page says of whole models. It only reads."""

from __future__ import annotations

import threading
import time
from typing import Any, List, NamedTuple, Optional, Tuple

from .. import conf
from ..core import encoding
from ..core.presence import settle
from ..core.room import Room
from ..stores.base import StoreUnavailable
from . import store_choice, sync
from .store import open_store

ROOMS_AT_A_TIME = 50
LOOK_SECONDS = 3.0
"""Between two looks of one process, for whoever asks in it."""
REST = 20
"""A look that took long, as in a Redis with very many keys, is followed by a pause of so many times as long."""


class OpenRoom(NamedTuple):
    """label: of its object's model, in lower case; pk: its primary key as text. now: the store's clock."""

    key: str
    label: str
    pk: str
    room: Room
    now: float


def now() -> List[OpenRoom]:
    """The rooms of objects; a chat's has none. Of all tenants. Raises StoreUnavailable."""
    return sync.run(_read)


async def _read() -> List[OpenRoom]:
    store = open_store()
    keys = await store.keys()
    found: List[OpenRoom] = []
    for start in range(0, len(keys), ROOMS_AT_A_TIME):
        some = keys[start : start + ROOMS_AT_A_TIME]
        for key, there in (await store.read_all(some)).items():
            kept = encoding.decode(there.text) if there.text is not None else None
            room = settle(kept, there.now).room if kept else None
            if room and room.members and room.subject:
                found.append(OpenRoom(key, *room.subject, room, there.now))
    return found


class _Look(NamedTuple):
    of: Tuple[Any, ...]
    until: float
    found: Optional[List[OpenRoom]]


_last = _Look((), 0.0, None)
_lock = threading.Lock()


def lately() -> List[OpenRoom]:
    """The same as of a moment ago. One look is for all who ask meanwhile. Raises StoreUnavailable."""
    global _last
    of = _store()
    with _lock:
        if _last.of != of or time.monotonic() >= _last.until:
            started = time.monotonic()
            try:
                found: Optional[List[OpenRoom]] = now()
            except StoreUnavailable:
                found = None
            ended = time.monotonic()
            _last = _Look(of, ended + max(LOOK_SECONDS, REST * (ended - started)), found)
        if _last.found is None:
            raise StoreUnavailable("the last look at all rooms was not answered")
        return _last.found


def fresh() -> Optional[List[OpenRoom]]:
    """What ``lately`` gives without a look, for an event loop; None where it would look."""
    return _last.found if time.monotonic() < _last.until and _last.of == _store() else None


def _store() -> Tuple[Any, ...]:
    return (store_choice.choose(), conf.key_prefix())


def forget() -> None:
    """Look again at once."""
    global _last
    _last = _Look((), 0.0, None)
