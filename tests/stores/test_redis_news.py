"""News from a Redis that restarts, hangs, cuts connections or refuses to carry them."""

from __future__ import annotations

import asyncio
import gc
import logging
from typing import Any, AsyncIterator, Callable, List

import pytest
import redis

from django_admin_collaborator.stores import redis_news
from django_admin_collaborator.stores.base import StoreUnavailable
from tests.stores.doubles import Ear
from tests.stores.makers import OwnRedisStore, connected
from tests.support.redis_server import RedisServer

RECONNECTED_SECONDS = 10.0
PROTOCOLS = ["?protocol=2", "?protocol=3"] if redis.__version__ >= "5" else [""]


@pytest.fixture(params=PROTOCOLS)
def url(request: pytest.FixtureRequest, redis_url: str) -> str:
    return redis_url + request.param


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
async def open_store(monkeypatch: Any, caplog: Any) -> AsyncIterator[Callable[..., OwnRedisStore]]:
    """A function (url, options) that gives a store; at the end nothing of it may be left in the event loop."""
    monkeypatch.setattr(redis_news, "SILENCE_SECONDS", 0.5)
    gc.collect()  # redis-py tells of connections of loops before when they are collected, which may be now
    await asyncio.sleep(0.01)
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    caplog.clear()
    stores: List[OwnRedisStore] = []

    def opened(url: str, **options: Any) -> OwnRedisStore:
        stores.append(connected(url, **options))
        return stores[-1]

    yield opened
    for store in stores:
        await store.close()
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def heard_again(store: OwnRedisStore, ear: Ear) -> None:
    """Publish until it is heard: a subscription is told that news were missed, and from then on hears all."""
    await ear.until_missed(seconds=RECONNECTED_SECONDS)
    count = len(ear.all)
    await store.publish("room", "afterwards")
    assert (await ear.until(count + 1))[-1] == ("room", "afterwards", None)


