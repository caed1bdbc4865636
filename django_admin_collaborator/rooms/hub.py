"""The rooms that this process serves: read → step → swap, with the news, → tell the clients of this process.

One ``Hub`` per event loop. It remembers the last state it saw of the rooms with clients here, so that a step
costs one round trip, and applies the steps that arrive together in one swap.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import deque
from typing import Any, Awaitable, Callable, Deque, Dict, List, Optional, Sequence, Set, Tuple, TypeVar
from weakref import WeakKeyDictionary

from ..core import encoding
from ..core.post import PASSING
from ..core.room import Room
from ..core.timing import RESTORE_SECONDS
from ..core.transition import Event, Step, Transition
from ..stores.base import Listener, Snapshot, Store, StoreUnavailable, Subscription, new_revision
from . import announcements, lease_events
from .announcements import Update
from .rounds import Outcome, Round, carry_out, new_room
from .store import open_store

logger = logging.getLogger("django_admin_collaborator")

T = TypeVar("T")

ANSWER_SECONDS = 3.0
"""No answer from the store within this counts as unavailable."""
MOST_TRIES = 50
"""This many lost races in a row are a fault, not contention."""
ORDER_SECONDS = 0.05
"""How long news wait for earlier ones of the same room, which come by another connection or are lost."""
KEEP_LISTENING_SECONDS = 5.0
"""How long the news of a room are still heard after its last client here has gone; a reload comes back."""


class RoomClient:
    """What the hub needs of somebody who is in a room."""

    def hear(self, update: Update, room: Optional[Room]) -> None:
        """Something happened in the room, which is now as given. May not wait."""
        raise NotImplementedError


class Served:
    """What this process knows of one room: the newest state it saw, its clients, the steps that wait for a swap."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.room: Optional[Room] = None
        self.revision = ""
        self.known = False
        self.clients: Set[RoomClient] = set()
        self.pending: List[Tuple[Step, asyncio.Future[Outcome]]] = []
        self.task: Optional[asyncio.Task[None]] = None
        self.texts: Dict[str, Tuple[int, str]] = {}
        self.told = 0
        self.ids: Deque[str] = deque(maxlen=64)
        self.waiting: List[Update] = []
        self.own_id, self.own_came = "", False
        self.subscribing: Optional[asyncio.Future[None]] = None
        self.forgetting: Optional[asyncio.TimerHandle] = None

    def saw(self, room: Optional[Room], revision: str) -> None:
        self.room, self.revision, self.known = room, revision, True


