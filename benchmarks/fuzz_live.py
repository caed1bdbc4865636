"""The fuzzer's frames at a live server, over many connections that end in every way."""

from __future__ import annotations

import asyncio
import random
import time
from typing import Any

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from benchmarks import subjects
from benchmarks.clients import Client
from benchmarks.subjects import Running
from tests.support import frames

AT_ONCE = 8
EACH = 200
"""Frames of one connection."""


def run(total: int) -> None:
    with Running(subjects.ours(), people=AT_ONCE, articles=2, **subjects.UNLIMITED) as running:
        asyncio.run(_run(running, total))


async def _run(running: Running, total: int) -> None:
    started, warm = time.monotonic(), 0.0
    rounds = -(-total // (AT_ONCE * EACH))
    for number in range(rounds):
        await asyncio.gather(*(_converse(running, seat, number * AT_ONCE + seat) for seat in range(AT_ONCE)))
        if number == rounds // 10:
            warm = running.memory_kib() / 1024
        log = running.process.log_tail(10**8)
        assert "Traceback" not in log, f"round {number}: " + log[log.index("Traceback") :][:4000]
    growth = running.memory_kib() / 1024 - warm
    seconds = time.monotonic() - started
    print(
        f"at a live server: {rounds * AT_ONCE * EACH:,} messages in {seconds:.0f} s, {growth:+.1f} MiB after a tenth"
    )
    print(f"still there: {await _still_there(running)}", flush=True)


async def _converse(running: Running, seat: int, seed: int) -> None:
    chance = random.Random(seed)
    member = f"fuzzing-tab-{seat:06d}" if seat % 3 else ""
    url = running.edit_url(seed % 2, member) if seat % 4 else running.chat_url()
    headers = {"Cookie": "sessionid=" + running.sessions[seat], "Origin": "http://" + url.split("/")[2]}
    socket = await connect(url, additional_headers=headers, open_timeout=60, ping_interval=None)
    reading = asyncio.ensure_future(_read(socket))
    try:
        for _ in range(EACH):
            frame = frames.frame(chance)
            await socket.send(frame.encode("utf-8", "replace").decode() if isinstance(frame, str) else frame)
        await socket.send('{"type": "pong", "n": 4711}')
        await asyncio.wait_for(reading, 5)
    except (ConnectionClosed, asyncio.TimeoutError):
        pass  # who has just lost a lease is told that, without the number
    if chance.random() < 0.5:
        socket.transport.abort()
    await socket.close()


async def _read(socket: Any) -> None:
    """Until the last frame is answered: what came before it was taken, whatever became of it."""
    async for frame in socket:
        if '"n": 4711' in frame:
            return


async def _still_there(running: Running) -> int:
    """People in the first object's room, besides the one who looks, once every lease must be over."""
    client = await Client.open(running.edit_url(0, "looking-tab-0001"), running.sessions[0])
    deadline = time.monotonic() + 45
    count = -1
    while time.monotonic() < deadline and count != 0:
        await client.ask({"type": "request_room"}, lambda message: message["type"] == "room")
        rooms = [message["room"] for message in client.messages if message["type"] == "room"]
        count = rooms[-1]["people_count"] - 1
        await asyncio.sleep(0.5)
    await client.close()
    return count
