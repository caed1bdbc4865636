from __future__ import annotations

from dataclasses import replace
from typing import Tuple

from hypothesis import given
from hypothesis import strategies as st

from django_admin_collaborator.core import lease, presence, saving
from django_admin_collaborator.core.room import Room
from tests.core.examples import (
    ADA,
    ADAS_TAB,
    BOB,
    BOBS_TAB,
    NOW,
    PEOPLE,
    after,
    alive,
    closes,
    edited_by,
    empty_room,
    event,
    holder_of,
    room_of,
    tab,
    token_of,
    told,
)
from tests.core.moves import TABS, rooms


def test_a_process_keeps_all_that_it_serves_present():
    room = room_of(ADAS_TAB, BOBS_TAB)

    kept = presence.keep(room, NOW + 25, [alive(ADAS_TAB), alive(BOBS_TAB)])

    assert set(after(kept.room, NOW + 54).members) == {ADAS_TAB.id, BOBS_TAB.id}
    assert kept.room.version == room.version
    assert told(kept) == []


def test_who_is_not_kept_for_half_a_minute_has_left():
    room = room_of(ADAS_TAB, BOBS_TAB)
    kept = presence.keep(room, NOW + 25, [alive(ADAS_TAB)]).room

    gone = presence.settle(kept, NOW + 30)

    assert event(gone, "user_left").message["user_id"] == BOB.id


def test_a_lease_lives_half_a_minute_from_the_last_frame_that_was_heard():
    room = edited_by(ADAS_TAB)

    kept = presence.keep(room, NOW + 20, [alive(ADAS_TAB, 5.0, token_of(room))]).room

    assert kept.lease.expires_at == NOW + 20 - 5 + 30


def test_a_process_with_another_token_keeps_only_the_presence():
    room = edited_by(ADAS_TAB)

    kept = presence.keep(room, NOW + 20, [alive(ADAS_TAB, 0.0, token_of(room) - 1)]).room

    assert kept.lease == room.lease


def test_a_silent_editor_is_stale_after_half_a_minute_though_its_socket_is_open():
    bare = tab(BOB, 1, bare=True)
    room = edited_by(bare, ADAS_TAB, waiting=(ADAS_TAB,))

    for age in (8, 16, 24, 29):
        room = presence.keep(room, NOW + age, [alive(bare, age, token_of(room)), alive(ADAS_TAB)]).room

    assert holder_of(after(room, NOW + 30), NOW + 30) == ADAS_TAB.id


def test_a_stalled_process_does_not_bring_a_silent_editor_back_to_life():
    bare = tab(BOB, 1, bare=True)
    room = edited_by(bare, ADAS_TAB)
    token = token_of(room)
    lapsed = presence.settle(room, NOW + 45).room

    kept = presence.keep(lapsed, NOW + 45, [alive(bare, 45.0, token)]).room

    assert holder_of(kept, NOW + 45) is None
    assert BOB.key in kept.people


def test_a_stalled_process_resumes_the_lease_of_an_editor_that_it_just_heard():
    room = edited_by(ADAS_TAB)
    lapsed = presence.settle(room, NOW + 45).room

    kept = presence.keep(lapsed, NOW + 45, [alive(ADAS_TAB, 1.0, token_of(room))])

    assert kept.room.lease.expires_at == NOW + 45 - 1 + 30
    assert token_of(kept.room) == token_of(room)
    assert event(kept, "editor_status").message["editor_id"] == ADA.id


def test_the_process_of_an_old_connection_keeps_nothing_of_a_tab_that_moved_on():
    room = edited_by(ADAS_TAB)
    moved = presence.join(room, NOW + 1, replace(ADAS_TAB, connection="elsewhere"), ADA).room

    assert presence.keep(moved, NOW + 5, [alive(ADAS_TAB, 0.0, token_of(room))]).room is moved


def test_a_page_that_said_goodbye_is_not_kept():
    room = closes(ADAS_TAB)(edited_by(ADAS_TAB), NOW + 1).room

    assert presence.keep(room, NOW + 1.5, [alive(ADAS_TAB, 0.5, token_of(room))]).room is room


def lost(now: float = NOW + 60) -> Room:
    """The room that the next reader finds after the store lost everything at ``now``."""
    return empty_room(now, no_grant_before=now + 2.5)


def test_after_a_loss_the_holders_process_puts_its_lease_back():
    before = edited_by(ADAS_TAB)

    kept = presence.keep(lost(), NOW + 61, [alive(ADAS_TAB, 4.0, token_of(before))])

    assert holder_of(kept.room, NOW + 61) == ADAS_TAB.id
    assert token_of(kept.room) == token_of(before)
    assert kept.room.lease.expires_at == NOW + 61 - 4 + 30
    assert told(kept) == ["user_joined", "editor_status"]


