"""What the memory store promises on a clock that a test can turn."""

from __future__ import annotations

import time

from django_admin_collaborator.stores.base import KEEP_SECONDS
from django_admin_collaborator.stores.memory import MemoryStore, steady_clock


class Clock:
    now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


async def test_every_key_goes_by_itself():
    clock = Clock()
    store = MemoryStore(clock)
    await store.swap("room", "", "r1", "first")

    clock.now += KEEP_SECONDS - 0.01
    assert (await store.read("room")).text == "first"
    clock.now += 0.01
    assert (await store.read("room")).text is None
    assert (await store.swap("room", "", "r2", "second")).swapped


async def test_a_swap_keeps_its_key_for_the_whole_time_again():
    clock = Clock()
    store = MemoryStore(clock)
    await store.swap("room", "", "r1", "first")
    clock.now += KEEP_SECONDS - 1
    await store.swap("room", "r1", "r2", "second")

    clock.now += KEEP_SECONDS - 1
    assert (await store.read("room")).text == "second"


async def test_what_is_over_does_not_fill_the_memory():
    clock = Clock()
    store = MemoryStore(clock)
    for number in range(1000):
        await store.swap("room {}".format(number), "", "r", "text")
        clock.now += 10

    assert len(store._kept) <= KEEP_SECONDS / 10 * 1.2


async def test_nothing_is_lost_before_the_process_is_so_nobody_has_to_be_waited_for():
    assert await MemoryStore(steady_clock()).born() == 0.0


def test_a_clock_that_is_set_back_or_forth_changes_nothing(monkeypatch):
    clock = steady_clock()
    before = clock()

    for jump in (-3600.0, 3600.0):
        monkeypatch.setattr(time, "time", lambda jump=jump: before + jump)
        assert 0 <= clock() - before < 5
