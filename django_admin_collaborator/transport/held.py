"""Requests that are held until there is news, under ASGI: without a thread and without a database connection.

A held request tells nothing itself. It ends, and the page asks again at once: so everything that a page is told was
asked by a request of its own, with the permissions of that moment.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import AbstractSet, Any, AsyncIterator, Awaitable, Callable, List, NamedTuple, Optional

import django
from asgiref.sync import SyncToAsync
from django.core.handlers.asgi import ASGIRequest
from django.http import StreamingHttpResponse

from .. import conf
from ..access.permissions import give_back_connections
from ..core.post import letters_for
from ..core.room import Room
from ..rooms import heartbeat, hub
from ..rooms.announcements import Update
from ..stores.base import StoreUnavailable

MOST_SECONDS = 20.0
STREAMS = django.VERSION >= (4, 2)
"""Older versions of Django keep a thread for a response that is not ready."""

_held = 0


class Place(NamedTuple):
    """What a held request waits for: anything in this room that the member has not been told.

    version: of the state that it was told. letters: numbers of those that it has.
    typed: number of what it has of what the editor types; None where it does not watch that.
    related: waits for news of what its form depends on; None where it does not look at that.
    """

    key: str
    member_id: str
    version: int
    letters: AbstractSet[int]
    typed: Optional[int] = None
    related: Optional[Callable[[], Awaitable[None]]] = None

    def has_news(self, room: Room) -> bool:
        return room.version > self.version or bool(letters_for(room, self.member_id, self.letters))


def can_hold(request: Any) -> bool:
    """Whether one more request of this server can be held now."""
    return STREAMS and isinstance(request, ASGIRequest) and _held < int(conf.get("HELD_REQUESTS"))


class Waiter:
    """What a request is held for. Made and used on the event loop of the server."""

    async def wait(self) -> None:
        """Until there is news. Raises StoreUnavailable."""
        raise NotImplementedError

    def go(self) -> None:
        """Nobody waits any more."""


def hold(make_waiter: Callable[[], Waiter], seconds: float) -> StreamingHttpResponse:
    """The answer that ends when there is news, and after ``seconds``; its body is empty."""
    give_back_connections()
    return StreamingHttpResponse(_wait(make_waiter, min(seconds, MOST_SECONDS)), content_type="application/json")


async def _wait(make_waiter: Callable[[], Waiter], seconds: float) -> AsyncIterator[bytes]:
    global _held
    _held += 1
    _give_back_thread()
    waiter = make_waiter()
    try:
        await asyncio.wait_for(waiter.wait(), seconds)
    except (asyncio.TimeoutError, StoreUnavailable):
        pass  # the page asks again, and is told
    finally:
        _held -= 1
        waiter.go()
    yield b""


def _give_back_thread() -> None:
    """Django's handler keeps a thread for each request, until it is over."""
    context = SyncToAsync.thread_sensitive_context.get(None)
    executor = SyncToAsync.context_to_thread_executor.pop(context, None) if context is not None else None
    if executor is not None:
        executor.shutdown(wait=False)


class RoomWaiter(Waiter, heartbeat.Attendant):
    """Hears of the rooms of one held request."""

    def __init__(self, places: List[Place]) -> None:
        self.places, self.keys = places, {place.key for place in places}
        self.hub, self.heartbeats = hub.current(), heartbeat.current()
        self.news = asyncio.Event()

    async def wait(self) -> None:
        for key in self.keys:
            self.heartbeats.enter(key, self)
            await self.hub.enter(key, self)
            await self.hub.read(key)
            self.look(key)
            self.heartbeats.wake_at(key)
        looks = [asyncio.ensure_future(self._look_at(place.related)) for place in self.places if place.related]
        try:
            await self.news.wait()
        finally:
            for each in looks:
                each.cancel()

    async def _look_at(self, news: Callable[[], Awaitable[None]]) -> None:
        with suppress(StoreUnavailable):  # of which the room hears, too
            await news()
            self.news.set()

    def go(self) -> None:
        for key in self.keys:
            self.hub.exit(key, self)
            self.heartbeats.exit(key, self)

    def look(self, key: str) -> None:
        room = self.hub.seen(key)
        if room is not None and any(place.has_news(room) for place in self.places if place.key == key):
            self.news.set()

    def hear(self, update: Update, room: Optional[Room]) -> None:
        for key in self.keys:
            self.look(key)
        numbers = [event.message["n"] for event in update.events if event.message.get("all")]  # which are kept
        if any(number > place.typed for number in numbers for place in self.places if place.typed is not None):
            self.news.set()

    def alive(self) -> None:
        """The page's own requests are its signs of life."""

    def beat(self) -> None:
        for key in self.keys:
            self.look(key)

    def lock_service(self, available: bool) -> None:
        self.news.set()
