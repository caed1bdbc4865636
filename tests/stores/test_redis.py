"""What only a real Redis can show."""

from __future__ import annotations

import asyncio
import time
from typing import Dict

import pytest
import redis

from django_admin_collaborator.stores.base import KEEP_SECONDS, StoreUnavailable
from django_admin_collaborator.stores.diagnosis import needed_acl
from django_admin_collaborator.stores.redis import RedisStore
from tests.stores.doubles import Ear
from tests.stores.makers import PREFIX, connected
from tests.support.redis_server import RedisServer

KEY = PREFIX + ":room:room"


@pytest.fixture
def redis_store(redis_url: str) -> RedisStore:
    return connected(redis_url)


@pytest.fixture
def raw(redis_server: RedisServer) -> redis.Redis:
    """A way to Redis past the store."""
    return redis.Redis(port=redis_server.port, socket_timeout=5)


async def test_every_key_expires_by_itself(redis_store: RedisStore, raw: redis.Redis):
    await redis_store.born()
    for revision in ("r1", "r2"):
        await redis_store.swap("room", "" if revision == "r1" else "r1", revision, "text")
        await redis_store.swap("other room", "", revision, "text")
        await redis_store.read("room")

    keys = raw.keys("*")

    assert len(keys) == 3
    assert all(key.startswith(PREFIX.encode() + b":") for key in keys)
    assert all(raw.pttl(key) > 0 for key in keys)
    assert KEEP_SECONDS * 1000 - 5000 < raw.pttl(KEY) <= KEEP_SECONDS * 1000


async def test_reading_leaves_nothing_behind(redis_store: RedisStore, raw: redis.Redis):
    await redis_store.read("room")

    assert raw.keys("*") == []


async def test_keys_of_neighbours_are_not_listed(redis_store: RedisStore, raw: redis.Redis):
    odd = RedisStore(redis_store._connection, "o[d]d*")
    await odd.swap("ours", "", "r1", "text")
    for neighbour in ("odd*:room:theirs", "o[d]d*2:room:theirs", "o[d]d*:born"):
        raw.set(neighbour, "text")

    assert await odd.keys() == ["ours"]


async def test_a_store_that_was_flushed_is_born_again(redis_store: RedisStore, redis_server: RedisServer):
    before = await redis_store.born()
    await asyncio.sleep(0.01)

    redis_server.flush()

    assert await redis_store.born() > before


async def test_a_store_that_was_restarted_is_born_again(redis_store: RedisStore, redis_server: RedisServer):
    before = await redis_store.born()

    redis_server.restart()

    after = await redis_store.born()
    assert after > before
    assert await redis_store.born() == after


def bring_back(server: RedisServer, raw: redis.Redis, kept: Dict[bytes, Dict[bytes, bytes]]) -> None:
    """Restart with what was kept, as from a snapshot."""
    server.restart()
    for key, fields in kept.items():
        raw.hset(key, mapping=fields)


def everything(raw: redis.Redis) -> Dict[bytes, Dict[bytes, bytes]]:
    return {key: raw.hgetall(key) for key in raw.keys("*")}


@pytest.mark.parametrize("kept_key", [KEY, PREFIX + ":room:another room"], ids=["older", "gone"])
async def test_a_restart_that_brought_back_older_rooms_is_a_birth(
    redis_url: str, redis_server: RedisServer, raw: redis.Redis, kept_key: str
):
    processes = [connected(redis_url, max_retries=5) for _ in range(3)]
    births = {await process.born() for process in processes}
    await processes[0].swap(kept_key.rpartition(":")[2], "", "r1", "first")
    kept = everything(raw)
    await processes[1].swap("room", "r1" if kept_key == KEY else "", "r2", "second")

    bring_back(redis_server, raw, kept)
    await processes[1].swap("yet another room", "", "r1", "newer than what was lost")

    births.add(await processes[1].born())
    assert len(births) == 2
    for process in processes:
        assert await process.born() == max(births)


