"""The store: a real round trip, and the clocks."""

from __future__ import annotations

import asyncio
import time
from typing import Callable, Iterator

from ... import conf
from . import Finding

FAR_APART_SECONDS = 2.0
"""Clocks of hosts that are kept by NTP differ by far less."""


def findings(clock: Callable[[], float] = time.time) -> Iterator[Finding]:
    """clock: of this host, seconds since the Unix epoch."""
    address = conf.redis_url()
    if address is None:
        yield Finding("ok", "store", "The rooms are in the memory of one process. That is right for exactly one.")
        return
    from ...stores.diagnosis import Trouble, needed_acl, try_redis

    try:
        trial = asyncio.run(try_redis(address, conf.key_prefix(), clock))
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
    if abs(trial.ahead_seconds) > FAR_APART_SECONDS:
        which = "ahead of" if trial.ahead_seconds > 0 else "behind"
        yield Finding(
            "wrong",
            "clock",
            f"The clock of Redis is {abs(trial.ahead_seconds):.0f} s {which} the clock of this host. Leases hold all "
            "the same, but times in the history and in logs do not fit together.",
            "Let NTP set both clocks.",
        )
    else:
        yield Finding("ok", "clock", f"The clock of Redis differs by {abs(trial.ahead_seconds) * 1000:.0f} ms.")