def warnings(caplog: Any) -> List[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


@pytest.mark.parametrize("trouble", ["drop_connections", "restart"])
async def test_news_come_again_after_connections_were_lost(open_store, url, redis_server, ear, caplog, trouble):
    store = open_store(url)
    subscription = store.subscribe(ear)
    for key in ("room", "another room"):
        await subscription.add(key)
    assert ear.times_missed == 0

    # In this thread, as the kernel ends the server together with the thread that started it.
    getattr(redis_server, trouble)()

    await heard_again(store, ear)
    assert ear.times_missed == 1
    assert len(warnings(caplog)) == 1
    await subscription.close()


async def test_news_go_on_after_a_flush(open_store, url, redis_server, ear):
    store = open_store(url)
    subscription = store.subscribe(ear)
    await subscription.add("room")

    redis_server.flush()
    await store.publish("room", "afterwards")

    assert await ear.until(1) == [("room", "afterwards", None)]
    await subscription.close()


async def test_news_go_on_when_a_server_hangs_no_more(open_store, url, redis_server: RedisServer, ear, caplog):
    store = open_store(url, socket_timeout_seconds=0.5, max_retries=0)
    subscription = store.subscribe(ear)
    await subscription.add("room")

    redis_server.freeze()
    for _ in range(3):
        with pytest.raises(StoreUnavailable):
            await subscription.add("another room")
        with pytest.raises(StoreUnavailable):
            await store.swap("room", "", "r1", "text")
    redis_server.thaw()

    await subscription.add("another room")
    for key in ("room", "another room"):
        await store.publish(key, "afterwards")
    assert await ear.until(2) == [("room", "afterwards", None), ("another room", "afterwards", None)]
    assert (ear.times_missed, warnings(caplog)) == (0, [])
    await subscription.close()


async def test_a_quiet_connection_is_not_taken_for_a_lost_one(open_store, url, ear, caplog):
    store = open_store(url)
    subscription = store.subscribe(ear)
    await subscription.add("room")

    await asyncio.sleep(4 * redis_news.SILENCE_SECONDS)

    await store.publish("room", "after a pause")
    assert await ear.until(1) == [("room", "after a pause", None)]
    assert (ear.times_missed, warnings(caplog)) == (0, [])
    await subscription.close()


async def test_a_key_can_be_added_as_soon_as_a_stopped_server_is_back(open_store, url, redis_server, ear, caplog):
    store = open_store(url)
    redis_server.kill()
    subscription = store.subscribe(ear)

    for _ in range(3):
        with pytest.raises(StoreUnavailable):
            await subscription.add("room")
    redis_server.start()
    await ear.until_missed()  # nothing was heard since it was first wanted

    await subscription.add("room")
    assert len(warnings(caplog)) == 1
    await heard_again(store, ear)
    await subscription.close()


async def test_a_discarded_key_is_unsubscribed_later_and_the_last_one_ends_the_connection(
    open_store, url, redis_server, ear, monkeypatch
):
    monkeypatch.setattr(redis_news, "LINGER_SECONDS", 0.1)
    store = open_store(url)
    subscription = store.subscribe(ear)

    def channels() -> int:
        with redis_server.client() as client:
            return sum(name.endswith(("one", "two")) for name in client.pubsub_channels("*"))

    for key in ("one", "two"):
        await subscription.add(key)
    assert channels() == 2
    for key, left in (("one", 1), ("two", 0)):
        subscription.discard(key)
        assert channels() == left + 1
        await asyncio.sleep(0.2 + redis_news.LOOK_SECONDS + redis_news.SILENCE_SECONDS)
        assert channels() == left

    await subscription.add("one")
    await store.publish("one", "again")
    assert await ear.until(1) == [("one", "again", None)]
    await subscription.close()


NO_CHANNELS = ["~*", "resetchannels", "+@all"]
NO_PUBLISH = ["~*", "allchannels", "+@all", "-publish"]
NO_SUBSCRIBE = ["~*", "allchannels", "+@all", "-subscribe"]


@pytest.mark.parametrize("rules", [NO_CHANNELS, NO_PUBLISH, NO_SUBSCRIBE])
async def test_where_news_are_refused_the_listener_looks_once_a_second(
    open_store, url, redis_server, ear, caplog, rules
):
    with redis_server.client() as client:
        client.execute_command("ACL", "SETUSER", "quiet", "reset", "on", ">secret", *rules)
    store = open_store(url.replace("//", "//quiet:secret@"))
    subscription = store.subscribe(ear)
    await subscription.add("room")

    assert (await store.swap("room", "", "r1", "first", "somebody came")).swapped

    await ear.until_missed(2)
    told = warnings(caplog)
    assert len(set(told)) == len(told)
    assert all("once a second" in message for message in told)
    await subscription.close()


async def test_a_refused_publish_of_no_room_is_told_to_the_one_who_wants_it(open_store, url, redis_server):
    with redis_server.client() as client:
        client.execute_command("ACL", "SETUSER", "quiet", "reset", "on", ">secret", *NO_CHANNELS)

    with pytest.raises(StoreUnavailable):
        await open_store(url.replace("//", "//quiet:secret@")).publish("room", "news")


async def test_news_come_as_soon_as_they_are_allowed(open_store, url, redis_server, ear, monkeypatch):
    monkeypatch.setattr(redis_news, "REFUSED_SECONDS", 0.3)
    with redis_server.client() as client:
        client.execute_command("ACL", "SETUSER", "quiet", "reset", "on", ">secret", *NO_CHANNELS)
    store = open_store(url.replace("//", "//quiet:secret@"))
    subscription = store.subscribe(ear)
    await subscription.add("room")
    with redis_server.client() as client:
        client.execute_command("ACL", "SETUSER", "quiet", "allchannels")

    await asyncio.sleep(0.6)
    await store.publish("room", "now it is allowed")

    assert await ear.until(1) == [("room", "now it is allowed", None)]
    await subscription.close()
