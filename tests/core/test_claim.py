from __future__ import annotations

from dataclasses import replace
from typing import Tuple

from hypothesis import given
from hypothesis import strategies as st

from django_admin_collaborator.core import lease, presence
from django_admin_collaborator.core.room import Room
from tests.core.examples import (
    ADA,
    ADAS_SECOND_TAB,
    ADAS_TAB,
    BOB,
    BOBS_TAB,
    CAYS_TAB,
    NOW,
    VIEWERS_TAB,
    after,
    closes,
    edited_by,
    empty_room,
    event,
    holder_of,
    replies,
    room_of,
    tab,
    token_of,
    told,
)
from tests.core.moves import BY_ID, edited_rooms, rooms

THE_MEMBER = st.sampled_from(sorted(BY_ID))


def test_a_free_lease_is_granted_for_half_a_minute():
    claimed = lease.claim(room_of(ADAS_TAB), NOW, ADAS_TAB.id)

    assert holder_of(claimed.room, NOW + 29.9) == ADAS_TAB.id
    assert holder_of(claimed.room, NOW + 30) is None


def test_the_claimer_is_answered_with_its_token_and_the_room_hears_who_edits():
    claimed = lease.claim(room_of(ADAS_TAB), NOW, ADAS_TAB.id)

    assert claimed.replies == ({"type": "lease", "token": token_of(claimed.room), "lease_ms": 30_000},)
    assert told(claimed) == ["editor_status"]
    assert event(claimed, "editor_status").message["editor_id"] == ADA.id
    assert event(claimed, "editor_status").to is None


def test_a_claim_while_somebody_edits_is_refused_and_says_who():
    room = edited_by(ADAS_TAB, BOBS_TAB)

    refused = lease.claim(room, NOW + 1, BOBS_TAB.id)

    assert refused.room is room
    assert replies(refused) == ["lease_held", "editor_status"]
    assert "Ada Lovelace is editing" in refused.replies[0]["message"]
    assert (refused.replies[0]["editor_id"], refused.replies[0]["editor_name"]) == (ADA.id, ADA.label)
    assert not refused.events


def test_a_second_tab_of_the_editor_is_refused_like_anybody():
    room = edited_by(ADAS_TAB, ADAS_SECOND_TAB)

    assert replies(lease.claim(room, NOW + 1, ADAS_SECOND_TAB.id)) == ["lease_held", "editor_status"]


def test_who_may_only_look_is_forbidden_to_claim():
    room = room_of(VIEWERS_TAB)

    refused = lease.claim(room, NOW, VIEWERS_TAB.id, wait=True)

    assert refused.room is room
    assert replies(refused) == ["forbidden"]


def test_who_never_joined_is_forbidden_to_claim():
    assert replies(lease.claim(room_of(ADAS_TAB), NOW, BOBS_TAB.id)) == ["forbidden"]


def test_claiming_again_keeps_token_and_version_and_renews():
    room = edited_by(ADAS_TAB)

    again = lease.claim(room, NOW + 20, ADAS_TAB.id)

    assert token_of(again.room) == token_of(room)
    assert again.room.version == room.version
    assert holder_of(again.room, NOW + 49) == ADAS_TAB.id
    assert replies(again) == ["lease"]
    assert not again.events


def test_an_expired_lease_can_be_claimed_with_a_greater_token():
    room = edited_by(ADAS_TAB, BOBS_TAB)

    claimed = lease.claim(after(room, NOW + 30), NOW + 30, BOBS_TAB.id)

    assert holder_of(claimed.room, NOW + 30) == BOBS_TAB.id
    assert token_of(claimed.room) > token_of(room)


def test_a_claim_that_waits_is_queued_in_the_order_of_asking():
    room = edited_by(ADAS_TAB, CAYS_TAB, BOBS_TAB)

    for moment, member in ((NOW + 1, CAYS_TAB), (NOW + 2, BOBS_TAB)):
        waiting = lease.claim(room, moment, member.id, wait=True)
        assert replies(waiting) == ["lease_held", "editor_status", "queued"]
        room = waiting.room

    assert [member.id for member in room.queue()] == [CAYS_TAB.id, BOBS_TAB.id]


def test_asking_to_wait_again_keeps_the_place_in_the_queue():
    room = edited_by(ADAS_TAB, BOBS_TAB, CAYS_TAB, waiting=(BOBS_TAB, CAYS_TAB))

    again = lease.claim(room, NOW + 5, BOBS_TAB.id, wait=True)

    assert again.room is room
    assert replies(again) == ["lease_held", "editor_status", "queued"]


def test_a_member_that_stops_waiting_leaves_the_queue():
    room = edited_by(ADAS_TAB, BOBS_TAB, CAYS_TAB, waiting=(BOBS_TAB, CAYS_TAB))

    stopped = lease.stop_waiting(room, NOW + 5, BOBS_TAB.id).room

    assert [member.id for member in stopped.queue()] == [CAYS_TAB.id]
    assert stopped.version > room.version
    assert lease.stop_waiting(stopped, NOW + 6, BOBS_TAB.id).room is stopped


def test_nothing_new_is_granted_before_holders_had_time_to_report_a_loss():
    room = replace(room_of(ADAS_TAB), no_grant_before=NOW + 2)

    waiting = lease.claim(room, NOW + 1, ADAS_TAB.id)

    assert replies(waiting) == ["queued"]
    assert waiting.room.lease is None
    assert waiting.room.next_deadline() <= NOW + 2
    assert presence.settle(waiting.room, NOW + 2).room.lease.holder == ADAS_TAB.id


