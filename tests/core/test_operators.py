"""A lease that an operator ends is over, and goes on to whoever is next."""

from __future__ import annotations

from functools import partial

from django_admin_collaborator.core import lease
from django_admin_collaborator.core.operators import force_release
from tests.core.examples import ADA, ADAS_TAB, BOB, BOBS_TAB, NOW, after, edited_by, holder_of, room_of, token_of


def test_a_forced_release_is_told_with_its_reason():
    forced = force_release(edited_by(ADAS_TAB), NOW + 1, "Print is waiting", by=BOB)

    handover, (fact,) = forced.room.handover, forced.facts
    assert forced.replies[0]["released"]
    assert (handover.kind, handover.reason, handover.from_name, handover.to_id) == (
        "forced",
        "Print is waiting",
        ADA.name,
        None,
    )
    assert (fact.kind, fact.user, fact.other, fact.reason) == ("forced", BOB, ADA, "Print is waiting")


def test_the_holder_cannot_resume_a_lease_that_was_ended_by_force():
    room = edited_by(ADAS_TAB)
    forced = force_release(room, NOW + 1, "")

    renewed = lease.renew(forced.room, NOW + 2, ADAS_TAB.id, token_of(room))
    assert renewed.replies[0]["code"] == "not_holder"


def test_whoever_waits_gets_it_when_the_holder_has_surely_heard():
    room = edited_by(ADAS_TAB, BOBS_TAB, waiting=(BOBS_TAB,))
    forced = force_release(room, NOW + 1, "").room

    assert holder_of(forced, NOW + 1) is None
    assert forced.next_deadline() == NOW + 3
    assert holder_of(after(forced, NOW + 3), NOW + 3) == BOBS_TAB.id


def test_no_lease_moves_by_force_while_a_save_is_on_its_way():
    from django_admin_collaborator.core import saving

    room = saving.hold(edited_by(ADAS_TAB, BOBS_TAB, waiting=(BOBS_TAB,)), NOW, ADA.key, "", None, "h").room
    forced = force_release(room, NOW + 1, "").room
    assert holder_of(after(forced, NOW + 5), NOW + 5) is None
    assert holder_of(after(forced, NOW + 31), NOW + 31) == BOBS_TAB.id


def test_nothing_is_done_where_nobody_edits():
    room = room_of(ADAS_TAB)
    nothing = partial(force_release, room, NOW + 1, "")()

    assert nothing.room is room
    assert not nothing.replies[0]["released"]
