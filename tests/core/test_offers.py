"""Whose turn it is, and who is there when it comes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from django_admin_collaborator.core import activity, lease, presence
from django_admin_collaborator.core.room import Room
from django_admin_collaborator.core.view import view
from tests.core.examples import (
    ADAS_TAB,
    BOBS_TAB,
    CAYS_TAB,
    NOW,
    PEOPLE,
    after,
    edited_by,
    holder_of,
    replies,
    token_of,
)


def freed(*waiting, hidden=()) -> Room:
    """Ada has left; some of those who wait have hidden their pages."""
    room = edited_by(ADAS_TAB, *waiting, waiting=waiting)
    for member in hidden:
        room = room.with_member(replace(room.members[member.id], hidden=True))
    return lease.release(room, NOW + 1, ADAS_TAB.id, token_of(room)).room


@pytest.mark.parametrize("absence", ["hidden", "idle"])
def test_somebody_who_is_not_looking_is_asked_for_twenty_seconds(absence: str):
    room = edited_by(ADAS_TAB, BOBS_TAB, CAYS_TAB, waiting=(BOBS_TAB, CAYS_TAB))
    room = room.with_member(replace(room.members[BOBS_TAB.id], **{absence: True}))
    room = lease.release(room, NOW + 1, ADAS_TAB.id, token_of(room)).room

    assert holder_of(room, NOW + 1) is None
    assert view(room)["offer"] == {"member": BOBS_TAB.id, "until": NOW + 21}
    assert room.next_deadline() <= NOW + 21


def test_then_they_are_passed_over_and_the_next_one_edits():
    room = after(freed(BOBS_TAB, CAYS_TAB, hidden=[BOBS_TAB]), NOW + 21)

    assert holder_of(room, NOW + 21) == CAYS_TAB.id
    assert [member.id for member in room.queue()] == [BOBS_TAB.id]


def test_whoever_comes_back_in_time_edits():
    room = freed(BOBS_TAB, CAYS_TAB, hidden=[BOBS_TAB])

    room = activity.report(room, NOW + 15, BOBS_TAB.id, 0.0, False, False).room
    assert holder_of(room, NOW + 15) == BOBS_TAB.id


def test_whoever_says_so_edits_though_the_page_seems_hidden():
    claimed = lease.claim(freed(BOBS_TAB, hidden=[BOBS_TAB]), NOW + 15, BOBS_TAB.id)

    assert replies(claimed) == ["lease"]


def test_nobody_pushes_in_while_somebody_is_asked():
    room = freed(BOBS_TAB, hidden=[BOBS_TAB])
    room = lease.claim(edited_with(room, CAYS_TAB), NOW + 2, CAYS_TAB.id, wait=True)

    assert replies(room) == ["queued"]
    assert holder_of(room.room, NOW + 2) is None


def edited_with(room: Room, member) -> Room:
    return presence.join(room, NOW + 1.5, member, PEOPLE[member.user]).room


def test_a_free_lease_goes_to_somebody_passed_over_as_soon_as_they_are_back():
    room = after(freed(BOBS_TAB, hidden=[BOBS_TAB]), NOW + 21)
    assert holder_of(room, NOW + 21) is None
    assert "offer" not in view(room)

    back = activity.report(after(room, NOW + 299), NOW + 300, BOBS_TAB.id, 0.0, False, False).room
    assert holder_of(back, NOW + 300) == BOBS_TAB.id


def test_a_free_lease_goes_to_somebody_else_who_asks_after_that():
    room = after(freed(BOBS_TAB, hidden=[BOBS_TAB]), NOW + 21)
    room = edited_with(room, CAYS_TAB)

    assert replies(lease.claim(room, NOW + 30, CAYS_TAB.id)) == ["lease"]


def test_leaving_the_queue_refuses_the_offer():
    room = freed(BOBS_TAB, CAYS_TAB, hidden=[BOBS_TAB])

    room = after(lease.stop_waiting(room, NOW + 3, BOBS_TAB.id).room, NOW + 3.1)
    assert holder_of(room, NOW + 3.1) == CAYS_TAB.id
