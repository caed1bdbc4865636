"""Many sockets in one process: each remembers what arrived, when, and how large it was."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any, Callable, Dict, List, Optional

from websockets.asyncio.client import connect

Message = Dict[str, Any]


class Client:
    """``opened_at`` and ``first_at``: when the handshake was over and the first message came, monotonic seconds."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.opened_at = time.monotonic()
        self.first_at: Optional[float] = None
        self.messages: List[Message] = []
        self.bytes = 0
        self._arrived = asyncio.Event()
        self._reader = asyncio.ensure_future(self._read())

    @classmethod
    async def open(cls, url: str, session: str) -> Client:
        headers = {"Cookie": "sessionid=" + session, "Origin": "http://" + url.split("/")[2]}
        options: Dict[str, Any] = {"open_timeout": 60, "ping_interval": None}
        return cls(await connect(url, additional_headers=headers, max_size=2**24, **options))

    async def ask(self, message: Message, answers: Callable[[Message], bool], timeout: float = 10) -> float:
        """Send and wait for the first message that ``answers``; how long it took, in milliseconds."""
        seen = len(self.messages)
        started = time.perf_counter()
        await self.connection.send(json.dumps(message))
        await asyncio.wait_for(self._until(seen, answers), timeout)
        return 1000 * (time.perf_counter() - started)

    async def hears(self, answers: Callable[[Message], bool], timeout: float = 10) -> float:
        """Wait for a message from now on that ``answers``; the moment it was there, ``time.perf_counter()``."""
        await asyncio.wait_for(self._until(len(self.messages), answers), timeout)
        return time.perf_counter()

    async def _until(self, seen: int, answers: Callable[[Message], bool]) -> None:
        while not any(answers(message) for message in self.messages[seen:]):
            self._arrived.clear()
            await self._arrived.wait()

    @property
    def is_open(self) -> bool:
        return not self._reader.done()

    async def close(self) -> None:
        self._reader.cancel()
        self.connection.transport.abort()
        await asyncio.gather(self._reader, return_exceptions=True)

    async def _read(self) -> None:
        async for frame in self.connection:
            if self.first_at is None:
                self.first_at = time.monotonic()
            self.bytes += len(frame)
            message = json.loads(frame)
            if message["type"] == "ping":
                await self.connection.send('{"type": "pong"}')
                continue
            self.messages.append(message)
            self._arrived.set()


async def open_all(urls: List[str], sessions: List[str], at_once: int = 1000) -> List[Client]:
    """at_once: so many handshakes are under way at the same time."""
    turn = asyncio.Semaphore(at_once)

    async def one(url: str, session: str) -> Client:
        async with turn:
            return await Client.open(url, session)

    return list(await asyncio.gather(*(one(url, session) for url, session in zip(urls, sessions))))


async def close_all(clients: List[Client]) -> None:
    await asyncio.gather(*(client.close() for client in clients))


def percentile(values: List[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]
