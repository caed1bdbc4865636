"""Redis as a store: one script, one key per room, one round trip per swap.

Works with a single server, Sentinel, and Cluster, because a call never touches two keys.
"""

from __future__ import annotations

import logging
import re
from typing import Any, Awaitable, Callable, List

from .base import KEEP_SECONDS, Snapshot, Store

logger = logging.getLogger("django_admin_collaborator")

Call = Callable[[Callable[[Any], Awaitable[Any]]], Awaitable[Any]]

# KEYS[1]  the room's key
# ARGV     [1] expected revision ('' = nothing there)  [2] new revision ('' = only read)  [3] text  [4] ttl, ms
# returns  {swapped 0|1, seconds, microseconds, revision or '', text or '', planted 0|1}; text only if not swapped
# A value of another type and a revision that is none of ours (letters and digits) count as nothing, but are told.
SWAP = """
local t = redis.call('TIME')
local ok = redis.pcall('HMGET', KEYS[1], 'revision', 'room')
local planted = 0
if ok.err then redis.call('DEL', KEYS[1]); ok, planted = {false, false}, 1 end
local revision, room = ok[1] or '', ok[2] or ''
if revision == '' and room ~= '' or string.find(revision, '%W') then revision, room, planted = '', '', 1 end
if ARGV[2] == '' then return {0, t[1], t[2], revision, room, planted} end
if revision == ARGV[1] or revision == ARGV[2] then
  redis.call('HSET', KEYS[1], 'revision', ARGV[2], 'room', ARGV[3])
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
  return {1, t[1], t[2], ARGV[2], '', planted}
end
return {0, t[1], t[2], revision, room, planted}
"""

# KEYS[1]  the key of the store's birth
# ARGV     [1] the server's run id  [2] ttl, ms
# returns  {seconds, microseconds} of the birth: the first call after a start or a flush sets it
BORN = """
local t = redis.call('TIME')
local there = redis.pcall('HMGET', KEYS[1], 'run', 's', 'us')
if there.err or there[1] ~= ARGV[1] then
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], 'run', ARGV[1], 's', t[1], 'us', t[2])
  there = {ARGV[1], t[1], t[2]}
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return {there[2], there[3]}
"""


BIRTH_SECONDS = 30 * 86_400
"""The birth is remembered this long after it was last asked for. Were it forgotten, the next editor would be
made to wait as after a loss."""


class RedisStore(Store):
    """call: awaits ``operation(client)`` with retries, raising StoreUnavailable.

    prefix: first part of every key, one per project.
    """

    def __init__(self, call: Call, prefix: str) -> None:
        self._call = call
        self._prefix = prefix

    async def read(self, key: str) -> Snapshot:
        return _snapshot(await self._run(SWAP, "room:" + key, "", "", "", 0), "")

    async def swap(self, key: str, expected: str, revision: str, text: str, news: str = "") -> Snapshot:
        answer = await self._run(SWAP, "room:" + key, expected, revision, text, KEEP_SECONDS * 1000)
        return _snapshot(answer, text)

    async def keys(self) -> List[str]:
        """By SCAN, which lets other commands through, on every primary of a Cluster."""
        start = self._prefix + ":room:"
        pattern = re.sub(r"([*?\[\]\\])", r"\\\1", start) + "*"

        async def scan(client: Any) -> List[str]:
            return [_text(key) async for key in client.scan_iter(match=pattern, count=1000)]

        return [key[len(start) :] for key in set(await self._call(scan))]

    async def born(self) -> float:
        info = await self._call(lambda client: client.info("server"))
        seconds, microseconds = await self._run(BORN, "born", _run_id(info), BIRTH_SECONDS * 1000)
        return int(seconds) + int(microseconds) / 1e6

    async def _run(self, script: str, key: str, *args: Any) -> List[Any]:
        keys = [self._prefix + ":" + key]
        answer: List[Any] = await self._call(lambda client: client.register_script(script)(keys, args))
        if script is SWAP and int(answer.pop()):
            logger.error("somebody else has written to the key %r; what stood there counts as nothing", keys[0])
        return answer


def _snapshot(answer: List[Any], text: str) -> Snapshot:
    swapped, seconds, microseconds, revision, there = answer
    now = int(seconds) + int(microseconds) / 1e6
    if int(swapped):
        return Snapshot(text, _text(revision), now, swapped=True)
    revision = _text(revision)
    return Snapshot(_text(there) if revision else None, revision, now)


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _run_id(info: Any) -> str:
    found = re.findall(r"'run_id': '(\w+)'", str(info))
    return ",".join(sorted(found))
