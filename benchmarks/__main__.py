"""``python -m benchmarks``: measure, and print the tables of docs/numbers.md.

All subjects serve at the same time, and are measured in turns; a figure is the median of its turns.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, Awaitable, Callable, Dict, List

from benchmarks import flood, measures, promises, subjects
from benchmarks.report import Rows
from benchmarks.subjects import Running, Subject
from tests.support.pgbouncer import PgBouncer
from tests.support.postgres import PostgresServer
from tests.support.redis_server import RedisServer

BARE = "bare consumer"
TURNS = 3
NO_DEFLATE = ("--ws-per-message-deflate", "false")


class Bench:
    """The subjects, each with a Redis of its own, and the rows that they fill."""

    def __init__(self, packages: List[Subject], folder: str) -> None:
        self.packages, self.folder = packages, Path(folder)
        self.names = [package.name for package in packages]
        self.rows = Rows()
        self.stack = ExitStack()
        self.redis: Dict[str, RedisServer] = {}

    def running(self, people: int, articles: int = 1, **options: Any) -> List[Running]:
        return [self.one(package, people, articles, **options) for package in self.packages]

    def one(self, package: Subject, people: int, articles: int = 1, **options: Any) -> Running:
        url = self.redis_of(package).url
        return self.stack.enter_context(Running(package, url, people, articles, **options))

    def redis_of(self, package: Subject) -> RedisServer:
        if package.name not in self.redis:
            folder = self.folder / str(len(self.redis))
            folder.mkdir()
            server = self.redis[package.name] = RedisServer(folder)
            server.start()
            self.stack.callback(server.kill)
        return self.redis[package.name]

    async def turns(self, measure: Callable[[Running], Awaitable[None]], subjects: List[Running]) -> None:
        for _ in range(TURNS):
            for running in subjects:
                await measure(running)


async def claims(bench: Bench) -> None:
    people = 2 * measures.LOAD_ROOMS
    running = bench.running(people, measures.LOAD_ROOMS, **subjects.UNLIMITED)
    rows = bench.rows
    await bench.turns(lambda one: measures.operations(one, rows), running)
    await bench.turns(lambda one: measures.claims(one, rows, bench.redis_of(one.subject).url), running)
    others = {one.subject: bench.one(one.subject, 0, beside=one, **subjects.UNLIMITED) for one in running}
    await bench.turns(lambda one: measures.elsewhere(one, others[one.subject], rows), running)
    await measures.echo(running[0], rows, BARE)
    await measures.evalsha(bench.redis_of(running[0].subject).url, rows, "bare EVALSHA")


async def sql(bench: Bench) -> None:
    """The rooms in the project's PostgreSQL, and the same behind a PgBouncer, where no process can listen."""
    ours, people, pages = bench.packages[0], 2 * measures.LOAD_ROOMS, 250
    server = PostgresServer(fsync=True)
    server.start()
    bench.stack.callback(server.remove)
    pooler = PgBouncer(server)
    pooler.start()
    bench.stack.callback(pooler.remove)
    for name, url in (("PostgreSQL", server.create("bench")), ("behind PgBouncer", pooler.create("bench"))):
        options = {"database_url": url, **subjects.UNLIMITED}
        one = bench.stack.enter_context(
            Running(replace(ours, name=name), "", pages + people, measures.LOAD_ROOMS, **options)
        )
        other = bench.stack.enter_context(Running(one.subject, "", beside=one, **options))
        for _ in range(TURNS):
            await measures.operations(one, bench.rows)
            await measures.claims(one, bench.rows)
            await measures.news(one, other, bench.rows, name, pages)
    bench.names = ["PostgreSQL", "behind PgBouncer"]


async def connects(bench: Bench) -> None:
    people = 400
    running = bench.running(people, people // 4)

    async def measure(one: Running) -> None:
        urls = [one.edit_url(number // 4) for number in range(people)]
        await measures.connects(one, bench.rows, one.subject.name, urls)
        if one is running[0]:
            await measures.connects(one, bench.rows, BARE, [one.floor_url()] * people)

    await bench.turns(measure, running)


async def crowds(bench: Bench) -> None:
    fanned = bench.running(300)
    await bench.turns(lambda one: measures.fan_out(one, bench.rows, 300), fanned)
    await bench.turns(lambda one: measures.loop(one, bench.rows, BARE, 300), fanned[:1])
    for one in bench.running(400):
        await measures.crowd(one, bench.rows, one.subject.name, one.edit_url(0))
        if one.subject.python == subjects.ours().python:
            await measures.pages(one, bench.rows)
    await measures.crowd(fanned[0], Rows(), BARE, fanned[0].floor_url())  # warm
    bare = bench.one(bench.packages[0], 400)
    await measures.crowd(bare, bench.rows, BARE, bare.floor_url())


async def memory(bench: Bench) -> None:
    """Ten people on each object."""
    people = 2020
    for package in bench.packages:
        running = bench.one(package, people, people // 10, arguments=NO_DEFLATE)
        urls = [running.edit_url(n // 10) for n in range(people)]
        await measures.memory(running, bench.rows, package.name, urls)
        running.process.kill()
    bare = bench.one(bench.packages[0], people, arguments=NO_DEFLATE)
    await measures.memory(bare, bench.rows, BARE, [bare.floor_url()] * people)


async def outage(bench: Bench) -> None:
    for running in bench.running(100, measures.LOAD_ROOMS):
        await measures.outage(running, bench.rows, bench.redis_of(running.subject))


async def flooding(bench: Bench) -> None:
    """One user attacks one worker. Only this package is asked: the published one has no limits."""
    for attack in flood.ATTACKS:
        running = bench.one(bench.packages[0], 1 + 2 * flood.ROOMS, 1 + flood.ROOMS)
        await flood.flood(running, bench.rows, bench.packages[0].name, attack)
        running.process.kill()


BENCHMARKS: Dict[str, Callable[[Bench], Awaitable[None]]] = {
    "claims": claims,
    "sql": sql,
    "connects": connects,
    "crowds": crowds,
    "memory": memory,
    "outage": outage,
    "flood": flooding,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("what", nargs="*", default=list(BENCHMARKS), help=", ".join([*BENCHMARKS, "promises"]))
    parser.add_argument("--alone", action="store_true", help="leave out the published package")
    arguments = parser.parse_args()
    print(
        f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} before, Python {platform.python_version()};"
        " the clients run on the same machine. Uvicorn with "
        + " ".join(subjects.UVICORN)
        + "; everybody is staff with"
        " the permission to view and change, by a group.\n"
    )
    what = [name for name in arguments.what if name != "promises"]
    others = [] if arguments.alone or not what else [subjects.published()]
    for name in what:
        with tempfile.TemporaryDirectory() as folder:
            bench = Bench([subjects.ours(layer=False), subjects.ours(), *others], folder)
            with bench.stack:
                asyncio.run(_awaited(BENCHMARKS[name](bench)))
        table = bench.rows.table(bench.names)
        print(f"### {name}\n\n{table}\n", flush=True)
    if "promises" in arguments.what:
        print(f"### promises\n\n{promises.table()}\n")


async def _awaited(work: Awaitable[None]) -> None:
    await work


if __name__ == "__main__":
    main()
