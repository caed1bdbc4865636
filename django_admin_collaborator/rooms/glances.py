"""Many rooms at a glance, for lists: they are looked at from outside, and nobody comes into them."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any, Dict, List, Optional, Sequence, Tuple
from weakref import WeakKeyDictionary

from ..core import encoding
from ..core.presence import settle
from ..core.view import glance
from . import hub, sync

LOOK_SECONDS = 0.7
"""Between two looks of one process, which are for all lists that wait there together."""

Glance = Optional[Dict[str, Any]]
"""See ``core.view.glance``."""


def now(keys: Sequence[str]) -> List[Glance]:
    """What there is to see in each of these rooms, in their order; one trip to the store. For synchronous code.

    Raises: StoreUnavailable
    """
    found = sync.with_store(partial(read, keys=keys))
    return [found[key] for key in keys]


async def read(store: Any, keys: Sequence[str]) -> Dict[str, Glance]:
    """What there is to see in each of these rooms, in one trip to the store. Raises StoreUnavailable."""
    glances: Dict[str, Glance] = {}
    for key, there in (await store.read_all(keys)).items():
        room = encoding.decode(there.text) if there.text is not None else None
        glances[key] = glance(settle(room, there.now).room) if room else None
    return glances


class Looks:
    """The looks of one event loop: none while no list waits."""

    def __init__(self) -> None:
        self._waiting: List[Tuple[Sequence[str], asyncio.Future[Dict[str, Glance]]]] = []
        self._task: Optional[asyncio.Task[None]] = None

    async def next(self, keys: Sequence[str]) -> List[Glance]:
        """What the next look sees. Raises StoreUnavailable."""
        future: asyncio.Future[Dict[str, Glance]] = asyncio.get_running_loop().create_future()
        self._waiting.append((keys, future))
        if self._task is None:
            self._task = asyncio.ensure_future(self._look())
        found = await future
        return [found[key] for key in keys]

    async def _look(self) -> None:
        await asyncio.sleep(LOOK_SECONDS)
        self._task, waiting, self._waiting = None, self._waiting, []
        wanted = list(dict.fromkeys(key for keys, future in waiting if not future.done() for key in keys))

        try:
            found = await hub.current().with_store(partial(read, keys=wanted)) if wanted else {}
        except Exception as error:
            for _, future in waiting:
                if not future.done():
                    future.set_exception(error)
            return
        for _, future in waiting:
            if not future.done():
                future.set_result(found)


_looks: WeakKeyDictionary[asyncio.AbstractEventLoop, Looks] = WeakKeyDictionary()


def current() -> Looks:
    """Those of the running event loop."""
    return _looks.setdefault(asyncio.get_running_loop(), Looks())
