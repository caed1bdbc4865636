"""The measurements. Each notes its figures; every subject is measured by the same code, in turns with the others."""

from __future__ import annotations

import asyncio
import time
from statistics import fmean
from typing import Any, Awaitable, Callable, List, Sequence, Tuple

import redis.asyncio

from benchmarks.clients import Client, Message, close_all, open_all, percentile
from benchmarks.redis_traffic import Traffic
from benchmarks.report import Rows
from benchmarks.subjects import Running

ROUNDS = 300
LOAD_SECONDS = 5.0
LOAD_ROOMS = 50
SETTLE_SECONDS = 2.0
IN_PARALLEL = 20

CLAIM = {"type": "claim_editor", "timestamp": "2026-01-01T00:00:00+00:00"}
HEARTBEAT = '{"type": "heartbeat"}'
RELEASE = {"type": "release_lock"}
SAVED = {"type": "content_updated", "timestamp": "2026-01-01T00:00:00+00:00"}
ECHO = {"type": "echo", "payload": "x" * 60}
SCRIPT = "redis.call('HSET', KEYS[1], 'r', ARGV[1]) return redis.call('HGET', KEYS[1], 'r')"

MEDIAN = ("one claim, alone: median", "ms")
P99 = ("one claim, alone: 99th percentile", "ms")


def granted(message: Message) -> bool:
    return message["type"] == "editor_status" and message["editor_id"] is not None


def free(message: Message) -> bool:
    return message["type"] == "lock_released"


def saved(message: Message) -> bool:
    return message["type"] == "content_updated"


def changed(message: Message) -> bool:
    return message["type"] == "room"


def echoed(message: Message) -> bool:
    return message["type"] == "echo"


async def claims(running: Running, rows: Rows, redis_url: str = "") -> None:
    """One socket that claims and releases."""
    name = running.subject.name
    client = await Client.open(running.edit_url(0), running.sessions[0])
    took = []
    for _ in range(ROUNDS):
        took.append(await client.ask(CLAIM, granted))
        await client.ask(RELEASE, free)
    rows.note(name, MEDIAN, percentile(took, 0.5))
    rows.note(name, P99, percentile(took, 0.99))
    if redis_url:
        async with Traffic(redis_url) as traffic:
            for _ in range(ROUNDS):
                await client.ask(CLAIM, granted)
                await client.ask(RELEASE, free)
        rows.note(name, ("Redis commands for a claim or a release", "commands"), len(traffic.commands) / ROUNDS / 2)
    await client.close()


async def operations(running: Running, rows: Rows) -> None:
    """Rooms of two: one claims, sends a heartbeat and releases, as fast as it is answered; the other looks on."""
    urls = [running.edit_url(number) for number in range(LOAD_ROOMS)]
    editors = await open_all(urls, running.sessions, IN_PARALLEL)
    viewers = await open_all(urls, running.sessions[LOAD_ROOMS:], IN_PARALLEL)

    async def cycle(client: Client) -> None:
        await client.ask(CLAIM, granted)
        await client.connection.send(HEARTBEAT)
        await client.ask(RELEASE, free)

    done, cpu = await load(running, editors, cycle)
    name = running.subject.name
    rows.note(name, ("claims, heartbeats and releases, 50 rooms of two", "per s"), 3 * done / LOAD_SECONDS)
    rows.note(name, ("worker's processor time for one of them", "ms"), 1000 * cpu / (3 * done))
    await close_all([*editors, *viewers])


async def elsewhere(running: Running, other: Running, rows: Rows) -> None:
    """A claim, until a client of another worker hears of it."""
    editor = await Client.open(running.edit_url(0), running.sessions[0])
    viewer = await Client.open(other.edit_url(0), other.sessions[1])
    took = []
    for _ in range(ROUNDS):
        heard = asyncio.ensure_future(viewer.hears(granted))
        await asyncio.sleep(0)
        started = time.perf_counter()
        await editor.ask(CLAIM, granted)
        took.append(1000 * (await heard - started))
        freed = asyncio.ensure_future(viewer.hears(free))
        await asyncio.sleep(0)
        await editor.ask(RELEASE, free)
        await freed
    what = ("a claim, until another worker's client hears of it: median", "ms")
    rows.note(running.subject.name, what, percentile(took, 0.5))
    await close_all([editor, viewer])


