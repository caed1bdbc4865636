"""What a process does when the store is away, and what it keeps of rooms that nobody here is in."""

from __future__ import annotations

import asyncio
import gc
import time
import weakref
from typing import Any

import pytest

from django_admin_collaborator.rooms import hub as rooms_module
from django_admin_collaborator.rooms import store
from django_admin_collaborator.rooms.heartbeat import Heartbeats
from django_admin_collaborator.rooms.hub import Hub
from django_admin_collaborator.stores.base import StoreUnavailable
from django_admin_collaborator.stores.memory import MemoryStore, steady_clock
from tests.core.examples import ADAS_TAB, BOBS_TAB, CAYS_TAB, replies
from tests.stores.doubles import Broken, Bystander
from tests.stores.steps import claims, joins
from tests.support.redis_server import RedisServer


@pytest.fixture
def impatient(monkeypatch: Any) -> None:
    monkeypatch.setattr(rooms_module, "ANSWER_SECONDS", 0.15)
    monkeypatch.setattr(rooms_module, "KEEP_LISTENING_SECONDS", 0.01)


BYSTANDER = Bystander()


async def served_by(store: Broken, *keys: str) -> Hub:
    rooms = Hub(store)
    for key in keys:
        await rooms.enter(key, BYSTANDER)
        await rooms.apply(key, joins(ADAS_TAB))
    return rooms


async def test_a_store_that_hangs_is_away_after_the_longest_wait(impatient: None):
    store = Broken(MemoryStore(steady_clock()))
    rooms = await served_by(store, "room")
    store.fault = "hangs"

    started = time.monotonic()
    with pytest.raises(StoreUnavailable):
        await rooms.apply("room", joins(BOBS_TAB))
    assert 0.1 < time.monotonic() - started < 0.6


async def test_a_room_that_hangs_does_not_hold_up_the_others_longer(impatient: None):
    store = Broken(MemoryStore(steady_clock()))
    rooms = await served_by(store, *"abcdef")
    store.fault = "hangs"

    started = time.monotonic()
    outcomes = await asyncio.gather(*(rooms.read(key) for key in "abcdef" * 5), return_exceptions=True)
    assert all(isinstance(outcome, StoreUnavailable) for outcome in outcomes)
    assert time.monotonic() - started < 0.6


async def test_what_nobody_waits_for_any_more_is_not_carried_out_later(impatient: None):
    store = Broken(MemoryStore(steady_clock()))
    rooms = await served_by(store, "room")
    store.fault = "hangs"
    first = asyncio.ensure_future(rooms.apply("room", joins(BOBS_TAB)))
    await asyncio.sleep(0.01)  # on its way when the store hangs: it may take place
    given_up = asyncio.ensure_future(rooms.apply("room", joins(CAYS_TAB)))
    assert all(
        isinstance(outcome, StoreUnavailable)
        for outcome in await asyncio.gather(first, given_up, return_exceptions=True)
    )

    store.fault = None
    store.mended.set()

    assert set((await rooms.read("room")).members) == {ADAS_TAB.id, BOBS_TAB.id}


async def test_a_store_that_is_back_is_read_before_anything_is_believed():
    store = Broken(MemoryStore(steady_clock()))
    rooms = await served_by(store, "room")
    store.fault = "unavailable"
    with pytest.raises(StoreUnavailable):
        await rooms.apply("room", claims(ADAS_TAB))
    store.fault = None
    before = store.trips

    assert replies(await rooms.apply("room", claims(ADAS_TAB))) == ["lease"]
    assert store.calls[before:] == ["read", "swap"]


async def test_everybody_who_waited_hears_that_the_store_is_away():
    store = Broken(MemoryStore(steady_clock()))
    rooms = await served_by(store, "room")
    store.fault = "unavailable"

    outcomes = await asyncio.gather(
        *(rooms.apply("room", claims(ADAS_TAB)) for _ in range(10)), return_exceptions=True
    )

    assert all(isinstance(outcome, StoreUnavailable) for outcome in outcomes)


