"""The rooms that this process serves: read → step → swap → tell.

One ``Rooms`` per event loop. Each remembers the last state it saw of the rooms with sockets here, so that
a step costs one round trip, and applies the steps that arrive together in one swap.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import time
from dataclasses import dataclass
from typing import Callable, Dict, List, Optional, Sequence, Tuple
from weakref import WeakKeyDictionary

from .. import conf
from ..core import encoding
from ..core.facts import Fact
from ..core.presence import settle
from ..core.room import Room
from ..core.timing import RESTORE_SECONDS
from ..core.transition import Message, Step, Transition
from ..stores.base import Snapshot, Store, StoreUnavailable, new_revision
from . import announcements, lease_events
from .announcements import ANSWER_SECONDS
from .store import open_store

logger = logging.getLogger("django_admin_collaborator")

MOST_TRIES = 50
"""So many lost races in a row are a fault, not contention."""


@dataclass(frozen=True)
class Outcome:
    """What a step brought: the room after it and the answers to the one who asked."""

    room: Room
    replies: Tuple[Message, ...] = ()


@dataclass(frozen=True)
class Done:
    """What a swap brought: an outcome for each step, what the other processes are told, and what took place."""

    outcomes: List[Outcome]
    announcement: Optional[Message] = None
    facts: Sequence[Fact] = ()


class Served:
    """What this process knows of one room: the newest state it saw, and the steps that wait for a swap."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.room: Optional[Room] = None
        self.revision = ""
        self.known = False
        self.wanted = False
        self.pending: List[Tuple[Step, asyncio.Future[Outcome]]] = []
        self.task: Optional[asyncio.Task[None]] = None
        self.text = ""
        self.text_version = 0
        self.events_text = "[]"
        self.events: List[Message] = []

    def saw(self, room: Optional[Room], revision: str) -> None:
        self.room, self.revision, self.known = room, revision, True


