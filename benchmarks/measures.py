"""The measurements. Each notes its figures; every subject is measured by the same code, one after the other."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Awaitable, Callable, List, Tuple

import redis.asyncio

from benchmarks.clients import Client, Message, close_all, open_all, percentile
from benchmarks.redis_traffic import Traffic
from benchmarks.report import Rows
from benchmarks.subjects import Running

ROUNDS = 300
LOAD_SECONDS = 5.0
LOAD_SOCKETS = 50
SETTLE_SECONDS = 2.0

CLAIM = {"type": "claim_editor", "timestamp": "2026-01-01T00:00:00+00:00"}
RELEASE = {"type": "release_lock"}
ECHO = {"type": "echo", "payload": "x" * 60}
SCRIPT = "redis.call('HSET', KEYS[1], 'r', ARGV[1]) return redis.call('HGET', KEYS[1], 'r')"

MEDIAN = ("one claim, alone: median", "ms")
P99 = ("one claim, alone: 99th percentile", "ms")
RATE = ("claims and releases, 50 objects at once", "per s")
CPU = ("worker's processor time for one of them", "ms")
COMMANDS = ("Redis commands for one of them", "commands")


def granted(message: Message) -> bool:
    return message["type"] == "editor_status" and message["editor_id"] is not None


def free(message: Message) -> bool:
    return message["type"] == "lock_released"


async def claims(running: Running, rows: Rows, name: str, redis_url: str = "") -> None:
    """One socket that claims and releases; then many, each on an object of its own."""
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
                await claim_and_release(client)
        rows.note(name, COMMANDS, len(traffic.commands) / ROUNDS / 2)
    await client.close()
    clients = await open_all([running.edit_url(n) for n in range(LOAD_SOCKETS)], running.sessions)
    done, cpu = await load(running, clients, claim_and_release)
    rows.note(name, RATE, 2 * done / LOAD_SECONDS)
    rows.note(name, CPU, 1000 * cpu / (2 * done))
    await close_all(clients)


async def claim_and_release(client: Client) -> None:
    await client.ask(CLAIM, granted)
    await client.ask(RELEASE, free)


async def echo(running: Running, rows: Rows, name: str) -> None:
    """The floor of every request over a socket: one frame there and back."""

    def answered(message: Message) -> bool:
        return message["type"] == "echo"

    async def ask(client: Client) -> None:
        await client.ask(ECHO, answered)

    client = await Client.open(running.echo_url(), running.sessions[0])
    took = [await client.ask(ECHO, answered) for _ in range(ROUNDS)]
    await client.close()
    rows.note(name, MEDIAN, percentile(took, 0.5))
    rows.note(name, P99, percentile(took, 0.99))
    clients = await open_all([running.echo_url()] * LOAD_SOCKETS, running.sessions)
    done, cpu = await load(running, clients, ask)
    rows.note(name, RATE, done / LOAD_SECONDS)
    rows.note(name, CPU, 1000 * cpu / done)
    await close_all(clients)


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
    done, end = 0, time.monotonic() + LOAD_SECONDS

    async def work(number: int) -> None:
        nonlocal done
        while time.monotonic() < end:
            await script([f"floor:{number}"], [number])
            done += 1

    await asyncio.gather(*(work(n) for n in range(LOAD_SOCKETS)))
    rows.note(name, RATE, done / LOAD_SECONDS)
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


async def joins(running: Running, rows: Rows, name: str, url: str) -> None:
    """Everybody opens the same object at the same moment; contract clients."""
    people = len(running.sessions)
    cpu, started = running.cpu_seconds(), time.monotonic()
    clients = await open_all([url] * people, running.sessions)
    opened = max(client.opened_at for client in clients) - started
    while any(client.first_at is None for client in clients):
        await asyncio.sleep(0.005)
    greeted = max(client.first_at or 0.0 for client in clients) - started
    await quiet(clients)
    messages, characters = (sum(values) for values in zip(*((len(c.messages), c.bytes) for c in clients)))
    rows.note(name, (f"{people} join: all handshakes done", "s"), opened)
    rows.note(name, (f"{people} join: all greeted", "s"), greeted)
    rows.note(name, (f"{people} join: messages for each", "messages"), messages / people)
    rows.note(name, (f"{people} join: text for each", "KiB"), characters / people / 1024)
    rows.note(name, (f"{people} join: worker's processor time", "s"), running.cpu_seconds() - cpu)
    await close_all(clients)


async def pages(running: Running, rows: Rows, name: str) -> None:
    """The same with pages, as our script opens them: until each has the state in which all are present."""
    people = len(running.sessions)
    urls = [running.edit_url(0, f"member-of-the-benchmark-{n:04d}") for n in range(people)]
    cpu, started = running.cpu_seconds(), time.monotonic()
    clients = await open_all(urls, running.sessions)
    opened = max(client.opened_at for client in clients)
    while not all(sees(client, people) for client in clients):
        await asyncio.sleep(0.005)
    seen = time.monotonic()
    await quiet(clients)
    rows.note(name, (f"{people} pages: all handshakes done", "s"), opened - started)
    rows.note(name, (f"{people} pages: after the last handshake, until all see all", "s"), seen - opened)
    rows.note(name, (f"{people} pages: text for each", "KiB"), sum(c.bytes for c in clients) / people / 1024)
    rows.note(name, (f"{people} pages: worker's processor time", "s"), running.cpu_seconds() - cpu)
    await close_all(clients)


def sees(client: Client, people: int) -> bool:
    last = client.messages[-1] if client.messages else {}
    return bool(last.get("room") and last["room"]["people_count"] == people)


async def quiet(clients: List[Client]) -> None:
    """Wait until nothing has come for SETTLE_SECONDS."""
    while True:
        before = sum(client.bytes for client in clients)
        await asyncio.sleep(SETTLE_SECONDS)
        if before == sum(client.bytes for client in clients):
            return


async def memory(running: Running, rows: Rows, name: str, urls: List[str]) -> None:
    """Idle sockets, after some that have warmed the worker up."""
    warm = await open_all(urls[:20], running.sessions)
    await quiet(warm)
    before = running.memory_kib()
    clients = await open_all(urls[20:], running.sessions)
    await quiet(clients)
    each = (running.memory_kib() - before) / len(clients)
    rows.note(name, ("memory of the worker for an idle socket", "KiB"), each)
    await close_all(warm + clients)
