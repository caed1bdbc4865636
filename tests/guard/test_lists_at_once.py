"""Lists that are saved at the same time take their turns, whatever order their rows stand in."""

from __future__ import annotations

import threading
from typing import List

import pytest
from django.db import connections

from tests.guard.conftest import every_database
from tests.guard.newsdesk import Desk, Form
from tests.guard.press.models import Story

pytestmark = every_database

ROUNDS = 8


@pytest.fixture
def stories(database: str) -> List[Story]:
    return [Story.objects.create(title=f" Title {number} ", price=1) for number in range(15)]


def test_lists_in_opposite_order_never_wait_for_each_other(ada: Desk, ben: Desk, stories: List[Story]) -> None:
    answers: List[Form] = []

    def save(page: Form) -> None:
        try:
            start.wait(20)
            answers.append(page.save())
        finally:
            connections.close_all()

    for number in range(ROUNDS):
        pages = [ada.list(Story), ben.list(Story, "?o=-1")]
        assert pages[0]["form-0-id"] == pages[1]["form-14-id"]
        for who, page in enumerate(pages):
            for row in range(15):
                page[f"form-{row}-price"] = f"{2 + number}.{who}"
        start = threading.Barrier(2)
        threads = [threading.Thread(target=save, args=[page]) for page in pages]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(answers) == 2 * ROUNDS
    assert {answer.status for answer in answers} <= {302, 409, 423}
    # The second of each round is told what the first has done, or that they are at it: no deadlock was broken up.
    assert "database-busy" not in {answer.reason for answer in answers}
    assert sum(answer.was_saved for answer in answers) >= ROUNDS


def test_spaces_around_a_text_that_i_left_alone_stay(ada: Desk, stories: List[Story]) -> None:
    page = ada.list(Story)
    page["form-0-price"] = "2"
    assert page.save().was_saved
    assert Story.objects.order_by("pk").values_list("title", "price")[0] == (" Title 0 ", 2)
    assert Story.objects.order_by("pk").values_list("title", "price")[1] == (" Title 1 ", 1)
