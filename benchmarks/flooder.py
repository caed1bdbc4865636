"""``python -m benchmarks.flooder KIND URL SESSION SECONDS``: one user who attacks a worker, from a process apart."""

from __future__ import annotations

import asyncio
import sys
import time
from typing import Any, Awaitable, Callable, Dict
from urllib.parse import urlsplit

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

FAILED = (OSError, WebSocketException, asyncio.TimeoutError)
PAUSE_SECONDS = 0.05
"""Before somebody whose socket was closed opens another."""
RETRY_SECONDS = 20
"""Before a socket that was refused is tried again; each try costs the worker what authentication costs."""

Attack = Callable[[str, str, float], Awaitable[None]]


async def _socket(url: str, session: str) -> Any:
    headers = {"Cookie": "sessionid=" + session, "Origin": "http://" + urlsplit(url).netloc}
    return await connect(url, additional_headers=headers, open_timeout=10, close_timeout=1, ping_interval=None)


async def _repeat(url: str, session: str, until: float, frame: str, per_second: float) -> None:
    """Send the frame so often, on a new socket whenever one was closed."""
    while time.monotonic() < until:
        try:
            socket = await _socket(url, session)
            due = time.monotonic()
            while time.monotonic() < until:
                await socket.send(frame)
                due += 1 / per_second
                await asyncio.sleep(max(0.0, due - time.monotonic()))
        except FAILED:
            await asyncio.sleep(PAUSE_SECONDS)


async def messages(url: str, session: str, until: float) -> None:
    """5,000 messages a second, from ten sockets."""
    frame = '{"type": "claim_editor", "timestamp": null, "wait": true}'
    await asyncio.gather(*(_repeat(url, session, until, frame, 500) for _ in range(10)))


async def _keep(url: str, session: str, until: float, wait: float) -> None:
    """One socket: opened after ``wait`` seconds, kept when it was let in, and tried again later when it was not."""
    await asyncio.sleep(wait)
    while time.monotonic() < until:
        try:
            socket = await _socket(url, session)
            await asyncio.sleep(max(0.0, until - time.monotonic()))
            await socket.close()
        except FAILED:
            await asyncio.sleep(RETRY_SECONDS)


async def sockets(url: str, session: str, until: float) -> None:
    """1,000 sockets, 50 a second."""
    await asyncio.gather(*(_keep(url, session, until, number / 50) for number in range(1000)))


async def sockets_at_once(url: str, session: str, until: float) -> None:
    """1,000 sockets in one moment: more than a second of the worker's time to know who it is, before we are asked."""
    await asyncio.gather(*(_keep(url, session, until, 0) for _ in range(1000)))


async def large_frames(url: str, session: str, until: float) -> None:
    """Frames of 2 MB, ten a second."""
    await asyncio.gather(*(_repeat(url, session, until, "x" * 2_000_000, 2) for _ in range(5)))


async def brackets(url: str, session: str, until: float) -> None:
    """A million brackets at once, and as many as a frame may have."""
    sizes = (1_000_000, 250_000, 250_000, 250_000)
    await asyncio.gather(*(_repeat(url, session, until, "[" * size, 5) for size in sizes))


async def slow_handshakes(url: str, session: str, until: float) -> None:
    """500 connections that say a character of their handshake each second, and more handshakes without a session."""
    parts = urlsplit(url)

    async def drip() -> None:
        while time.monotonic() < until:
            try:
                _, writer = await asyncio.open_connection(parts.hostname, parts.port)
                for character in f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nCookie: x={'x' * 60}":
                    writer.write(character.encode())
                    await writer.drain()
                    await asyncio.sleep(1)
                    if time.monotonic() > until:
                        break
                writer.close()
            except FAILED:
                await asyncio.sleep(1)

    async def stranger() -> None:
        while time.monotonic() < until:
            try:
                await _socket(url, "nobody")
            except FAILED:
                await asyncio.sleep(PAUSE_SECONDS)

    await asyncio.gather(*(drip() for _ in range(500)), *(stranger() for _ in range(5)))


KINDS: Dict[str, Attack] = {
    attack.__name__.replace("_", " "): attack  # type: ignore[attr-defined]
    for attack in (messages, sockets, sockets_at_once, large_frames, brackets, slow_handshakes)
}

if __name__ == "__main__":
    kind, url, session, seconds = sys.argv[1:]
    asyncio.run(KINDS[kind](url, session, time.monotonic() + float(seconds)))