async def news(running: Running, other: Running, rows: Rows, name: str, pages: int) -> None:
    """Pages in 50 rooms, at each of two workers: a claim, until a page of the other worker hears of it."""
    rooms = range(LOAD_ROOMS)
    at = [(number % LOAD_ROOMS, other if number // LOAD_ROOMS % 2 else running) for number in range(pages)]
    urls = [one.edit_url(room, f"member-of-the-benchmark-{n:04d}") for n, (room, one) in enumerate(at)]
    clients = await open_all(urls, running.sessions, IN_PARALLEL)
    editors = await open_all([running.edit_url(room) for room in rooms], running.sessions[pages:], IN_PARALLEL)
    await quiet(clients)
    took: List[float] = []
    for turn in range(2):
        for room, editor in enumerate(editors):
            hearing = [c for c, (where, one) in zip(clients, at) if where == room and one is other]
            heard = [asyncio.ensure_future(client.hears(changed)) for client in hearing]
            await asyncio.sleep(0.03)  # wherever a process is between two looks
            started = time.perf_counter()
            await editor.ask(RELEASE if turn % 2 else CLAIM, free if turn % 2 else granted)
            took += [1000 * (moment - started) for moment in await asyncio.gather(*heard)]
    rows.note(name, (f"news to another process, {pages} pages in {LOAD_ROOMS} rooms: mean", "ms"), fmean(took))
    rows.note(name, (f"news to another process, {pages} pages in {LOAD_ROOMS} rooms: longest", "ms"), max(took))
    await close_all([*clients, *editors])


async def connects(running: Running, rows: Rows, name: str, urls: Sequence[str]) -> None:
    """Handshakes, so many in parallel, each on an object of its own."""
    cpu, started = running.cpu_seconds(), time.monotonic()
    clients = await open_all(list(urls), running.sessions, IN_PARALLEL)
    took = time.monotonic() - started
    while any(client.first_at is None for client in clients):
        await asyncio.sleep(0.005)
    rows.note(name, (f"handshakes, {IN_PARALLEL} in parallel", "per s"), len(urls) / took)
    rows.note(
        name, ("worker's processor time for a handshake", "ms"), 1000 * (running.cpu_seconds() - cpu) / len(urls)
    )
    await close_all(clients)
    await asyncio.sleep(1)  # those who have left are still being told of


async def fan_out(running: Running, rows: Rows, people: int) -> None:
    """News of a save, until the last of these contract clients has heard it."""
    clients = await open_all([running.edit_url(0)] * people, running.sessions, IN_PARALLEL)
    await quiet(clients)
    await clients[0].ask(CLAIM, granted)
    await quiet(clients)
    await _tell_all(running, rows, running.subject.name, clients, SAVED, saved)


async def loop(running: Running, rows: Rows, name: str, people: int) -> None:
    """The floor of that: a consumer that sends the same to all."""
    clients = await open_all([running.floor_url("loop")] * people, running.sessions, IN_PARALLEL)
    await _tell_all(running, rows, name, clients, ECHO, echoed)


async def _tell_all(
    running: Running, rows: Rows, name: str, clients: List[Client], said: Message, answers: Callable[[Message], bool]
) -> None:
    took, cpu = [], running.cpu_seconds()
    for _ in range(20):
        heard = [asyncio.ensure_future(client.hears(answers)) for client in clients[1:]]
        await asyncio.sleep(0)
        started = time.perf_counter()
        await clients[0].ask(said, answers)
        took.append(1000 * (max(await asyncio.gather(*heard)) - started))
    what = f"told to {len(clients)} contract clients"
    rows.note(name, (f"a save, {what}, until the last has heard it: median", "ms"), percentile(took, 0.5))
    rows.note(name, ("worker's processor time for it", "ms"), 1000 * (running.cpu_seconds() - cpu) / len(took))
    await close_all(clients)


async def crowd(running: Running, rows: Rows, name: str, url: str) -> None:
    """Everybody opens the same object at the same moment; contract clients."""
    people = len(running.sessions)
    cpu, started = running.cpu_seconds(), time.monotonic()
    clients = await open_all([url] * people, running.sessions, at_once=100)
    opened = max(client.opened_at for client in clients) - started
    await quiet(clients)
    rows.note(name, (f"{people} contract clients at once: all handshakes done", "s"), opened)
    rows.note(
        name, (f"{people} contract clients at once: messages", "messages"), sum(len(c.messages) for c in clients)
    )
    rows.note(name, (f"{people} contract clients at once: worker's processor time", "s"), running.cpu_seconds() - cpu)
    await close_all(clients)


async def pages(running: Running, rows: Rows) -> None:
    """The same with pages, as our script opens them: until each has the state in which all are present."""
    people = len(running.sessions)
    urls = [running.edit_url(0, f"member-of-the-benchmark-{n:04d}") for n in range(people)]
    started = time.monotonic()
    clients = await open_all(urls, running.sessions)
    opened = max(client.opened_at for client in clients)
    while not all(sees(client, people) for client in clients):
        await asyncio.sleep(0.005)
    seen = time.monotonic()
    await quiet(clients)
    name = running.subject.name
    rows.note(name, (f"{people} pages at once: all handshakes done", "s"), opened - started)
    rows.note(name, (f"{people} pages at once: after the last handshake, until all see all", "s"), seen - opened)
    await close_all(clients)


def sees(client: Client, people: int) -> bool:
    last = client.messages[-1] if client.messages else {}
    return bool(last.get("room") and last["room"]["people_count"] == people)


async def memory(running: Running, rows: Rows, name: str, urls: List[str]) -> None:
    """Idle sockets, after some that have warmed the worker up."""
    warm = await open_all(urls[:20], running.sessions)
    await quiet(warm)
    before = running.memory_kib()
    clients = await open_all(urls[20:], running.sessions[20:], IN_PARALLEL)
    await quiet(clients)
    each = (running.memory_kib() - before) / len(clients)
    rows.note(name, (f"memory of the worker for an idle socket, of {len(clients)}", "KiB"), each)
    await close_all(warm + clients)


async def outage(running: Running, rows: Rows, server: Any, seconds: float = 5.0) -> None:
    """How many sockets are still open after Redis was away."""
    clients = await open_all([running.edit_url(n % LOAD_ROOMS) for n in range(100)], running.sessions, IN_PARALLEL)
    await quiet(clients)
    server.kill()
    await asyncio.sleep(seconds)
    server.start()
    await asyncio.sleep(5)
    what = ("of 100 sockets, open after Redis was away for 5 s", "sockets")
    rows.note(running.subject.name, what, sum(client.is_open for client in clients))
    await close_all(clients)


async def echo(running: Running, rows: Rows, name: str) -> None:
    """The floor of every request over a socket: one frame there and back."""
    client = await Client.open(running.floor_url(), running.sessions[0])
    took = [await client.ask(ECHO, echoed) for _ in range(ROUNDS)]
    await client.close()
    rows.note(name, MEDIAN, percentile(took, 0.5))
    rows.note(name, P99, percentile(took, 0.99))


async def evalsha(url: str, rows: Rows, name: str) -> None:
    """The floor of every step in Redis: one script that writes and reads one hash."""
    client = redis.asyncio.Redis.from_url(url)
    script = client.register_script(SCRIPT)
    took = []
    for n in range(ROUNDS):
        started = time.perf_counter()
        await script(["floor"], [n])
        took.append(1000 * (time.perf_counter() - started))
    rows.note(name, MEDIAN, percentile(took, 0.5))
    rows.note(name, P99, percentile(took, 0.99))
    await client.aclose()


async def load(
    running: Running, clients: List[Client], work: Callable[[Client], Awaitable[Any]]
) -> Tuple[int, float]:
    """How often ``work`` was done in LOAD_SECONDS by all clients together, and the worker's processor time."""
    done, before, end = 0, running.cpu_seconds(), time.monotonic() + LOAD_SECONDS

    async def repeat(client: Client) -> None:
        nonlocal done
        while time.monotonic() < end:
            await work(client)
            client.messages.clear()
            done += 1

    await asyncio.gather(*(repeat(client) for client in clients))
    return done, running.cpu_seconds() - before


async def quiet(clients: List[Client]) -> None:
    """Wait until nothing has come for SETTLE_SECONDS."""
    while True:
        before = sum(client.bytes for client in clients)
        await asyncio.sleep(SETTLE_SECONDS)
        if before == sum(client.bytes for client in clients):
            return
