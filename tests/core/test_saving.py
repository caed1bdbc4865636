from __future__ import annotations

from dataclasses import replace
from typing import Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_admin_collaborator.core import lease, messages, saving
from django_admin_collaborator.core.presence import settle
from django_admin_collaborator.core.room import Room
from tests.core.examples import (
    ADA,
    ADAS_SECOND_TAB,
    ADAS_TAB,
    BOB,
    BOBS_TAB,
    CAYS_TAB,
    NOW,
    PEOPLE,
    after,
    closes,
    edited_by,
    event,
    holder_of,
    replies,
    room_of,
    token_of,
    told,
)
from tests.core.moves import BY_ID, Move, edited_rooms, rooms, some


def asks_to_save(room: Room, moment: float, member, token, hold_id: str = "save"):
    return saving.hold(room, moment, member.user, member.id, token, hold_id)


def admitted(transition) -> bool:
    (answer,) = transition.replies
    return answer["admitted"]


def test_the_holders_save_is_admitted_and_keeps_the_lease_from_ending():
    room = edited_by(ADAS_TAB, BOBS_TAB, waiting=(BOBS_TAB,))

    held = asks_to_save(room, NOW + 29, ADAS_TAB, token_of(room))

    assert admitted(held)
    assert holder_of(after(held.room, NOW + 58.9), NOW + 58.9) == ADAS_TAB.id


def test_a_save_is_refused_while_another_edits_and_says_who():
    room = edited_by(ADAS_TAB, BOBS_TAB)

    refused = asks_to_save(room, NOW + 1, BOBS_TAB, None)

    assert refused.room is room
    assert refused.replies == (
        {"type": "hold", "admitted": False, "holder_name": "Ada Lovelace", "own_other_tab": False},
    )


def test_a_save_from_another_tab_of_the_editor_is_refused_as_its_own():
    room = edited_by(ADAS_TAB, ADAS_SECOND_TAB)

    refused = asks_to_save(room, NOW + 1, ADAS_SECOND_TAB, token_of(room))

    assert not admitted(refused)
    assert refused.replies[0]["own_other_tab"]


def test_a_save_under_an_old_token_of_the_holder_is_refused():
    room = edited_by(ADAS_TAB)

    assert not admitted(asks_to_save(room, NOW + 1, ADAS_TAB, token_of(room) - 1))


def test_a_save_that_names_no_member_counts_as_its_users():
    room = edited_by(ADAS_TAB)

    assert admitted(saving.hold(room, NOW + 1, ADA.key, "", None, "save"))
    assert not admitted(saving.hold(room, NOW + 1, BOB.key, "", None, "save"))


def test_a_save_is_admitted_when_nobody_edits():
    assert admitted(asks_to_save(room_of(ADAS_TAB, BOBS_TAB), NOW, BOBS_TAB, None))


def test_no_lease_is_granted_between_the_check_of_a_save_and_its_commit():
    room = asks_to_save(room_of(ADAS_TAB, BOBS_TAB), NOW, ADAS_TAB, None).room

    refused = lease.claim(room, NOW + 1, BOBS_TAB.id, wait=True)
    assert replies(refused) == ["lease_not_free_yet", "editor_status", "queued"]

    committed = saving.saved(refused.room, NOW + 2, ADA, hold_id="save")
    assert holder_of(committed.room, NOW + 2) == BOBS_TAB.id


def test_a_save_that_comes_to_nothing_promotes_who_waits():
    room = asks_to_save(room_of(ADAS_TAB, BOBS_TAB), NOW, ADAS_TAB, None).room
    room = lease.claim(room, NOW + 1, BOBS_TAB.id, wait=True).room

    assert holder_of(saving.drop(room, NOW + 2, "save").room, NOW + 2) == BOBS_TAB.id


def test_the_last_of_two_saves_lets_the_lease_move():
    room = asks_to_save(room_of(ADAS_TAB, BOBS_TAB), NOW, ADAS_TAB, None, "first").room
    room = asks_to_save(room, NOW, ADAS_TAB, None, "second").room
    room = lease.claim(room, NOW + 1, BOBS_TAB.id, wait=True).room

    one_left = saving.drop(room, NOW + 2, "first").room
    assert holder_of(one_left, NOW + 2) is None
    assert holder_of(saving.drop(one_left, NOW + 3, "second").room, NOW + 3) == BOBS_TAB.id


def test_an_unknown_hold_is_dropped_without_a_change():
    room = edited_by(ADAS_TAB)

    assert saving.drop(room, NOW, "never heard of").room is room
    assert saving.drop(room, NOW, None).room is room


