"""Redis, tried as a room is kept in it, with whatever goes wrong in words and with its remedy."""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass
from typing import Any, Callable, Optional

from redis import exceptions

from .base import Listener, StoreUnavailable
from .connection import UNAVAILABLE, Connection
from .redis import RedisStore

TRY_SECONDS = 3.0
ADDRESSES = "https://github.com/Brktrlw/django-admin-collaborator/blob/HEAD/docs/deployment.md#redis"


class Trouble(Exception):
    """problem, remedy: sentences for people."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.problem, self.remedy = problem, remedy


@dataclass(frozen=True)
class Trial:
    """round_trip_seconds: the shorter of two. ahead_seconds: how much the store's clock is ahead of ours.
    evicts: keys may be thrown away before their time. carries_news: another process hears of a change at once."""

    round_trip_seconds: float
    ahead_seconds: float
    evicts: bool
    carries_news: bool


async def try_redis(address: Any, prefix: str, clock: Callable[[], float] = time.time) -> Trial:
    """Write a value of our own, read it back, and compare the clocks. Raises Trouble."""
    try:
        connection = Connection(address, max_retries=0, socket_timeout_seconds=TRY_SECONDS)
        try:
            return await asyncio.wait_for(_try(connection, prefix, clock), 2 * TRY_SECONDS)
        finally:
            await connection.close()
    except StoreUnavailable as error:
        raise _trouble(error.__cause__ or error, prefix) from error
    except UNAVAILABLE as error:
        raise _trouble(error, prefix) from error
    except ValueError as error:
        remedy = f"It is one of those of {ADDRESSES}."
        raise Trouble(f"The address of Redis cannot be read: {error}", remedy) from error


async def _try(connection: Connection, prefix: str, clock: Callable[[], float]) -> Trial:
    store = RedisStore(connection, prefix)
    key, revision = "doctor-" + secrets.token_hex(8), secrets.token_hex(8)
    await store.read(key)  # says what is wrong sooner than a subscription
    ear = _Ear()
    subscription = store.subscribe(ear)
    await subscription.add(key)
    await store.swap(key, "", revision, "{}", "doctor")
    began = time.monotonic()
    before = clock()
    there = await store.read(key)
    took = time.monotonic() - began
    if there.revision != revision:
        raise Trouble(
            "Redis has lost a value that was just written.",
            "Give every process the same server to write to, and let it keep keys for their time.",
        )
    carries_news = await ear.hears()
    await subscription.close()
    return Trial(took, there.now - (before + took / 2), await _evicts(connection), carries_news)


class _Ear(Listener):
    def __init__(self) -> None:
        self._heard = asyncio.Event()

    def heard(self, key: str, news: str, text: Optional[str]) -> None:
        self._heard.set()

    def missed(self) -> None:
        """Nothing to read again here."""

    async def hears(self) -> bool:
        try:
            await asyncio.wait_for(self._heard.wait(), TRY_SECONDS / 2)
        except asyncio.TimeoutError:
            return False
        return True


def needed_acl(prefix: str) -> str:
    """The rules that a user of Redis needs for rooms and news."""
    commands = "+evalsha +script|load +hmget +hset +pexpire +del +time +scan +publish +subscribe +unsubscribe"
    return f"~{prefix}:* &{prefix}:* {commands}"


async def _evicts(connection: Connection) -> bool:
    try:
        memory = await connection.call(lambda client: client.info("memory"))
    except exceptions.ResponseError:
        return False  # not everybody may ask this
    return bool(memory.get("maxmemory")) and str(memory.get("maxmemory_policy")).startswith("allkeys")


def _trouble(error: BaseException, prefix: str) -> Trouble:
    text = f"{type(error).__name__}: {error}".rstrip(": ")
    # Up to redis-py 4, a missing password ends the connection, whose error has the server's words.
    is_refused = isinstance(error, (exceptions.AuthenticationError, exceptions.AuthorizationError))
    if is_refused or "NOAUTH" in text or "Authentication required" in text:
        return Trouble(f"Redis does not let us in ({text}).", "Set user and password in the address of Redis.")
    if isinstance(error, exceptions.NoPermissionError):
        return Trouble(
            f"The user of Redis may not do what is needed ({text}).",
            f"Allow it: ACL SETUSER <name> {needed_acl(prefix)}",
        )
    if isinstance(error, (exceptions.TimeoutError, asyncio.TimeoutError)):
        return Trouble(
            f"Redis takes connections but does not answer within {TRY_SECONDS:g} s, or is not reached at all.",
            "See whether its host is up and not swapping, a firewall drops packets, or a long command blocks it "
            "(redis-cli --latency, SLOWLOG GET).",
        )
    if isinstance(error, exceptions.ReadOnlyError):
        return Trouble("This Redis is a replica, which takes no writes.", "Give the address of the primary.")
    if "OutOfMemory" in text or "OOM" in text:  # the class came with redis-py 5
        return Trouble("Redis has no memory left for a write.", "Give it more, or another Redis for this.")
    if isinstance(error, (exceptions.ConnectionError, OSError)):
        return Trouble(
            f"Redis cannot be reached ({text}).",
            "See whether it runs, and whether host, port and TLS (rediss://) of its address are right.",
        )
    return Trouble(f"Redis refuses what is needed ({text}).", "It has to be Redis 5 or newer, with Lua scripts.")