class Hub(Listener):
    """All rooms of one event loop, over one store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.on_change: Callable[[str], None] = lambda key: None
        self._first_born_at: Optional[float] = None
        self._served: Dict[str, Served] = {}
        self._offset: Optional[float] = None
        self._subscription: Optional[Subscription] = None
        self._listeners: Dict[str, Callable[[Update], None]] = {}
        self._tasks: Set[asyncio.Future[Any]] = set()

    # What is known -----------------------------------------------------------------------------

    def now(self) -> float:
        """The store's clock, reckoned from its last answer; never ahead of it, and free of this host's jumps.

        Before the first answer it is this host's, for what is told of a time; nothing is decided by it.
        """
        return time.time() if self._offset is None else time.monotonic() + self._offset

    def clock_is_known(self) -> bool:
        return self._offset is not None

    def seen(self, key: str) -> Optional[Room]:
        """The newest state that this process knows; None when it serves nobody there."""
        served = self._served.get(key)
        return served.room if served else None

    def shared_text(self, key: str, kind: str, render: Callable[[Room, float], str]) -> str:
        """A text of the room that is the same for many clients, rendered once for each version."""
        served = self._served[key]
        assert served.room is not None
        version, text = served.texts.get(kind, (0, ""))
        if version != served.room.version:
            version, text = served.texts[kind] = (served.room.version, render(served.room, self.now()))
        return text

    # Coming and going --------------------------------------------------------------------------

    async def enter(self, key: str, client: RoomClient) -> None:
        """From the return of this on, ``client`` hears what happens in the room. Raises StoreUnavailable."""
        served = self._served.setdefault(key, Served(key))
        served.clients.add(client)
        if served.forgetting is not None:
            served.forgetting.cancel()
            served.forgetting = None
        await self._listen(served)

    def exit(self, key: str, client: RoomClient) -> None:
        """``client`` has gone."""
        served = self._served.get(key)
        if served is None:
            return
        served.clients.discard(client)
        if not served.clients and served.forgetting is None:
            loop = asyncio.get_running_loop()
            served.forgetting = loop.call_later(KEEP_LISTENING_SECONDS, self._forget, served)

    async def listen(self, channel: str, heard: Callable[[Update], None]) -> None:
        """Hear what is published on a channel that is no room. Raises StoreUnavailable."""
        self._listeners[channel] = heard
        await self._subscribed().add(channel)

    async def publish(self, key: str, events: Sequence[Event]) -> None:
        """Tell the clients of a room, or the listeners of a channel, of something that changes no room.

        Raises: StoreUnavailable: the clients of other processes may not have heard it.
        """
        room = self.seen(key)
        is_passing = all(event.message["type"] in PASSING for event in events)
        if not is_passing and room is not None and any(member.polls for member in room.members.values()):
            await self.apply(key, lambda room, now: Transition(room, events=tuple(events)))  # which goes by the post
            return
        update = Update(new_revision(), events)
        self._take_news(key, update)
        await self.store.publish(key, update.encoded())

    async def with_store(self, work: Callable[[Store], Awaitable[T]]) -> T:
        """Await something of the store alone. Raises StoreUnavailable."""
        try:
            return await asyncio.wait_for(work(self.store), ANSWER_SECONDS)
        except asyncio.TimeoutError:
            raise StoreUnavailable(f"no answer within {ANSWER_SECONDS:g} s") from None

    async def close(self) -> None:
        """Give back whatever the hub keeps open; it is not to be used after it."""
        for task in [*self._tasks, *(served.task for served in self._served.values() if served.task)]:
            task.cancel()
        if self._subscription is not None:
            await self._subscription.close()

    # Steps -------------------------------------------------------------------------------------

    async def apply(self, key: str, step: Step) -> Outcome:
        """Carry out one step. Raises StoreUnavailable: no answer in time; it may still have taken place."""
        loop = asyncio.get_running_loop()
        served = self._served.get(key) or self._served.setdefault(key, Served(key))
        future: asyncio.Future[Outcome] = loop.create_future()
        served.pending.append((step, future))
        if served.task is None:
            served.task = asyncio.ensure_future(self._drain(served))
        timer = loop.call_later(ANSWER_SECONDS, _give_up, future)
        try:
            return await future
        finally:
            timer.cancel()

    async def read(self, key: str) -> Room:
        """The state of a room as the store has it now, with everything ended that time has ended."""
        return (await self.apply(key, lambda room, now: Transition(room))).room

    async def settled(self, key: str) -> None:
        """Wait until the steps of before are carried out, for a process that may end right after it."""
        served = self._served.get(key)
        if served and served.task:
            await asyncio.wait({served.task}, timeout=ANSWER_SECONDS)

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
                    done, update = await self._swap(served, [step for step, _ in batch])
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
                    lease_events.dispatch(done.room.subject, done.facts, served.key)
                if update:
                    # After those who asked, whose tasks were woken just now.
                    asyncio.get_running_loop().call_soon(self._tell_in_order, served, update)
        finally:
            served.task = None
            self._tidy(served)

    async def _swap(self, served: Served, steps: List[Step]) -> Tuple[Round, Optional[Update]]:
        """Apply the steps to the newest state. A lost race costs one more round trip with what won it."""
        fresh = False
        for tries in range(MOST_TRIES):
            if not served.known or self._offset is None:
                await self._look(served)
                fresh = True
            now = self.now()
            # News may put a newer state into ``served`` while we wait for the store: what is swapped against is
            # the revision that the steps were applied to.
            before, expected = served.room, served.revision
            found = before or await self._new_room(now)
            done = carry_out(found, now, steps)
            if done.room is found:
                if fresh or await self._is_newest(served, expected):
                    update = announcements.of_swap(new_revision(), found, found, done.events)
                    if update:
                        await self.store.publish(served.key, update.encoded())
                    return done, update
                fresh = True
                continue
            revision, text = new_revision(), encoding.encode(done.room)
            update = announcements.of_swap(revision, before, done.room, done.events)
            answer = await self._swap_in(served, expected, revision, text, update)
            self._learn(answer)
            if answer.swapped:
                served.ids.append(revision)  # it comes back as news, and is told here
                newest = served.room
                if newest is None or newest is before or newest.version < done.room.version:
                    served.saw(done.room, answer.revision)
                return done, update
            self._take(served, answer)
            fresh = True
            if tries > 2:
                await asyncio.sleep(random.uniform(0, 0.002 * min(tries, 20)))  # noqa: S311 (a jitter)
        raise StoreUnavailable(f"{MOST_TRIES} lost races in a row")

    async def _swap_in(
        self, served: Served, expected: str, revision: str, text: str, update: Optional[Update]
    ) -> Snapshot:
        """Swap with the news, which come back to us too: here they are told after those who asked were answered."""
        served.own_id, served.own_came = revision, False
        try:
            return await self.store.swap(served.key, expected, revision, text, update.encoded() if update else "")
        except StoreUnavailable:
            if served.own_came and update:  # it took place, and only its answer was lost
                self._take_news(served.key, update)
            raise
        finally:
            served.own_id = ""

    async def _look(self, served: Served) -> None:
        self._take(served, await self.store.read(served.key))

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
        """When the store began, on its clock; it begins again with every restart and flush."""
        born_at = await self.store.born()
        if self._first_born_at is None:
            self._first_born_at = born_at
        return born_at

    async def _new_room(self, now: float) -> Room:
        """A room that the store does not have may have been lost with a flush: give its holder time to report.

        A store that is the first we ever knew has lost nothing that we know of.
        """
        born_at = await self.birth()
        return new_room(now, born_at + RESTORE_SECONDS if born_at != self._first_born_at else 0.0)

    # News --------------------------------------------------------------------------------------

    def heard(self, key: str, news: str, text: Optional[str]) -> None:
        """The store has news. Our own swaps come back too, and are known by their id."""
        served = self._served.get(key)
        if served is not None:
            identity = announcements.id_of(news)
            if identity == served.own_id:
                served.own_came = True
                return
            if identity in served.ids:
                return
        update = announcements.decode(news)
        if update is None:
            logger.error("news of the room %s are none of ours; they are left out", key)
            return
        if served is not None and text is not None and (served.room is None or served.room.version < update.version):
            room = encoding.decode(text)
            if room is not None:
                served.saw(room, update.id)
        self._take_news(key, update)

    def missed(self) -> None:
        """News may be lost: whoever is in a room gets its newest state."""
        for served in list(self._served.values()):
            if served.clients:
                served.known = False
                self._spawn(self._refresh(served))

    def _take_news(self, key: str, update: Update) -> None:
        """Tell it to whoever listens, unless it was told already."""
        listener = self._listeners.get(key)
        if listener is not None:
            listener(update)
            return
        served = self._served.get(key)
        if served is None or update.id in served.ids:
            return
        served.ids.append(update.id)
        self._tell_in_order(served, update)

    def _tell_in_order(self, served: Served, update: Update) -> None:
        if not served.clients:
            return
        if update.version and served.told and update.before > served.told:
            served.waiting.append(update)
            asyncio.get_running_loop().call_later(ORDER_SECONDS, self._tell_waiting, served, True)
            return
        self._tell(served, update)
        if served.waiting:
            self._tell_waiting(served, False)

    def _tell_waiting(self, served: Served, all_of_them: bool) -> None:
        served.waiting.sort(key=lambda update: update.version)
        while served.waiting and (all_of_them or served.waiting[0].before <= served.told):
            self._tell(served, served.waiting.pop(0))

    def _tell(self, served: Served, update: Update) -> None:
        served.told = max(served.told, update.version)
        if update.version and (served.room is None or served.room.version < update.version):
            # A state too large to travel, or one that could not be read.
            served.known = False
            self._spawn(self._refresh(served, update))
            return
        self._hand_out(served, update)

    async def _refresh(self, served: Served, update: Optional[Update] = None) -> None:
        try:
            room = await self.read(served.key)
        except StoreUnavailable:
            return  # the next heartbeat brings it
        self._hand_out(served, update or Update("", (), room.version, room.version))

    def _hand_out(self, served: Served, update: Update) -> None:
        for client in list(served.clients):
            try:
                client.hear(update, served.room)
            except Exception:  # one client's fault does not keep the others from hearing
                logger.exception("a client could not be told what happened in its room")
        self.on_change(served.key)

    async def _listen(self, served: Served) -> None:
        """Subscribe to the room's news, once however many come at the same time."""
        if served.subscribing is None:
            served.subscribing = asyncio.ensure_future(self._subscribed().add(served.key))
        subscribing = served.subscribing
        try:
            await asyncio.shield(subscribing)
        except StoreUnavailable:
            if served.subscribing is subscribing:
                served.subscribing = None
            raise

    def _subscribed(self) -> Subscription:
        if self._subscription is None:
            self._subscription = self.store.subscribe(self)
        return self._subscription

    def _forget(self, served: Served) -> None:
        served.forgetting = None
        if served.clients:
            return
        if served.subscribing is not None:
            served.subscribing = None
            self._subscribed().discard(served.key)
        self._tidy(served)

    def _tidy(self, served: Served) -> None:
        if not (served.clients or served.forgetting or served.pending or served.task or served.subscribing):
            self._served.pop(served.key, None)

    def _spawn(self, task: Any) -> None:
        future = asyncio.ensure_future(task)
        self._tasks.add(future)
        future.add_done_callback(self._tasks.discard)


def _give_up(future: asyncio.Future[Outcome]) -> None:
    if not future.done():
        future.set_exception(StoreUnavailable(f"the lock service gave no answer within {ANSWER_SECONDS:g} s"))


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def current() -> Hub:
    """The hub of the running event loop."""
    loop = asyncio.get_running_loop()
    hub = _hubs.get(loop)
    if hub is None or hub.store is not open_store():
        hub = _hubs[loop] = Hub(open_store())
    return hub


def of(loop: asyncio.AbstractEventLoop) -> Optional[Hub]:
    """The hub of another event loop, if it has one."""
    return _hubs.get(loop)
