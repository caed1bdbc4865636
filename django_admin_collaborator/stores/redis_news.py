"""The news of rooms, heard from Redis on a connection of its own."""

from __future__ import annotations

import asyncio
import logging
import random
import re
from typing import Any, Dict, Optional, Set

from redis.exceptions import NoPermissionError, ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

from .base import Listener, StoreUnavailable, Subscription
from .connection import UNAVAILABLE, Connection
from .link import reading_options, spawn

logger = logging.getLogger("django_admin_collaborator")

LINGER_SECONDS = 5.0
"""How long a discarded key stays subscribed: a page that is loaded again wants it at once."""

SILENCE_SECONDS = 4.0
"""After this long without news the connection is tested: a probe has to come back within the same time."""

LOOK_SECONDS = 1.0
"""How often a listener has to look for itself where Redis refuses to carry news."""

REFUSED_SECONDS = 60.0
"""How soon a refused subscription is tried again."""

SHORTEST_PAUSE, LONGEST_PAUSE = 0.05, 1.0
"""Seconds before a lost connection is made again."""


class RedisSubscription(Subscription):
    """Connects with the first key, again whenever the connection is lost, and ends it with the last key.

    After some silence it publishes something itself, over the connection for commands. If that is not heard, the
    server hangs, or it is one that the commands do not go to any more.

    start: first part of the names of all channels.
    """

    def __init__(self, source: Connection, start: str, listener: Listener) -> None:
        self._source = source
        self._start = start
        self._listener = listener
        self._loop = asyncio.get_running_loop()
        self._keys: Set[str] = set()
        self._discarded: Dict[str, float] = {}
        self._unwanted: Set[str] = set()
        self._waiting: Dict[str, asyncio.Future[None]] = {}
        self._confirmed: Set[str] = set()
        self._missed: Set[str] = set()
        self._connection: Any = None
        self._last: Any = None
        self._heard_at = 0.0
        self._sending = asyncio.Lock()
        self._is_away = self._is_refused = False
        self._task: Optional[asyncio.Task[None]] = None
        self._timer: Optional[asyncio.TimerHandle] = None

    async def add(self, key: str) -> None:
        self._keys.add(key)
        self._discarded.pop(key, None)
        if self._task is None:
            self._task = spawn(self._run())
            self._task.add_done_callback(self._ended)
            self._timer = self._loop.call_later(LOOK_SECONDS, self._look)
        if key not in self._confirmed and not self._is_refused:
            try:
                await asyncio.wait_for(self._confirmation(key), self._source.timeout_seconds)
            except asyncio.TimeoutError:
                raise StoreUnavailable("Redis did not confirm a subscription in time") from None

    def discard(self, key: str) -> None:
        if key in self._keys:
            self._discarded[key] = self._loop.time() + LINGER_SECONDS

    async def close(self) -> None:
        task = self._task
        if task is not None:
            self._stop()
            await asyncio.wait([task])

    async def _confirmation(self, key: str) -> None:
        waiting = self._waiting.get(key)
        if waiting is None:
            waiting = self._waiting[key] = self._loop.create_future()
            waiting.add_done_callback(lambda waiting: waiting.cancelled() or waiting.exception())
            await self._send("SUBSCRIBE", key)
        await asyncio.shield(waiting)  # others may wait for it, too

    async def _run(self) -> None:
        pause = SHORTEST_PAUSE
        while True:
            try:
                await self._listen()
            except UNAVAILABLE as error:
                if self._is_away:
                    self._answer_all(StoreUnavailable(f"Redis does not take a subscription: {error}"))
                else:
                    pause = SHORTEST_PAUSE
                    logger.warning(
                        "news of rooms do not come from Redis (%s); it is tried again until they do", error
                    )
                self._is_away = True
            self._missed = set(self._keys)
            await asyncio.sleep(REFUSED_SECONDS if self._is_refused else pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _listen(self) -> None:
        """Hand on what is heard, until the connection is lost; return only if it is refused."""
        connection = self._connection = self._last = await self._source.open(instead_of=self._last)
        self._heard_at = self._loop.time() - SILENCE_SECONDS  # so it is tried soon whether it is allowed
        tasks = [spawn(self._hear(connection)), spawn(self._tend())]
        try:
            await self._send("SUBSCRIBE", *self._keys)
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                await task
        except GeneratorExit:  # the loop is closed: nothing can be awaited
            raise
        except BaseException as error:
            self._connection = None
            self._confirmed.clear()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await connection.disconnect(nowait=True)
            if not _is_refusal(error):
                raise
            self._refuse(error)

    async def _hear(self, connection: Any) -> None:
        options = reading_options(connection, pushed=True)
        while True:
            self._take(*await connection.read_response(**options))

    async def _tend(self) -> None:
        """Unsubscribe what is not wanted any more; after some silence, try whether news would be heard."""
        tried_at = self._heard_at
        while True:
            await asyncio.sleep(SILENCE_SECONDS / 4)
            unwanted, self._unwanted = self._unwanted - self._keys, set()
            await self._send("UNSUBSCRIBE", *unwanted)
            now = self._loop.time()
            if self._heard_at < tried_at <= now - SILENCE_SECONDS:
                raise RedisTimeoutError("what was published was not heard")
            if max(self._heard_at, tried_at) <= now - SILENCE_SECONDS:
                if await self._try():
                    tried_at = now
                else:
                    self._heard_at = now

    async def _try(self) -> bool:
        """Publish something without a meaning. Where that fails, nobody else can tell us anything, either."""
        key = random.choice(list(self._confirmed or self._keys))  # noqa: S311 (no secret)
        try:
            await asyncio.wait_for(self._source.publish(self._start + key, ""), SILENCE_SECONDS)
        except UNAVAILABLE as error:
            if _is_refusal(error):
                raise
            return False
        return True

    def _take(self, kind: bytes, channel: bytes, data: Any) -> None:
        key = channel.decode()[len(self._start) :]
        if kind == b"message":
            self._heard_at = self._loop.time()
            news, newline, text = data.decode("utf-8", "replace").partition("\n")
            if news and key in self._keys and key not in self._discarded:
                self._listener.heard(key, news, text if newline else None)
        elif kind == b"subscribe" and key in self._keys:
            self._is_away = self._is_refused = False
            self._confirmed.add(key)
            self._answer(key)
            if self._missed and self._missed & self._keys <= self._confirmed:
                self._missed = set()
                self._listener.missed()

    def _refuse(self, error: BaseException) -> None:
        if not self._is_refused:
            logger.warning(
                "Redis refuses to carry news (%s), so this process looks at its rooms once a second; "
                "manage.py collaborator doctor says what to allow",
                error,
            )
        self._is_refused = True
        self._answer_all()

    async def _send(self, command: str, *keys: str) -> None:
        async with self._sending:
            if keys and self._connection is not None and self._connection.is_connected:
                channels = [self._start + key for key in keys]
                await self._connection.send_command(command, *channels, check_health=False)

    def _answer(self, key: str, error: Optional[StoreUnavailable] = None) -> None:
        waiting = self._waiting.pop(key, None)
        if waiting is None or waiting.done():
            return
        if error is None:
            waiting.set_result(None)
        else:
            waiting.set_exception(error)

    def _answer_all(self, error: Optional[StoreUnavailable] = None) -> None:
        for key in list(self._waiting):
            self._answer(key, error)

    def _look(self) -> None:
        """Once a second: let go what is not wanted any more, and let the listener look where news cannot come."""
        now = self._loop.time()
        for key in [key for key, until in self._discarded.items() if until <= now]:
            del self._discarded[key]
            self._keys.discard(key)
            self._confirmed.discard(key)
            self._unwanted.add(key)
            self._answer(key, StoreUnavailable("the subscription was given up"))
        if not self._keys:
            self._stop()
            return
        self._timer = self._loop.call_later(LOOK_SECONDS, self._look)
        if self._is_refused:
            self._listener.missed()

    def _stop(self) -> None:
        assert self._task is not None
        assert self._timer is not None
        self._task.cancel()
        self._timer.cancel()
        self._task = self._timer = None
        self._keys.clear()
        self._discarded.clear()
        self._answer_all(StoreUnavailable("the subscription was closed"))

    def _ended(self, task: asyncio.Future[None]) -> None:
        if self._task is task:
            self._stop()
        if not task.cancelled():
            logger.error("a subscription to Redis failed", exc_info=task.exception())


def _is_refusal(error: BaseException) -> bool:
    """Also what a server without such a command says, and an old one about a command in a script."""
    texts = "NOPERM|unknown command|can't run this command"
    return isinstance(error, ResponseError) and bool(
        isinstance(error, NoPermissionError) or re.search(texts, str(error), re.IGNORECASE)
    )
