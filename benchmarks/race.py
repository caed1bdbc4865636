"""``python -m benchmarks.race``: how many of the accepted saves are lost, when many people write the same rows.

Forms with inlines, editable lists, actions, lease holders and programs, all mixed, through uvicorn workers that
are killed and frozen meanwhile. tests/guard/race says how a loss is recognised.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any, List

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django
from django.apps import apps

COLUMNS = ["database", "accepted saves", "writes in them", "committed writes", "lost", "killed", "frozen"]
COLUMNS += ["409", "423", "5xx", "no answer", "minutes"]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.race", description=__doc__)
    parser.add_argument("--saves", type=int, default=2000, help="accepted saves on each database")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    parser.add_argument("--people", type=int, default=8)
    parser.add_argument("--rows", type=int, default=12)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=24 * 60 * 60, help="end after this long at the latest")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--pauses", type=float, nargs=2, default=(1, 4), help="seconds between disturbances")
    parser.add_argument("--journal", choices=["wal", "delete"], default="wal", help="of SQLite")
    parser.add_argument("--store", choices=["redis", "sql"], default="redis", help="where the rooms are")
    parser.add_argument("--calm", action="store_true", help="neither kill nor freeze workers")
    options = parser.parse_args()
    lost = 0
    print("| " + " | ".join(COLUMNS) + " |")
    print("| --- " * len(COLUMNS) + "|")
    for kind in options.database or ["sqlite", "postgresql"]:
        with ExitStack() as stack:
            lost += _race(kind, options, stack)
    return 1 if lost else 0


def _race(kind: str, options: argparse.Namespace, stack: ExitStack) -> int:
    server = _serve(kind, options, stack)
    from benchmarks import race_witness
    from tests.guard.press.traced import Journal
    from tests.guard.race.run import Race

    race_witness.install()
    race = Race(server, options.people, options.rows, options.seed, tuple(options.pauses))
    started = time.monotonic()
    race.run(options.saves, options.seconds, disturb=not options.calm)
    faults = race.faults()
    counts = race.counts()
    errors = sum(count for what, count in counts.items() if " 5" in what)
    cells = [kind, race.save_count(), race.accepted_count(), Journal.objects.count(), len(faults)]
    cells += list(race.disturbances.values())
    cells += [counts.get("POST 409", 0), counts.get("POST 423", 0), errors, counts.get("no answer", 0)]
    cells.append(f"{(time.monotonic() - started) / 60:.1f}")
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)
    for fault in faults[:20]:
        print("lost:", fault)
    for line in race_witness.testimony(faults):
        print(line)
    for trace in _traces(server)[:5]:
        print(trace)
    return len(faults) + errors


def _traces(server: Any) -> List[str]:
    """What the workers could not answer, as their logs have it."""
    logs = [worker.log.read_text(errors="replace") for worker in server.workers]
    return [trace[:6000] for log in logs for trace in log.split("Internal Server Error: ")[1:]]


def _serve(kind: str, asked: argparse.Namespace, stack: ExitStack) -> Any:
    """Workers on a database of their own, which is this process's default database too."""
    from tests.support.postgres import PostgresServer
    from tests.support.redis_server import RedisServer

    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    redis_url = ""
    if asked.store == "redis":
        redis = RedisServer(folder)
        redis.start()
        stack.callback(redis.kill)
        redis_url = redis.url
    url = f"sqlite://{folder}/race.sqlite3"
    if kind == "postgresql":
        postgres = PostgresServer()
        postgres.start()
        stack.callback(postgres.remove)
        url = postgres.create("race")
    if not apps.ready:
        django.setup()
    from django.test.utils import override_settings

    from tests.settings import database
    from tests.support import databases
    from tests.support.servers import Server, ServerOptions

    stack.enter_context(databases.default_database(url))
    stack.enter_context(override_settings(ADMIN_COLLABORATOR_REDIS_URL=redis_url or None))
    if kind == "sqlite":
        databases.set_journal(asked.journal)
    databases.create_tables()
    connected = {"default": {**database(url), "CONN_MAX_AGE": 600}}
    own = {"DATABASES": connected, "ROOT_URLCONF": "tests.guard.race.urls"}
    options = ServerOptions(
        workers=asked.workers,
        database_url=url,
        redis_url=redis_url,
        store="",  # without a Redis, whatever the package chooses: SQL
        channel_layer="pubsub" if redis_url else "none",
        settings=tuple((name, json.dumps(value)) for name, value in own.items()),
    )
    server = Server(options, folder)
    server.start()
    stack.callback(server.stop)
    return server


if __name__ == "__main__":
    raise SystemExit(main())
