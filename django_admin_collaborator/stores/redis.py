"""Redis as a store: one script per room, one round trip per swap, the news included.

Works with a single server, Sentinel, and Cluster, because a call never touches two keys.
"""

from __future__ import annotations

import logging
import re
import time
from dataclasses import dataclass
from typing import Any, Awaitable, Dict, List, Tuple

from .base import KEEP_SECONDS, Listener, Snapshot, Store, StoreUnavailable
from .connection import UNAVAILABLE, Connection, Script
from .redis_news import RedisSubscription

logger = logging.getLogger("django_admin_collaborator")

# KEYS[1]  the room's key, which is also the channel of its news
# ARGV     [1] expected revision ('' = nothing there)  [2] new revision ('' = only read)  [3] text  [4] ttl, ms
#          [5] news ('' = none)
# returns  one text: "swapped 0|1, planted 0|1, seconds, microseconds, at, revision or ''" with spaces between, a
#          newline, and the text that is there, if not swapped. "at" is when it was swapped, in seconds
# A value of another type and a revision that is none of ours (letters and digits) count as nothing, but are told.
# A refused PUBLISH must not raise: it comes after the write.
SWAP = Script("""
local t = redis.call('TIME')
local ok = redis.pcall('HMGET', KEYS[1], 'revision', 'room', 'at')
local swapped, planted = 0, 0
if ok.err then redis.call('DEL', KEYS[1]); ok, planted = {false, false, false}, 1 end
local revision, room, at = ok[1] or '', ok[2] or '', tonumber(ok[3] or 0) or 0
if revision == '' and room ~= '' or string.find(revision, '%W') then revision, room, planted = '', '', 1 end
if ARGV[2] ~= '' and (revision == ARGV[1] or revision == ARGV[2]) then
  swapped, revision, room, at = 1, ARGV[2], '', t[1] + t[2] / 1000000
  redis.call('HSET', KEYS[1], 'revision', revision, 'room', ARGV[3], 'at', string.format('%.6f', at))
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
  if ARGV[5] ~= '' then redis.pcall('PUBLISH', KEYS[1], ARGV[5] .. '\\n' .. ARGV[3]) end
end
local head = {swapped, planted, t[1], t[2], string.format('%.6f', at), revision}
return table.concat(head, ' ') .. '\\n' .. room
""")

# KEYS[1]  the key of the store's birth
# ARGV     [1] a birth after which something was lost, as this script has returned it, or ''  [2] ttl, ms
# returns  "seconds microseconds" of the birth. It is set where there is none, and again by the first who has lost
#          something: the others, who find the same loss, then see a later birth than they knew.
BORN = Script("""
local t = redis.call('TIME')
local there = redis.pcall('HMGET', KEYS[1], 's', 'us')
if there.err then redis.call('DEL', KEYS[1]) end
local born = (there[1] or '') .. ' ' .. (there[2] or '')
if born == ARGV[1] or not string.find(born, '^%d+ %d+$') then
  redis.call('HSET', KEYS[1], 's', t[1], 'us', t[2])
  born = t[1] .. ' ' .. t[2]
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return born
""")


BIRTH_SECONDS = 30 * 86_400
"""The birth is remembered this long after it was last asked for. Were it forgotten, the next editor would be
made to wait as after a loss."""

SURELY_KEPT_SECONDS = KEEP_SECONDS - 10
"""A room that was swapped within this time cannot have expired."""


@dataclass(frozen=True)
class Swapped:
    """The newest swap that this process made over one connection: if it is there, so is everything before.

    at: on the store's clock. until: on our monotonic clock.
    """

    key: str
    at: float
    until: float


