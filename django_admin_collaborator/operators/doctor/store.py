"""The store: a real round trip, and the clocks."""

from __future__ import annotations

import asyncio
import secrets
import time
from typing import Any, Callable, Iterator

from ... import conf
from ...rooms.store import open_store
from ...rooms.store_choice import Choice, choose
from ...stores.base import StoreUnavailable
from ...stores.sql_connections import TableMissing
from . import Finding

FAR_APART_SECONDS = 2.0
"""Clocks of hosts that are kept by NTP differ by far less."""


def findings(clock: Callable[[], float] = time.time) -> Iterator[Finding]:
    """clock: of this host, seconds since the Unix epoch."""
    choice = choose()
    if choice.kind == "redis":
        yield from _of_redis(clock)
    elif choice.kind in ("sql", "file"):
        yield from _of_sql(choice, clock)
    elif choice.kind == "none":
        yield Finding("wrong", "store", f"There is no store: {choice.reason}.", "Correct the setting.")
    elif choice.kind == "memory":
        text = f"The rooms are in the memory of one process ({choice.reason}). That is right for exactly one."
        yield Finding("ok", "store", text)


def _of_sql(choice: Choice, clock: Callable[[], float]) -> Iterator[Finding]:
    place = "The file of the rooms" if choice.kind == "file" else f"The database {choice.where!r}"
    store: Any = open_store()
    key, revision = "doctor-" + secrets.token_hex(8), secrets.token_hex(8)
    try:
        store.swap_now(key, "", revision, "{}")
        began, before = time.monotonic(), clock()
        there = store.read_now(key)
        took = time.monotonic() - began
    except TableMissing as error:
        remedy = f"Run manage.py migrate --database {choice.where}."
        yield Finding("wrong", "store", f"{place} has no table for the rooms ({error}).", remedy)
    except StoreUnavailable as error:
        remedy = "See whether the database runs, and whether its user may write to the table."
        if choice.kind == "file":
            remedy = f"See whether every process may write {choice.where} and in its folder."
        yield Finding("wrong", "store", f"{place} cannot be used: {error}.", remedy)
    else:
        yield Finding("ok", "store", f"{place} keeps a room; a round trip takes {took * 1000:.1f} ms.")
        yield _of_the_clock("the database", there.now - (before + took / 2))


def _of_redis(clock: Callable[[], float]) -> Iterator[Finding]:
    from ...stores.diagnosis import Trouble, needed_acl, try_redis

    try:
        trial = asyncio.run(try_redis(conf.redis_url(), conf.key_prefix(), clock))
    except Trouble as trouble:
        yield Finding("wrong", "store", trouble.problem, trouble.remedy)
        return
    yield Finding("ok", "store", f"Redis keeps a room; a round trip takes {trial.round_trip_seconds * 1000:.1f} ms.")
    if not trial.carries_news:
        yield Finding(
            "warning",
            "store",
            "Redis does not carry the news of a room: other processes learn of a change up to a second late.",
            f"Let its user publish and subscribe: ACL SETUSER <name> {needed_acl(conf.key_prefix())}",
        )
    if trial.evicts:
        yield Finding(
            "warning",
            "store",
            "Redis throws keys away when its memory is full, leases among them.",
            "Set maxmemory-policy to noeviction or volatile-ttl, or take another Redis for this.",
        )
    yield _of_the_clock("Redis", trial.ahead_seconds)


def _of_the_clock(whose: str, ahead_seconds: float) -> Finding:
    if abs(ahead_seconds) <= FAR_APART_SECONDS:
        return Finding("ok", "clock", f"The clock of {whose} differs by {abs(ahead_seconds) * 1000:.0f} ms.")
    which = "ahead of" if ahead_seconds > 0 else "behind"
    return Finding(
        "wrong",
        "clock",
        f"The clock of {whose} is {abs(ahead_seconds):.0f} s {which} the clock of this host. Leases hold all "
        "the same, but times in the history and in logs do not fit together.",
        "Let NTP set both clocks.",
    )
