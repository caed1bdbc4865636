from __future__ import annotations

from typing import Tuple

from hypothesis import given
from hypothesis import strategies as st

from django_admin_collaborator.core import attention
from django_admin_collaborator.core.room import Room
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
    event,
    replies,
    room_of,
    tab,
    told,
)
from tests.core.moves import BY_ID, edited_rooms

INTERVAL = 15.0


def test_the_editor_alone_is_told_and_the_asker_when_it_may_ask_again():
    asked = attention.request(edited_by(ADAS_TAB, BOBS_TAB), NOW + 1, BOBS_TAB.id, INTERVAL)

    assert asked.replies == ({"type": "attention_sent", "retry_after": 15.0},)
    assert told(asked) == ["attention_requested"]
    assert event(asked, "attention_requested").to == ADAS_TAB.id
    assert event(asked, "attention_requested").message["user_id"] == BOB.id


def test_asking_again_too_soon_says_how_long_to_wait():
    room = attention.request(edited_by(ADAS_TAB, BOBS_TAB), NOW + 1, BOBS_TAB.id, INTERVAL).room

    refused = attention.request(room, NOW + 5.5, BOBS_TAB.id, INTERVAL)

    assert refused.room is room
    assert not refused.events
    assert replies(refused) == ["attention_too_soon"]
    assert refused.replies[0]["retry_after"] == 10.5
    assert "11 s" in refused.replies[0]["message"]


def test_the_interval_is_per_user_not_per_tab():
    room = edited_by(ADAS_TAB, BOBS_TAB, tab(BOB, 2), CAYS_TAB)
    room = attention.request(room, NOW + 1, BOBS_TAB.id, INTERVAL).room

    assert replies(attention.request(room, NOW + 2, tab(BOB, 2).id, INTERVAL)) == ["attention_too_soon"]
    assert replies(attention.request(room, NOW + 2, CAYS_TAB.id, INTERVAL)) == ["attention_sent"]


def test_after_the_interval_one_may_ask_again():
    room = attention.request(edited_by(ADAS_TAB, BOBS_TAB), NOW + 1, BOBS_TAB.id, INTERVAL).room

    assert replies(attention.request(room, NOW + 16, BOBS_TAB.id, INTERVAL)) == ["attention_sent"]


def test_a_request_that_meets_no_editor_is_told_so_and_costs_nothing():
    room = room_of(BOBS_TAB)

    refused = attention.request(room, NOW, BOBS_TAB.id, INTERVAL)

    assert refused.room is room
    assert replies(refused) == ["no_editor"]


def test_an_editor_that_fell_silent_is_no_editor():
    room = after(edited_by(ADAS_TAB, BOBS_TAB), NOW + 30)

    assert replies(attention.request(room, NOW + 30, BOBS_TAB.id, INTERVAL)) == ["no_editor"]


def test_the_editor_asks_itself_in_vain():
    assert replies(attention.request(edited_by(ADAS_TAB), NOW, ADAS_TAB.id, INTERVAL)) == ["own_lease"]


def test_the_editor_can_call_itself_from_another_tab():
    room = edited_by(ADAS_TAB, ADAS_SECOND_TAB)

    asked = attention.request(room, NOW, ADAS_SECOND_TAB.id, INTERVAL)

    assert event(asked, "attention_requested").message["user_id"] == ADA.id


def test_requests_that_no_longer_matter_are_forgotten():
    room = edited_by(ADAS_TAB, BOBS_TAB, CAYS_TAB)
    room = attention.request(room, NOW + 1, BOBS_TAB.id, INTERVAL).room

    later = attention.request(room, NOW + 20, CAYS_TAB.id, INTERVAL).room

    assert set(later.attention) == {CAYS_TAB.user}


@given(
    edited_rooms(),
    st.lists(st.tuples(st.sampled_from([0.0, 0.5, 4.9, 14.9, 15.0]), st.sampled_from(sorted(BY_ID))), max_size=12),
)
def test_a_user_never_reaches_the_editor_twice_within_the_interval(at: Tuple[Room, float], asks: list):
    room, now = at
    reached = dict(room.attention)
    for pause, who in asks:
        now += pause
        asked = attention.request(room, now, who, INTERVAL)
        assert len(asked.replies) == 1
        if asked.events:
            user = BY_ID[who].user
            assert now - reached.get(user, 0.0) >= INTERVAL
            reached[user] = now
        room = asked.room