async def test_a_restart_that_lost_nothing_is_no_birth(
    redis_store: RedisStore, redis_server: RedisServer, raw: redis.Redis
):
    before = await redis_store.born()
    await redis_store.swap("room", "", "r1", "first")

    for _ in range(2):
        bring_back(redis_server, raw, everything(raw))

        assert await redis_store.born() == before


async def test_several_processes_that_find_the_same_loss_agree_on_one_birth(
    redis_url: str, redis_server: RedisServer, raw: redis.Redis
):
    processes = [connected(redis_url, max_retries=5) for _ in range(4)]
    before = await processes[0].born()
    kept = everything(raw)
    for number, process in enumerate(processes):
        await process.swap(f"room-{number}", "", "r1", "lost")

    bring_back(redis_server, raw, kept)

    births = set(await asyncio.gather(*(process.born() for process in processes)))
    births |= {await process.born() for process in processes}
    assert len(births) <= 2
    assert max(births) > before
    assert {await process.born() for process in processes} == {max(births)}


async def test_a_connection_that_was_cut_is_no_birth(redis_store: RedisStore, redis_server: RedisServer):
    before = await redis_store.born()
    await redis_store.swap("room", "", "r1", "first")

    for _ in range(3):
        redis_server.drop_connections()

        assert await redis_store.born() == before


async def test_what_was_to_expire_sooner_than_a_room_is_not_taken_for_lost(
    redis_store: RedisStore, redis_server: RedisServer
):
    before = await redis_store.born()
    await redis_store.swap("talk", "", "r1", "short", keep_seconds=0.1)
    await asyncio.sleep(0.2)
    redis_server.drop_connections()

    assert await redis_store.born() == before


async def test_the_acl_of_the_documentation_is_enough_for_everything(redis_url: str, redis_server: RedisServer):
    with redis_server.client() as client:
        rules = ["reset", "on", ">secret", *needed_acl(PREFIX).split()]
        client.execute_command("ACL", "SETUSER", "few", *rules)
    store = connected(redis_url.replace("//", "//few:secret@"))
    ear = Ear()
    subscription = store.subscribe(ear)

    await subscription.add("room")
    await store.swap("room", "", "r1", "first", "news")
    await store.publish("room", "more news")

    assert [news for _, news, _ in await ear.until(2)] == ["news", "more news"]
    redis_server.drop_connections()
    assert (await store.read("room")).text == "first"
    assert await store.keys() == ["room"]
    assert await store.born() > 0
    await ear.until_missed()
    await subscription.close()


@pytest.mark.parametrize(
    "plant",
    [
        lambda raw: raw.set(KEY, "a text"),
        lambda raw: raw.rpush(KEY, "a", "list"),
        lambda raw: raw.sadd(KEY, "a", "set"),
        lambda raw: raw.hset(KEY, mapping={"something": "else"}),
        lambda raw: raw.hset(KEY, mapping={"room": "without a revision"}),
    ],
    ids=["text", "list", "set", "strange hash", "half a hash"],
)
async def test_a_key_that_somebody_else_has_used_counts_as_nothing_and_is_told_in_the_log(
    redis_store: RedisStore, raw: redis.Redis, plant, caplog
):
    plant(raw)
    strange_hash = raw.type(KEY) == b"hash" and not raw.hexists(KEY, "room")

    assert (await redis_store.read("room")).text is None
    ours = [record.levelname for record in caplog.records if record.name.startswith("django_admin_collaborator")]
    assert ours == ([] if strange_hash else ["ERROR"])
    assert (await redis_store.swap("room", "", "r1", "first")).swapped
    assert (await redis_store.read("room")).text == "first"
    assert raw.pttl(KEY) > 0


