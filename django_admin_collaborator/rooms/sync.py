"""Steps of rooms for synchronous code: views, signals, commands. It never waits long.

A step runs on an event loop that serves sockets in this process if there is one, so that its in-process
channel layer is reached; else on a loop of our own in a background thread.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from typing import Any, Callable, Coroutine, Optional, TypeVar

from ..core.transition import Step
from ..stores.base import StoreUnavailable
from . import heartbeat, hub

logger = logging.getLogger("django_admin_collaborator")

T = TypeVar("T")

_lock = threading.Lock()
_own_loop: Optional[asyncio.AbstractEventLoop] = None


def apply(key: str, step: Step) -> hub.Outcome:
    """Carry out one step of whoever is no page, and wait until it is announced.

    Raises:
        StoreUnavailable: no answer in time. The step may still have taken place.
    """

    async def work() -> hub.Outcome:
        served = hub.current()
        outcome = await served.apply(key, step)
        await served.told(key)  # the process may end right after it
        return outcome

    return run(work)


def store_now() -> float:
    """The store's clock without asking it: 0 when this process has not heard of it yet."""
    served = _rooms_in_use()
    return served.now() if served and served.clock_is_known() else 0.0


def run(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Await something of the rooms from synchronous code.

    Raises:
        StoreUnavailable: no answer in time, or a fault of ours, which is logged.
    """
    loop = loop_for_steps()
    if _is_running_here(loop):
        raise StoreUnavailable("asked from the event loop itself; use sync_to_async around what saves")
    future = asyncio.run_coroutine_threadsafe(work(), loop)
    try:
        return future.result(hub.ANSWER_SECONDS + 0.5)
    except StoreUnavailable:
        raise
    except Exception as error:  # a save is never lost to a fault of ours: it goes on as with the store away
        future.cancel()
        logger.exception("the rooms failed")
        raise StoreUnavailable(f"{type(error).__name__}") from error


def loop_for_steps() -> asyncio.AbstractEventLoop:
    """One that serves sockets in this process, else our own in a background thread."""
    return heartbeat.serving_loop() or _background_loop()


def _is_running_here(loop: asyncio.AbstractEventLoop) -> bool:
    try:
        return asyncio.get_running_loop() is loop
    except RuntimeError:
        return False


def _rooms_in_use() -> Optional[hub.Rooms]:
    loop = heartbeat.serving_loop() or _own_loop
    return hub.of(loop) if loop else None


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
