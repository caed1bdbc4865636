"""Every accepted save is in the final row, or was overwritten by somebody who had seen it.

The same race with any number of saves: ``python -m benchmarks.race``.
"""

from __future__ import annotations

import random
from functools import partial
from typing import Any

import pytest

from tests.guard.conftest import both_databases
from tests.guard.newsdesk import Desk
from tests.guard.oracle import mutations
from tests.guard.press.traced import LANGUAGES, Journal, Register, Word
from tests.guard.race import oracle
from tests.guard.race.hand import Hand
from tests.guard.race.rows import Rows
from tests.guard.race.run import Race
from tests.support import databases


@pytest.mark.slow
@both_databases
def test_nothing_is_lost_in_a_race_with_workers_killed_and_frozen(
    serve: Any, redis_url: str, settings: Any, database: str, request: pytest.FixtureRequest
) -> None:
    if database == "sqlite":  # with a rollback journal it may lose a lock by itself: docs/numbers.md
        databases.set_journal("wal")
        request.addfinalizer(partial(databases.set_journal, "delete"))
    settings.ADMIN_COLLABORATOR_REDIS_URL = redis_url
    prefix = {"ADMIN_COLLABORATOR_KEY_PREFIX": settings.ADMIN_COLLABORATOR_KEY_PREFIX}
    race = Race(serve(workers=2, settings=prefix), people_count=6, registers=4)
    race.run(saves=120, seconds=120)
    assert race.faults() == []
    assert not [what for what in race.counts() if " 5" in what], race.counts()
    assert race.accepted_count() >= 50
    assert race.counts().get("POST 409", 0) > 0


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("guard", ["whole", "broken"])
def test_a_translation_is_followed_like_a_column(
    ada: Desk, ben: Desk, language: str, guard: str, monkeypatch: Any
) -> None:
    if guard == "broken":
        mutations.MUTATIONS["no-comparison"][1](monkeypatch)
    rows = Rows(1)
    register = Register.objects.get()
    url = f"/admin/press/register/{register.pk}/change/?language={language}"
    hand = Hand("hand", random.Random(0), rows.topics)
    accepted = set()
    for page in [ada.get(url), ben.get(url)]:
        token = hand.put_token(page.data, Word.PREFIX)
        if page.save().was_saved:
            accepted.add(token)
    writes = list(Journal.objects.order_by("pk").values_list("about", "seen", "token"))
    found = oracle.faults(writes, register.traces(), accepted)
    word = Word.objects.get(language_code=language)
    assert word.word_token in accepted
    assert [fault.partition(":")[0] for fault in found] == ([word.name] * 2 if guard == "broken" else [])


def test_the_oracle_notices_a_write_that_was_overwritten_unseen() -> None:
    writes = [("row", "start", "a"), ("row", "a", "b"), ("row", "a", "c"), ("row", "c", "d")]
    assert any("overwrote one unseen" in fault for fault in oracle.faults(writes, {"row": "d"}, set()))


def test_the_oracle_notices_a_write_that_never_came_to_the_row() -> None:
    assert oracle.faults([("row", "start", "a")], {"row": "start"}, {"a"})
    assert oracle.faults([], {"row": "start"}, {"a"})
    assert oracle.faults([("row", "start", "a"), ("row", "x", "b")], {"row": "a"}, set())


def test_the_oracle_notices_a_deletion_of_what_was_not_seen() -> None:
    writes = [("row", "start", "a"), ("row", "start", "deleted b")]
    assert oracle.faults(writes, {}, {"a", "deleted b"})
    assert oracle.faults([("row", "start", "a")], {}, {"a"})
    assert oracle.faults([("row", "start", "deleted b")], {"row": "start"}, {"deleted b"})


def test_the_oracle_is_content_with_a_chain() -> None:
    writes = [("row", "start", "a"), ("other", "start", "c"), ("row", "a", "b"), ("other", "c", "deleted d")]
    assert oracle.faults(writes, {"row": "b"}, {"a", "b", "c", "deleted d"}) == []
