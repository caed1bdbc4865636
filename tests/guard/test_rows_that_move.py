"""Rows of lists and inlines that others take away, and those that move up with what was posted for them."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django import forms
from django.contrib import admin
from django.test import override_settings

from tests.guard.conftest import People
from tests.guard.oracle.fixed import FixedMeeting, alone, change, listed, meet, rows_of
from tests.guard.oracle.models import Everything, Line, Order, Shelf, Token
from tests.guard.oracle.writers import Write

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

ONE = uuid.UUID(int=1)


@pytest.mark.parametrize("typed", [{}, {"form__1__amount": "9"}])
@pytest.mark.parametrize("kind", ["update", "delete"])
def test_a_row_that_others_hid_or_deleted_and_nobody_touched_does_not_keep_a_list_from_being_saved(
    people: People, kind: str, typed: Any
) -> None:
    """Plain Django finds a mistake in a row that it does not show, at every further try."""
    spec = rows_of(Shelf)
    names = ("One", "Two", "Three")
    spec[Token] = [
        {"id": uuid.UUID(int=number), "name": name, "group": "", "amount": number, "is_deleted": False}
        for number, name in enumerate(names, 1)
    ]
    model_admin = {"list_display": ["pk", "amount"], "list_editable": ["amount"]}
    write = Write(kind, Token, ONE, {"is_deleted": True} if kind == "update" else None)
    meet(people, Token, model_admin, listed(**typed), write, spec=spec)
    meeting = FixedMeeting(people, Token, model_admin, listed(**typed), write, spec=spec)
    with meeting.side(True) as side:
        page = meeting.open(side)
        write.carry_out()
        answer = side.post(page.url, meeting.posted(page, meeting.typing(side, page)))
        assert answer.status == 302
        assert Token.everything.get(pk=uuid.UUID(int=2)).amount == (9 if typed else 2)


def test_a_row_of_a_list_moves_up_with_what_its_fields_showed(people: People) -> None:
    """The first row is left out, since it has the same value in another order."""
    text = '{"a": {"c": [], "d": 2.5}, "b": 1}'
    spec = rows_of(Everything, json={"b": 1, "a": {"d": 2.5, "c": []}})
    spec[Everything].append({**spec[Everything][0], "id": 2, "json": {}})
    model_admin = {"list_display": ["id", "json"], "list_editable": ["json"]}
    seen = alone(people, Everything, model_admin, listed(form__0__json=text, form__1__json=text), spec)
    assert seen[1].after[Everything._meta.label]["2"]["json"] == {"b": 1, "a": {"d": 2.5, "c": []}}


def test_a_row_of_an_inline_moves_up_with_what_its_fields_showed(people: People) -> None:
    class Bringing(forms.ModelForm):
        text = forms.CharField(show_hidden_initial=True)

    class Lines(admin.TabularInline):
        model = Line
        form = Bringing
        extra = 0
        fields = ["sku", "text"]

    spec = rows_of(Order)
    spec[Line][0]["text"] = "of the first"
    step, write = change(lines__1__text="of the first"), Write("delete", Line, 1)
    meeting = FixedMeeting(people, Order, {"fields": ["title"], "inlines": [Lines]}, step, write, spec, merges=True)
    with override_settings(**meeting.settings), meeting.side(True) as side:
        page = meeting.open(side)
        write.carry_out()
        answer = side.post(page.url, meeting.posted(page, meeting.typing(side, page)))
        assert answer.status == 302
        assert Line.objects.get().text == "of the first"
