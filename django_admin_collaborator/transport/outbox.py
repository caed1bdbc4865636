"""What is on its way to one client. Nobody who says something waits until that client has read it."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from functools import partial
from typing import Any, Awaitable, Callable, Deque, Optional, Tuple

from ..core.closing import TOO_LARGE, TOO_LARGE_ON_DAPHNE

logger = logging.getLogger("django_admin_collaborator")

SEND_SECONDS = 5.0
"""So long the server may take to accept one frame; it takes its time when the client does not read."""
MOST_FRAMES = 10_000
MOST_CHARACTERS = 2_000_000
"""More than these do not wait for one client; that many people may be named one by one to somebody who comes."""
CLOSE_SECONDS = 15.0
"""So long the server may take to close a connection; it waits for a client that may be gone."""


class Outbox:
    """The frames for one client, handed to the server one after the other by a task of their own.

    give_up: called once, when the client does not read; from then on nothing is taken or sent any more.
    """

    def __init__(self, give_up: Callable[[], None]) -> None:
        self._give_up = give_up
        self._waiting: Deque[Tuple[Callable[[], Awaitable[Any]], int]] = deque()
        self._characters = 0
        self._is_shut = False
        self._task: Optional[asyncio.Future[None]] = None

    def put(self, send: Callable[[], Awaitable[Any]], characters: int = 0, last: bool = False) -> None:
        """Have ``send`` called when everything before has gone out. last: nothing is taken after it."""
        if self._is_shut:
            return
        self._waiting.append((send, characters))
        self._characters += characters
        self._is_shut = last
        if len(self._waiting) > MOST_FRAMES or self._characters > MOST_CHARACTERS:
            self._overflow()
        elif self._task is None:
            self._task = asyncio.ensure_future(self._hand_over())

    def stop(self) -> None:
        """Forget what has not gone out."""
        self._is_shut = True
        self._waiting.clear()
        if self._task is not None:
            self._task.cancel()

    def _overflow(self) -> None:
        self.stop()
        self._give_up()

    async def _hand_over(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._waiting:
                send, characters = self._waiting.popleft()
                self._characters -= characters
                timer = loop.call_later(SEND_SECONDS, self._overflow)
                try:
                    await send()
                except Exception as fault:  # each server has an error of its own for a client that has just gone
                    logger.debug("a frame did not reach its client: %s", type(fault).__name__)
                finally:
                    timer.cancel()
        finally:
            self._task = None


class Sender:
    """Mixed into a consumer: its frames and its close go out by an ``Outbox``."""

    outbox: Outbox
    _conversation: Optional[asyncio.Future[Any]] = None
    _receive: Any = None

    async def send(
        self, text_data: Optional[str] = None, bytes_data: Optional[bytes] = None, close: Any = False
    ) -> None:
        """Send a frame, without waiting for its client. One to a client that has just gone is lost."""
        length = len(text_data or bytes_data or "")
        self.outbox.put(partial(super().send, text_data, bytes_data), length)  # type: ignore[misc]
        if close:
            await self.close(close)

    async def close(self, code: Any = None, **kwargs: Any) -> None:
        """Close when everything that was said has gone out, without waiting for that."""
        self.outbox.put(partial(self._close, code, **kwargs), last=True)

    async def _close(self, code: Any, **kwargs: Any) -> None:
        try:
            await super().close(code, **kwargs)  # type: ignore[misc]
        except Exception:  # each server has an error of its own for a code that it cannot send
            if code != TOO_LARGE:
                raise
            await super().close(TOO_LARGE_ON_DAPHNE, **kwargs)  # type: ignore[misc]
        asyncio.get_running_loop().call_later(CLOSE_SECONDS, self.hang_up)

    def give_up(self) -> None:
        """The client does not read, and so cannot be told why its connection ends."""
        self.is_unread()
        self.hang_up()

    def is_unread(self) -> None:
        """Called before a connection ends because its client does not read."""

    def hang_up(self) -> None:
        """End the conversation, and with it the connection."""
        if self._conversation is None or self._conversation.done():
            return
        self._conversation.cancel()
        # ASGI has no word for this, and a server that closes politely keeps what was not read, for as long as the
        # client likes. Uvicorn's ``receive`` is a method of what has the connection; Daphne ends it by itself.
        transport: Any = getattr(getattr(self._receive, "__self__", None), "transport", None)
        if hasattr(transport, "abort"):
            transport.abort()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        self.outbox, self._receive = Outbox(self.give_up), receive
        self._conversation = asyncio.ensure_future(super().__call__(scope, receive, send))  # type: ignore[misc]
        try:
            await asyncio.wait([self._conversation])
            return None if self._conversation.cancelled() else self._conversation.result()
        finally:
            self._conversation.cancel()
            self.outbox.stop()
