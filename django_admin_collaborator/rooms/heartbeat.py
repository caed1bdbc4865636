"""The clients that this process serves: their heartbeat, the rooms' deadlines, and the watch over the store.

A client here is anything with the methods of ``Attendant``. Nothing in this file decides who may do what.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from functools import partial
from typing import Any, Awaitable, Dict, List, Optional, Set
from weakref import WeakKeyDictionary

from .. import conf
from ..core.presence import Alive, keep
from ..core.transition import Transition
from ..stores.base import StoreUnavailable
from ..stores.memory import MemoryStore
from . import hub as hubs
from .hub import ANSWER_SECONDS, Hub, RoomClient

logger = logging.getLogger("django_admin_collaborator")

WATCH_SECONDS = 1.0
"""How often the store is asked whether it is there and still the one that we knew."""


def heartbeat_seconds() -> float:
    return float(conf.get("HEARTBEAT_SECONDS"))


class Attendant(RoomClient):
    """What a client tells and is told. None of these may wait."""

    def alive(self) -> Optional[Alive]:
        """What to renew in the room; None when nothing was heard for so long that the connection is dead."""
        raise NotImplementedError

    def beat(self) -> None:
        """Send a heartbeat, and whatever the client has missed."""
        raise NotImplementedError

    def lock_service(self, available: bool) -> None:
        """The store has become unavailable, or available again."""
        raise NotImplementedError


class Heartbeats:
    """All clients of one event loop, by room."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.available = True
        self._born_at: Optional[float] = None
        self._answered_at = 0.0
        self._here: Dict[str, Set[Attendant]] = {}
        self._timers: Dict[str, asyncio.TimerHandle] = {}
        self._beats: Dict[str, asyncio.TimerHandle] = {}
        self._watcher: Optional[asyncio.Future[Any]] = None
        self._tasks: Set[asyncio.Future[Any]] = set()
        hub.on_change = self.wake_at

    def enter(self, key: str, client: Attendant) -> None:
        clients = self._here.setdefault(key, set())
        clients.add(client)
        if len(clients) == 1:
            self._beat_in(heartbeat_seconds() * random.uniform(0.9, 1.0), key)  # noqa: S311 (a jitter)
        if self._watcher is None and not isinstance(self.hub.store, MemoryStore):
            self._watcher = self.spawn(self._watch())

    def exit(self, key: str, client: Attendant) -> None:
        clients = self._here.get(key)
        if not clients:
            return
        clients.discard(client)
        if not clients:
            del self._here[key]
            for timers in (self._timers, self._beats):
                timer = timers.pop(key, None)
                if timer:
                    timer.cancel()

    def is_busy(self) -> bool:
        return bool(self._here)

    def wake_at(self, key: str) -> None:
        """Schedule a timer for the room's next deadline."""
        timer = self._timers.pop(key, None)
        if timer:
            timer.cancel()
        room = self.hub.seen(key)
        deadline = room.next_deadline() if room and key in self._here else None
        if deadline is None:
            return
        # Several processes wake for the same deadline; the first of them spares the others the work.
        wait = max(deadline - self.hub.now(), 0.0) + random.uniform(0.005, 0.03)  # noqa: S311 (a jitter)
        if wait < 2 * heartbeat_seconds():
            self._timers[key] = asyncio.get_running_loop().call_later(wait, lambda: self.spawn(self._settle(key)))

    async def _settle(self, key: str) -> None:
        try:
            await self.hub.apply(key, lambda room, now: Transition(room))
        except StoreUnavailable:
            return  # the next heartbeat tries again
        self.wake_at(key)

    async def _heartbeat(self, key: str) -> None:
        if key not in self._here:
            return
        self._beat_in(heartbeat_seconds(), key)
        await self._renew(key)
        for client in list(self._here.get(key, ())):
            client.beat()

    async def _renew(self, key: str) -> None:
        known = [client.alive() for client in self._here.get(key, ())]
        alive: List[Alive] = [one for one in known if one is not None]
        began = time.monotonic()
        try:
            await self.hub.apply(key, partial(keep, alive=alive))
        except StoreUnavailable as error:
            if self._answered_at < began:  # else the store is back since, and this one came too early
                self._tell(False, str(error))
            return
        if isinstance(self.hub.store, MemoryStore):
            self._tell(True)
        self.wake_at(key)

    async def _watch(self) -> None:
        """While there are clients: notice within a second that the store is unavailable, back, or empty."""
        try:
            await self._watch_while_busy()
        finally:
            self._watcher = None

    async def _watch_while_busy(self) -> None:
        answered_at = time.monotonic()
        while self._here:
            try:
                # Cut short, so that no pause of the retries makes us late when the store comes back empty.
                born_at = await asyncio.wait_for(self.hub.birth(), ANSWER_SECONDS / 2)
            except (StoreUnavailable, asyncio.TimeoutError) as error:
                if time.monotonic() - answered_at >= ANSWER_SECONDS - WATCH_SECONDS:
                    self._tell(False, f"{type(error).__name__} {error}")
                await asyncio.sleep(WATCH_SECONDS / 4)
            else:
                answered_at = self._answered_at = time.monotonic()
                await self._compare(born_at)
                self._tell(True)
                await asyncio.sleep(WATCH_SECONDS)

    async def _compare(self, born_at: float) -> None:
        before, self._born_at = self._born_at, born_at
        if before is None or before == born_at:
            return
        logger.warning("the store has begun again; what this process knows is put back")
        self.hub.forget_all()
        await asyncio.gather(*(self._renew(key) for key in list(self._here)))

    def _tell(self, available: bool, why: str = "") -> None:
        if available == self.available:
            return
        self.available = available
        if available:
            logger.warning("the lock service is back")
        else:
            logger.error("the lock service is unavailable (%s); forms work without a lock until it is back", why)
        for clients in list(self._here.values()):
            for client in list(clients):
                client.lock_service(available)

    def _beat_in(self, seconds: float, key: str) -> None:
        loop = asyncio.get_running_loop()
        self._beats[key] = loop.call_later(seconds, lambda: self.spawn(self._heartbeat(key)))

    def spawn(self, task: Awaitable[Any]) -> asyncio.Future[Any]:
        """Have something done, whose fault is logged, since nobody waits for it."""
        future = asyncio.ensure_future(task)
        self._tasks.add(future)
        future.add_done_callback(self._done)
        return future

    def _done(self, future: asyncio.Future[Any]) -> None:
        self._tasks.discard(future)
        if not future.cancelled() and future.exception():
            logger.error("a task of the rooms failed", exc_info=future.exception())


_heartbeats: WeakKeyDictionary[asyncio.AbstractEventLoop, Heartbeats] = WeakKeyDictionary()


def current() -> Heartbeats:
    """The heartbeats of the running event loop."""
    loop, hub = asyncio.get_running_loop(), hubs.current()
    heartbeats = _heartbeats.get(loop)
    if heartbeats is None or heartbeats.hub is not hub:
        heartbeats = _heartbeats[loop] = Heartbeats(hub)
    return heartbeats


def serving_loop() -> Optional[asyncio.AbstractEventLoop]:
    """An event loop of this process that has clients, for synchronous code that wants to tell them something."""
    for loop, heartbeats in list(_heartbeats.items()):
        if heartbeats.is_busy() and loop.is_running():
            return loop
    return None
