from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_admin_collaborator.core import attention, encoding, lease, presence, saving
from django_admin_collaborator.core.handover import Handover, Heir, Offer, Request, TakeOver
from django_admin_collaborator.core.room import Letter, Person, Room
from django_admin_collaborator.core.view import view
from tests.core.examples import ADA, ADAS_TAB, BOBS_TAB, CAYS_TAB, NOW, PEOPLE, edited_by, empty_room, tab
from tests.core.moves import rooms


def full_room() -> Room:
    """Every field has something in it."""
    room = edited_by(ADAS_TAB, BOBS_TAB, CAYS_TAB, waiting=(BOBS_TAB,))
    room = attention.request(room, NOW, BOBS_TAB.id, 15.0).room
    room = saving.saved(room, NOW, ADA, ADAS_TAB.id).room
    room = saving.hold(room, NOW, ADA.key, "", None, "save").room
    passing = {
        "subject": ("newsroom.article", "12/a"),
        "offer": Offer(BOBS_TAB.id, NOW + 20),
        "requests": {BOBS_TAB.user: Request(BOBS_TAB.id, BOBS_TAB.user, NOW, NOW + 60, "later", 5, "Soon")},
        "take_over": TakeOver(CAYS_TAB.id, CAYS_TAB.user, "Print is waiting", NOW + 10),
        "heir": Heir(BOBS_TAB.id, BOBS_TAB.user, "request"),
        "handover": Handover("idle", NOW, "", 7, "Ada", ADAS_TAB.id, "c-1", "Cay", CAYS_TAB.id),
        "post": (Letter(7, NOW + 30, (BOBS_TAB.id,), {"type": "draft_offered", "values": {"title": "x"}}),),
    }
    return replace(room, **passing).with_member(replace(room.members[BOBS_TAB.id], polls=2.0))


def test_what_is_empty_in_a_room_is_not_written_and_is_empty_again():
    room = edited_by(ADAS_TAB, BOBS_TAB)
    text = encoding.encode(room)

    assert not re.search(r':(""|null|false|\[\]|\{\})[,}]', text)
    assert encoding.decode(text) == room


@pytest.mark.parametrize(
    "letter",
    [
        {},
        {"number": "7", "until": 1.0, "to": [], "message": {"type": "x"}},
        {"number": 7, "until": None, "to": [], "message": {"type": "x"}},
        {"number": 7, "until": 1.0, "to": 5, "message": {"type": "x"}},
        {"number": 7, "until": 1.0, "to": [], "message": {}},
        {"number": 7, "until": 1.0, "to": [], "message": {"type": 5}},
        {"number": 7, "until": 1.0, "to": [], "message": {"type": "x"}, "more": 1},
    ],
)
def test_a_letter_that_is_none_of_ours_makes_no_room(letter: dict):
    data = json.loads(encoding.encode(full_room()))

    assert encoding.decode(json.dumps({**data, "post": [letter]})) is None


@given(rooms())
def test_what_is_decoded_is_what_was_encoded(at: Tuple[Room, float]):
    room, _ = at

    assert encoding.decode(encoding.encode(room)) == room


def test_a_full_room_survives_the_way_through_text():
    assert encoding.decode(encoding.encode(full_room())) == full_room()


@given(st.text(st.characters(blacklist_categories=["Cs"])), st.integers() | st.text(), st.none() | st.text())
def test_names_of_any_letters_survive(name: str, user_id, avatar):
    person = Person("key", user_id, name, name, name, avatar)
    room = presence.join(empty_room(), NOW, replace(tab(ADA), user="key"), person).room

    assert encoding.decode(encoding.encode(room)) == room


GARBAGE = [
    "",
    "null",
    "[]",
    "{}",
    "7",
    '"room"',
    "not JSON",
    "[" * 100_000,
    '{"format": 1}',
    '{"format": 2}',
    "\ufffd\x00",
    "NaN",
]


@pytest.mark.parametrize("text", GARBAGE)
def test_what_this_package_did_not_write_is_no_room(text: str):
    assert encoding.decode(text) is None


def test_a_room_of_another_format_is_no_room():
    data = json.loads(encoding.encode(full_room()))

    assert encoding.decode(json.dumps({**data, "format": encoding.FORMAT + 1})) is None


WRONG = [None, True, -1, 1e300, float("nan"), "text", [], {}, [None], {"a": None}, "7", 0]


def paths(data, path=()):
    """Every place in a decoded JSON document."""
    if isinstance(data, dict):
        for key in data:
            yield (*path, key)
            yield from paths(data[key], (*path, key))
    if isinstance(data, list):
        for index, item in enumerate(data):
            yield (*path, index)
            yield from paths(item, (*path, index))


PLACES = sorted(paths(json.loads(encoding.encode(full_room()))), key=str)


@given(st.sampled_from(PLACES), st.sampled_from(WRONG) | st.text(max_size=3), st.booleans())
def test_a_room_with_a_wrong_value_is_no_room_or_one_that_every_rule_can_work_with(place, value, gone: bool):
    data = json.loads(encoding.encode(full_room()))
    inner = data
    for key in place[:-1]:
        inner = inner[key]
    if gone:
        del inner[place[-1]]
    else:
        inner[place[-1]] = value

    room = encoding.decode(json.dumps(data))

    if room is not None:
        use(room)


def use(room: Room) -> None:
    """Let every rule have a look at a room. Raises what they raise."""
    for moment in (NOW, NOW + 40):
        settled = presence.settle(room, moment).room
        for member in (ADAS_TAB, BOBS_TAB, tab(ADA, 9)):
            joined = presence.join(settled, moment, member, PEOPLE[member.user]).room
            claimed = lease.claim(joined, moment, member.id, wait=True).room
            attention.request(claimed, moment, member.id, 15.0)
            saving.saved(claimed, moment, ADA, member.id, claimed.last_token, release=True)
            encoding.encode(presence.leave(claimed, moment, member.id, member.connection, 0.8).room)
        view(settled)
        settled.next_deadline()
