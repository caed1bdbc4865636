"""A tab as our page runs it: it comes back after every break, and reckons by its own clock alone."""

from __future__ import annotations

import asyncio
import json
import random
import time
from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Optional, Sequence
from urllib.parse import urlsplit

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from tests.support.people import Person
from tests.support.sockets import new_member

FIRST_PAUSE_SECONDS = 0.3
LONGEST_PAUSE_SECONDS = 15.0
LONGEST_PAUSE_IN_GRACE_SECONDS = 1.0
SILENCE_SECONDS = 20.0
BEAT_SECONDS = 4.0
GRACE_SECONDS = 8.0


@dataclass
class Span:
    """A time in which the form may be shown as protected: seconds on the monotonic clock."""

    token: int
    start: float
    until: float


class Tab:
    """``url`` is asked anew for each connection. With ``edits`` it claims whenever it has no lease."""

    def __init__(self, url: Callable[[str], str], person: Person, edits: bool = False) -> None:
        self.url = url
        self.person = person
        self.edits = edits
        self.secret = new_member()
        self.member = ""  # as others know it
        self.token: Optional[int] = None
        self.room: Dict[str, Any] = {}
        self.version = 0
        self.welcomes = 0
        self.received: List[Dict[str, Any]] = []
        self.spans: List[Span] = []
        self.closed_with: List[Optional[int]] = []
        self._connection: Any = None
        self._sent_at: List[float] = []
        self._acknowledged = 0.0
        self._queued_at = 0
        self._is_shut = False
        self._remembered: Dict[str, Any] = {}
        self._task = asyncio.ensure_future(self._run())

    def holds(self) -> bool:
        """Whether its lease is surely live now."""
        return self.token is not None and bool(self.spans) and time.monotonic() < self.spans[-1].until

    def editor(self) -> Optional[str]:
        """The member id of whom the room says to be editing."""
        return self.room["editor"]["member_id"] if self.room.get("editor") else None

    async def until(self, condition: Callable[[Tab], Any], seconds: float = 5) -> float:
        """How many seconds it took until ``condition(tab)`` was true."""
        started = time.monotonic()
        while not condition(self):
            assert time.monotonic() - started < seconds, (self.token, self.room, self.received[-8:])
            await asyncio.sleep(0.005)
        return time.monotonic() - started

    async def send(self, type: str, **fields: Any) -> None:
        self._sent_at.append(time.monotonic())
        try:
            await self._connection.send(json.dumps({"type": type, "n": len(self._sent_at) - 1, **fields}))
        except ConnectionClosed:
            pass  # nothing is queued: a stale message is worse than none

    async def leave(self) -> None:
        """The tab is closed by its person."""
        self._shut()
        await self.send("leave", reason="unload")
        await self._end()

    async def crash(self) -> None:
        """The tab is gone without a word."""
        self._shut()
        if self._connection:
            self._connection.transport.abort()
        await self._end()

    def _shut(self) -> None:
        self._stop_showing()
        self.token, self.edits, self._is_shut = None, False, True

    def _stop_showing(self) -> None:
        if self.spans:
            self.spans[-1].until = min(self.spans[-1].until, time.monotonic())

    async def _end(self) -> None:
        while not self._task.done():  # before Python 3.12 ``wait_for`` may swallow a cancellation
            self._task.cancel()
            await asyncio.wait([self._task], timeout=0.5)

    async def _run(self) -> None:
        attempts, broken_at = 0, time.monotonic()
        while True:
            before = self.welcomes
            try:
                async with connect(
                    self.url(self.secret),
                    additional_headers=self.person.headers("http://" + urlsplit(self.url(self.secret)).netloc),
                    open_timeout=5,
                    close_timeout=1,
                    ping_interval=None,
                ) as self._connection:
                    await self._converse()
            except (OSError, WebSocketException, asyncio.TimeoutError):
                pass  # a page tries again whatever it was
            if self.welcomes > before:
                attempts, broken_at = 0, time.monotonic()
            in_grace = time.monotonic() - broken_at < GRACE_SECONDS + 2
            longest = LONGEST_PAUSE_IN_GRACE_SECONDS if in_grace else LONGEST_PAUSE_SECONDS
            pause = min(longest, FIRST_PAUSE_SECONDS * 2**attempts)
            attempts += 1
            await asyncio.sleep(pause * random.uniform(0.5, 1))

    async def _converse(self) -> None:
        beats = asyncio.ensure_future(self._beat())
        try:
            while True:
                frame = await asyncio.wait_for(self._connection.recv(), SILENCE_SECONDS)
                await self._take(json.loads(frame))
        finally:
            beats.cancel()
            self.closed_with.append(self._connection.protocol.close_code)
            if self.spans:  # the server may have seen the break right after our last acknowledged frame
                self.spans[-1].until = min(self.spans[-1].until, self._acknowledged + GRACE_SECONDS)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            if self.token is not None:
                await self.send("heartbeat")

    async def _take(self, message: Dict[str, Any]) -> None:
        kind = message["type"]
        self.received.append(message)
        if self._is_shut:
            return
        if kind == "ping":
            await self.send("pong")
            if message["version"] > self.version:
                await self.send("request_room")
        elif kind == "welcome":
            self.welcomes += 1
            self.member = message["member_id"]
            if self.version:
                self._remembered["seen"] = self.version
            await self._see(message)
            if message["lease"] is None:
                await self._lose()
            else:
                self._hold(message["lease"])
                await self.send("heartbeat")
        elif kind == "room" and message["version"] > self.version:
            await self._see(message)
        elif kind == "lease":
            self._hold(message)
            if "n" in message:
                self._confirm(message)
            else:
                await self.send("heartbeat")
        elif kind == "alive":
            self._confirm(message)
        elif kind == "queued":
            self._queued_at = message["version"]
        elif kind == "lease_lost" or message.get("code") == "not_holder":
            await self._lose()

    async def _see(self, message: Dict[str, Any]) -> None:
        """Whatever was not heard, the newest room says who edits and who waits."""
        self.version, self.room = message["version"], message["room"]
        if message["type"] == "welcome" or self.editor() == self.member:
            return
        waits = any(waiting["member_id"] == self.member for waiting in self.room["queue"])
        if self.token is not None or (not waits and 0 < self._queued_at < self.version):
            await self._lose()

    def _hold(self, lease: Dict[str, Any]) -> None:
        self.token = lease["token"]
        self._remembered.update(token=lease["token"], proof=lease["proof"])

    def _confirm(self, message: Dict[str, Any]) -> None:
        sent_at = self._sent_at[message["n"]]
        self._acknowledged = max(self._acknowledged, sent_at)
        if self.token is None or message["lease_ms"] is None:
            return
        until = sent_at + message["lease_ms"] / 1000
        last = self.spans[-1] if self.spans else None
        if last and last.token == self.token and last.until > time.monotonic():
            last.until = max(last.until, until)
        else:
            self.spans.append(Span(self.token, time.monotonic(), until))

    async def _lose(self) -> None:
        if self.token is not None:
            self._stop_showing()
        self.token, self._queued_at = None, 0
        if self.edits:
            await self.send("claim_editor", wait=True, timestamp=None, **self._remembered)


def overlaps(tabs: Sequence[Tab]) -> List[Any]:
    """Every pair of tabs that both showed a protected form at one time."""
    now = time.monotonic()
    spans = [(span, tab.member) for tab in tabs for span in tab.spans]
    return [
        (one, other)
        for one, first in spans
        for other, second in spans
        if first < second and one.start < min(other.until, now) and other.start < min(one.until, now)
    ]


def tokens(tabs: Sequence[Tab]) -> List[int]:
    """The tokens of all leases, in the order in which they were granted."""
    spans = sorted((span for tab in tabs for span in tab.spans), key=lambda span: span.start)
    return [span.token for span in spans]