def test_the_room_hears_of_a_commit_and_who_made_it():
    saved = saving.saved(edited_by(ADAS_TAB, BOBS_TAB), NOW + 1, ADA, ADAS_TAB.id)

    assert told(saved) == ["content_updated"]
    assert event(saved, "content_updated").message["username"] == "ada@example.com"
    last = saved.room.saved
    assert (last.at, last.number, last.user_id, last.name, last.member) == (NOW + 1, 1, 7, "Ada Lovelace", "ada-1")


def test_commits_are_counted():
    room = edited_by(ADAS_TAB)
    for count in (1, 2, 3):
        room = saving.saved(room, NOW + count, ADA).room
        assert room.saved.number == count


def test_a_programs_commit_has_no_author():
    saved = saving.saved(edited_by(ADAS_TAB), NOW + 1)

    assert told(saved) == []
    assert (saved.room.saved.user_id, saved.room.saved.name) == (None, "")
    assert saved.room.version > edited_by(ADAS_TAB).version


def test_save_and_continue_keeps_the_lease_for_the_page_that_follows():
    room = edited_by(ADAS_TAB, BOBS_TAB, waiting=(BOBS_TAB,))
    held = asks_to_save(room, NOW + 1, ADAS_TAB, token_of(room)).room

    saved = saving.saved(held, NOW + 2, ADA, ADAS_TAB.id, token_of(room), hold_id="save").room

    assert holder_of(saved, NOW + 2) == ADAS_TAB.id
    gone = closes(ADAS_TAB, 8.0)(saved, NOW + 3).room
    assert holder_of(after(gone, NOW + 10.9), NOW + 10.9) == ADAS_TAB.id


def test_a_save_that_leads_elsewhere_hands_over_at_its_commit():
    room = edited_by(ADAS_TAB, BOBS_TAB, waiting=(BOBS_TAB,))
    held = asks_to_save(room, NOW + 1, ADAS_TAB, token_of(room)).room

    saved = saving.saved(held, NOW + 2, ADA, ADAS_TAB.id, token_of(room), release=True, hold_id="save")

    assert holder_of(saved.room, NOW + 2) == BOBS_TAB.id
    assert told(saved) == ["content_updated", "lock_released", "editor_status"]
    assert ADA.key not in after(closes(ADAS_TAB)(saved.room, NOW + 2.1).room, NOW + 3).people


def test_a_save_of_a_lease_that_moved_on_releases_nothing():
    room = edited_by(BOBS_TAB, ADAS_TAB)

    saved = saving.saved(room, NOW + 1, ADA, ADAS_TAB.id, token_of(room) - 1, release=True).room

    assert holder_of(saved, NOW + 1) == BOBS_TAB.id


def test_a_lapsed_lease_is_not_resumed_after_a_save_that_released_it():
    room = edited_by(ADAS_TAB)
    lapsed = after(room, NOW + 30)

    saved = saving.saved(lapsed, NOW + 31, ADA, ADAS_TAB.id, token_of(room), release=True).room

    assert replies(lease.renew(saved, NOW + 32, ADAS_TAB.id, token_of(room))) == ["not_holder"]


def test_only_the_editor_announces_a_save_over_the_socket():
    room = edited_by(ADAS_TAB, BOBS_TAB)

    assert told(saving.announced(room, NOW, ADAS_TAB.id, token_of(room))) == ["content_updated"]
    for who, token in ((BOBS_TAB.id, token_of(room)), (ADAS_TAB.id, token_of(room) + 1), (ADAS_TAB.id, None)):
        refused = saving.announced(room, NOW, who, token)
        assert (replies(refused), refused.events) == (["not_holder"], ())


def test_a_save_and_a_release_move_the_last_modified_time_on():
    room = replace(edited_by(ADAS_TAB), modified=at(0))

    assert saving.saved(room, NOW + 1, ADA).room.modified == at(1)
    assert saving.saved(room, NOW + 2).room.modified == at(2)
    assert lease.release(room, NOW + 3, ADAS_TAB.id, token_of(room)).room.modified == at(3)


def at(seconds: float) -> str:
    return messages.iso(NOW + seconds)


@pytest.mark.parametrize(
    ("said", "believed"),
    [
        (at(3), 3),
        (at(3).replace("+00:00", "Z"), 3),
        (at(3).replace("+00:00", ""), 3),
        (at(-1), 5),  # before the last known modification
        (at(6), 5),  # in the future
        ("yesterday", 5),
        ("", 5),
        (None, 5),
    ],
)
def test_a_save_over_the_socket_was_made_when_its_client_says_if_that_can_be(said, believed):
    room = replace(edited_by(ADAS_TAB), modified=at(0))

    announced = saving.announced(room, NOW + 5, ADAS_TAB.id, token_of(room), timestamp=said)

    assert announced.room.modified == at(believed)
    assert announced.events[-1].message["timestamp"] == at(believed)


