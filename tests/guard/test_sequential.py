"""People who save one after the other never get in each other's way, whatever they type.

The same with any number of saves: ``python -m benchmarks.false_conflicts``.
"""

from __future__ import annotations

import random
from typing import Any, List

from django.db.models import F

from tests.guard.conftest import both_databases
from tests.guard.newsdesk import Desk, desk
from tests.guard.press.models import Everything, Story
from tests.guard.typist import type_something

pytestmark = both_databases


def test_saves_one_after_the_other_never_conflict(story: Story) -> None:
    people = [desk(name) for name in ("carl", "dora", "emil")]
    save_in_turn(people, [story, Everything.objects.create()], saves=60, chance=random.Random(1))


def save_in_turn(people: List[Desk], objects: List[Any], saves: int, chance: random.Random) -> None:
    for _ in range(saves):
        form = chance.choice(people).open(chance.choice(objects))
        typed = type_something(form, chance)
        Story.objects.update(views=F("views") + 1)  # not in the form, so nobody's business
        answer = form.save()
        assert answer.was_saved, (
            answer.status,
            answer.panel,
            {name: form.data[name] for name in typed},
            answer.errors,
        )
