"""The same history on the memory store, which is the specification, and on each of the others."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any, List, Tuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from django_admin_collaborator.core import encoding
from django_admin_collaborator.rooms import announcements
from django_admin_collaborator.rooms import hub as rooms_module
from django_admin_collaborator.rooms.hub import Rooms
from django_admin_collaborator.stores.base import Store
from django_admin_collaborator.stores.memory import MemoryStore
from tests.core.examples import NOW
from tests.core.moves import Move, any_move, pauses
from tests.stores.doubles import Layer, OnClock
from tests.stores.makers import MAKERS, connected, named

keys = itertools.count()

Event = Tuple[float, int, bool, List[Move]]
"""A pause, in which of two processes, whether the other one hears of it, and what happens there at once."""

EVENTS = st.tuples(pauses, st.integers(0, 1), st.booleans(), st.lists(any_move, min_size=1, max_size=4))


class Clock:
    """Stands still until the history moves it; the hosts' clocks stand with it."""

    now = NOW

    def __call__(self) -> float:
        return self.now

    monotonic = __call__


@pytest.fixture
def clock(monkeypatch: Any) -> Clock:
    clock = Clock()
    monkeypatch.setattr(rooms_module, "time", clock)
    return clock


@pytest.fixture
def layer(monkeypatch: Any) -> Layer:
    layer = Layer()
    monkeypatch.setattr(announcements, "channel_layer", lambda: layer)
    return layer


async def lived(history: List[Event], stores: List[Store], clock: Clock, layer: Layer) -> List[Any]:
    """Everything that can be seen of a history from outside: answers, announcements, states."""
    key = "room {}".format(next(keys))
    processes = [Rooms(OnClock(store, clock)) for store in stores]
    clock.now = NOW
    seen: List[Any] = []
    for process in processes:
        process.serve(key)
    for pause, which, heard, moves in history:
        clock.now += pause
        outcomes = await asyncio.gather(*(processes[which].apply(key, move) for move in moves))
        await asyncio.sleep(0)  # until it is announced
        said = layer.take()
        for message in said if heard else ():
            processes[1 - which].observe(key, message["version"], message["room"], message["revision"])
        found = await stores[0].read(key)
        seen.append([(outcome.room, outcome.replies) for outcome in outcomes])
        seen.append([(message["version"], message["events"]) for message in said])
        seen.append(encoding.decode(found.text) if found.text is not None else None)
    return seen


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(EVENTS, max_size=12))
def test_a_history_is_the_same_on_memory_and_on_redis(
    redis_process: Any, clock: Clock, layer: Layer, history: List[Event]
):
    redis_process.make_usable()

    async def both() -> Tuple[List[Any], List[Any]]:
        stores = [connected(redis_process.url) for _ in range(2)]
        try:
            return await lived_on_both(history, list(stores), clock, layer)
        finally:
            for store in stores:
                await store.close()

    in_memory, in_redis = asyncio.run(both())

    assert in_redis == in_memory


@pytest.fixture(params=named("sqlite", "postgres", "mariadb"))
def sql_stores(request: Any) -> List[Store]:
    another = MAKERS[request.param](request)
    return [another(), another()]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(EVENTS, max_size=12))
def test_a_history_is_the_same_on_memory_and_on_sql(
    sql_stores: List[Store], clock: Clock, layer: Layer, history: List[Event]
):
    in_memory, in_sql = asyncio.run(lived_on_both(history, sql_stores, clock, layer))

    assert in_sql == in_memory


async def lived_on_both(
    history: List[Event], stores: List[Store], clock: Clock, layer: Layer
) -> Tuple[List[Any], List[Any]]:
    memory = MemoryStore(clock)
    return await lived(history, [memory, memory], clock, layer), await lived(history, stores, clock, layer)
