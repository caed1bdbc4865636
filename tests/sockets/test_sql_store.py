"""Workers that share nothing but the project's database."""

from __future__ import annotations

import asyncio

import pytest

from django_admin_collaborator.core.timing import RESTORE_SECONDS
from tests.sockets.test_contest import make_people
from tests.support.people import in_database

PEOPLE, ROUNDS = 12, 5


@pytest.mark.parametrize(
    "database", ["sqlite", "postgresql", pytest.param("mariadb", marks=pytest.mark.mariadb)], indirect=True
)
async def test_one_of_many_wins_a_contest_in_two_workers_without_redis(serve, join, article):
    server = serve(store="sql", workers=2)
    people = in_database(lambda: make_people(PEOPLE))
    sockets = [await join(server[n % 2], article, person) for n, person in enumerate(people)]
    await asyncio.sleep(RESTORE_SECONDS + 0.2)  # the store has just begun
    last_token = 0
    for _ in range(ROUNDS):
        await asyncio.gather(*(socket.send("claim_editor", timestamp=None) for socket in sockets))
        answers = await asyncio.gather(*(socket.expect("lease", "error") for socket in sockets))
        (won,) = [n for n, answer in enumerate(answers) if answer["type"] == "lease"]
        editors = {answer["editor_id"] for n, answer in enumerate(answers) if n != won}
        assert editors == {people[won].id}
        assert answers[won]["token"] > last_token
        last_token = answers[won]["token"]
        await sockets[won].send("release_lock")
        await sockets[won].expect("lock_released", user_id=people[won].id)  # not that of the round before