class Rooms:
    """All rooms of one event loop, over one store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._first_born_at: Optional[float] = None
        self._served: Dict[str, Served] = {}
        self._offset: Optional[float] = None

    def now(self) -> float:
        """The store's clock, reckoned from its last answer; never ahead of it, and free of this host's jumps."""
        return time.monotonic() + (self._offset or 0.0)

    def clock_is_known(self) -> bool:
        return self._offset is not None

    def seen(self, key: str) -> Optional[Room]:
        """The newest state that this process knows; None when it serves nobody there."""
        served = self._served.get(key)
        return served.room if served else None

    def shared_text(self, key: str, render: Callable[[Room, float], str]) -> str:
        """What is sent alike to all sockets of a room, rendered once for each version."""
        served = self._served[key]
        assert served.room is not None
        if served.text_version != served.room.version:
            served.text, served.text_version = render(served.room, self.now()), served.room.version
        return served.text

    async def apply(self, key: str, step: Step) -> Outcome:
        """Carry out one step.

        Raises:
            StoreUnavailable: no answer in time. The step may still have taken place.
        """
        served = self._served.setdefault(key, Served(key))
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        served.pending.append((step, future))
        if served.task is None:
            served.task = asyncio.ensure_future(self._drain(served))
        try:
            return await asyncio.wait_for(future, ANSWER_SECONDS)
        except asyncio.TimeoutError:
            raise StoreUnavailable(f"the lock service gave no answer within {ANSWER_SECONDS:g} s") from None

    async def read(self, key: str) -> Room:
        """The state of a room as the store has it now, with everything ended that time has ended."""
        return (await self.apply(key, lambda room, now: Transition(room))).room

    async def told(self, key: str) -> None:
        """Wait until what was done is announced, for a process that may end right after it."""
        served = self._served.get(key)
        if served and served.task:
            await asyncio.wait({served.task}, timeout=ANSWER_SECONDS)

    def observe(self, key: str, version: int, text: Optional[str], revision: str) -> bool:
        """Take in an announcement; of two states the newer version wins. Whether it was news."""
        served = self._served.get(key)
        if served is None or (served.room and served.room.version >= version):
            return False
        room = encoding.decode(text) if text is not None else None
        if room is None:
            served.known = False
            return False
        served.saw(room, revision)
        return True

    def events(self, key: str, text: str) -> List[Message]:
        """The events of an announcement, decoded once for all sockets of the room."""
        served = self._served.get(key)
        if served is None:
            return []
        if served.events_text != text:
            served.events_text, served.events = text, json.loads(text)
        return served.events

    def serve(self, key: str) -> None:
        """Somebody here is in the room: remember its state between steps."""
        self._served.setdefault(key, Served(key)).wanted = True

    def forget(self, key: str) -> None:
        """Nobody here is in the room any more."""
        served = self._served.get(key)
        if served:
            served.wanted = False
            self._tidy(served)

    def _tidy(self, served: Served) -> None:
        if not served.wanted and not served.pending and served.task is None:
            self._served.pop(served.key, None)

    def forget_all(self) -> None:
        """What we remember may be older than what the store has lost: look again."""
        for served in self._served.values():
            served.known = False

    async def _drain(self, served: Served) -> None:
        try:
            while served.pending:
                batch = [(step, future) for step, future in served.pending if not future.done()]
                served.pending = []
                if not batch:
                    break
                try:
                    done = await self._swap(served, [step for step, _ in batch])
                except Exception as error:  # whatever it is, those who wait have to hear of it
                    served.known = False
                    for _, future in batch:
                        if not future.done():
                            future.set_exception(error)
                    continue
                for (_, future), outcome in zip(batch, done.outcomes):
                    if not future.done():
                        future.set_result(outcome)
                if done.facts:
                    lease_events.dispatch(done.outcomes[-1].room.subject, done.facts, served.key)
                if done.announcement:
                    await announcements.announce(served.key, done.announcement)
        finally:
            served.task = None
            self._tidy(served)

    async def _swap(self, served: Served, steps: List[Step]) -> Done:
        """Apply the steps to the newest state. A lost race costs one more round trip with what won it."""
        fresh = False
        for tries in range(MOST_TRIES):
            if not served.known or self._offset is None:
                self._take(served, await self.store.read(served.key))
                fresh = True
            now = self.now()
            # An announcement may put a newer state into ``served`` while we wait for the store: what is swapped
            # against is the revision that the steps were applied to.
            before, expected = served.room, served.revision
            found = before or await self._new_room(now)
            settled = settle(found, now)
            room, events, outcomes, took_place = settled.room, list(settled.events), [], list(settled.facts)
            for step in steps:
                transition = step(room, now)
                room = transition.room
                events.extend(transition.events)
                took_place.extend(transition.facts)
                outcomes.append(Outcome(room, transition.replies))
            if room is found:
                if fresh or await self._is_newest(served, expected):
                    said = None
                    if events:
                        text = encoding.encode(room)
                        said = announcements.announcement(served.key, expected, before, room, events, text)
                    return Done([Outcome(room, outcome.replies) for outcome in outcomes], said)
                fresh = True
                continue
            text = encoding.encode(room)
            answer = await self.store.swap(served.key, expected, new_revision(), text)
            self._learn(answer)
            if answer.swapped:
                newest = served.room
                if newest is None or newest is before or newest.version < room.version:
                    served.saw(room, answer.revision)
                said = announcements.announcement(served.key, answer.revision, before, room, events, text)
                return Done([Outcome(room, outcome.replies) for outcome in outcomes], said, took_place)
            self._take(served, answer)
            fresh = True
            if tries > 2:
                await asyncio.sleep(random.uniform(0, 0.002 * min(tries, 20)))  # noqa: S311 (a jitter)
        raise StoreUnavailable(f"{MOST_TRIES} lost races in a row")

    async def _is_newest(self, served: Served, revision: str) -> bool:
        answer = await self.store.read(served.key)
        if answer.revision == revision:
            self._learn(answer)
            return True
        self._take(served, answer)
        return False

    def _take(self, served: Served, answer: Snapshot) -> None:
        self._learn(answer)
        room = encoding.decode(answer.text) if answer.text is not None else None
        if answer.text is not None and room is None:
            logger.error("the store holds something in room %s that is not a room; it will be replaced", served.key)
        served.saw(room, answer.revision)

    def _learn(self, answer: Snapshot) -> None:
        self._offset = answer.now - time.monotonic()

    async def birth(self) -> float:
        """When the store began, on its clock; it begins anew with every restart and flush."""
        born_at = await self.store.born()
        if self._first_born_at is None:
            self._first_born_at = born_at
        return born_at

    async def _new_room(self, now: float) -> Room:
        """A room that the store does not have may have been lost with a flush: give its holder time to report.

        A store that is the first we ever knew has lost nothing that we know of.
        """
        born_at = await self.birth()
        no_grant_before = born_at + RESTORE_SECONDS if born_at != self._first_born_at else 0.0
        return Room.new(now, no_grant_before, **_seconds())


def _seconds() -> Dict[str, float]:
    """The durations that a new room keeps."""
    names = ("LEASE_SECONDS", "IDLE_SECONDS", "ANSWER_SECONDS", "TAKEOVER_SECONDS")
    return {name.lower(): float(conf.get(name)) for name in names}


_rooms: WeakKeyDictionary[asyncio.AbstractEventLoop, Rooms] = WeakKeyDictionary()


def current() -> Rooms:
    """The rooms of the running event loop."""
    loop = asyncio.get_running_loop()
    rooms = _rooms.get(loop)
    if rooms is None or rooms.store is not open_store():
        rooms = _rooms[loop] = Rooms(open_store())
    return rooms


def of(loop: asyncio.AbstractEventLoop) -> Optional[Rooms]:
    """The rooms of another event loop, if it has any."""
    return _rooms.get(loop)