def test_a_save_over_the_socket_follows_one_whose_time_is_no_time():
    room = replace(edited_by(ADAS_TAB), modified="revision 12")

    announced = saving.announced(room, NOW + 5, ADAS_TAB.id, token_of(room), "revision 13", at(3))

    assert announced.room.modified == "revision 13"
    assert announced.events[-1].message["timestamp"] == at(3)


def test_a_deleted_object_has_no_editor_and_gets_none():
    room = edited_by(ADAS_TAB, BOBS_TAB, waiting=(BOBS_TAB,))

    gone = saving.deleted(room, NOW + 1, ADA).room

    assert gone.deleted
    assert gone.lease is None
    assert holder_of(after(gone, NOW + 5), NOW + 5) is None
    assert replies(lease.renew(gone, NOW + 2, ADAS_TAB.id, token_of(room))) == ["not_holder"]


def test_a_lapsed_lease_of_a_deleted_object_is_gone_too():
    room = after(edited_by(ADAS_TAB), NOW + 30)

    assert saving.deleted(room, NOW + 31).room.lease is None


def test_an_object_that_is_saved_again_is_there_again():
    room = room_of(ADAS_TAB, BOBS_TAB)
    gone = lease.claim(saving.deleted(room, NOW).room, NOW + 1, BOBS_TAB.id, wait=True).room

    back = saving.saved(gone, NOW + 2, ADA).room

    assert not back.deleted
    assert holder_of(after(back, NOW + 2), NOW + 2) == BOBS_TAB.id


@given(rooms(), st.sampled_from(sorted(BY_ID)), st.integers(-1, 1), st.booleans())
def test_a_save_is_only_admitted_while_no_other_member_holds_a_live_lease(
    at: Tuple[Room, float], who: str, off: int, named: bool
):
    room, now = at
    user = BY_ID[who].user
    token = (room.lease.token if room.lease else room.last_token) + off

    held = saving.hold(room, now, user, who if named else "", token, "save")

    live = room.live_lease(now)
    own = live and live.user == user and (not named or (live.holder, live.token) == (who, token))
    assert admitted(held) == (live is None or own)


LIKELY = some("join", "claim", "claim", "keep", "renew", "release", "leave", "going", "stop_waiting", "settle")


@given(rooms(), st.lists(st.tuples(st.sampled_from([0.0, 0.4, 3.0, 8.1]), LIKELY), max_size=12))
def test_while_a_save_is_on_its_way_the_lease_never_goes_to_another(at: Tuple[Room, float], history: list):
    room, now = at
    live = room.live_lease(now)
    saver = live.user if live else BOB.key
    room = saving.hold(room, now, saver, live.holder if live else "", live.token if live else None, "save").room
    end = now + saving.HOLD_SECONDS
    for pause, move in history:
        now += pause
        if now >= end:
            return
        room = move(settle(room, now).room, now).room
        found = room.live_lease(now)
        restored = found is not None and found.token <= room.born  # granted before a loss, not now
        same = found and live and (found.holder, found.token) == (live.holder, live.token)
        assert found is None or same or restored


@given(edited_rooms(), some("saved"))
def test_a_save_only_releases_the_exact_lease_it_names(at: Tuple[Room, float], move: Move):
    room, now = at

    saved = move(room, now).room

    named = (move.who, move.given_token(room)) == (room.lease.holder, room.lease.token)
    if not (move.yes and named):
        assert (saved.lease.holder, saved.lease.token) == (room.lease.holder, room.lease.token)
    assert saved.saved.user in PEOPLE


def test_a_save_by_a_holder_that_stays_connected_does_not_shorten_what_it_was_promised():
    room = edited_by(ADAS_TAB, CAYS_TAB)
    held = asks_to_save(room, NOW + 1, ADAS_TAB, token_of(room)).room
    renewed = lease.renew(held, NOW + 2, ADAS_TAB.id, token_of(room)).room

    assert saving.drop(renewed, NOW + 3, "save").room.lease.expires_at >= NOW + 32


def test_the_lease_waits_while_its_holder_confirms_a_deletion():
    room = edited_by(ADAS_TAB, BOBS_TAB, waiting=(BOBS_TAB,))

    reserved = saving.reserve(room, NOW + 1, ADA.key).room
    gone = closes(ADAS_TAB, 0.8)(reserved, NOW + 1.5).room

    assert holder_of(after(gone, NOW + 20), NOW + 20) == ADAS_TAB.id
    assert holder_of(after(gone, NOW + 31.1), NOW + 31.1) == BOBS_TAB.id


@given(edited_rooms())
def test_reading_the_page_that_confirms_never_grants_anything(edited: Tuple[Room, float]):
    room, now = edited
    for user in PEOPLE:
        reserved = saving.reserve(room, now, user).room
        assert (reserved.lease and reserved.lease.token) == (room.lease and room.lease.token)
        assert reserved.holds == room.holds or room.lease.user == user
