"""The same history on the memory store, which is the specification, and on a real Redis."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any, Dict, List, Tuple

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
from tests.stores.makers import connected

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
    in_memory = MemoryStore(clock)

    async def both() -> Dict[str, List[Any]]:
        stores = [connected(redis_process.url) for _ in range(2)]
        try:
            return {
                "memory": await lived(history, [in_memory, in_memory], clock, layer),
                "redis": await lived(history, list(stores), clock, layer),
            }
        finally:
            for store in stores:
                await store.close()

    seen = asyncio.run(both())

    assert seen["redis"] == seen["memory"]
