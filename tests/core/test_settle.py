from __future__ import annotations

from typing import Tuple

from hypothesis import given

from django_admin_collaborator.core import lease, presence, saving
from django_admin_collaborator.core.room import Room
from tests.core.examples import (
    ADA,
    ADAS_TAB,
    BOBS_TAB,
    NOW,
    after,
    closes,
    edited_by,
    empty_room,
    holder_of,
    room_of,
    token_of,
    told,
)
from tests.core.moves import rooms


def test_a_room_in_which_nothing_ended_is_left_as_it_is():
    room = edited_by(ADAS_TAB, BOBS_TAB, waiting=(BOBS_TAB,))

    assert presence.settle(room, NOW + 5).room is room


def test_a_deserted_room_is_empty_in_the_end():
    room = closes(ADAS_TAB)(edited_by(ADAS_TAB), NOW + 1).room

    deserted = presence.settle(presence.settle(room, NOW + 2).room, NOW + 300).room

    assert (deserted.members, deserted.people, deserted.lease, deserted.next_deadline()) == ({}, {}, None, None)


def test_an_unsettled_room_says_when_something_ends():
    room = closes(ADAS_TAB)(edited_by(ADAS_TAB, BOBS_TAB), NOW + 1).room

    assert room.next_deadline() == NOW + 1.8


def test_a_waiting_member_makes_the_end_of_a_save_a_deadline():
    room = room_of(BOBS_TAB)
    held = saving.hold(room, NOW, ADA.key, "", None, "program").room
    asked = lease.claim(held, NOW + 1, BOBS_TAB.id, wait=True).room

    assert asked.next_deadline() == NOW + 30
    assert holder_of(after(asked, NOW + 30), NOW + 30) == BOBS_TAB.id


def test_a_holder_whose_presence_ended_stays_until_its_lease_ends():
    room = edited_by(ADAS_TAB, BOBS_TAB)
    held = saving.hold(room, NOW + 1, ADA.key, ADAS_TAB.id, token_of(room), "save").room
    gone = closes(ADAS_TAB)(held, NOW + 2).room

    waiting = after(gone, NOW + 10)

    assert ADA.key in waiting.people
    assert waiting.next_deadline() == NOW + 31


def test_a_forgotten_hold_ends_by_itself():
    room = saving.hold(room_of(BOBS_TAB), NOW, ADA.key, "", None, "never heard of again").room

    assert after(room, NOW + 30).holds == {}


@given(rooms())
def test_nobody_who_is_connected_ever_waits_while_the_lease_is_free_but_who_is_asked(at: Tuple[Room, float]):
    room, now = at

    if room.lease and not room.lease.lapsed:
        assert room.lease.is_live(now)
    elif room.may_grant(now):
        there = [m for m in room.queue() if m.connection and m.may_edit and m.expires_at > now and not m.passed_over]
        assert [m.id for m in there[:1]] == ([room.offer.member] if room.offer else [])


@given(rooms())
def test_the_next_deadline_of_a_settled_room_is_never_over(at: Tuple[Room, float]):
    room, now = at

    deadline = room.next_deadline()
    assert deadline is None or deadline > now


@given(rooms())
def test_nothing_ever_ends_before_the_deadline(at: Tuple[Room, float]):
    room, now = at
    deadline = room.next_deadline()
    if deadline is None or deadline - now < 0.001:
        return

    earlier = presence.settle(room, deadline - 0.0005)

    assert earlier.room.version == room.version
    assert told(earlier) == []


@given(rooms())
def test_settling_twice_changes_nothing_more(at: Tuple[Room, float]):
    room, now = at

    again = presence.settle(room, now)

    assert again.room == room
    assert told(again) == []


def test_a_fresh_room_after_a_loss_has_no_deadline_while_nobody_waits():
    assert empty_room(NOW, no_grant_before=NOW + 2.5).next_deadline() is None
