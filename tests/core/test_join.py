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
    PEOPLE,
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
from tests.core.moves import TABS, rooms


def test_the_first_tab_of_a_person_is_told_to_everybody_but_itself():
    joined = presence.join(room_of(ADAS_TAB), NOW, BOBS_TAB, BOB)

    came = event(joined, "user_joined")
    assert (came.message["user_id"], came.message["username"]) == (9, "bob@example.com")
    assert (came.to, came.besides) == (None, BOBS_TAB.id)


def test_a_second_tab_of_a_person_is_no_newcomer():
    joined = presence.join(room_of(ADAS_TAB), NOW, ADAS_SECOND_TAB, ADA)

    assert told(joined) == []
    assert len(joined.room.people) == 1
    assert len(joined.room.members) == 2


def test_a_tab_that_comes_back_takes_the_place_of_its_old_connection():
    again = replace(ADAS_TAB, connection="another-wire")

    joined = presence.join(room_of(ADAS_TAB), NOW + 1, again, ADA)

    left = event(joined, "superseded")
    assert left.connection == ADAS_TAB.connection
    assert joined.room.members[ADAS_TAB.id].connection == "another-wire"
    assert joined.room.members[ADAS_TAB.id].joined_at == NOW


def test_a_tab_that_joins_twice_over_one_connection_is_not_its_own_successor():
    assert told(presence.join(room_of(ADAS_TAB), NOW + 1, ADAS_TAB, ADA)) == []


def test_a_holder_that_comes_back_within_the_grace_has_the_same_lease():
    room = edited_by(ADAS_TAB, BOBS_TAB, waiting=(BOBS_TAB,))
    away = closes(ADAS_TAB, 8.0)(room, NOW + 1).room

    back = presence.join(after(away, NOW + 8.9), NOW + 8.9, replace(ADAS_TAB, connection="new"), ADA)

    assert holder_of(back.room, NOW + 38) == ADAS_TAB.id
    assert token_of(back.room) == token_of(room)
    assert replies(back) == ["lease"]
    assert told(back) == []


def test_a_holder_that_comes_back_later_resumes_what_nobody_claimed():
    room = edited_by(ADAS_TAB, BOBS_TAB)
    lapsed = after(closes(ADAS_TAB, 8.0)(room, NOW + 1).room, NOW + 100)

    back = presence.join(lapsed, NOW + 100, ADAS_TAB, ADA)

    assert token_of(back.room) == token_of(room)
    assert told(back) == ["user_joined", "editor_status"]


def test_a_holder_that_comes_back_too_late_finds_the_next_one_editing():
    room = edited_by(ADAS_TAB, BOBS_TAB, waiting=(BOBS_TAB,))
    away = closes(ADAS_TAB, 8.0)(room, NOW + 1).room

    back = presence.join(after(away, NOW + 9), NOW + 9.5, ADAS_TAB, ADA).room

    assert holder_of(back, NOW + 9.5) == BOBS_TAB.id


def test_a_holder_that_comes_back_without_the_permission_loses_the_lease():
    room = edited_by(ADAS_TAB, BOBS_TAB, waiting=(BOBS_TAB,))

    back = presence.join(room, NOW + 1, replace(ADAS_TAB, may_edit=False), ADA)

    assert holder_of(back.room, NOW + 1) == BOBS_TAB.id
    assert told(back) == ["lock_released", "editor_status"]


def test_who_comes_back_keeps_the_place_in_the_queue():
    room = edited_by(ADAS_TAB, BOBS_TAB, waiting=(BOBS_TAB,))
    away = closes(BOBS_TAB, 8.0)(room, NOW + 1).room

    back = presence.join(away, NOW + 5, replace(BOBS_TAB, connection="new"), BOB).room

    assert [member.id for member in back.queue()] == [BOBS_TAB.id]


def test_coming_to_an_object_shows_that_it_exists_again():
    gone = saving.deleted(room_of(ADAS_TAB), NOW).room

    assert gone.deleted
    assert not presence.join(gone, NOW + 60, BOBS_TAB, BOB).room.deleted


def test_a_lapsed_lease_is_not_resumed_while_somebody_elses_save_is_on_its_way():
    room = edited_by(ADAS_TAB, BOBS_TAB)
    lapsed = after(closes(ADAS_TAB, 0.8)(room, NOW + 1).room, NOW + 2)
    saving_now = saving.hold(lapsed, NOW + 2, BOB.key, "", None, "bobs save").room

    back = presence.join(saving_now, NOW + 3, ADAS_TAB, ADA).room
    assert holder_of(back, NOW + 3) is None
    assert replies(lease.claim(back, NOW + 3, ADAS_TAB.id)) == ["lease_not_free_yet", "editor_status"]

    committed = saving.saved(back, NOW + 4, BOB, hold_id="bobs save").room
    resumed = lease.claim(committed, NOW + 5, ADAS_TAB.id).room
    assert token_of(resumed) == token_of(room)


@given(rooms(), st.sampled_from(TABS), st.sampled_from(["", "second-wire"]))
def test_presence_never_counts_a_person_twice_or_without_a_tab(at: Tuple[Room, float], member, wire: str):
    room, now = at
    member = replace(member, connection=wire or member.connection)

    joined = presence.join(room, now, member, PEOPLE[member.user]).room

    assert set(joined.people) == {m.user for m in joined.members.values()}
    assert len(joined.members) == len(room.members) + (member.id not in room.members)


@given(rooms(), st.sampled_from(TABS))
def test_coming_never_moves_a_live_lease(at: Tuple[Room, float], member):
    room, now = at

    joined = presence.join(room, now, member, PEOPLE[member.user]).room

    live = room.live_lease(now)
    if live and not (live.holder == member.id and not member.may_edit):
        assert (joined.lease.holder, joined.lease.token) == (live.holder, live.token)


def test_an_empty_room_has_nobody():
    room = empty_room()

    assert (room.people, room.members, room.queue(), room.next_deadline()) == ({}, {}, [], None)


def test_a_person_is_described_as_at_the_newest_coming():
    renamed = replace(ADA, name="Ada King")

    room = presence.join(room_of(ADAS_TAB), NOW, tab(ADA, 2), renamed).room

    assert room.people[ADA.key].name == "Ada King"
