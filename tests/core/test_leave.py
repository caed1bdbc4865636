from __future__ import annotations

from dataclasses import replace
from typing import Tuple

from hypothesis import given
from hypothesis import strategies as st

from django_admin_collaborator.core import lease, presence, saving
from django_admin_collaborator.core.room import Room
from tests.core.examples import (
    ADA,
    ADAS_SECOND_TAB,
    ADAS_TAB,
    BOB,
    BOBS_TAB,
    NOW,
    after,
    closes,
    edited_by,
    event,
    holder_of,
    room_of,
    tab,
    token_of,
    told,
)
from tests.core.moves import BY_ID, edited_rooms


def goes(room: Room, moment: float, submitting: bool = False) -> Room:
    return presence.going(room, moment, ADAS_TAB.id, ADAS_TAB.connection, submitting).room


def test_a_page_that_goes_away_keeps_its_lease_for_a_reload():
    room = goes(edited_by(ADAS_TAB, BOBS_TAB, waiting=(BOBS_TAB,)), NOW + 1)

    assert holder_of(after(room, NOW + 1.79), NOW + 1.79) == ADAS_TAB.id
    assert holder_of(after(room, NOW + 1.8), NOW + 1.8) == BOBS_TAB.id


def test_what_a_page_still_says_after_its_goodbye_keeps_no_lease():
    room = edited_by(ADAS_TAB, BOBS_TAB, waiting=(BOBS_TAB,))
    token = token_of(room)
    room = goes(room, NOW + 1)
    room = lease.renew(room, NOW + 1.1, ADAS_TAB.id, token).room
    room = lease.claim(room, NOW + 1.2, ADAS_TAB.id).room

    assert holder_of(after(room, NOW + 1.79), NOW + 1.79) == ADAS_TAB.id
    assert holder_of(after(room, NOW + 1.8), NOW + 1.8) == BOBS_TAB.id


def test_a_page_that_has_said_goodbye_is_granted_no_lease():
    room = goes(room_of(ADAS_TAB), NOW + 1)
    claimed = lease.claim(room, NOW + 1.1, ADAS_TAB.id, wait=True)

    assert [reply["type"] for reply in claimed.replies] == ["error", "editor_status"]
    assert claimed.room is room


def test_a_page_that_submits_keeps_its_lease_for_the_answer():
    room = goes(edited_by(ADAS_TAB, BOBS_TAB, waiting=(BOBS_TAB,)), NOW + 1, submitting=True)

    assert holder_of(after(room, NOW + 8.9), NOW + 8.9) == ADAS_TAB.id
    assert holder_of(after(room, NOW + 9), NOW + 9) == BOBS_TAB.id


def test_a_broken_connection_keeps_its_lease_for_eight_seconds():
    room = closes(ADAS_TAB, 8.0)(edited_by(ADAS_TAB, BOBS_TAB, waiting=(BOBS_TAB,)), NOW + 1).room

    assert holder_of(after(room, NOW + 8.9), NOW + 8.9) == ADAS_TAB.id
    assert holder_of(after(room, NOW + 9), NOW + 9) == BOBS_TAB.id


def test_the_socket_that_closes_after_its_page_said_goodbye_changes_nothing():
    room = goes(edited_by(ADAS_TAB), NOW + 1, submitting=True)

    assert closes(ADAS_TAB, 0.8)(room, NOW + 2).room is room


def test_the_end_of_an_old_connection_does_not_touch_a_tab_that_came_back():
    room = edited_by(ADAS_TAB)
    back = presence.join(room, NOW + 1, replace(ADAS_TAB, connection="new"), ADA).room

    assert closes(ADAS_TAB, 0.8)(back, NOW + 2).room is back


def test_closing_a_second_tab_keeps_the_first_tabs_lease():
    room = edited_by(ADAS_TAB, ADAS_SECOND_TAB)

    left = after(closes(ADAS_SECOND_TAB)(room, NOW + 1).room, NOW + 2)

    assert holder_of(left, NOW + 2) == ADAS_TAB.id
    assert list(left.people) == [ADA.key]


