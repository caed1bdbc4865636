"""A socket's place in the project's channel layer, for what a project sends to the documented groups.

Nothing of ours travels there. A layer that fails ends no socket: it is tried again, and its groups are joined again.
"""

from __future__ import annotations

import asyncio
import logging
from functools import lru_cache
from typing import Any, Awaitable, Callable, List, Optional

from channels.layers import InMemoryChannelLayer

from ..core.messages import Message
from ..rooms.hub import ANSWER_SECONDS

logger = logging.getLogger("django_admin_collaborator")

REJOIN_SECONDS = 3600.0
"""How often our groups are joined again; a layer forgets them after a day."""
PAUSES = (0.5, 1.0, 2.0, 5.0)
"""Seconds between tries while the layer fails; the last one again and again."""


class LayerGroups:
    """The groups of one socket.

    heard: awaited with each message, one after the other.
    """

    def __init__(self, layer: Any, heard: Callable[[Message], Awaitable[None]]) -> None:
        self._layer = layer
        self._heard = heard
        self._names: List[str] = []
        self._channel = ""
        self._task: Optional[asyncio.Future[None]] = None
        self._joined_at = 0.0

    async def open(self) -> str:
        """The name of the socket's channel; empty while the layer does not answer."""
        try:
            self._channel = await asyncio.wait_for(self._layer.new_channel(), ANSWER_SECONDS)
        except Exception as fault:  # each layer has errors of its own
            _tell(self._layer, fault)
        return self._channel

    async def join(self, names: List[str]) -> None:
        """Become a member of these groups, and hear what is sent to them."""
        self._names = names
        await self._add()
        self._task = asyncio.ensure_future(self._listen())

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
        for name in self._names if self._channel else ():
            try:
                await asyncio.wait_for(self._layer.group_discard(name, self._channel), ANSWER_SECONDS)
            except Exception as fault:  # a group forgets a channel that is gone by itself
                _tell(self._layer, fault)

    async def _listen(self) -> None:
        tries = 0
        while True:
            try:
                if not self._channel and not await self.open():
                    raise ConnectionError("no channel could be made")
                if not self._joined_at:
                    await self._add()
                message = await asyncio.wait_for(self._layer.receive(self._channel), REJOIN_SECONDS)
            except asyncio.TimeoutError:
                self._joined_at = 0.0
                continue
            except Exception as fault:  # the layer's own; the socket lives without it
                _tell(self._layer, fault)
                self._joined_at = 0.0
                await asyncio.sleep(PAUSES[min(tries, len(PAUSES) - 1)])
                tries += 1
                continue
            if tries:
                tries = 0
                _tell_back()
            try:
                await self._heard(message)
            except Exception:  # of a project's own handler, or a type without one; the next message may be good
                logger.exception("a message of the channel layer could not be handled")

    async def _add(self) -> None:
        if not self._channel:
            return
        try:
            for name in self._names:
                await asyncio.wait_for(self._layer.group_add(name, self._channel), ANSWER_SECONDS)
            self._joined_at = 1.0
        except Exception as fault:
            self._joined_at = 0.0
            _tell(self._layer, fault)


class EmbeddedLayerMixin:
    """A consumer of a project's own that also works where ``CHANNEL_LAYERS`` is not set.

    Channels assigns ``channel_layer`` once, before anything else, and asks whether it is None.
    """

    _given_layer: Any = None

    @property
    def channel_layer(self) -> Any:
        return self._given_layer or in_process_layer()

    @channel_layer.setter
    def channel_layer(self, layer: Any) -> None:
        self._given_layer = layer


_told: List[Any] = []


def _tell(layer: Any, fault: Exception) -> None:
    """Log the first fault of an outage; the sockets of a process meet the same one by the hundred."""
    loop = asyncio.get_running_loop()
    if _told and loop.time() - _told[0] < 60:
        return
    _told[:] = [loop.time()]
    logger.warning(
        "the channel layer does not answer (%s: %s); our own news do not need it, what the project sends is lost",
        type(fault).__name__,
        fault,
    )


def _tell_back() -> None:
    if _told:
        _told.clear()
        logger.warning("the channel layer is back")


@lru_cache(maxsize=1)
def in_process_layer() -> InMemoryChannelLayer:
    """For projects whose own consumers use a channel layer, and that have set none."""
    return InMemoryChannelLayer(capacity=1000)