async def test_races_that_are_always_lost_come_to_an_end():
    store = Broken(MemoryStore(steady_clock()))
    rooms = await served_by(store, "room")
    store.fault = "loses every race"

    with pytest.raises(StoreUnavailable):
        await rooms.apply("room", joins(BOBS_TAB))
    assert store.trips < 100


async def test_a_step_that_fails_is_heard_of_and_does_not_stop_the_room():
    rooms = await served_by(Broken(MemoryStore(steady_clock())), "room")

    def faulty(room, now):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await rooms.apply("room", faulty)
    assert BOBS_TAB.id in (await rooms.apply("room", joins(BOBS_TAB))).room.members


async def test_a_room_is_remembered_only_while_somebody_here_is_in_it(impatient: None):
    rooms = await served_by(Broken(MemoryStore(steady_clock())), "room")
    assert rooms.seen("room")

    rooms.exit("room", BYSTANDER)
    await asyncio.sleep(0.05)

    assert rooms.seen("room") is None
    assert rooms._served == {}


async def test_a_room_that_nobody_here_is_in_is_not_remembered_after_a_step():
    rooms = Hub(Broken(MemoryStore(steady_clock())))

    await rooms.read("a save from somewhere else")
    await asyncio.sleep(0.01)

    assert rooms._served == {}


async def test_a_room_that_is_left_while_a_step_is_under_way_is_forgotten_after_it(impatient: None):
    store = Broken(MemoryStore(steady_clock()))
    rooms = await served_by(store, "room")
    store.fault = "hangs"
    with pytest.raises(StoreUnavailable):
        await rooms.apply("room", joins(BOBS_TAB))

    rooms.exit("room", BYSTANDER)
    store.fault = None
    store.mended.set()
    await asyncio.sleep(0.05)

    assert rooms._served == {}


async def test_nothing_of_a_loop_is_kept_after_its_end():
    def rooms_of_a_loop():
        async def work():
            await rooms_module.current().read("room")
            return weakref.ref(rooms_module.current())

        return asyncio.run(work())

    gone = await asyncio.get_running_loop().run_in_executor(None, rooms_of_a_loop)
    gc.collect()
    assert gone() is None


async def test_the_clock_is_never_ahead_of_the_stores():
    clock = steady_clock()
    store = Broken(MemoryStore(clock))
    rooms = await served_by(store, "room")
    plain = store.read

    async def slow(key):
        answer = await plain(key)
        await asyncio.sleep(0.05)
        return answer

    for read in (slow, plain, slow):
        store.read = read
        await rooms.read("room")
        assert 0 <= clock() - rooms.now() < 0.2


async def test_a_frozen_redis_is_away_after_three_seconds(settings: Any, redis_server: RedisServer):
    settings.ADMIN_COLLABORATOR_REDIS_URL = redis_server.url
    rooms = Hub(store.open_store())
    await rooms.enter("room", BYSTANDER)
    await rooms.apply("room", joins(ADAS_TAB))
    redis_server.freeze()

    started = time.monotonic()
    with pytest.raises(StoreUnavailable):
        await rooms.apply("room", joins(BOBS_TAB))
    took = time.monotonic() - started
    redis_server.thaw()
    await store.shared_connection().close()

    assert 2.9 < took < 3.5


@pytest.mark.parametrize("answers_meanwhile", [False, True])
async def test_a_renewal_that_began_before_the_store_was_back_does_not_count_against_it(
    monkeypatch: Any, answers_meanwhile: bool
):
    heartbeats = Heartbeats(Hub(Broken(MemoryStore(steady_clock()))))

    async def fail_late(key: str, step: Any) -> None:
        await asyncio.sleep(0.01)
        if answers_meanwhile:
            heartbeats._answered_at = time.monotonic()
        raise StoreUnavailable("no answer in time")

    monkeypatch.setattr(heartbeats.hub, "apply", fail_late)
    await heartbeats._renew("room")
    assert heartbeats.available is answers_meanwhile
