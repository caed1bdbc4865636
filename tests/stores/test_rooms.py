"""What a process keeps of the rooms it serves, on every store."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import Callable, List

from django_admin_collaborator.core import encoding, lease
from django_admin_collaborator.core.room import Room
from django_admin_collaborator.rooms import announcements
from django_admin_collaborator.rooms.hub import Rooms
from tests.core.examples import ADAS_TAB, BOBS_TAB, VIEWERS_TAB, holder_of, replies
from tests.stores.doubles import Layer, Watched
from tests.stores.steps import claims, crowd, joins, kept, opened


async def test_a_step_is_carried_out_answered_and_kept(process: Rooms, watched: Watched):
    await opened(process, ADAS_TAB)

    outcome = await process.apply("room", claims(ADAS_TAB))

    assert replies(outcome) == ["lease"]
    assert outcome.room == await kept(watched.store)
    assert process.seen("room") == outcome.room


async def test_an_uncontended_operation_costs_one_round_trip(process: Rooms, watched: Watched):
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


async def test_a_heartbeat_costs_one_round_trip(process: Rooms, watched: Watched):
    await opened(process, ADAS_TAB)
    token = (await process.apply("room", claims(ADAS_TAB))).room.lease.token
    before = watched.trips

    await process.apply("room", partial(lease.renew, member_id=ADAS_TAB.id, token=token))

    assert watched.calls[before:] == ["swap"]


async def test_a_refusal_costs_one_round_trip_and_rests_on_the_newest_state(
    process: Rooms, watched: Watched, other_process
):
    await opened(process, VIEWERS_TAB, BOBS_TAB, ADAS_TAB)
    before = watched.trips
    assert replies(await process.apply("room", claims(VIEWERS_TAB))) == ["forbidden"]
    assert watched.calls[before:] == ["read"]

    token = (await process.apply("room", claims(ADAS_TAB))).room.lease.token
    await other_process.apply("room", partial(lease.release, member_id=ADAS_TAB.id, token=token))
    assert replies(await process.apply("room", claims(BOBS_TAB))) == ["lease"]


async def test_a_lost_race_costs_one_more_round_trip(process: Rooms, other_process: Rooms, watched: Watched):
    await opened(process, ADAS_TAB)
    await other_process.apply("room", joins(BOBS_TAB))
    before = watched.trips

    outcome = await process.apply("room", claims(ADAS_TAB))

    assert watched.calls[before:] == ["swap", "swap"]
    assert set(outcome.room.members) == {ADAS_TAB.id, BOBS_TAB.id}


async def test_what_was_heard_saves_the_lost_race(
    process: Rooms, other_process: Rooms, watched: Watched, layer: Layer
):
    await opened(process, ADAS_TAB)
    layer.take()
    await other_process.apply("room", joins(BOBS_TAB))
    (said,) = layer.take()
    assert process.observe("room", said["version"], said["room"], said["revision"])
    before = watched.trips

    await process.apply("room", claims(ADAS_TAB))

    assert watched.calls[before:] == ["swap"]


async def test_steps_that_arrive_together_are_carried_out_in_order_in_one_swap(process: Rooms, watched: Watched):
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


async def test_four_hundred_who_come_together_are_a_few_swaps(process: Rooms, watched: Watched, layer: Layer):
    await opened(process)
    before = watched.trips

    await asyncio.gather(*(process.apply("room", step) for step in crowd(400)))

    assert watched.trips - before <= 3
    assert len((await kept(watched.store)).members) == 400


async def test_four_hundred_in_two_processes_are_all_there_in_the_end(
    process: Rooms, other_process: Rooms, watched: Watched
):
    await opened(process)
    steps = crowd(400)

    async def come(rooms: Rooms, mine: List[Callable]) -> None:
        for start in range(0, 200, 20):
            await asyncio.gather(*(rooms.apply("room", step) for step in mine[start : start + 20]))

    await asyncio.gather(come(process, steps[:200]), come(other_process, steps[200:]))

    assert len((await kept(watched.store)).people) == 400
    assert watched.trips < 100


async def test_of_contested_claims_from_two_processes_exactly_one_is_granted(process: Rooms, other_process: Rooms):
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


async def test_everybody_is_told_the_new_state_with_what_happened(process: Rooms, layer: Layer):
    await opened(process)
    layer.take()

    room = (await process.apply("room", joins(ADAS_TAB))).room

    (said,) = layer.take()
    assert (said["type"], said["key"], said["version"]) == ("room.update", "room", room.version)
    assert encoding.decode(said["room"]) == room
    assert [event["message"]["type"] for event in process.events("room", said["events"])] == ["user_joined"]


async def test_what_nobody_can_see_is_told_to_nobody(process: Rooms, layer: Layer):
    await opened(process, ADAS_TAB)
    token = (await process.apply("room", claims(ADAS_TAB))).room.lease.token
    layer.take()

    await process.apply("room", partial(lease.renew, member_id=ADAS_TAB.id, token=token))
    await process.read("room")

    assert layer.take() == []


async def test_a_crowded_state_does_not_travel_but_is_read_by_each_process(
    process: Rooms, other_process, layer: Layer, monkeypatch
):
    await opened(process)
    await other_process.read("room")
    layer.take()
    monkeypatch.setattr(announcements, "LARGEST_TOLD_ROOM", 100)
    await process.apply("room", joins(ADAS_TAB))
    (said,) = layer.take()
    assert said["room"] is None

    assert not other_process.observe("room", said["version"], said["room"], said["revision"])
    assert ADAS_TAB.id in (await other_process.read("room")).members


async def test_of_two_announcements_the_newer_version_wins(process: Rooms, other_process: Rooms, layer: Layer):
    await opened(process)
    layer.take()
    for step in (joins(ADAS_TAB), joins(BOBS_TAB)):
        await process.apply("room", step)
    older, newer = layer.take()

    for said, news in ((newer, True), (older, False), (newer, False)):
        assert other_process.observe("room", said["version"], said["room"], said["revision"]) is news
    assert set(other_process.seen("room").members) == {ADAS_TAB.id, BOBS_TAB.id}


async def test_an_announcement_about_a_room_that_is_not_served_is_dropped(process: Rooms):
    assert not process.observe("another room", 5, "{}", "r")
    assert process.seen("another room") is None


async def test_an_announcement_that_arrives_while_a_new_room_is_made_is_not_overwritten(
    process: Rooms, other_process: Rooms, watched: Watched, layer: Layer
):
    """Two open the same object at the same moment, in two processes."""

    async def meanwhile() -> float:
        await opened(other_process, BOBS_TAB)
        await other_process.apply("room", claims(BOBS_TAB))
        said = layer.take()[-1]
        assert process.observe("room", said["version"], said["room"], said["revision"])
        return 0.0

    watched.born = meanwhile

    room = (await process.apply("room", joins(ADAS_TAB))).room

    assert set(room.members) == {ADAS_TAB.id, BOBS_TAB.id}
    assert holder_of(await kept(watched.store), process.now()) == BOBS_TAB.id


async def test_a_state_that_is_older_than_what_was_heard_meanwhile_is_not_taken_for_the_newest(
    process: Rooms, other_process: Rooms, watched: Watched, layer: Layer
):
    await opened(process)
    plain_swap = watched.swap

    async def slow_answer(*args):
        answer = await plain_swap(*args)
        layer.take()
        await other_process.apply("room", joins(BOBS_TAB))
        (said,) = layer.take()
        process.observe("room", said["version"], said["room"], said["revision"])
        return answer

    watched.swap = slow_answer
    await process.apply("room", joins(ADAS_TAB))

    assert set(process.seen("room").members) == {ADAS_TAB.id, BOBS_TAB.id}


async def test_a_room_whose_text_nobody_can_read_is_begun_anew(process: Rooms, watched: Watched, caplog):
    await watched.store.swap("room", "", "r1", '{"planted": true}')

    with caplog.at_level(logging.ERROR):
        await process.apply("room", joins(ADAS_TAB))

    assert set((await kept(watched.store)).members) == {ADAS_TAB.id}
    assert "not a room" in caplog.text


async def test_a_state_is_rendered_once_for_all_sockets_and_anew_for_each_version(process: Rooms):
    await opened(process, ADAS_TAB)
    rendered = []

    def render(room: Room, now: float) -> str:
        rendered.append(room.version)
        return str(room.version)

    texts = {process.shared_text("room", render) for _ in range(5)}
    await process.apply("room", joins(BOBS_TAB))
    process.shared_text("room", render)

    assert len(texts) == 1
    assert rendered == sorted(set(rendered))
    assert len(rendered) == 2
