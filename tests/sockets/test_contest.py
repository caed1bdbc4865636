"""Eight people claim one object at the same moment, 200 times, through two worker processes."""

from __future__ import annotations

import asyncio

from django.contrib.auth import get_user_model

from tests.support.people import in_database, log_in
from tests.support.sockets import new_member

ROUNDS = 200
PEOPLE = 8


def make_people(number):
    model = get_user_model()
    names = [f"person-{n}" for n in range(number)]
    return [log_in(model.objects.create(username=n, email=n, is_staff=True, is_superuser=True)) for n in names]


async def test_each_round_has_one_editor_and_all_agree(serve, join, old_redis, article):
    """Half of them are contract clients, half are pages; whoever won gives the lease back for the next round."""
    # A fast machine plays more rounds a second than a person may send messages.
    settings = dict.fromkeys(
        ("ADMIN_COLLABORATOR_MESSAGES_PER_USER", "ADMIN_COLLABORATOR_MESSAGES_PER_SOCKET"), 100_000
    )
    server = serve(redis_url=old_redis.url, workers=2, settings=settings)
    people = in_database(lambda: make_people(PEOPLE))
    sockets = [
        await join(server[n % 2], article, person, member=new_member() if n % 4 < 2 else None)
        for n, person in enumerate(people)
    ]
    ids = [person.id for person in people]
    last_token, winners = 0, set()
    for _ in range(ROUNDS):
        await asyncio.gather(*(socket.send("claim_editor", timestamp=None) for socket in sockets))
        answers = await asyncio.gather(*(socket.expect("lease", "error") for socket in sockets))
        (won,) = [n for n, answer in enumerate(answers) if answer["type"] == "lease"]
        for n, answer in enumerate(answers):
            if n != won:
                assert (answer["code"], answer["editor_id"]) == ("lease_held", ids[won])
        assert answers[won]["token"] > last_token
        last_token = answers[won]["token"]
        for socket in sockets:
            await socket.send("request_editor_status")
        told = await asyncio.gather(*(told_editor(socket, ids[won]) for socket in sockets))
        assert set(told) == {ids[won]}
        winners.add(won)
        await sockets[won].send("release_lock")
        await asyncio.gather(*(told_editor(socket, None) for socket in sockets))
    assert len(winners) > 1
    assert {n % 2 for n in winners} == {0, 1}  # neither worker starves the other


async def told_editor(socket, expected):
    """Whom the room says to edit, once it has said ``expected`` to this socket in its own way."""
    while True:
        message = await socket.expect("editor_status", "room")
        editor = message["editor_id"] if message["type"] == "editor_status" else user_id(message["room"]["editor"])
        if editor == expected:
            return editor


def user_id(editor):
    return editor and editor["user_id"]


async def test_many_people_on_one_object_see_one_state(serve, join, old_redis, article):
    """A hundred pages at once on two workers: each is shown everybody, in the same order."""
    server = serve(redis_url=old_redis.url, workers=2)
    people = in_database(lambda: make_people(100))
    tabs = await asyncio.gather(*(join(server[n % 2], article, people[n], member=new_member()) for n in range(100)))
    rooms = [await newest_room(tab, 100) for tab in tabs]
    assert {room["people_count"] for room in rooms} == {100}
    assert len({str(room["people"]) for room in rooms}) == 1


async def newest_room(tab, people_count):
    while True:
        room = (await tab.expect("welcome", "room", timeout=10))["room"]
        if room["people_count"] == people_count:
            return room


async def test_a_state_too_large_to_travel_reaches_other_workers_at_once(serve, join, open_tab, old_redis, article):
    """Beyond some hundred people each process reads the state by itself."""
    server = serve(redis_url=old_redis.url, workers=2, application="tests.sockets.crowded:application")
    people = in_database(lambda: make_people(30))
    watcher = await open_tab(server[1], article, people[0])
    await asyncio.gather(*(join(server[0], article, person, member=new_member()) for person in people[1:]))
    await watcher.until(lambda tab: tab.room["people_count"] == 30, 2)
