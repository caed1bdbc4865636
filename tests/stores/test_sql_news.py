"""When the SQL store looks for news, and what it makes of LISTEN and NOTIFY."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any, Callable, Iterator, List

import pytest
from django.db import connections

from django_admin_collaborator.stores import sql_news
from django_admin_collaborator.stores.base import StoreUnavailable
from django_admin_collaborator.stores.sql import SqlStore
from django_admin_collaborator.stores.sql_connections import Alias, Pool
from django_admin_collaborator.stores.sql_statements import MICROSECONDS, NEWS, ROOMS
from tests.stores.doubles import Ear
from tests.stores.makers import named


@pytest.fixture
def looks(monkeypatch: Any) -> List[str]:
    """Every statement or group of statements of all stores, by the name of its thread."""
    made: List[str] = []
    run = Pool.run

    def counted(pool: Pool, work: Callable[[Any], Any]) -> Any:
        made.append(threading.current_thread().name)
        return run(pool, work)

    monkeypatch.setattr(Pool, "run", counted)
    return made


@pytest.fixture
def stores(sql_database: Callable[[str], str]) -> Iterator[Callable[[], SqlStore]]:
    """A function that gives stores on PostgreSQL, each as another process has it."""
    alias = sql_database("postgres")
    made: List[SqlStore] = []

    def another() -> SqlStore:
        made.append(SqlStore(Alias(alias)))
        return made[-1]

    yield another
    for store in made:
        store.close()


async def until(condition: Callable[[], object], seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


def hints_of(store: SqlStore) -> sql_news.Hints:
    hints = store._looks._hints
    assert hints
    return hints


async def listening(store: SqlStore, ear: Ear) -> Any:
    subscription = store.subscribe(ear)
    await subscription.add("room")
    await until(lambda: hints_of(store).are_reliable)
    return subscription


async def test_with_hints_news_come_at_once_and_looks_are_rare(stores: Callable[[], SqlStore], looks: List[str]):
    ear, store, other = Ear(), stores(), stores()
    subscription = await listening(store, ear)
    await asyncio.sleep(0.3)
    looks.clear()
    await asyncio.sleep(1.5)
    assert looks.count("collaborator-news") <= 2
    took = []
    for number in range(10):
        began = time.monotonic()
        await other.publish("room", str(number))
        await ear.until(number + 1)
        took.append(time.monotonic() - began)
        await asyncio.sleep(0.1)
    assert sorted(took)[5] < 0.1
    await subscription.close()


async def test_hints_that_stop_coming_are_missed_by_a_probe(stores: Callable[[], SqlStore], monkeypatch: Any):
    monkeypatch.setattr(sql_news, "PROBE_SECONDS", 0.5)
    monkeypatch.setattr(sql_news, "PROBE_ANSWER_SECONDS", 0.2)
    monkeypatch.setattr(sql_news, "LOOK_WITH_HINTS_SECONDS", 0.5)
    ear, store, other = Ear(), stores(), stores()
    subscription = await listening(store, ear)
    hints = hints_of(store)
    keep_up = hints.keep_up

    def stop_listening() -> None:
        """In the thread that reads from this connection: with two in it, one waits in libpq for ever."""
        hints.keep_up = keep_up  # type: ignore[method-assign]
        assert hints._link
        hints._link.raw.cursor().execute("UNLISTEN *")
        keep_up()

    hints.keep_up = stop_listening  # type: ignore[method-assign]
    await until(lambda: not hints_of(store).are_reliable)
    began = time.monotonic()
    await other.publish("room", "news")
    await ear.until(1)
    assert time.monotonic() - began < 0.5
    await subscription.close()


@pytest.mark.parametrize("another_store", ["pgbouncer"], indirect=True)
async def test_a_connection_that_is_not_the_servers_own_does_not_listen(another_store: Callable[[], SqlStore]):
    """Behind a pooler the number of the backend is another than the one that the driver was given."""
    ear, store = Ear(), another_store()
    subscription = store.subscribe(ear)
    await subscription.add("room")
    await until(lambda: hints_of(store)._may_open_at > 0)
    assert hints_of(store)._link is None
    await another_store().publish("room", "news")
    assert await ear.until(1) == [("room", "news", None)]
    await subscription.close()


@pytest.mark.parametrize("another_store", named("sqlite", "postgres", "mariadb"), indirect=True)
async def test_there_are_no_statements_while_nobody_listens(another_store: Callable[[], SqlStore], looks: List[str]):
    ear, store = Ear(), another_store()
    subscription = store.subscribe(ear)
    await asyncio.sleep(0.4)
    assert looks == []
    await subscription.add("room")
    await subscription.add("other")
    await asyncio.sleep(0.6)
    assert looks
    subscription.discard("room")
    subscription.discard("other")
    await asyncio.sleep(0.3)
    looks.clear()
    await asyncio.sleep(0.7)
    assert looks == []

    await subscription.add("room")
    await store.publish("room", "news")
    assert await ear.until(1) == [("room", "news", None)]
    await subscription.close()


@pytest.mark.parametrize("another_store", named("sqlite", "mariadb"), indirect=True)
async def test_at_most_five_looks_a_second_without_hints(another_store: Callable[[], SqlStore], looks: List[str]):
    store = another_store()
    subscription = store.subscribe(Ear())
    await subscription.add("room")
    await asyncio.sleep(2)
    assert 4 <= looks.count("collaborator-news") <= 10
    await subscription.close()


async def test_the_thread_ends_when_nobody_has_listened_for_a_while(stores: Callable[[], SqlStore], monkeypatch: Any):
    monkeypatch.setattr(sql_news, "LINGER_SECONDS", 0.2)
    ear, store = Ear(), stores()
    subscription = await listening(store, ear)
    hints = hints_of(store)
    subscription.discard("room")
    await until(lambda: store._looks._thread is None)
    await until(lambda: hints._link is None)

    await subscription.add("room")
    await store.publish("room", "news")
    assert await ear.until(1) == [("room", "news", None)]
    await subscription.close()


@pytest.mark.parametrize("server", named("postgres", "mariadb"))
async def test_after_an_interruption_listeners_are_told_and_hear_again(
    server: str, proxied: Callable[[str], Any], monkeypatch: Any
):
    monkeypatch.setattr(sql_news, "RETRY_SECONDS", 0.1)
    proxy, store = proxied(server)
    ear = Ear()
    subscription = store.subscribe(ear)
    await subscription.add("room")
    await asyncio.sleep(0.5)
    assert ear.times_missed == 0
    proxy.refuse()
    await until(lambda: store._looks._since is None)
    with pytest.raises(StoreUnavailable):
        await subscription.add("other")
    proxy.refuse(False)

    await until(lambda: ear.times_missed)
    await store.publish("room", "news")
    assert await ear.until(1) == [("room", "news", None)]
    await subscription.close()


async def test_after_a_fault_of_ours_news_go_on_and_the_log_has_it_once(
    stores: Callable[[], SqlStore], monkeypatch: Any, caplog: Any
):
    monkeypatch.setattr(sql_news, "RETRY_SECONDS", 0.05)
    ear, store = Ear(), stores()
    subscription = await listening(store, ear)

    with monkeypatch.context() as broken:
        broken.setattr(sql_news.Hints, "keep_up", lambda self: 1 / 0)
        await until(lambda: store._looks._since is None)
        await asyncio.sleep(0.3)
    await until(lambda: store._looks._told is None)  # what came before is missed, and not told one by one
    assert ear.times_missed
    await store.publish("room", "news")

    assert await ear.until(1) == [("room", "news", None)]
    assert [record.exc_info[0] for record in caplog.records] == [ZeroDivisionError]  # type: ignore[index]
    await subscription.close()


async def test_a_flush_of_the_projects_tables_does_not_silence_the_news(stores: Callable[[], SqlStore]):
    """It empties ours too, and begins to number again."""
    ear, store = Ear(), stores()
    subscription = await listening(store, ear)
    for number in range(5):
        await store.publish("room", str(number))
    await ear.until(5)

    alias = store._pool.place.alias  # type: ignore[attr-defined]

    def flush() -> None:
        with connections[alias].cursor() as cursor:
            cursor.execute(f"TRUNCATE {NEWS}, {ROOMS} RESTART IDENTITY")
        connections[alias].close()

    await asyncio.get_running_loop().run_in_executor(None, flush)
    await asyncio.sleep(0.1)
    for number in range(5):
        await store.publish("room", f"again {number}")
    await ear.until(10)
    await subscription.close()


@pytest.mark.parametrize("another_store", named("sqlite", "postgres", "mariadb"), indirect=True)
async def test_what_was_told_before_anybody_listened_is_not_heard(another_store: Callable[[], SqlStore]):
    ear, store = Ear(), another_store()
    await store.publish("room", "before")
    subscription = another_store().subscribe(ear)
    await subscription.add("room")
    await store.publish("room", "after")
    assert await ear.until(1) == [("room", "after", None)]
    await subscription.close()


@pytest.mark.parametrize("another_store", named("sqlite"), indirect=True)
async def test_news_are_told_once_however_late_the_next_look_is(
    another_store: Callable[[], SqlStore], monkeypatch: Any
):
    """As after a pause of the machine, from which a look finds again what it has found before."""
    monkeypatch.setattr(sql_news, "OVERLAP", 0.3 * MICROSECONDS)
    monkeypatch.setattr(sql_news, "LOOK_SECONDS", 0.01)
    ear, store = Ear(), another_store()
    subscription = store.subscribe(ear)
    await subscription.add("room")
    look, times = store._looks._heads, []

    def look_late(since: int) -> Any:
        if ear.all and not times:
            time.sleep(0.7)
            times.append(since)
        return look(since)

    monkeypatch.setattr(store._looks, "_heads", look_late)
    await store.publish("room", "news")
    await until(lambda: times)
    await asyncio.sleep(0.2)
    assert ear.all == [("room", "news", None)]
    await subscription.close()
