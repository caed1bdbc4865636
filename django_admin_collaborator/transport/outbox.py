"""The frames on their way to one client. No sender waits until the client has read them."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Awaitable, Callable, List, Optional, Tuple

logger = logging.getLogger("django_admin_collaborator")

SEND_SECONDS = 5.0
"""How long the server may take to accept one frame; it waits when the client does not read."""
MOST_FRAMES = 10_000
MOST_CHARACTERS = 2_000_000
"""More than these do not wait for one client; that many people may be named one by one to somebody who comes."""


def frame_lost(fault: Exception) -> None:
    """Each server has an error of its own for a client that has just gone."""
    logger.debug("a frame did not reach its client: %s", type(fault).__name__)


class Outbox:
    """The frames for one client, handed to the server one after the other by a task of their own.

    give_up: called once, when the client does not read; from then on nothing is taken or sent any more.
    is_bounded: one call may take SEND_SECONDS, else as long as it likes. failed: told of what a call raises.
    """

    __slots__ = ("_characters", "_failed", "_give_up", "_is_bounded", "_is_shut", "_task", "_waiting")

    def __init__(
        self,
        give_up: Callable[[], None],
        is_bounded: bool = True,
        failed: Callable[[Exception], None] = frame_lost,
    ) -> None:
        self._give_up = give_up
        self._failed = failed
        self._is_bounded = is_bounded
        # Few wait, mostly none: an empty deque would take ten times the memory of an empty list.
        self._waiting: List[Tuple[Callable[[], Awaitable[Any]], int]] = []
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

    @property
    def is_idle(self) -> bool:
        """Whether everything that was put has gone out."""
        return self._task is None

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
                send, characters = self._waiting.pop(0)
                self._characters -= characters
                timer = loop.call_later(SEND_SECONDS, self._overflow) if self._is_bounded else None
                try:
                    await send()
                except Exception as fault:
                    self._failed(fault)
                finally:
                    if timer is not None:
                        timer.cancel()
        finally:
            self._task = None
