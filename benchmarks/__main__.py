"""``python -m benchmarks``: measure, and print the tables of docs/numbers.md."""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import tempfile
from pathlib import Path
from typing import List

from benchmarks import flood, measures, promises, subjects
from benchmarks.report import Rows
from benchmarks.subjects import Running, Subject
from tests.support.redis_server import RedisServer

BARE = "bare echo consumer"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("what", nargs="*", default=list(BENCHMARKS), help=", ".join([*BENCHMARKS, "promises"]))
    parser.add_argument("--alone", action="store_true", help="leave out the published package")
    arguments = parser.parse_args()
    print(
        f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} before, Python {platform.python_version()};"
        " the clients run on the same machine.\n"
    )
    what = [name for name in arguments.what if name != "promises"]
    others = [] if arguments.alone or not what else [subjects.published()]
    for name in what:
        rows = Rows()
        with tempfile.TemporaryDirectory() as folder:
            server = RedisServer(Path(folder))
            server.start()
            try:
                asyncio.run(BENCHMARKS[name](rows, [subjects.ours(), *others], server))
            finally:
                server.kill()
        print(f"### {name}\n\n{rows.table(subjects.ours().name)}\n", flush=True)
    if "promises" in arguments.what:
        print(f"### promises\n\n{promises.table()}\n")


async def claims(rows: Rows, packages: List[Subject], server: RedisServer) -> None:
    for package in packages:
        server.flush()
        with Running(package, server.url, people=50, articles=50, **subjects.UNLIMITED) as running:
            await measures.claims(running, rows, package.name, server.url)
    with Running(packages[0], people=50, articles=50, **subjects.UNLIMITED) as running:
        await measures.claims(running, rows, "this package without Redis")
        await measures.echo(running, rows, BARE)
    await measures.evalsha(server.url, rows, "bare EVALSHA")


async def joins(rows: Rows, packages: List[Subject], server: RedisServer) -> None:
    for people in (50, 400):
        for package in packages:
            server.flush()
            with Running(package, server.url, people=people) as running:
                await measures.joins(running, rows, package.name, running.edit_url(0))
        server.flush()
        with Running(packages[0], server.url, people=people) as running:
            await measures.joins(running, rows, BARE, running.echo_url())
            await measures.pages(running, rows, packages[0].name)


async def memory(rows: Rows, packages: List[Subject], server: RedisServer) -> None:
    """Ten people on each object."""
    people = 420
    for package in packages:
        server.flush()
        with Running(package, server.url, people=people, articles=people // 10) as running:
            urls = [running.edit_url(n // 10) for n in range(people)]
            await measures.memory(running, rows, package.name, urls)
    with Running(packages[0], server.url, people=people) as running:
        await measures.memory(running, rows, BARE, [running.echo_url()] * people)


async def flooding(rows: Rows, packages: List[Subject], server: RedisServer) -> None:
    """One user attacks one worker. Only this package is asked: the published one has no limits."""
    for attack in flood.ATTACKS:
        server.flush()
        people = 1 + 2 * flood.ROOMS
        with Running(packages[0], server.url, people=people, articles=1 + flood.ROOMS) as running:
            await flood.flood(running, rows, packages[0].name, attack)


BENCHMARKS = {"claims": claims, "joins": joins, "memory": memory, "flood": flooding}

if __name__ == "__main__":
    main()
