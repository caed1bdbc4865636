from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_admin_collaborator.core import talk
from django_admin_collaborator.core.chat import LONGEST_MESSAGE_BYTES, to_all
from tests.core.examples import ADA, NOW

DAY = 86_400.0


def said(text: str, at: float = NOW) -> dict:
    return to_all(at, ADA, text)


def texts(kept: str, now: float = NOW, seconds: float = DAY) -> list:
    return [line["message"] for line in talk.lines(kept, now, seconds)]


def kept(*messages: dict) -> str:
    text = None
    for message in messages:
        text = talk.add(text, message, NOW, DAY)
    assert text is not None
    return text


def test_what_was_said_is_kept_in_its_order():
    assert texts(kept(said("one"), said("two"))) == ["one", "two"]


def test_an_old_line_is_not_told_and_goes_with_the_next():
    text = kept(said("old", NOW - 100), said("young"))

    assert texts(text, seconds=100) == ["young"]
    assert "old" not in talk.add(text, said("new"), NOW, 100)


def test_the_newest_hundred_are_kept():
    assert texts(kept(*(said(str(number)) for number in range(110)))) == [str(number) for number in range(10, 110)]


@given(st.lists(st.text(min_size=1, max_size=LONGEST_MESSAGE_BYTES).filter(str.strip), max_size=20))
def test_a_talk_is_never_larger_than_its_limit_and_always_has_its_newest_line(messages):
    text = None
    for message in messages:
        message = message.encode("utf-8", "replace")[:LONGEST_MESSAGE_BYTES].decode("utf-8", "ignore") or "x"
        if not message.strip():
            continue
        text = talk.add(text, said(message), NOW, DAY)
        assert len(text) <= talk.LARGEST_TALK
        assert texts(text)[-1] == message


def test_the_oldest_give_way_to_long_ones():
    longest = "x" * LONGEST_MESSAGE_BYTES
    text = kept(said("first"), *(said(longest) for _ in range(8)))

    assert set(texts(text)) == {longest}
    assert len(text) <= talk.LARGEST_TALK


@pytest.mark.parametrize(
    "planted",
    ["", "{", "{}", "[1]", '[{"type": "welcome"}]', json.dumps([{**said("x"), "timestamp": 5}]), "[" * 100_000],
)
def test_what_cannot_be_read_is_no_talk(planted):
    assert texts(planted) == []
    assert texts(talk.add(planted, said("new"), NOW, DAY)) == ["new"]


def test_what_one_person_has_said_or_was_told_can_be_taken_out():
    theirs = {**said("Theirs"), "sender_id": 8}
    both = kept(said("Mine"), theirs, {**theirs, "recipient_id": ADA.id, "message": "To me"})

    assert texts(talk.without(both, ADA.key)) == ["Theirs"]
    assert talk.without(kept(said("Mine")), ADA.key) == ""
    assert talk.without(both, "9") == both
    assert talk.without('{"members": []}', ADA.key) == '{"members": []}', "what is no talk stays"
