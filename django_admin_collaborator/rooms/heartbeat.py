"""The sockets that this process serves: their heartbeat, the rooms' timers, and the watch over the store.

A socket here is anything with the methods of ``Attendant``. Nothing in this file decides who may do what.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from functools import partial
from typing import Any, Awaitable, Dict, Iterable, List, Optional, Set
from weakref import WeakKeyDictionary

from .. import conf
from ..core.presence import Alive, keep
from ..core.transition import Transition
from ..stores.base import StoreUnavailable
from ..stores.memory import MemoryStore
from . import hub

logger = logging.getLogger("django_admin_collaborator")

WATCH_SECONDS = 1.0
"""How often the store is asked whether it is there and still the one that we knew."""


def heartbeat_seconds() -> float:
    return float(conf.get("HEARTBEAT_SECONDS"))


class Attendant:
    """What a socket tells and is told."""

    def alive(self) -> Optional[Alive]:
        """What to renew in the room; None when nothing was heard for so long that the socket is dead."""
        raise NotImplementedError

    async def beat(self) -> None:
        """Send a heartbeat, and whatever the client has missed."""

    async def rejoin(self) -> None:
        """Join the groups of the channel layer again; it may have forgotten them."""

    async def lock_service(self, available: bool) -> None:
        """The lock service has gone away, or is back."""


class Attendance:
    """All sockets of one event loop, by room."""

    def __init__(self, served: hub.Rooms) -> None:
        self.rooms = served
        self.available = True
        self._born_at: Optional[float] = None
        self._here: Dict[str, Set[Any]] = {}
        self._timers: Dict[str, asyncio.TimerHandle] = {}
        self._beats: Dict[str, asyncio.TimerHandle] = {}
        self._watcher: Optional[asyncio.Future[Any]] = None
        self._tasks: Set[asyncio.Future[Any]] = set()

    def enter(self, key: str, socket: Attendant) -> None:
        newcomers = self._here.setdefault(key, set())
        newcomers.add(socket)
        self.rooms.serve(key)
        if len(newcomers) == 1:
            self._beat_in(heartbeat_seconds() * random.uniform(0.9, 1.0), key)  # noqa: S311 (a jitter)
        if self._watcher is None and not isinstance(self.rooms.store, MemoryStore):
            self._watcher = self._spawn(self._watch())

    def exit(self, key: str, socket: Attendant) -> None:
        sockets = self._here.get(key)
        if not sockets:
            return
        sockets.discard(socket)
        if not sockets:
            del self._here[key]
            for timers in (self._timers, self._beats):
                timer = timers.pop(key, None)
                if timer:
                    timer.cancel()
            self.rooms.forget(key)

    def is_busy(self) -> bool:
        return bool(self._here)

    def wake_at(self, key: str) -> None:
        """See to it that what ends by itself in this room is told in time."""
        timer = self._timers.pop(key, None)
        if timer:
            timer.cancel()
        room = self.rooms.seen(key)
        deadline = room.next_deadline() if room and key in self._here else None
        if deadline is None:
            return
        # Several processes wake for the same deadline; whoever is a moment earlier spares the others the work.
        wait = max(deadline - self.rooms.now(), 0.0) + random.uniform(0.005, 0.03)  # noqa: S311 (a jitter)
        if wait < 2 * heartbeat_seconds():
            self._timers[key] = asyncio.get_running_loop().call_later(wait, lambda: self._spawn(self._settle(key)))

    async def _settle(self, key: str) -> None:
        try:
            await self.rooms.apply(key, lambda room, now: Transition(room))
        except StoreUnavailable:
            return  # the next heartbeat tries again
        self.wake_at(key)

    async def _heartbeat(self, key: str) -> None:
        if key not in self._here:
            return
        self._beat_in(heartbeat_seconds(), key)
        await self._renew(key)
        await _each(socket.beat() for socket in list(self._here.get(key, ())))

    async def _renew(self, key: str) -> None:
        alive: List[Alive] = []
        for socket in self._here.get(key, ()):
            known = socket.alive()
            if known:
                alive.append(known)
        try:
            await self.rooms.apply(key, partial(keep, alive=alive))
        except StoreUnavailable as error:
            await self._tell(False, str(error))
            return
        if isinstance(self.rooms.store, MemoryStore):
            await self._tell(True)
        self.wake_at(key)

    async def _watch(self) -> None:
        """While there are sockets: notice within a second that the store is away, back, or has lost everything."""
        try:
            await self._watch_while_busy()
        finally:
            self._watcher = None

    async def _watch_while_busy(self) -> None:
        answered_at = time.monotonic()
        while self._here:
            try:
                # Cut short, so that no pause of the retries makes us late when the store comes back empty.
                born_at = await asyncio.wait_for(self.rooms.birth(), hub.ANSWER_SECONDS / 2)
            except (StoreUnavailable, asyncio.TimeoutError) as error:
                if time.monotonic() - answered_at >= hub.ANSWER_SECONDS - WATCH_SECONDS:
                    await self._tell(False, f"{type(error).__name__} {error}")
                await asyncio.sleep(WATCH_SECONDS / 4)
            else:
                answered_at = time.monotonic()
                await self._compare(born_at)
                await self._tell(True)
                await asyncio.sleep(WATCH_SECONDS)

    async def _compare(self, born_at: float) -> None:
        before, self._born_at = self._born_at, born_at
        if before is None or before == born_at:
            return
        logger.warning("the store has begun anew; what this process knows is put back")
        self.rooms.forget_all()
        await _each(socket.rejoin() for sockets in list(self._here.values()) for socket in list(sockets))
        await _each(self._renew(key) for key in list(self._here))

    async def _tell(self, available: bool, why: str = "") -> None:
        if available == self.available:
            return
        self.available = available
        if available:
            logger.warning("the lock service is back")
        else:
            logger.error("the lock service is away (%s); forms work without a lock until it is back", why)
        await _each(s.lock_service(available) for sockets in list(self._here.values()) for s in list(sockets))

    def _beat_in(self, seconds: float, key: str) -> None:
        loop = asyncio.get_running_loop()
        self._beats[key] = loop.call_later(seconds, lambda: self._spawn(self._heartbeat(key)))

    def _spawn(self, task: Awaitable[Any]) -> asyncio.Future[Any]:
        future = asyncio.ensure_future(task)
        self._tasks.add(future)
        future.add_done_callback(self._done)
        return future

    def _done(self, future: asyncio.Future[Any]) -> None:
        self._tasks.discard(future)
        if not future.cancelled() and future.exception():
            logger.error("a timer of the rooms failed", exc_info=future.exception())


async def _each(tasks: Iterable[Awaitable[Any]]) -> None:
    """Await all; one socket that has just closed does not keep the others from hearing."""
    for outcome in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(outcome, Exception):
            logger.info("a socket did not take a message: %s: %s", type(outcome).__name__, outcome)


_attendances: WeakKeyDictionary[asyncio.AbstractEventLoop, Attendance] = WeakKeyDictionary()


def current() -> Attendance:
    """The attendance of the running event loop."""
    loop, served = asyncio.get_running_loop(), hub.current()
    attendance = _attendances.get(loop)
    if attendance is None or attendance.rooms is not served:
        attendance = _attendances[loop] = Attendance(served)
    return attendance


def serving_loop() -> Optional[asyncio.AbstractEventLoop]:
    """An event loop of this process that has sockets, for synchronous code that wants to tell them something."""
    for loop, attendance in list(_attendances.items()):
        if attendance.is_busy() and loop.is_running():
            return loop
    return None
