"""Steps of rooms for synchronous code: views, signals, commands. It never waits long.

A step runs on an event loop of this process that has clients, if there is one, because it knows their rooms. Else
it is carried out right here, where the store can be called from synchronous code, or on a loop of our own in a
background thread, where it cannot.
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Callable, Coroutine, Dict, Mapping, Optional, Sequence, Tuple, TypeVar

from asgiref.sync import SyncToAsync

from ..core import encoding
from ..core.room import Room
from ..core.timing import POLL_RESTORE_SECONDS
from ..core.transition import Event, Step
from ..stores.base import StoreUnavailable, new_revision
from . import announcements, heartbeat, hub, lease_events
from .hub import MOST_TRIES
from .rounds import Outcome, carry_out, new_room
from .store import open_store

logger = logging.getLogger("django_admin_collaborator")

T = TypeVar("T")

_lock = threading.Lock()
_own_loop: Optional[asyncio.AbstractEventLoop] = None
_direct_offset: Optional[float] = None
_first_born_at: Dict[int, float] = {}


def apply(key: str, step: Step) -> Outcome:
    """Carry out one step, and wait until its news is handed to the store.

    Raises: StoreUnavailable: no answer in time. The step may still have taken place.
    """
    return apply_all({key: step})[key]


def apply_all(steps: Mapping[str, Step]) -> Dict[str, Outcome]:
    """Carry out a step in each of these rooms. Raises StoreUnavailable; some may have taken place then."""
    direct = _direct_store()
    if direct is not None:
        return {key: _guarded(_apply_here, direct, key, step)[0] for key, step in steps.items()}

    async def work() -> Dict[str, Outcome]:
        served = hub.current()
        outcomes = await asyncio.gather(*(served.apply(key, step) for key, step in steps.items()))
        await asyncio.gather(*(served.settled(key) for key in steps))  # the process may end right after it
        return dict(zip(steps, outcomes))

    return run(work)


@dataclass(frozen=True)
class Known:
    """What a request has read of a room. revision: None where a loop of this process knows better."""

    room: Room
    revision: Optional[str] = None


def apply_to(key: str, step: Step, known: Optional[Known]) -> Tuple[Outcome, Known]:
    """Carry out one step over what the same request has read before, if anything. Raises StoreUnavailable."""
    loop = _loop_of_server()
    if loop is not None:  # where the steps of many requests that come together are carried out in one swap
        future = asyncio.run_coroutine_threadsafe(_apply_on(key, step), loop)
        outcome: Outcome = _guarded(_result, future)
        return outcome, Known(outcome.room)
    direct = _direct_store()
    if direct is not None:
        return _guarded(_apply_here, direct, key, step, known)
    outcome = apply(key, step)
    return outcome, Known(outcome.room)


async def _apply_on(key: str, step: Step) -> Outcome:
    return await hub.current().apply(key, step)


def _loop_of_server() -> Optional[asyncio.AbstractEventLoop]:
    """The event loop of the ASGI server for whose request this thread works; None under WSGI."""
    loop: Optional[asyncio.AbstractEventLoop]
    loop = getattr(getattr(SyncToAsync, "threadlocal", None), "main_event_loop", None)
    return loop if loop is not None and loop.is_running() else None


def publish(key: str, events: Sequence[Event]) -> None:
    """Tell the clients of a room, or the listeners of a channel, what changes no room. Raises StoreUnavailable."""
    direct = _direct_store()
    if direct is not None:
        _guarded(direct.publish_now, key, announcements.Update(new_revision(), events).encoded())
        return

    async def work() -> None:  # the hub is that of the loop that this runs in
        await hub.current().publish(key, events)

    run(work)


def with_store(work: Callable[[Any], Coroutine[Any, Any, T]]) -> T:
    """Await something of the store alone. Raises StoreUnavailable."""
    store = open_store()

    async def there() -> T:
        return await hub.current().with_store(work)

    found: T = _guarded(drive, work(Direct(store))) if hasattr(store, "swap_now") else run(there)
    return found


class Direct:
    """A store that is called from synchronous code, as one whose methods are awaited."""

    def __init__(self, store: Any) -> None:
        self._store = store

    async def read(self, key: str) -> Any:
        return self._store.read_now(key)

    async def read_all(self, *args: Any) -> Any:
        return self._store.read_all_now(*args)

    async def swap(self, *args: Any, **kwargs: Any) -> Any:
        return self._store.swap_now(*args, **kwargs)


def drive(task: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine that waits for nothing."""
    try:
        task.send(None)
    except StopIteration as end:
        result: T = end.value
        return result
    task.close()
    raise RuntimeError("a client that has no loop waits for something")


