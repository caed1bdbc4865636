"""A form that shows another value in place of its row's: to type the row's value is a change, and is not lost."""

from __future__ import annotations

from typing import Any, Dict

import pytest

from tests.guard.conftest import People
from tests.guard.oracle import forms
from tests.guard.oracle.fixed import FixedMeeting, Lines, alone, change, meet, rows_of
from tests.guard.oracle.models import Line, Order
from tests.guard.oracle.writers import Write

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

SUGGESTING = {"form": forms.Suggesting, "fields": ["title", "summary", "qty"]}


@pytest.mark.parametrize("theirs", [{"qty": 5}, {"summary": "Theirs"}, {"title": "Theirs"}], ids=str)
@pytest.mark.parametrize("typed", [{"summary": ""}, {"summary": "x"}, {}], ids=str)
def test_a_suggestion_can_be_emptied_and_follows_what_others_write(
    people: People, typed: Dict[str, str], theirs: Dict[str, Any]
) -> None:
    spec, step = rows_of(Order, summary=""), change(**typed)
    alone(people, Order, SUGGESTING, step, spec)
    meet(people, Order, SUGGESTING, step, Write("update", Order, 1, theirs), spec, choices=("", "mine", "theirs"))


def test_who_empties_a_suggestion_is_asked_where_another_has_written_there(people: People) -> None:
    write = Write("update", Order, 1, {"summary": "Theirs"})
    meeting = FixedMeeting(people, Order, SUGGESTING, change(), write, rows_of(Order, summary=""), merges=True)
    with meeting.side(True) as side:
        page = meeting.open(side)
        write.carry_out()
        answer = side.post(page.url, meeting.posted(page, {"summary": [""]}))
        assert answer.was_refused
        assert answer.form.values()["summary"] == [""]
        assert "_collaborator_take-summary" in answer.form.controls


class Prefilled(Lines):
    form = forms.PickyLine
    fields = ["sku", "text", "qty"]


def test_what_was_emptied_in_a_row_is_shown_empty_where_the_save_is_refused(people: People) -> None:
    model_admin = {"fields": ["title"], "inlines": [Prefilled]}
    write, spec = Write("update", Line, 1, {"qty": 7}), rows_of(Order)
    spec[Line][0]["text"] = ""
    step = change(lines__0__text="")
    alone(people, Order, model_admin, step, spec)
    meet(people, Order, model_admin, step, write, spec)
    meeting = FixedMeeting(people, Order, model_admin, step, write, spec)
    with meeting.side(True) as side:
        page = meeting.open(side)
        assert page.form.values()["lines-0-text"] == ["prefilled"]
        write.carry_out()
        answer = side.post(page.url, meeting.posted(page, {"lines-0-text": [""]}))
        assert answer.was_refused
        assert answer.form.values()["lines-0-text"] == [""]