@pytest.mark.parametrize("revision", [b"r1", b"", b"\xff\xfe not UTF-8", b"x" * 1000, b"1", "ü".encode()])
@pytest.mark.parametrize("room", [b"garbage", b"\xff\xfe not UTF-8", b""])
async def test_whatever_stands_under_a_key_can_be_replaced(
    redis_store: RedisStore, raw: redis.Redis, revision: bytes, room: bytes
):
    raw.hset(KEY, mapping={"revision": revision, "room": room})

    found = await redis_store.read("room")
    assert (await redis_store.swap("room", found.revision, "r2", "first")).swapped
    assert (await redis_store.read("room")).text == "first"


@pytest.mark.parametrize(
    "plant",
    [lambda raw, key: raw.set(key, "a text"), lambda raw, key: raw.hset(key, mapping={"s": "x", "us": "-1"})],
    ids=["text", "no time"],
)
async def test_a_birth_that_somebody_else_has_written_is_replaced(redis_store: RedisStore, raw: redis.Redis, plant):
    plant(raw, PREFIX + ":born")

    born = await redis_store.born()

    assert abs(born - time.time()) < 5
    assert await redis_store.born() == born


async def test_a_server_that_forgot_our_scripts_learns_them_again(redis_store: RedisStore, raw: redis.Redis):
    await redis_store.swap("room", "", "r1", "first")

    raw.script_flush()

    assert (await redis_store.swap("room", "r1", "r2", "second")).swapped


async def test_a_stopped_server_is_unavailable_and_comes_back(redis_store: RedisStore, redis_server: RedisServer):
    await redis_store.swap("room", "", "r1", "first")
    redis_server.kill()

    started = time.monotonic()
    for ask in (redis_store.read("room"), redis_store.swap("room", "r1", "r2", "second"), redis_store.born()):
        with pytest.raises(StoreUnavailable):
            await ask
    assert time.monotonic() - started < 3

    redis_server.start()
    assert (await redis_store.read("room")).text is None


async def test_a_frozen_server_is_unavailable_within_bounded_time(redis_url: str, redis_server: RedisServer):
    store = connected(redis_url, max_retries=1, socket_timeout_seconds=0.3)
    await store.swap("room", "", "r1", "first")
    redis_server.freeze()

    started = time.monotonic()
    with pytest.raises(StoreUnavailable):
        await store.read("room")
    assert 0.5 < time.monotonic() - started < 2

    redis_server.thaw()
    assert (await store.read("room")).text == "first"


async def test_a_frozen_server_does_not_hold_up_anything_else(redis_url: str, redis_server: RedisServer):
    store = connected(redis_url, max_retries=0, socket_timeout_seconds=0.5)
    await store.read("room")
    redis_server.freeze()

    asked = asyncio.ensure_future(store.read("room"))
    longest, before = 0.0, time.monotonic()
    while not asked.done():
        await asyncio.sleep(0.005)
        longest, before = max(longest, time.monotonic() - before), time.monotonic()

    with pytest.raises(StoreUnavailable):
        await asked
    assert longest < 0.2


async def test_a_swap_whose_answer_was_lost_takes_place_once(redis_url: str, redis_server: RedisServer, tcp_proxy):
    proxy = tcp_proxy(redis_server.port)
    store = connected(redis_url.replace(str(redis_server.port), str(proxy.port)), retry_delay_seconds=0.3)
    await store.read("room")

    proxy.blackhole()
    swap = asyncio.ensure_future(store.swap("room", "", "r1", "first"))
    await asyncio.sleep(0.1)
    proxy.cut()
    proxy.blackhole(False)

    assert (await swap).swapped
    found = await connected(redis_url).read("room")
    assert (found.text, found.revision) == ("first", "r1")


async def test_a_cut_connection_is_made_anew(redis_store: RedisStore, redis_server: RedisServer):
    await redis_store.read("room")

    redis_server.drop_connections()

    assert (await redis_store.swap("room", "", "r1", "first")).swapped