def store_now() -> float:
    """The store's clock without asking it: 0 when this process has not heard of it yet."""
    loop = heartbeat.serving_loop() or _own_loop
    served = hub.of(loop) if loop else None
    if served and served.clock_is_known():
        return served.now()
    return 0.0 if _direct_offset is None else time.monotonic() + _direct_offset


def run(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Await something of the rooms from synchronous code.

    Raises: StoreUnavailable: no answer in time, or a fault of ours, which is logged.
    """
    loop = heartbeat.serving_loop() or _background_loop()
    if _is_running_here(loop):
        raise StoreUnavailable("asked from the event loop itself; use sync_to_async around what saves")
    future = asyncio.run_coroutine_threadsafe(work(), loop)
    return _guarded(lambda: _result(future))


def _result(future: Future[T]) -> T:
    try:
        return future.result(hub.ANSWER_SECONDS + 0.5)
    except BaseException:
        future.cancel()
        raise


def _guarded(work: Callable[..., T], *args: Any) -> T:
    """A save is never lost to a fault of ours: it goes on as with the store unavailable."""
    try:
        return work(*args)
    except StoreUnavailable:
        raise
    except Exception as error:
        logger.exception("the rooms failed")
        raise StoreUnavailable(f"{type(error).__name__}") from error


# In this thread -------------------------------------------------------------------------------------


def _direct_store() -> Any:
    """The store, if it can be called from this thread, and no event loop here knows the rooms better."""
    store = open_store()
    return store if hasattr(store, "swap_now") and heartbeat.serving_loop() is None else None


def _apply_here(store: Any, key: str, step: Step, known: Optional[Known] = None) -> Tuple[Outcome, Known]:
    for tries in range(MOST_TRIES):
        if tries > 2:
            time.sleep(random.uniform(0, 0.002 * min(tries, 20)))  # noqa: S311 (a jitter)
        before: Optional[Room]
        if known is not None and known.revision is not None:
            before, expected = known.room, known.revision
        else:
            before, expected = _read_here(store, key)
        known, now = None, time.monotonic() + (_direct_offset or 0.0)
        found = before or new_room(now, _no_grant_before(store))
        done = carry_out(found, now, [step])
        if done.room is found:
            if done.events:
                news = announcements.Update(new_revision(), done.events, found.version, found.version)
                store.publish_now(key, news.encoded())
            return done.outcomes[0], Known(found, expected)
        revision = new_revision()
        update = announcements.of_swap(revision, before, done.room, done.events)
        text = encoding.encode(done.room)
        answer = store.swap_now(key, expected, revision, text, update.encoded() if update else "")
        if answer.swapped:
            if done.facts:
                lease_events.dispatch(done.room.subject, done.facts, key)
            return done.outcomes[0], Known(done.room, answer.revision)
    raise StoreUnavailable(f"{MOST_TRIES} lost races in a row")


def _read_here(store: Any, key: str) -> Tuple[Optional[Room], str]:
    global _direct_offset
    answer = store.read_now(key)
    _direct_offset = answer.now - time.monotonic()
    return encoding.decode(answer.text) if answer.text is not None else None, answer.revision


def _no_grant_before(store: Any) -> float:
    born_at: float = store.born_now()
    first = _first_born_at.setdefault(id(store), born_at)
    return born_at + POLL_RESTORE_SECONDS if born_at != first else 0.0


# On a loop -------------------------------------------------------------------------------------------


def _is_running_here(loop: asyncio.AbstractEventLoop) -> bool:
    try:
        return asyncio.get_running_loop() is loop
    except RuntimeError:
        return False


def _background_loop() -> asyncio.AbstractEventLoop:
    global _own_loop
    with _lock:
        if _own_loop is None or not _own_loop.is_running():
            loop = asyncio.new_event_loop()
            threading.Thread(target=loop.run_forever, name="collaborator-rooms", daemon=True).start()
            _own_loop = loop
        return _own_loop


def _forget_loop() -> None:
    """In a forked child, whose copy of the loop looks alive and never runs."""
    global _lock, _own_loop
    _lock = threading.Lock()
    _own_loop = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_loop)
