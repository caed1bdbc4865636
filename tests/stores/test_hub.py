"""What a process keeps of the rooms it serves, on every store."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import Any, Callable, List, Optional

import pytest

from django_admin_collaborator.core import lease
from django_admin_collaborator.core.room import Room
from django_admin_collaborator.core.transition import Event
from django_admin_collaborator.rooms.announcements import Update
from django_admin_collaborator.rooms.hub import Hub
from tests.core.examples import ADAS_TAB, BOBS_TAB, PEOPLE, VIEWERS_TAB, holder_of, replies
from tests.stores.doubles import Bystander, Watched
from tests.stores.steps import claims, crowd, joins, kept, opened, until


async def test_a_step_is_carried_out_answered_and_kept(process: Hub, watched: Watched):
    await opened(process, ADAS_TAB)

    outcome = await process.apply("room", claims(ADAS_TAB))

    assert replies(outcome) == ["lease"]
    assert outcome.room == await kept(watched.store)
    assert process.seen("room") == outcome.room


async def test_an_uncontended_operation_costs_one_round_trip(process: Hub, watched: Watched):
    await opened(process, ADAS_TAB)
    operations = [
        claims(ADAS_TAB),
        joins(BOBS_TAB),
        claims(BOBS_TAB, wait=True),
        partial(lease.stop_waiting, member_id=BOBS_TAB.id),
    ]
    for step in operations:
        before = watched.trips
        await process.apply("room", step)
        assert watched.calls[before:] == ["swap"]


async def test_a_heartbeat_costs_one_round_trip(process: Hub, watched: Watched):
    await opened(process, ADAS_TAB)
    token = (await process.apply("room", claims(ADAS_TAB))).room.lease.token
    before = watched.trips

    await process.apply("room", partial(lease.renew, member_id=ADAS_TAB.id, token=token))

    assert watched.calls[before:] == ["swap"]


async def test_a_refusal_costs_one_round_trip_and_rests_on_the_newest_state(
    process: Hub, watched: Watched, other_process
):
    await opened(process, VIEWERS_TAB, BOBS_TAB, ADAS_TAB)
    before = watched.trips
    assert replies(await process.apply("room", claims(VIEWERS_TAB))) == ["forbidden"]
    assert watched.calls[before:] == ["read"]

    token = (await process.apply("room", claims(ADAS_TAB))).room.lease.token
    await other_process.apply("room", partial(lease.release, member_id=ADAS_TAB.id, token=token))
    assert replies(await process.apply("room", claims(BOBS_TAB))) == ["lease"]


async def test_a_lost_race_costs_one_more_round_trip(process: Hub, other_process: Hub, watched: Watched):
    await opened(process, ADAS_TAB)
    plain, process.heard = process.heard, lambda *said: None
    await other_process.apply("room", joins(BOBS_TAB))
    before = watched.trips

    outcome = await process.apply("room", claims(ADAS_TAB))

    process.heard = plain
    assert watched.calls[before:] == ["swap", "swap"]
    assert set(outcome.room.members) == {ADAS_TAB.id, BOBS_TAB.id}


async def test_what_was_heard_saves_the_lost_race(
    process: Hub, other_process: Hub, watched: Watched, bystander: Bystander
):
    await opened(process, ADAS_TAB)
    await other_process.apply("room", joins(BOBS_TAB))
    await until(lambda: BOBS_TAB.id in process.seen("room").members)
    before = watched.trips

    await process.apply("room", claims(ADAS_TAB))

    assert watched.calls[before:] == ["swap"]


async def test_steps_that_arrive_together_are_carried_out_in_order_in_one_swap(process: Hub, watched: Watched):
    await opened(process)
    before = watched.trips

    outcomes = await asyncio.gather(
        process.apply("room", joins(ADAS_TAB)),
        process.apply("room", joins(BOBS_TAB)),
        process.apply("room", claims(BOBS_TAB)),
        process.apply("room", claims(ADAS_TAB)),
    )

    assert watched.calls[before:] == ["swap"]
    assert [replies(outcome)[:1] for outcome in outcomes] == [[], [], ["lease"], ["lease_held"]]
    assert {outcome.room.version for outcome in outcomes} == {process.seen("room").version}


@pytest.mark.usefixtures("patient")
async def test_four_hundred_who_come_together_are_a_few_swaps(process: Hub, watched: Watched, bystander: Bystander):
    await opened(process)
    before = watched.trips

    await asyncio.gather(*(process.apply("room", step) for step in crowd(400)))

    assert watched.trips - before <= 3
    assert len((await kept(watched.store)).members) == 400


@pytest.mark.usefixtures("patient")
async def test_four_hundred_in_two_processes_are_all_there_in_the_end(
    process: Hub, other_process: Hub, watched: Watched
):
    await opened(process)
    steps = crowd(400)

    async def come(rooms: Hub, mine: List[Callable]) -> None:
        for start in range(0, 200, 20):
            await asyncio.gather(*(rooms.apply("room", step) for step in mine[start : start + 20]))

    await asyncio.gather(come(process, steps[:200]), come(other_process, steps[200:]))

    assert len((await kept(watched.store)).people) == 400
    assert watched.trips < 100


async def test_of_contested_claims_from_two_processes_exactly_one_is_granted(process: Hub, other_process: Hub):
    await opened(process)
    await asyncio.gather(*(process.apply("room", step) for step in crowd(40)))
    asked = [
        (process if number % 2 else other_process).apply(
            "room", partial(lease.claim, member_id="tab-{}".format(number))
        )
        for number in range(40)
    ]

    answers = [replies(outcome)[0] for outcome in await asyncio.gather(*asked)]

    assert sorted(answers) == ["lease"] + ["lease_held"] * 39


async def test_everybody_is_told_the_new_state_with_what_happened(
    process: Hub, other_process: Hub, bystander: Bystander
):
    await opened(process)
    await until(lambda: other_process.seen("room") == process.seen("room"))
    await asyncio.sleep(0.05)
    bystander.take()

    room = (await other_process.apply("room", joins(ADAS_TAB))).room
    await until(lambda: bystander.heard)

    (update,) = bystander.take()
    assert (update.before, update.version) == (room.version - 1, room.version)
    assert [event.message["type"] for event in update.events] == ["user_joined"]
    assert process.seen("room") == room


async def test_what_nobody_can_see_is_told_to_nobody(process: Hub, bystander: Bystander):
    await opened(process, ADAS_TAB)
    token = (await process.apply("room", claims(ADAS_TAB))).room.lease.token
    await asyncio.sleep(0.05)
    bystander.take()

    await process.apply("room", partial(lease.renew, member_id=ADAS_TAB.id, token=token))
    await process.read("room")
    await asyncio.sleep(0.05)

    assert bystander.take() == []


async def test_news_without_the_room_makes_each_process_read_it(
    process: Hub, other_process: Hub, watched: Watched, bystander: Bystander
):
    await opened(other_process, ADAS_TAB)
    await until(lambda: process.seen("room") == other_process.seen("room"))
    plain, process.heard = process.heard, lambda key, news, text: plain(key, news, None)
    before = watched.trips

    await other_process.apply("room", joins(BOBS_TAB))
    await until(lambda: BOBS_TAB.id in process.seen("room").members)

    assert watched.calls[before:] == ["read"]


async def test_of_two_states_the_newer_version_wins(process: Hub, other_process: Hub, watched: Watched):
    await opened(process)
    news: List[Any] = []
    process.heard = lambda *said: news.append(said)
    for step in (joins(ADAS_TAB), joins(BOBS_TAB)):
        await other_process.apply("room", step)
    await until(lambda: len(news) >= 2 and BOBS_TAB.id in news[-1][2])
    del process.heard

    for said in (news[-1], news[-2], news[-1]):
        process.heard(*said)

    assert set(process.seen("room").members) == {ADAS_TAB.id, BOBS_TAB.id}


async def test_news_that_come_twice_are_told_once(process: Hub, other_process: Hub, bystander: Bystander):
    await opened(process)
    plain = process.heard
    process.heard = lambda *said: (plain(*said), plain(*said))
    bystander.take()

    await other_process.apply("room", joins(ADAS_TAB))
    await until(lambda: ADAS_TAB.id in process.seen("room").members)
    await process.apply("room", joins(BOBS_TAB))
    await asyncio.sleep(0.4)

    names = [event.message["username"] for update in bystander.take() for event in update.events]
    assert names == [PEOPLE[ADAS_TAB.user].label, PEOPLE[BOBS_TAB.user].label]


async def test_news_are_told_in_the_order_of_their_versions(process: Hub, bystander: Bystander):
    await opened(process, ADAS_TAB)
    await asyncio.sleep(0.02)
    bystander.take()
    version = process.seen("room").version
    second = Update("second", [], version + 1, version + 2)
    first = Update("first", [], version, version + 1)

    process._take_news("room", second)
    process._take_news("room", first)
    await asyncio.sleep(0.2)

    assert [update.id for update in bystander.take()] == ["first", "second"]


async def test_news_that_wait_for_what_never_comes_are_told_all_the_same(process: Hub, bystander: Bystander):
    await opened(process, ADAS_TAB)
    await asyncio.sleep(0.02)
    bystander.take()
    version = process.seen("room").version

    process._take_news("room", Update("second", [], version + 1, version + 2))
    assert bystander.take() == []
    await asyncio.sleep(0.2)

    assert [update.id for update in bystander.take()] == ["second"]


async def test_one_client_that_fails_keeps_no_other_from_hearing(process: Hub, bystander: Bystander, caplog):
    class Faulty(Bystander):
        def hear(self, update: Update, room: Optional[Room]) -> None:
            raise ZeroDivisionError

    await process.enter("room", Faulty())
    await opened(process, ADAS_TAB)
    await asyncio.sleep(0.02)

    assert bystander.take()
    assert "could not be told" in caplog.text


async def test_what_is_published_reaches_the_clients_of_every_process_once(
    process: Hub, other_process: Hub, bystander: Bystander
):
    for hub in (process, other_process):
        await hub.publish("room", [Event({"type": "hello"})])
    await asyncio.sleep(0.4)

    assert [event.message for update in bystander.take() for event in update.events] == [{"type": "hello"}] * 2


async def test_news_of_a_room_that_is_not_served_are_dropped(process: Hub):
    process.heard("another room", Update("r", [], 4, 5).encoded(), "{}")
    assert process.seen("another room") is None


async def test_news_that_arrive_while_a_new_room_is_made_are_not_overwritten(
    process: Hub, other_process: Hub, watched: Watched
):
    """Two open the same object at the same moment, in two processes."""

    async def meanwhile() -> float:
        await opened(other_process, BOBS_TAB)
        await other_process.apply("room", claims(BOBS_TAB))
        await until(lambda: process.seen("room") and process.seen("room").lease)
        return 0.0

    watched.born = meanwhile

    room = (await process.apply("room", joins(ADAS_TAB))).room

    assert set(room.members) == {ADAS_TAB.id, BOBS_TAB.id}
    assert holder_of(await kept(watched.store), process.now()) == BOBS_TAB.id


async def test_a_state_that_is_older_than_what_was_heard_meanwhile_is_not_taken_for_the_newest(
    process: Hub, other_process: Hub, watched: Watched
):
    await opened(process)
    plain_swap = watched.swap

    async def slow_answer(*args):
        answer = await plain_swap(*args)
        watched.swap = plain_swap
        await other_process.apply("room", joins(BOBS_TAB))
        await until(lambda: BOBS_TAB.id in process.seen("room").members)
        return answer

    watched.swap = slow_answer
    await process.apply("room", joins(ADAS_TAB))

    assert set(process.seen("room").members) == {ADAS_TAB.id, BOBS_TAB.id}


async def test_a_room_whose_text_nobody_can_read_is_begun_anew(process: Hub, watched: Watched, caplog):
    await watched.store.swap("room", "", "r1", '{"planted": true}')

    with caplog.at_level(logging.ERROR):
        await process.apply("room", joins(ADAS_TAB))

    assert set((await kept(watched.store)).members) == {ADAS_TAB.id}
    assert "not a room" in caplog.text


async def test_a_state_is_rendered_once_for_all_sockets_and_anew_for_each_version(process: Hub):
    await opened(process, ADAS_TAB)
    rendered = []

    def render(room: Room, now: float) -> str:
        rendered.append(room.version)
        return str(room.version)

    texts = {process.shared_text("room", "text", render) for _ in range(5)}
    await process.apply("room", joins(BOBS_TAB))
    process.shared_text("room", "text", render)

    assert len(texts) == 1
    assert rendered == sorted(set(rendered))
    assert len(rendered) == 2
