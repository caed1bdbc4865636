"""What every store promises."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Callable

import pytest

from django_admin_collaborator.stores.base import Snapshot, Store, new_revision


async def test_there_is_nothing_under_a_new_key(store: Store):
    found = await store.read("room")

    assert (found.text, found.revision, found.swapped) == (None, "", False)


async def test_what_was_swapped_in_is_read(store: Store):
    swapped = await store.swap("room", "", "r1", "first")
    found = await store.read("room")

    assert (swapped.text, swapped.revision, swapped.swapped) == ("first", "r1", True)
    assert (found.text, found.revision, found.swapped) == ("first", "r1", False)


async def test_a_swap_against_the_newest_revision_takes_place(store: Store):
    await store.swap("room", "", "r1", "first")

    assert (await store.swap("room", "r1", "r2", "second")).swapped
    assert (await store.read("room")).text == "second"


@pytest.mark.parametrize("expected", ["", "r0", "r2"])
async def test_a_lost_race_changes_nothing_and_says_what_won_it(store: Store, expected: str):
    await store.swap("room", "", "r1", "first")

    lost = await store.swap("room", expected, "r9", "late")

    assert (lost.text, lost.revision, lost.swapped) == ("first", "r1", False)
    assert (await store.read("room")).text == "first"


async def test_a_swap_against_something_that_is_gone_says_that_there_is_nothing(store: Store):
    lost = await store.swap("room", "r1", "r2", "second")

    assert (lost.text, lost.revision, lost.swapped) == (None, "", False)
    assert (await store.read("room")).text is None


async def test_a_swap_that_is_told_again_is_the_same_swap(store: Store):
    await store.swap("room", "", "r1", "first")

    for _ in range(2):
        again = await store.swap("room", "", "r1", "first")
        assert (again.text, again.revision, again.swapped) == ("first", "r1", True)


async def test_a_swap_that_is_told_again_after_another_is_lost(store: Store):
    await store.swap("room", "", "r1", "first")
    await store.swap("room", "r1", "r2", "second")

    assert not (await store.swap("room", "", "r1", "first")).swapped
    assert (await store.read("room")).text == "second"


async def test_a_key_expires_when_its_own_time_is_over(store: Store):
    await store.swap("talk", "", "r1", "short", keep_seconds=0.2)
    await store.swap("room", "", "r1", "long")
    assert (await store.read("talk")).text == "short"

    await asyncio.sleep(0.3)
    assert (await store.read("talk")).text is None
    assert (await store.swap("talk", "", "r2", "again", keep_seconds=0.2)).swapped
    assert (await store.swap("talk", "r2", "r3", "longer")).swapped
    await asyncio.sleep(0.3)
    assert (await store.read("talk")).text == "longer"
    assert (await store.read("room")).text == "long"


async def test_keys_have_nothing_to_do_with_each_other(store: Store):
    await store.swap("one", "", "r1", "first")

    assert (await store.read("two")).text is None
    assert (await store.swap("two", "", "r1", "other")).swapped
    assert (await store.read("one")).text == "first"


@pytest.mark.parametrize(
    "text", ["{}", "Ünïcødé \u2028 \U0001f600 \x00", "x" * 1_000_000], ids=["short", "odd", "long"]
)
async def test_any_text_comes_back_as_it_was(store: Store, text: str):
    await store.swap("room", "", "r1", text)

    assert (await store.read("room")).text == text


async def test_of_many_swaps_against_one_revision_exactly_one_takes_place(another_store: Callable[[], Store]):
    stores = [another_store() for _ in range(4)]

    async def race(number: int) -> Snapshot:
        return await stores[number % 4].swap("room", "", new_revision(), "text {}".format(number))

    answers = await asyncio.gather(*(race(number) for number in range(80)))

    (winner,) = [answer for answer in answers if answer.swapped]
    assert {(answer.text, answer.revision) for answer in answers} == {(winner.text, winner.revision)}


async def test_every_store_of_one_place_sees_the_same(another_store: Callable[[], Store]):
    await another_store().swap("room", "", "r1", "first")

    assert (await another_store().read("room")).text == "first"


async def test_all_keys_can_be_listed(another_store: Callable[[], Store]):
    names = {f"room-{number}" for number in range(30)}
    for name in names:
        await another_store().swap(name, "", "r1", "text")

    found = await another_store().keys()
    assert (set(found), len(found)) == (names, 30)


async def test_a_new_store_has_no_keys(store: Store):
    await store.read("room")

    assert await store.keys() == []


async def test_the_clock_never_goes_back_and_is_one_for_all(another_store: Callable[[], Store]):
    one, other = another_store(), another_store()
    moments = []
    for number in range(30):
        moments.append((await one.read("room")).now)
        moments.append((await other.swap("room", "", "r{}".format(number), "text")).now)

    assert moments == sorted(moments)
    assert abs(moments[-1] - time.time()) < 5


async def test_the_birth_of_a_store_stays_the_same(another_store: Callable[[], Store]):
    born = await another_store().born()

    await asyncio.sleep(0.01)
    assert await another_store().born() == born
    assert born <= (await another_store().read("room")).now


def test_one_store_serves_event_loops_in_several_threads(another_store: Callable[[], Store]):
    store = another_store()
    won = []

    def add() -> None:
        async def work() -> None:
            while True:
                found = await store.read("room")
                text = (found.text or "") + "."
                if (await store.swap("room", found.revision, new_revision(), text)).swapped:
                    won.append(1)
                    return

        asyncio.run(work())

    threads = [threading.Thread(target=add) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert asyncio.run(store.read("room")).text == "." * 6
    assert len(won) == 6


async def test_many_keys_are_read_together(another_store: Callable[[], Store]):
    store, other = another_store(), another_store()
    for number in range(3):
        await store.swap(f"room{number}", "", f"r{number}", f"text {number}")
    keys = [f"room{number}" for number in range(600)]

    found = await other.read_all(keys)

    assert list(found) == keys
    assert [(found[key].text, found[key].revision) for key in keys[:4]] == [
        ("text 0", "r0"),
        ("text 1", "r1"),
        ("text 2", "r2"),
        (None, ""),
    ]
    assert abs(found[keys[-1]].now - (await store.read("room0")).now) < 5
    assert await other.read_all([]) == {}