def test_whoever_comes_back_to_a_room_that_all_processes_forgot_waits_for_its_holder():
    room = room_of(ADAS_TAB, BOBS_TAB)
    old_token, old_version = room.born - 5000, room.born - 4000

    began = room.born / 1000

    bobs = lease.claim(room, began + 0.1, BOBS_TAB.id, wait=True, seen=old_version)
    adas = lease.claim(bobs.room, began + 0.4, ADAS_TAB.id, remembered=old_token, seen=old_version)

    assert replies(bobs) == ["queued"]
    assert (adas.room.lease.holder, adas.room.lease.token) == (ADAS_TAB.id, old_token)


def test_of_two_who_remember_a_lease_the_newest_is_the_real_one():
    room = room_of(ADAS_TAB, BOBS_TAB)
    began, version = room.born / 1000, room.born - 1000
    older, newer = room.born - 5000, room.born - 4000

    for first, second in ((ADAS_TAB, BOBS_TAB), (BOBS_TAB, ADAS_TAB)):
        asked = room
        for member in (first, second):
            token = newer if member is BOBS_TAB else older
            asked = lease.claim(asked, began + 0.5, member.id, remembered=token, seen=version).room
        assert (asked.lease.holder, asked.lease.token) == (BOBS_TAB.id, newer)


def test_a_remembered_token_counts_for_nothing_once_somebody_was_granted_the_lease():
    room = edited_by(BOBS_TAB, ADAS_TAB)

    refused = lease.claim(room, NOW + 0.4, ADAS_TAB.id, remembered=room.born - 5000, seen=room.born - 4000)

    assert refused.room.lease == room.lease
    assert replies(refused)[0] == "lease_held"


def test_a_remembered_token_counts_for_nothing_when_nothing_was_lost():
    room = room_of(ADAS_TAB)

    granted = lease.claim(room, NOW + 60, ADAS_TAB.id, remembered=room.born - 5000)

    assert granted.room.lease.token > room.born


def test_a_bare_client_inherits_the_lease_of_its_users_broken_connection():
    first, second = tab(BOB, 1, bare=True), tab(BOB, 2, bare=True)
    room = edited_by(first, second)
    broken = closes(first, 8.0)(room, NOW + 1).room

    claimed = lease.claim(broken, NOW + 2, second.id)

    assert replies(claimed) == ["lease"]
    assert token_of(claimed.room) > token_of(room)


def test_a_bare_client_does_not_inherit_from_a_connection_that_lives():
    first, second = tab(BOB, 1, bare=True), tab(BOB, 2, bare=True)

    assert replies(lease.claim(edited_by(first, second), NOW + 2, second.id)) == ["lease_held", "editor_status"]


def test_a_bare_client_does_not_inherit_from_a_page_that_can_come_back():
    page, bare = tab(BOB, 1), tab(BOB, 2, bare=True)
    room = closes(page, 8.0)(edited_by(page, bare), NOW + 1).room

    assert replies(lease.claim(room, NOW + 2, bare.id)) == ["lease_held", "editor_status"]


def test_a_stranger_does_not_inherit_the_lease_of_a_broken_bare_client():
    bare, strangers = tab(BOB, 1, bare=True), (ADAS_TAB, tab(ADA, 2, bare=True))
    room = closes(bare, 8.0)(edited_by(bare, *strangers), NOW + 1).room

    for stranger in strangers:
        assert replies(lease.claim(room, NOW + 2, stranger.id)) == ["lease_held", "editor_status"]


def test_the_first_token_of_a_room_is_greater_than_what_was_granted_before_it():
    room = empty_room(now=NOW)
    room = replace(room_of(ADAS_TAB), born=room.born, last_token=room.last_token)

    assert token_of(lease.claim(room, NOW, ADAS_TAB.id).room) > room.born


@given(edited_rooms(), THE_MEMBER, st.booleans())
def test_a_claim_is_only_granted_when_no_other_member_holds_a_live_lease(
    at: Tuple[Room, float], who: str, wait: bool
):
    room, now = at
    holder = room.members[room.lease.holder]

    claimed = lease.claim(room, now, who, wait).room

    heir = BY_ID[who].bare and holder.bare and holder.user == BY_ID[who].user and not holder.connection
    assert claimed.lease == room.lease or who == holder.id or heir


@given(rooms(), THE_MEMBER, st.booleans())
def test_every_new_token_is_greater_than_all_before(at: Tuple[Room, float], who: str, wait: bool):
    room, now = at

    claimed = lease.claim(room, now, who, wait).room

    assert claimed.last_token >= room.last_token
    if claimed.lease and claimed.lease != room.lease and (not room.lease or claimed.lease.token != room.lease.token):
        assert claimed.lease.token > room.last_token


@given(rooms(), THE_MEMBER, st.booleans())
def test_a_claim_is_never_left_without_an_answer(at: Tuple[Room, float], who: str, wait: bool):
    room, now = at

    assert lease.claim(room, now, who, wait).replies


@given(rooms(), THE_MEMBER)
def test_nobody_who_may_not_edit_ever_holds_or_waits(at: Tuple[Room, float], who: str):
    room, now = at

    claimed = lease.claim(room, now, who, wait=True).room

    assert not claimed.lease or claimed.lease.lapsed or BY_ID[claimed.lease.holder].may_edit
    assert all(member.may_edit for member in claimed.queue())