def test_after_a_loss_nobody_new_is_granted_before_the_holder_could_report():
    room = presence.join(lost(), NOW + 61, BOBS_TAB, BOB).room
    asked = lease.claim(room, NOW + 61, BOBS_TAB.id, wait=True).room
    assert holder_of(asked, NOW + 61) is None

    reported = presence.keep(asked, NOW + 62, [alive(ADAS_TAB, 0.0, NOW * 1000)]).room

    assert holder_of(after(reported, NOW + 63), NOW + 63) == ADAS_TAB.id


def test_after_a_loss_that_no_holder_reports_whoever_waits_is_promoted():
    room = presence.join(lost(), NOW + 61, BOBS_TAB, BOB).room
    asked = lease.claim(room, NOW + 61, BOBS_TAB.id, wait=True).room

    assert holder_of(after(asked, NOW + 62.5), NOW + 62.5) == BOBS_TAB.id


def test_after_a_loss_the_newest_of_two_reported_leases_is_the_real_one():
    stale, real = alive(ADAS_TAB, 3.0, int(NOW * 1000)), alive(BOBS_TAB, 0.0, int(NOW * 1000) + 5)

    for reports in ([stale, real], [real, stale]):
        room = lost()
        for report in reports:
            room = presence.keep(room, NOW + 61, [report]).room
        assert holder_of(room, NOW + 61) == BOBS_TAB.id


def test_a_report_that_comes_after_somebody_new_was_granted_the_lease_is_too_late():
    room = presence.join(lost(), NOW + 61, BOBS_TAB, BOB).room
    granted = lease.claim(room, NOW + 62.5, BOBS_TAB.id).room

    late = presence.keep(granted, NOW + 62.6, [alive(ADAS_TAB, 0.0, int(NOW * 1000))]).room

    assert late.lease == granted.lease
    assert not late.may_put_back(int(NOW * 1000))


def test_a_lease_that_was_granted_in_this_room_is_never_put_back_after_its_end():
    room = edited_by(ADAS_TAB)
    token = token_of(room)
    released = lease.release(room, NOW + 1, ADAS_TAB.id, token).room

    assert presence.keep(released, NOW + 2, [alive(ADAS_TAB, 0.0, token)]).room.lease is None


def test_a_lease_that_was_put_back_is_not_put_back_again_after_its_end():
    token = int(NOW * 1000)
    room = presence.keep(lost(), NOW + 61, [alive(ADAS_TAB, 0.0, token)]).room
    released = lease.release(room, NOW + 62, ADAS_TAB.id, token).room

    assert presence.keep(released, NOW + 63, [alive(ADAS_TAB, 0.0, token)]).room.lease is None
    assert not released.may_put_back(token)


def test_a_lease_that_the_holder_was_not_heard_of_for_half_a_minute_is_not_put_back():
    assert presence.keep(lost(), NOW + 61, [alive(ADAS_TAB, 30.0, int(NOW * 1000))]).room.lease is None


def test_tokens_grow_over_a_loss():
    before = edited_by(ADAS_TAB)
    room = presence.join(lost(), NOW + 63, BOBS_TAB, BOB).room

    claimed = lease.claim(room, NOW + 63, BOBS_TAB.id).room

    assert token_of(claimed) > token_of(before)


@given(rooms(), st.sampled_from(TABS), st.integers(-2, 2), st.floats(0, 40))
def test_keeping_never_touches_a_lease_of_another_member_or_token(
    at: Tuple[Room, float], member, off: int, age: float
):
    room, now = at
    token = (room.lease.token if room.lease else room.last_token) + off

    known = presence.Alive(member, PEOPLE[member.user], age, token)
    kept = presence.keep(room, now, [known]).room

    newer_report = room.may_put_back(token)
    if room.lease and (room.lease.holder, room.lease.token) != (member.id, token) and not newer_report:
        assert kept.lease == room.lease


@given(rooms(), st.sampled_from(TABS), st.floats(0, 40))
def test_keeping_never_outlives_half_a_minute_after_the_last_frame(at: Tuple[Room, float], member, age: float):
    room, now = at
    token = room.lease.token if room.lease else None

    kept = presence.keep(room, now, [presence.Alive(member, PEOPLE[member.user], age, token)]).room

    if kept.lease != room.lease:
        assert kept.lease.expires_at <= now - age + room.lease_seconds


def test_a_lapsed_lease_is_not_resumed_while_a_save_that_found_it_over_is_on_its_way():
    room = edited_by(ADAS_TAB, BOBS_TAB)
    lapsed = presence.settle(room, NOW + 45).room
    held = saving.hold(lapsed, NOW + 45, BOB.key, "", None, "save").room

    kept = presence.keep(held, NOW + 46, [alive(ADAS_TAB, 1.0, token_of(room))]).room

    assert holder_of(kept, NOW + 46) is None
