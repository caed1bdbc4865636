from __future__ import annotations

import json
from dataclasses import replace
from typing import Tuple

from hypothesis import given

from django_admin_collaborator.core import lease, presence, saving
from django_admin_collaborator.core.room import Person, Room
from django_admin_collaborator.core.view import MOST_PEOPLE, view
from tests.core.examples import (
    ADA,
    ADAS_SECOND_TAB,
    ADAS_TAB,
    BOB,
    BOBS_TAB,
    CAYS_TAB,
    NOW,
    after,
    edited_by,
    empty_room,
    room_of,
    tab,
)
from tests.core.moves import History, histories, played, rooms


def test_a_state_says_who_edits_who_is_here_who_waits_and_what_was_saved():
    room = edited_by(BOBS_TAB, ADAS_TAB, waiting=(ADAS_TAB,))
    room = saving.saved(room, NOW + 5, BOB, BOBS_TAB.id).room

    assert view(room) == {
        "editor": {"member_id": "bob-1", "user_id": 9, "name": "Bob Brown", "avatar_url": None, "since": NOW},
        "people": [
            {"user_id": 9, "name": "Bob Brown", "avatar_url": None, "state": "editing"},
            {"user_id": 7, "name": "Ada Lovelace", "avatar_url": "/media/ada.png", "state": "viewing"},
        ],
        "people_count": 2,
        "queue": [{"member_id": "ada-1", "user_id": 7, "name": "Ada Lovelace"}],
        "saved": {"at": NOW + 5, "number": 1, "user_id": 9, "name": "Bob Brown", "member_id": "bob-1"},
        "deleted": False,
    }


def test_whoever_edits_comes_first_then_the_order_of_coming():
    room = room_of(CAYS_TAB, now=NOW)
    for moment, member, person in ((NOW + 1, ADAS_TAB, ADA), (NOW + 2, BOBS_TAB, BOB)):
        room = presence.join(room, moment, member, person).room
    assert [person["name"] for person in view(room)["people"]] == ["Cay", "Ada Lovelace", "Bob Brown"]

    edited = lease.claim(room, NOW + 3, BOBS_TAB.id).room
    assert [person["name"] for person in view(edited)["people"]] == ["Bob Brown", "Cay", "Ada Lovelace"]


def test_a_person_with_two_tabs_is_shown_once():
    assert [person["user_id"] for person in view(room_of(ADAS_TAB, ADAS_SECOND_TAB))["people"]] == [7]


def test_a_person_is_idle_when_every_tab_is():
    room = room_of(ADAS_TAB, ADAS_SECOND_TAB)
    one_idle = room.with_member(replace(room.members[ADAS_TAB.id], idle=True))
    both_idle = one_idle.with_member(replace(room.members[ADAS_SECOND_TAB.id], idle=True))

    assert view(one_idle)["people"][0]["state"] == "viewing"
    assert view(both_idle)["people"][0]["state"] == "idle"


def test_a_lapsed_lease_shows_no_editor():
    shown = view(after(edited_by(ADAS_TAB), NOW + 30))

    assert shown["editor"] is None
    assert shown["people"][0]["state"] == "viewing"


def test_a_crowd_is_counted_but_not_named_in_full():
    room = empty_room()
    for number in range(MOST_PEOPLE + 10):
        person = Person(str(number), number, "label", "name")
        room = presence.join(room, NOW, replace(tab(ADA), id="tab-{}".format(number), user=person.key), person).room

    shown = view(room)

    assert (len(shown["people"]), shown["people_count"]) == (MOST_PEOPLE, MOST_PEOPLE + 10)


@given(rooms())
def test_a_state_never_contains_a_token_or_a_connection(at: Tuple[Room, float]):
    room, _ = at

    shown = json.dumps(view(room))

    assert not [member for member in room.members.values() if member.connection and member.connection in shown]
    assert "token" not in shown
    assert not room.lease or str(room.lease.token) not in shown


@given(rooms())
def test_a_state_is_never_without_its_editor_among_the_people(at: Tuple[Room, float]):
    room, now = at
    shown = view(room)

    live = room.live_lease(now)
    assert (shown["editor"] and shown["editor"]["member_id"]) == (live.holder if live else None)
    assert [person["state"] for person in shown["people"]].count("editing") == (1 if live else 0)
    assert shown["people_count"] == len({member.user for member in room.members.values()})


@given(histories())
def test_a_browser_never_sees_two_states_under_one_version(history: History):
    room, now = played([])
    for pause, move in history:
        before, at = room, now
        now = at + pause
        settled = presence.settle(before, now).room
        room = move(settled, now).room
        for earlier, later in ((before, settled), (settled, room)):
            assert later.version >= earlier.version
            assert later.version > earlier.version or view(later) == view(earlier)
