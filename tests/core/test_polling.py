from __future__ import annotations

from dataclasses import replace

import pytest

from django_admin_collaborator.core import activity, lease, polling, presence, saving
from django_admin_collaborator.core.room import Room
from tests.core.examples import ADA, BOB, BOBS_TAB, NOW, empty_room, tab, token_of

POLLING = replace(tab(ADA, 4), polls=2.0)
OTHER = replace(tab(BOB, 4), polls=2.0)


def entered(*members) -> Room:
    room = empty_room()
    for member in members:
        room = polling.enter(room, NOW, member, {ADA.key: ADA, BOB.key: BOB}[member.user]).room
    return room


def stayed(room: Room, now: float, member=POLLING, token=None) -> Room:
    return polling.stay(room, now, member.id, member.connection, token).room


def edited() -> Room:
    """``POLLING`` edits, and ``OTHER`` waits."""
    room = lease.claim(entered(POLLING, OTHER), NOW, POLLING.id).room
    return lease.claim(stayed(room, NOW), NOW, OTHER.id, wait=True).room


@pytest.mark.parametrize(
    ("hidden", "idle", "others", "edits", "seconds"),
    [
        (False, False, False, False, 15.0),
        (False, False, False, True, 15.0),
        (False, False, True, False, 2.0),
        (False, False, True, True, 2.0),
        (False, True, True, False, 60.0),
        (False, True, True, True, 2.0),
        (True, False, True, True, 50.0),
        (True, True, False, False, 50.0),
    ],
)
def test_how_soon_a_page_asks_again(hidden: bool, idle: bool, others: bool, edits: bool, seconds: float):
    room = entered(POLLING, OTHER) if others else entered(POLLING)
    room = lease.claim(room, NOW, POLLING.id).room if edits else room
    member = replace(room.members[POLLING.id], hidden=hidden, idle=idle)

    assert polling.interval(room.with_member(member), member) == seconds


def test_a_member_is_there_for_three_polls_and_for_a_lease_at_least():
    room = entered(POLLING)

    assert room.members[POLLING.id].expires_at == NOW + 45
    assert stayed(presence.join(room, NOW, BOBS_TAB, BOB).room, NOW).members[POLLING.id].expires_at == NOW + 30


def test_a_poll_soon_after_another_changes_nothing():
    room = stayed(edited(), NOW, token=token_of(edited()))

    assert stayed(room, NOW + 9, token=token_of(room)) is room
    later = stayed(room, NOW + 16, token=token_of(room))
    assert later.members[POLLING.id].expires_at == NOW + 46
    assert later.lease.expires_at == NOW + 46
    assert later.version == room.version, "nobody else has to know"


def test_only_its_own_connection_and_token_renew_a_member_and_its_lease():
    room = edited()

    assert polling.stay(room, NOW + 20, POLLING.id, "another", token_of(room)).room is room
    assert stayed(room, NOW + 20, token=token_of(room) + 1).lease == room.lease


def test_a_lease_is_never_shorter_than_its_page_was_told():
    alone = lease.claim(entered(POLLING), NOW, POLLING.id)
    assert alone.replies[0]["lease_ms"] == 45_000
    room = polling.enter(alone.room, NOW + 1, OTHER, BOB).room
    room = stayed(room, NOW + 2, token=token_of(room))
    held = saving.hold(room, NOW + 3, ADA.key, POLLING.id, token_of(room), "save").room
    after = saving.drop(held, NOW + 4, "save").room

    assert after.lease.expires_at >= NOW + 45


def test_who_is_promoted_has_time_to_poll_twice():
    room = lease.release(edited(), NOW + 1, POLLING.id, token_of(edited())).room

    assert room.lease.holder == OTHER.id
    assert room.lease.expires_at == NOW + 9


def test_a_hidden_page_is_not_offered_what_it_would_hear_of_too_late():
    room = edited()
    hidden = replace(room.members[OTHER.id], hidden=True, polls=50.0)
    third = replace(tab(BOB, 5), polls=2.0)
    room = polling.enter(room.with_member(hidden), NOW, third, BOB).room
    room = lease.claim(room, NOW + 1, third.id, wait=True).room

    assert lease.release(room, NOW + 2, POLLING.id, token_of(room)).room.lease.holder == third.id


def test_the_lease_of_a_hidden_page_passes_on_to_whoever_waited_longest():
    room = lease.claim(entered(POLLING), NOW, POLLING.id).room
    room = activity.report(room, NOW, POLLING.id, 0.0, hidden=True, unsaved=True).room
    room = polling.enter(room, NOW + 1, OTHER, BOB).room
    claimed = lease.claim(room, NOW + 1, OTHER.id, wait=True)

    assert claimed.room.lease.holder == OTHER.id
    assert claimed.room.last_token > room.last_token
    assert [reply["type"] for reply in claimed.replies] == ["lease"]
    assert claimed.replies[0]["lease_ms"] == 30_000


def test_who_asks_for_the_lease_of_a_hidden_page_does_not_pass_whoever_waited_longer():
    room = edited()
    third = replace(tab(BOB, 5), polls=2.0)
    room = activity.report(room, NOW + 1, POLLING.id, 0.0, hidden=True, unsaved=True).room
    room = polling.enter(room, NOW + 2, third, BOB).room
    claimed = lease.claim(room, NOW + 2, third.id, wait=True)

    assert claimed.room.lease.holder == OTHER.id
    assert [reply["type"] for reply in claimed.replies] == ["queued"]
    assert [member.id for member in claimed.room.queue()] == [third.id]


def test_while_a_save_is_on_its_way_not_even_a_hidden_page_loses_its_lease():
    room = lease.claim(entered(POLLING), NOW, POLLING.id).room
    room = activity.report(room, NOW, POLLING.id, 0.0, hidden=True, unsaved=True).room
    room = saving.hold(room, NOW, ADA.key, POLLING.id, token_of(room), "save").room
    room = polling.enter(room, NOW + 1, OTHER, BOB).room

    assert lease.claim(room, NOW + 1, OTHER.id, wait=True).room.lease.holder == POLLING.id


def test_who_is_next_is_told_when_the_lease_of_somebody_who_went_ends():
    room = edited()
    assert polling.turn_in_seconds(room, NOW, room.members[OTHER.id]) is None
    gone = presence.going(room, NOW + 1, POLLING.id, POLLING.connection, submitting=False).room

    assert polling.turn_in_seconds(gone, NOW + 1, gone.members[OTHER.id]) == pytest.approx(0.8)
    assert polling.turn_in_seconds(gone, NOW + 1, gone.members[POLLING.id]) is None
