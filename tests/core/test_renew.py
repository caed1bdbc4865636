from __future__ import annotations

from typing import Tuple

from hypothesis import given
from hypothesis import strategies as st

from django_admin_collaborator.core import lease, presence
from django_admin_collaborator.core.room import Room
from tests.core.examples import (
    ADA,
    ADAS_TAB,
    BOBS_TAB,
    NOW,
    after,
    edited_by,
    event,
    holder_of,
    replies,
    room_of,
    token_of,
    told,
)
from tests.core.moves import BY_ID, rooms

THE_MEMBER = st.sampled_from(sorted(BY_ID))


def test_a_sign_of_life_renews_the_lease_without_a_new_version():
    room = edited_by(ADAS_TAB)

    renewed = lease.renew(room, NOW + 20, ADAS_TAB.id, token_of(room))

    assert renewed.replies == ({"type": "alive", "lease_ms": 30_000},)
    assert not renewed.events
    assert renewed.room.version == room.version
    assert holder_of(renewed.room, NOW + 49.9) == ADAS_TAB.id


def test_a_heartbeat_of_somebody_else_says_who_edits():
    room = edited_by(ADAS_TAB, BOBS_TAB)

    refused = lease.renew(room, NOW + 1, BOBS_TAB.id, token_of(room))

    assert refused.room is room
    assert replies(refused) == ["not_holder"]
    assert refused.replies[0]["in_reply_to"] == "heartbeat"
    assert (refused.replies[0]["editor_id"], refused.replies[0]["editor_name"]) == (ADA.id, ADA.label)


def test_a_heartbeat_where_nobody_edits_names_nobody():
    refused = lease.renew(room_of(ADAS_TAB), NOW, ADAS_TAB.id, None)

    assert (refused.replies[0]["editor_id"], refused.replies[0]["editor_name"]) == (None, None)


def test_an_old_token_of_the_holder_renews_nothing():
    room = edited_by(ADAS_TAB)

    assert lease.renew(room, NOW + 1, ADAS_TAB.id, token_of(room) - 1).room is room


def test_an_unclaimed_lease_is_resumed_with_its_token_within_three_minutes():
    room = edited_by(ADAS_TAB, BOBS_TAB)
    lapsed = after(room, NOW + 30)
    assert lapsed.editor() is None

    resumed = lease.renew(after(lapsed, NOW + 209), NOW + 209, ADAS_TAB.id, token_of(room))

    assert replies(resumed) == ["alive"]
    assert token_of(resumed.room) == token_of(room)
    assert holder_of(resumed.room, NOW + 238) == ADAS_TAB.id
    assert resumed.room.version > lapsed.version
    assert event(resumed, "editor_status").message["editor_id"] == ADA.id


def test_after_three_minutes_the_record_of_a_lease_is_gone():
    room = edited_by(ADAS_TAB)

    late = after(after(room, NOW + 30), NOW + 211)

    assert late.lease is None
    assert replies(lease.renew(late, NOW + 211, ADAS_TAB.id, token_of(room))) == ["not_holder"]


def test_a_lapsed_lease_that_another_was_granted_since_is_not_resumed():
    room = edited_by(ADAS_TAB, BOBS_TAB)
    taken = lease.claim(after(room, NOW + 30), NOW + 31, BOBS_TAB.id).room

    assert replies(lease.renew(taken, NOW + 32, ADAS_TAB.id, token_of(room))) == ["not_holder"]


def test_the_end_of_a_silent_editors_lease_is_told_once():
    room = edited_by(ADAS_TAB, BOBS_TAB)

    lapsed = presence.settle(room, NOW + 30)

    assert told(lapsed)[:2] == ["lock_released", "editor_status"]
    assert told(presence.settle(lapsed.room, NOW + 31)) == []


@given(rooms(), THE_MEMBER, st.integers(-2, 2), st.sampled_from([lease.renew, lease.release]))
def test_renew_and_release_only_act_for_the_exact_member_and_token(at: Tuple[Room, float], who: str, off: int, step):
    room, now = at
    token = (room.lease.token if room.lease else room.last_token) + off

    stepped = step(room, now, who, token)

    if not room.lease or (room.lease.holder, room.lease.token) != (who, token):
        assert stepped.room is room
        only_looks = who in room.members and not room.members[who].may_edit
        assert replies(stepped) == ["forbidden" if only_looks and step is lease.release else "not_holder"]


@given(rooms(), THE_MEMBER)
def test_renewing_never_shortens_a_lease(at: Tuple[Room, float], who: str):
    room, now = at
    token = room.lease.token if room.lease else None

    renewed = lease.renew(room, now, who, token).room

    if room.lease and renewed.lease:
        assert renewed.lease.expires_at >= room.lease.expires_at
