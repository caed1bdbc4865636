"""Redis as a store: one script per room, one round trip per swap, the news included.

Works with a single server, Sentinel, and Cluster, because a call never touches two keys.
"""

from __future__ import annotations

import logging
import re
from typing import Any, Awaitable, List

from .base import KEEP_SECONDS, Listener, Snapshot, Store, StoreUnavailable
from .connection import UNAVAILABLE, Connection, Script
from .redis_news import RedisSubscription

logger = logging.getLogger("django_admin_collaborator")

# KEYS[1]  the room's key, which is also the channel of its news
# ARGV     [1] expected revision ('' = nothing there)  [2] new revision ('' = only read)  [3] text  [4] ttl, ms
#          [5] news ('' = none)
# returns  one text: "swapped 0|1, planted 0|1, refused 0|1, seconds, microseconds, revision or ''" with spaces
#          between, a newline, and the text that is there, if not swapped
# A value of another type and a revision that is none of ours (letters and digits) count as nothing, but are told.
# A refused PUBLISH must not raise: it comes after the write.
SWAP = Script("""
local t = redis.call('TIME')
local ok = redis.pcall('HMGET', KEYS[1], 'revision', 'room')
local planted, refused = 0, 0
if ok.err then redis.call('DEL', KEYS[1]); ok, planted = {false, false}, 1 end
local revision, room = ok[1] or '', ok[2] or ''
if revision == '' and room ~= '' or string.find(revision, '%W') then revision, room, planted = '', '', 1 end
local swapped = 0
if ARGV[2] ~= '' and (revision == ARGV[1] or revision == ARGV[2]) then
  redis.call('HSET', KEYS[1], 'revision', ARGV[2], 'room', ARGV[3])
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
  if ARGV[5] ~= '' then
    local told = redis.pcall('PUBLISH', KEYS[1], ARGV[5] .. '\\n' .. ARGV[3])
    if type(told) == 'table' and told.err then refused = 1 end
  end
  swapped, revision, room = 1, ARGV[2], ''
end
return table.concat({swapped, planted, refused, t[1], t[2], revision}, ' ') .. '\\n' .. room
""")

# KEYS[1]  the key of the store's birth
# ARGV     [1] the server's run id  [2] ttl, ms
# returns  "seconds microseconds" of the birth: the first call after a start or a flush sets it
BORN = Script("""
local t = redis.call('TIME')
local there = redis.pcall('HMGET', KEYS[1], 'run', 's', 'us')
if there.err or there[1] ~= ARGV[1] then
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], 'run', ARGV[1], 's', t[1], 'us', t[2])
  there = {ARGV[1], t[1], t[2]}
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return there[2] .. ' ' .. there[3]
""")


BIRTH_SECONDS = 30 * 86_400
"""The birth is remembered this long after it was last asked for. Were it forgotten, the next editor would be
made to wait as after a loss."""


class RedisStore(Store):
    """prefix: first part of every key, one per project."""

    def __init__(self, connection: Connection, prefix: str) -> None:
        self._connection = connection
        self._prefix = prefix
        self._publish_is_refused = False

    async def read(self, key: str) -> Snapshot:
        return await self._swap(key, "", "", "", 0, "")

    async def swap(self, key: str, expected: str, revision: str, text: str, news: str = "") -> Snapshot:
        return await self._swap(key, expected, revision, text, KEEP_SECONDS * 1000, news)

    async def publish(self, key: str, news: str) -> None:
        await self._ask(self._connection.command("PUBLISH", self._room_key(key), news))

    def subscribe(self, listener: Listener) -> RedisSubscription:
        return RedisSubscription(self._connection, self._room_key(""), listener, lambda: self._publish_is_refused)

    async def keys(self) -> List[str]:
        """By SCAN, which lets other commands through, on every primary of a Cluster."""
        start = self._room_key("")
        pattern = re.sub(r"([*?\[\]\\])", r"\\\1", start) + "*"

        async def scan(client: Any) -> List[str]:
            return [_text(key) async for key in client.scan_iter(match=pattern, count=1000)]

        return [key[len(start) :] for key in set(await self._ask(self._connection.call(scan)))]

    async def born(self) -> float:
        info = await self._ask(self._connection.call(lambda client: client.info("server")))
        born = self._connection.script(BORN, self._prefix + ":born", _run_id(info), BIRTH_SECONDS * 1000)
        return _seconds(*_text(await self._ask(born)).split(" "))

    async def _swap(self, key: str, *args: Any) -> Snapshot:
        answer = _text(await self._ask(self._connection.script(SWAP, self._room_key(key), *args)))
        head, _, there = answer.partition("\n")
        swapped, planted, refused, seconds, microseconds, revision = head.split(" ")
        if planted == "1":
            logger.error("somebody else has written to the key %r; what stood there counts as nothing", key)
        if args[4]:
            self._told(refused == "1")
        now = _seconds(seconds, microseconds)
        if swapped == "1":
            return Snapshot(args[2], revision, now, swapped=True)
        return Snapshot(there if revision else None, revision, now)

    def _told(self, refused: bool) -> None:
        if refused and not self._publish_is_refused:
            logger.warning(
                "Redis refuses to PUBLISH the news of rooms, so each process looks at its rooms once a second; "
                "manage.py collaborator doctor says what to allow"
            )
        self._publish_is_refused = refused

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


def _run_id(info: Any) -> str:
    found = re.findall(r"'run_id': '(\w+)'", str(info))
    return ",".join(sorted(found))
