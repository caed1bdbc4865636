"""What every store promises of the news that it carries."""

from __future__ import annotations

import asyncio
import threading
from typing import Any, Callable, List

import pytest

from django_admin_collaborator.stores.base import Store
from tests.stores.doubles import Ear


async def test_a_swap_takes_its_news_to_every_subscription_of_its_key(another_store: Callable[[], Store]):
    ears = [Ear(), Ear()]
    subscriptions = [another_store().subscribe(ear) for ear in ears]
    for subscription in subscriptions:
        await subscription.add("room")

    await another_store().swap("room", "", "r1", "first", "somebody came")

    for ear in ears:
        assert await ear.until(1) == [("room", "somebody came", "first")]
    for subscription in subscriptions:
        await subscription.close()


async def test_a_lost_race_and_a_swap_without_news_are_not_told(another_store: Callable[[], Store]):
    ear, store = Ear(), another_store()
    subscription = another_store().subscribe(ear)
    await subscription.add("room")

    await store.swap("room", "", "r1", "first")
    await store.swap("room", "", "r2", "late", "too late")
    await store.swap("room", "r1", "r3", "second", "in time")

    assert (await ear.until(1))[0] == ("room", "in time", "second")
    await subscription.close()


async def test_published_news_come_without_a_text_and_change_no_room(another_store: Callable[[], Store]):
    ear, store = Ear(), another_store()
    subscription = another_store().subscribe(ear)
    await subscription.add("room")
    await store.swap("room", "", "r1", "first", "one")

    await store.publish("room", "two")
    await store.publish("nobody listens", "three")
    await store.swap("room", "r1", "r2", "second", "four")

    heard = [(news, text) for _, news, text in await ear.until(3)]
    assert heard == [("one", "first"), ("two", None), ("four", "second")]
    assert "nobody listens" not in await store.keys()
    await subscription.close()


async def test_news_of_other_keys_and_of_discarded_ones_are_not_heard(another_store: Callable[[], Store]):
    ear, store = Ear(), another_store()
    subscription = another_store().subscribe(ear)
    for key in ("one", "two"):
        await subscription.add(key)

    subscription.discard("two")
    await asyncio.sleep(0.1)  # some may still be heard right after it
    await store.publish("two", "not wanted any more")
    await store.publish("three", "never wanted")
    await store.publish("one", "wanted")

    assert await ear.until(1) == [("one", "wanted", None)]
    await subscription.close()


async def test_a_discarded_key_can_be_added_again(another_store: Callable[[], Store]):
    ear, store = Ear(), another_store()
    subscription = another_store().subscribe(ear)
    await subscription.add("room")
    subscription.discard("room")
    await subscription.add("room")

    await store.publish("room", "wanted again")

    assert await ear.until(1) == [("room", "wanted again", None)]
    await subscription.close()


async def test_many_news_are_heard_completely_and_in_order(another_store: Callable[[], Store]):
    ear, store = Ear(), another_store()
    subscription = another_store().subscribe(ear)
    await subscription.add("room")

    for number in range(100):
        await store.publish("room", str(number))

    assert [news for _, news, _ in await ear.until(100)] == [str(number) for number in range(100)]
    await subscription.close()


@pytest.mark.parametrize("news", ["Ünïcødé \u2028 \U0001f600", '{"n": "a\\nb"}', "x" * 100_000])
async def test_any_line_and_any_text_arrive_as_they_were_told(another_store: Callable[[], Store], news: str):
    ear, text = Ear(), "two\nlines \x00 Ünïcødé"
    subscription = another_store().subscribe(ear)
    await subscription.add("room")

    await another_store().swap("room", "", "r1", text, news)

    assert await ear.until(1) == [("room", news, text)]
    await subscription.close()


async def test_a_swap_from_a_thread_is_heard_in_the_loop_that_subscribed(another_store: Callable[[], Store]):
    ear = Ear()
    threads: List[Any] = []
    ear.heard, keep = lambda *heard: (threads.append(threading.current_thread()), keep(*heard)), ear.heard  # type: ignore[method-assign]
    subscription = another_store().subscribe(ear)
    await subscription.add("room")
    store = another_store()

    await asyncio.get_running_loop().run_in_executor(
        None, lambda: asyncio.run(store.swap("room", "", "r1", "first", "from a thread"))
    )

    assert await ear.until(1) == [("room", "from a thread", "first")]
    assert threads == [threading.current_thread()]
    await subscription.close()


async def test_nothing_is_heard_after_the_subscription_was_closed(another_store: Callable[[], Store]):
    ear, store = Ear(), another_store()
    subscription = another_store().subscribe(ear)
    await subscription.add("room")
    await subscription.close()

    await store.publish("room", "to nobody")
    await asyncio.sleep(0.1)

    assert ear.all == []