def test_a_person_has_left_when_the_last_tab_did_not_come_back():
    room = room_of(ADAS_TAB, ADAS_SECOND_TAB, BOBS_TAB)
    room = closes(ADAS_SECOND_TAB)(closes(ADAS_TAB)(room, NOW + 1).room, NOW + 1.5).room

    assert told(presence.settle(room, NOW + 1.9)) == []
    gone = presence.settle(room, NOW + 2.3)

    assert event(gone, "user_left").message == {
        "type": "user_left",
        "user_id": 7,
        "username": "ada@example.com",
        "email": "ada@example.com",
    }
    assert list(gone.room.people) == [BOB.key]


def test_a_bare_client_that_only_looked_is_gone_at_once():
    room = room_of(ADAS_TAB, tab(BOB, 1, bare=True))

    assert told(closes(tab(BOB, 1, bare=True), 8.0)(room, NOW + 1)) == ["user_left"]


def test_a_bare_editor_is_waited_for():
    bare = tab(BOB, 1, bare=True)
    room = edited_by(bare, ADAS_TAB)

    assert holder_of(closes(bare, 8.0)(room, NOW + 1).room, NOW + 8) == bare.id


def test_a_queue_forgets_who_has_gone():
    room = edited_by(ADAS_TAB, BOBS_TAB, waiting=(BOBS_TAB,))

    left = after(closes(BOBS_TAB)(room, NOW + 1).room, NOW + 2)

    assert left.queue() == []


def test_a_save_on_its_way_keeps_the_lease_of_a_page_that_has_gone():
    room = edited_by(ADAS_TAB, BOBS_TAB, waiting=(BOBS_TAB,))
    held = saving.hold(room, NOW + 1, ADA.key, ADAS_TAB.id, token_of(room), "save").room

    left = after(goes(held, NOW + 1.1, submitting=True), NOW + 20)

    assert holder_of(left, NOW + 20) == ADAS_TAB.id
    assert ADA.key in left.people


def test_after_a_save_a_page_that_does_not_come_back_is_waited_for_as_for_a_broken_connection():
    room = edited_by(ADAS_TAB, BOBS_TAB, waiting=(BOBS_TAB,))
    held = saving.hold(room, NOW + 1, ADA.key, ADAS_TAB.id, token_of(room), "save").room
    left = goes(held, NOW + 1.1, submitting=True)

    saved = saving.saved(left, NOW + 3, ADA, ADAS_TAB.id, token_of(room), hold_id="save").room

    assert holder_of(after(saved, NOW + 10.9), NOW + 10.9) == ADAS_TAB.id
    assert holder_of(after(saved, NOW + 11), NOW + 11) == BOBS_TAB.id


@given(edited_rooms(), st.sampled_from(sorted(BY_ID)), st.sampled_from(["", "another"]), st.sampled_from([0.8, 8.0]))
def test_only_the_holders_own_connection_shortens_the_lease_and_never_below_the_grace(
    at: Tuple[Room, float], who: str, wire: str, seconds: float
):
    room, now = at
    member = room.members.get(who)
    connection = wire or (member.connection if member else "gone")

    left = presence.leave(room, now, who, connection, seconds).room

    if who != room.lease.holder or member.connection != connection:
        assert left.lease == room.lease
    else:
        latest = max(room.lease.expires_at, room.held_until())  # a save in progress keeps it
        assert min(room.lease.expires_at, now + seconds) <= left.lease.expires_at <= latest


@given(edited_rooms())
def test_leaving_never_grants_anything_before_the_grace_is_over(at: Tuple[Room, float]):
    room, now = at
    holder = room.members[room.lease.holder]

    left = presence.leave(room, now, holder.id, holder.connection, 8.0).room

    assert (left.lease.holder, left.lease.token) == (room.lease.holder, room.lease.token)
    assert lease.holds(left, room.lease.holder, room.lease.token)
