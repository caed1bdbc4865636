"""The consumers in one process, over the memory store, as a coverage-guided fuzzer drives them.

Every frame goes the whole way: door, parser, consumer, core, store, channel layer, and to the other sockets.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
from typing import Any, Callable, Dict, List, Optional, Sequence

from tests.support import frames

PAGES = ("fuzzing-tab-000001", "fuzzing-tab-000002", "")
"""Member ids of the edit sockets; the last one is a contract client."""


class Alarm(logging.Handler):
    """No fault of ours, and no line that could pass for another one in a terminal."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: List[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        line = record.getMessage()
        if record.levelno >= logging.ERROR or not (line.isascii() and line.isprintable()):
            self.faults.append(line)


class Seat:
    """One socket. ``app``: the consumer as an ASGI application; ``scope`` is copied for each connection."""

    def __init__(self, app: Callable[..., Any], scope: Dict[str, Any]) -> None:
        self.app, self.scope = app, scope
        self.task: Optional[asyncio.Future[Any]] = None
        self.said: List[Dict[str, Any]] = []

    async def open(self) -> None:
        self.inbox: asyncio.Queue[Dict[str, Any]] = asyncio.Queue()
        self.inbox.put_nowait({"type": "websocket.connect"})
        self.task = asyncio.ensure_future(self.app(dict(self.scope), self.inbox.get, self._send))
        self.said = []
        while not self.said and not self.task.done():
            await asyncio.sleep(0)

    async def _send(self, message: Dict[str, Any]) -> None:
        if message.get("text") is not None:
            assert "type" in json.loads(message["text"])
        self.said.append(message)
        if message["type"] == "websocket.close":
            self.inbox.put_nowait({"type": "websocket.disconnect", "code": message.get("code", 1000)})

    def frame(self, frame: frames.Frame) -> None:
        kind = "text" if isinstance(frame, str) else "bytes"
        self.inbox.put_nowait({"type": "websocket.receive", kind: frame})

    async def close(self, code: int) -> None:
        self.inbox.put_nowait({"type": "websocket.disconnect", "code": code})
        if self.task:
            await asyncio.wait([self.task], timeout=10)

    def check(self) -> bool:
        """Whether it is still open. Raises what has ended it by mistake."""
        if self.task and self.task.done():
            self.task.result()
            return False
        del self.said[1:]
        return True


class Target:
    """All seats around one object and in one chat; ``feed`` gives them the frames of one input."""

    def __init__(self, seats: Sequence[Seat]) -> None:
        self.seats = seats
        self.messages = 0
        self.alarm = Alarm()
        logger = logging.getLogger("django_admin_collaborator")
        logger.handlers, logger.propagate, logger.level = [self.alarm], False, logging.INFO

    async def feed(self, chance: random.Random, count: int) -> None:
        for _ in range(count):
            seat = chance.choice(self.seats)
            if seat.task is None or not seat.check():
                await seat.open()
            if chance.random() < 0.01:
                await seat.close(chance.choice([1000, 1001, 1005, 1006]))
                continue
            seat.frame(frames.frame(chance))
            self.messages += 1
            await self._settle()
        for seat in self.seats:
            seat.check()
        assert not self.alarm.faults, self.alarm.faults

    async def _settle(self) -> None:
        """Until every frame is taken, and what it set off has had its turns."""
        while any(not seat.inbox.empty() for seat in self.seats if seat.task and not seat.task.done()):
            await asyncio.sleep(0)
        for _ in range(8):
            await asyncio.sleep(0)

    async def leave(self) -> None:
        for seat in self.seats:
            if seat.task is not None and seat.check():
                await seat.close(1000)


async def seats(users: Sequence[Any], path: str, chat_path: str) -> List[Seat]:
    """Two pages and a contract client of two people on one object, and both in one chat."""
    from channels.routing import URLRouter

    from django_admin_collaborator.routing import websocket_urlpatterns

    app = URLRouter(websocket_urlpatterns)
    headers = [(b"host", b"testserver"), (b"origin", b"http://testserver")]

    def seat(number: int, path: str, member: str) -> Seat:
        scope = {"type": "websocket", "path": path, "query_string": f"member={member}".encode(), "headers": headers}
        return Seat(app, {**scope, "user": users[number % len(users)], "session": {}, "client": ["192.0.2.1", 1]})

    edit = [seat(number, path, member) for number, member in enumerate(PAGES)]
    return edit + [seat(number, chat_path, PAGES[number]) for number in range(2)]
