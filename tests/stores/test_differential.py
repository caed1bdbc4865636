"""The same history on the memory store, which is the specification, and on each of the others."""

from __future__ import annotations

import asyncio
import itertools
from functools import partial
from typing import Any, List, Optional, Set, Tuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from django_admin_collaborator.core import encoding
from django_admin_collaborator.rooms import announcements
from django_admin_collaborator.rooms import hub as rooms_module
from django_admin_collaborator.rooms.hub import Hub
from django_admin_collaborator.stores import sql, sql_connections, sql_news
from django_admin_collaborator.stores.base import Store
from django_admin_collaborator.stores.memory import MemoryStore
from tests.core.examples import NOW
from tests.core.moves import Move, any_move, pauses
from tests.stores.doubles import Bystander, OnClock
from tests.stores.makers import MAKERS, connected, named
from tests.stores.steps import until

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


PATIENCE_SECONDS = 60.0
"""Whether a store gives up on a machine that stands still for seconds is no part of a history."""


@pytest.fixture
def clock(monkeypatch: Any) -> Clock:
    clock = Clock()
    monkeypatch.setattr(rooms_module, "time", clock)
    monkeypatch.setattr(rooms_module, "ANSWER_SECONDS", PATIENCE_SECONDS)
    monkeypatch.setattr(sql, "ANSWER_SECONDS", PATIENCE_SECONDS)
    monkeypatch.setattr(sql_connections, "LONGEST_SECONDS", PATIENCE_SECONDS)
    return clock


class Process(Hub):
    """A hub that can be deaf to what others do, and counts what it missed."""

    is_deaf = False
    missed_news = 0

    def heard(self, key: str, news: str, text: Optional[str]) -> None:
        # Its own come back, in their own time.
        served = self._served.get(key)
        is_own = served is not None and announcements.id_of(news) in (served.own_id, *served.ids)
        if self.is_deaf and not is_own:
            self.missed_news += 1
        else:
            super().heard(key, news, text)


def nothing_waits(process: Process, key: str) -> bool:
    return not process._served[key].waiting


def heard_by(client: Bystander, ids: Set[str]) -> bool:
    return ids <= {update.id for update in client.heard}


def missed_by(process: Process, count: int) -> bool:
    return process.missed_news >= count


async def lived(history: List[Event], stores: List[Store], clock: Clock) -> List[Any]:
    """Everything that can be seen of a history from outside: answers, news, states."""
    key = "room {}".format(next(keys))
    processes = [Process(OnClock(store, clock)) for store in stores]
    clients = [Bystander() for _ in stores]
    clock.now = NOW
    seen: List[Any] = []
    for process, client in zip(processes, clients):
        await process.enter(key, client)
    for pause, which, heard, moves in history:
        clock.now += pause
        other, missed_before = processes[1 - which], processes[1 - which].missed_news
        other.is_deaf = not heard
        outcomes = await asyncio.gather(*(processes[which].apply(key, move) for move in moves))
        await processes[which].settled(key)
        await asyncio.sleep(0)  # until it is told
        await until(partial(nothing_waits, processes[which], key), PATIENCE_SECONDS)
        told = [update for update in clients[which].take() if update.id]
        if heard:
            await until(partial(heard_by, clients[1 - which], {update.id for update in told}), PATIENCE_SECONDS)
        else:
            await until(partial(missed_by, other, missed_before + len(told)), PATIENCE_SECONDS)
        clients[1 - which].take()
        found = await stores[0].read(key)
        seen.append([(outcome.room, outcome.replies) for outcome in outcomes])
        seen.append([(update.version, [vars(event) for event in update.events]) for update in told])
        seen.append(encoding.decode(found.text) if found.text is not None else None)
    for process in processes:
        await process.close()
    return seen


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(EVENTS, max_size=12))
def test_a_history_is_the_same_on_memory_and_on_redis(redis_process: Any, clock: Clock, history: List[Event]):
    redis_process.make_usable()

    async def both() -> Tuple[List[Any], List[Any]]:
        stores = [connected(redis_process.url) for _ in range(2)]
        try:
            return await lived_on_both(history, list(stores), clock)
        finally:
            for store in stores:
                await store.close()

    in_memory, in_redis = asyncio.run(both())

    assert in_redis == in_memory


@pytest.fixture(params=named("sqlite", "postgres", "mariadb"))
def sql_stores(request: Any, monkeypatch: Any) -> List[Store]:
    for name in ("LOOK_SECONDS", "LOOK_WITH_HINTS_SECONDS"):
        monkeypatch.setattr(sql_news, name, 0.005)
    another = MAKERS[request.param](request)
    return [another(), another()]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(EVENTS, max_size=12))
def test_a_history_is_the_same_on_memory_and_on_sql(sql_stores: List[Store], clock: Clock, history: List[Event]):
    in_memory, in_sql = asyncio.run(lived_on_both(history, sql_stores, clock))

    assert in_sql == in_memory


async def lived_on_both(history: List[Event], stores: List[Store], clock: Clock) -> Tuple[List[Any], List[Any]]:
    memory = MemoryStore(clock)
    return await lived(history, [memory, memory], clock), await lived(history, stores, clock)