class RedisStore(Store):
    """prefix: first part of every key, one per project."""

    def __init__(self, connection: Connection, prefix: str) -> None:
        self._connection = connection
        self._prefix = prefix
        self._swapped: Dict[Tuple[str, int], Swapped] = {}
        self._times_born_was_asked = 0

    async def read(self, key: str) -> Snapshot:
        return (await self._run(key))[0]

    async def swap(
        self, key: str, expected: str, revision: str, text: str, news: str = "", keep_seconds: float = KEEP_SECONDS
    ) -> Snapshot:
        snapshot, at = await self._run(key, expected, revision, text, int(keep_seconds * 1000), news)
        if snapshot.swapped and keep_seconds >= KEEP_SECONDS:
            self._keep_in_mind(key, at)
        return snapshot

    async def publish(self, key: str, news: str) -> None:
        await self._ask(self._connection.publish(self._room_key(key), news))

    def subscribe(self, listener: Listener) -> RedisSubscription:
        return RedisSubscription(self._connection, self._room_key(""), listener)

    async def keys(self) -> List[str]:
        """By SCAN, which lets other commands through, on every primary of a Cluster."""
        start = self._room_key("")
        pattern = re.sub(r"([*?\[\]\\])", r"\\\1", start) + "*"

        async def scan(client: Any) -> List[str]:
            return [_text(key) async for key in client.scan_iter(match=pattern, count=1000)]

        return [key[len(start) :] for key in set(await self._ask(self._connection.call(scan)))]

    async def born(self) -> float:
        """Redis that was restarted may have brought back an older state, its old birth with it. So what this process
        has swapped over an earlier connection is looked for, and if it is gone, the store counts as born now.
        """
        self._times_born_was_asked += 1
        born = await self._birth("")
        period = self._period()
        for place, swapped in list(self._swapped.items()):
            if place[1] != period:
                is_newer = swapped.at >= _seconds(*born.split(" "))
                if is_newer and time.monotonic() < swapped.until and await self._is_lost(swapped):
                    born = await self._birth(born)
                self._swapped.pop(place, None)
                self._swapped.setdefault((place[0], period), swapped)  # a newer one will take its place
        return _seconds(*born.split(" "))

    async def _birth(self, lost: str) -> str:
        born = self._connection.script(BORN, self._prefix + ":born", lost, BIRTH_SECONDS * 1000)
        return _text(await self._ask(born))

    async def _is_lost(self, swapped: Swapped) -> bool:
        _, at = await self._run(swapped.key)
        return at < swapped.at

    def _period(self) -> int:
        """Nothing can be lost while this stays the same. How often a Cluster was connected to, nobody can say."""
        return self._times_born_was_asked if self._connection.is_cluster else self._connection.times_connected

    def _keep_in_mind(self, key: str, at: float) -> None:
        place = (self._connection.part_of(self._room_key(key)), self._period())
        now = time.monotonic()
        if place not in self._swapped:
            self._swapped = {place: swapped for place, swapped in list(self._swapped.items()) if now < swapped.until}
        self._swapped[place] = Swapped(key, at, now + SURELY_KEPT_SECONDS)

    async def _run(
        self, key: str, expected: str = "", revision: str = "", text: str = "", ttl_ms: int = 0, news: str = ""
    ) -> Tuple[Snapshot, float]:
        """The outcome of the script, and when the room that is there was swapped."""
        args = (expected, revision, text, ttl_ms, news)
        answer = _text(await self._ask(self._connection.script(SWAP, self._room_key(key), *args)))
        head, _, there = answer.partition("\n")
        swapped, planted, seconds, microseconds, at, is_there = head.split(" ")
        if planted == "1":
            logger.error("somebody else has written to the key %r; what stood there counts as nothing", key)
        now = _seconds(seconds, microseconds)
        if swapped != "1":
            return Snapshot(there if is_there else None, is_there, now), float(at)
        return Snapshot(text, revision, now, swapped=True), float(at)

    def _room_key(self, key: str) -> str:
        return f"{self._prefix}:room:{key}"

    async def _ask(self, answer: Awaitable[Any]) -> Any:
        try:
            return await answer
        except UNAVAILABLE as error:
            raise StoreUnavailable(f"Redis does not answer: {type(error).__name__}: {error}") from error


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _seconds(seconds: str, microseconds: str) -> float:
    return int(seconds) + int(microseconds) / 1e6
