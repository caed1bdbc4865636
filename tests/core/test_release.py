from __future__ import annotations

from dataclasses import replace
from typing import Tuple

from hypothesis import given

from django_admin_collaborator.core import lease
from django_admin_collaborator.core.room import Room
from tests.core.examples import (
    ADA,
    ADAS_TAB,
    BOB,
    BOBS_TAB,
    CAYS_TAB,
    NOW,
    after,
    closes,
    edited_by,
    event,
    holder_of,
    replies,
    token_of,
    told,
)
from tests.core.moves import edited_rooms


def test_the_editor_gives_the_lease_back_and_the_room_is_told():
    room = edited_by(ADAS_TAB, BOBS_TAB)

    released = lease.release(room, NOW + 1, ADAS_TAB.id, token_of(room))

    assert released.room.lease is None
    assert released.room.version > room.version
    assert told(released) == ["lock_released", "editor_status"]
    assert event(released, "lock_released").message["user_id"] == ADA.id
    assert event(released, "editor_status").message["editor_id"] is None


def test_a_released_lease_cannot_be_resumed():
    room = edited_by(ADAS_TAB)
    token = token_of(room)

    released = lease.release(room, NOW + 1, ADAS_TAB.id, token).room

    assert replies(lease.renew(released, NOW + 2, ADAS_TAB.id, token)) == ["not_holder"]


def test_whoever_waited_longest_gets_a_released_lease_in_the_same_step():
    room = edited_by(ADAS_TAB, BOBS_TAB, CAYS_TAB, waiting=(CAYS_TAB, BOBS_TAB))

    released = lease.release(room, NOW + 1, ADAS_TAB.id, token_of(room))

    assert holder_of(released.room, NOW + 1) == CAYS_TAB.id
    assert token_of(released.room) > token_of(room)
    assert [member.id for member in released.room.queue()] == [BOBS_TAB.id]
    assert told(released) == ["lock_released", "editor_status"]
    assert event(released, "editor_status").message["editor_name"] == "Cay"


def test_who_waited_has_to_confirm_within_the_grace_of_a_reconnect():
    room = edited_by(ADAS_TAB, BOBS_TAB, CAYS_TAB, waiting=(BOBS_TAB, CAYS_TAB))

    promoted = lease.release(room, NOW + 1, ADAS_TAB.id, token_of(room)).room

    assert holder_of(promoted, NOW + 8.9) == BOBS_TAB.id
    assert holder_of(after(promoted, NOW + 9), NOW + 9) == CAYS_TAB.id


def test_a_waiting_member_whose_connection_broke_is_passed_over():
    room = edited_by(ADAS_TAB, BOBS_TAB, CAYS_TAB, waiting=(BOBS_TAB, CAYS_TAB))
    room = closes(BOBS_TAB, 8.0)(room, NOW + 1).room

    released = lease.release(room, NOW + 2, ADAS_TAB.id, token_of(room)).room

    assert holder_of(released, NOW + 2) == CAYS_TAB.id
    assert [member.id for member in released.queue()] == [BOBS_TAB.id]


def test_who_waits_gets_the_lease_once_the_editor_falls_silent():
    room = edited_by(ADAS_TAB, BOBS_TAB, waiting=(BOBS_TAB,))

    assert holder_of(after(room, NOW + 30), NOW + 30) == BOBS_TAB.id


def test_releasing_a_lapsed_lease_is_refused():
    room = edited_by(ADAS_TAB)

    assert replies(lease.release(after(room, NOW + 30), NOW + 30, ADAS_TAB.id, token_of(room))) == ["not_holder"]


def test_a_deleted_objects_lease_is_granted_to_nobody():
    room = replace(edited_by(ADAS_TAB, BOBS_TAB, waiting=(BOBS_TAB,)), deleted=True)

    released = lease.release(room, NOW + 1, ADAS_TAB.id, token_of(room)).room

    assert released.lease is None
    assert replies(lease.claim(released, NOW + 2, ADAS_TAB.id)) == ["lease_not_free_yet", "editor_status"]


@given(edited_rooms())
def test_only_a_connected_member_is_promoted_the_heir_first_and_then_the_longest_waiting(at: Tuple[Room, float]):
    room, now = at

    ended = lease.end(room, now, keep_record=False).room

    first = [room.members[record.member] for record in (room.heir, room.take_over) if record]
    waiting = [member for member in room.queue() if not member.passed_over]
    able = [m for m in first + waiting if m.connection and m.may_edit and m.expires_at > now]
    next_one = able[0] if able and room.may_grant(now) else None
    if next_one is None or next_one in first or next_one.is_attentive:
        assert holder_of(ended, now) == (next_one.id if next_one else None)
    else:  # it is asked whether anybody is there
        assert holder_of(ended, now) is None
        assert ended.offer.member == next_one.id


def test_the_user_of_a_promoted_member_is_told_as_editor():
    room = edited_by(ADAS_TAB, BOBS_TAB, waiting=(BOBS_TAB,))

    released = lease.release(room, NOW + 1, ADAS_TAB.id, token_of(room))

    assert released.room.editor() == BOB
