from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from django_admin_collaborator.core import activity, lease, presence, saving, transfer
from django_admin_collaborator.core.room import Room
from django_admin_collaborator.core.view import view
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
    holder_of,
    replies,
    room_of,
    tab,
    token_of,
    told,
)

CHIEF = replace(CAYS_TAB, may_take_over=True)
REASON = "Print is waiting"


def idle(room: Room, member) -> Room:
    return room.with_member(replace(room.members[member.id], idle=True))


def lets_go(room: Room, now: float, member) -> Room:
    """The page does as it is asked by ``yield``."""
    return lease.release(room, now, member.id, token_of(room)).room


def announced(room: Room, now: float = NOW, reason: str = REASON) -> Room:
    return transfer.take_over(room, now, CHIEF.id, reason).room


# Own tabs ----------------------------------------------------------------------------------------


def test_edit_here_moves_the_lease_when_the_other_tab_has_let_go():
    asked = transfer.here(edited_by(ADAS_TAB, ADAS_SECOND_TAB, BOBS_TAB), NOW + 1, ADAS_SECOND_TAB.id).room

    assert holder_of(asked, NOW + 1) == ADAS_TAB.id
    assert view(asked)["passing"] == {
        "member_id": ADAS_SECOND_TAB.id,
        "user_id": 7,
        "name": "Ada Lovelace",
        "kind": "transfer",
    }
    moved = lets_go(asked, NOW + 1.1, ADAS_TAB)
    assert holder_of(moved, NOW + 1.1) == ADAS_SECOND_TAB.id
    assert moved.handover.kind == "transfer"
    assert (moved.handover.from_member, moved.handover.to_member) == (ADAS_TAB.id, ADAS_SECOND_TAB.id)
    assert "passing" not in view(moved)


def test_edit_here_goes_before_those_who_wait():
    room = edited_by(ADAS_TAB, BOBS_TAB, ADAS_SECOND_TAB, waiting=(BOBS_TAB,))
    room = transfer.here(room, NOW + 1, ADAS_SECOND_TAB.id).room

    assert holder_of(lets_go(room, NOW + 2, ADAS_TAB), NOW + 2) == ADAS_SECOND_TAB.id


def test_nobody_moves_somebody_elses_lease_to_themselves():
    asked = transfer.here(edited_by(ADAS_TAB, BOBS_TAB), NOW + 1, BOBS_TAB.id)

    assert replies(asked) == ["not_holder"]
    assert asked.room.heir is None


def test_a_tab_that_may_only_look_cannot_become_the_editor():
    room = room_of(VIEWERS_TAB, BOBS_TAB, editor=BOBS_TAB)

    assert replies(transfer.here(room, NOW, VIEWERS_TAB.id)) == ["forbidden"]
    assert replies(transfer.take_over(room, NOW, VIEWERS_TAB.id, REASON)) == ["forbidden"]


def test_a_page_that_does_not_let_go_keeps_the_lease_for_as_long_as_it_may_believe_in_it():
    room = edited_by(ADAS_TAB, ADAS_SECOND_TAB)
    room = transfer.here(room, NOW + 1, ADAS_SECOND_TAB.id).room

    renewed = lease.renew(room, NOW + 20, ADAS_TAB.id, token_of(room))
    assert renewed.replies == ({"type": "alive", "lease_ms": 10_000},)
    assert holder_of(after(renewed.room, NOW + 29.9), NOW + 29.9) == ADAS_TAB.id
    assert holder_of(after(renewed.room, NOW + 30), NOW + 30) == ADAS_SECOND_TAB.id


def test_a_contract_client_learns_by_the_event_that_its_lease_has_moved():
    bare = tab(ADA, 5, bare=True)
    moved = transfer.here(edited_by(bare, ADAS_TAB), NOW + 1, ADAS_TAB.id)

    assert holder_of(moved.room, NOW + 1) == ADAS_TAB.id
    assert told(moved) == ["lock_released", "editor_status"]


def test_an_heir_who_leaves_leaves_the_lease_where_it_is():
    room = transfer.here(edited_by(ADAS_TAB, ADAS_SECOND_TAB), NOW + 1, ADAS_SECOND_TAB.id).room
    room = closes(ADAS_SECOND_TAB)(room, NOW + 2).room

    room = after(room, NOW + 3)
    assert room.heir is None
    assert lease.renew(room, NOW + 4, ADAS_TAB.id, token_of(room)).replies[0]["lease_ms"] == 30_000


# From somebody idle ------------------------------------------------------------------------------


def test_from_an_idle_editor_the_lease_is_taken_at_once_without_permission_or_reason():
    room = transfer.take_over(idle(edited_by(ADAS_TAB, BOBS_TAB), ADAS_TAB), NOW + 1, BOBS_TAB.id, "").room
    room = lets_go(room, NOW + 1, ADAS_TAB)

    assert holder_of(room, NOW + 1) == BOBS_TAB.id
    assert room.handover.kind == "idle"


def test_from_an_active_editor_it_is_not():
    taken = transfer.take_over(edited_by(ADAS_TAB, BOBS_TAB), NOW + 1, BOBS_TAB.id, REASON)

    assert replies(taken) == ["forbidden"]
    assert taken.room.heir is None
    assert taken.room.take_over is None


# Take-over ---------------------------------------------------------------------------------------


def test_a_take_over_needs_a_reason():
    room = edited_by(ADAS_TAB, CHIEF)

    assert replies(transfer.take_over(room, NOW, CHIEF.id, "  ")) == ["reason_needed"]


def test_a_take_over_is_announced_and_comes_ten_seconds_later():
    room = announced(edited_by(ADAS_TAB, CHIEF))

    assert view(room)["take_over"]["at"] == NOW + 10
    assert view(room)["take_over"]["reason"] == REASON
    assert room.next_deadline() == NOW + 10
    assert after(room, NOW + 9.9).heir is None
    due = after(room, NOW + 10)
    assert due.heir.member == CHIEF.id
    taken = lets_go(due, NOW + 10.1, ADAS_TAB)
    assert holder_of(taken, NOW + 10.1) == CHIEF.id
    assert (taken.handover.kind, taken.handover.reason) == ("take_over", REASON)
    assert (taken.handover.from_name, taken.handover.to_name) == ("Ada Lovelace", "Cay")


def test_a_take_over_never_comes_in_the_middle_of_a_save():
    room = announced(edited_by(ADAS_TAB, CHIEF))
    room = saving.hold(room, NOW + 9, ADA.key, ADAS_TAB.id, token_of(room), "save").room

    assert after(room, NOW + 12).heir is None
    committed = saving.saved(room, NOW + 13, ADA, ADAS_TAB.id, token_of(room), False, "save").room
    assert after(committed, NOW + 13).heir.member == CHIEF.id


def test_an_editor_who_saves_and_leaves_makes_way_for_the_take_over_before_the_queue():
    room = announced(edited_by(ADAS_TAB, BOBS_TAB, CHIEF, waiting=(BOBS_TAB,)))
    room = saving.saved(room, NOW + 3, ADA, ADAS_TAB.id, token_of(room), release=True).room

    assert holder_of(room, NOW + 3) == CHIEF.id


def test_a_take_over_can_be_taken_back():
    room = lease.stop_waiting(announced(edited_by(ADAS_TAB, CHIEF)), NOW + 5, CHIEF.id).room

    assert room.take_over is None
    assert after(room, NOW + 11).heir is None


def test_a_take_over_is_forgotten_when_who_announced_it_leaves():
    room = closes(CHIEF)(announced(edited_by(ADAS_TAB, CHIEF)), NOW + 1).room

    assert after(room, NOW + 2).take_over is None


def test_two_take_overs_do_not_meet():
    other = replace(BOBS_TAB, may_take_over=True)
    room = announced(edited_by(ADAS_TAB, CHIEF, other))

    second = transfer.take_over(room, NOW + 1, other.id, "Me too")
    assert replies(second) == ["lease_not_free_yet"]
    assert second.room.take_over.member == CHIEF.id


def test_whoever_becomes_editor_meanwhile_is_told_for_as_long():
    room = announced(idle(edited_by(ADAS_TAB, BOBS_TAB, CHIEF), ADAS_TAB))
    assert room.heir.kind == "idle"
    room = announced(edited_by(ADAS_TAB, BOBS_TAB, CHIEF))
    room = transfer.take_over(idle(room, ADAS_TAB), NOW + 8, BOBS_TAB.id, "").room
    room = lets_go(room, NOW + 9, ADAS_TAB)

    assert holder_of(room, NOW + 9) == BOBS_TAB.id
    assert room.take_over.at == NOW + 19


def test_one_ordinary_grant_later_the_handover_is_no_news():
    room = announced(edited_by(ADAS_TAB, BOBS_TAB, CHIEF, waiting=(BOBS_TAB,)))
    room = lets_go(after(room, NOW + 10), NOW + 10, ADAS_TAB)
    assert room.handover

    assert lease.release(room, NOW + 20, CHIEF.id, token_of(room)).room.handover is None


@pytest.mark.parametrize("kind", ["take over", "here"])
def test_a_free_lease_is_simply_claimed(kind: str):
    step = partial(transfer.take_over, reason="") if kind == "take over" else transfer.here
    room = room_of(BOBS_TAB)

    assert replies(step(room, NOW, member_id=BOBS_TAB.id)) == ["lease"]


def test_facts_say_who_took_over_from_whom_and_why():
    room = after(announced(edited_by(ADAS_TAB, CHIEF)), NOW + 10)
    passed = lease.release(room, NOW + 10, ADAS_TAB.id, token_of(room))

    (fact,) = passed.facts
    assert (fact.kind, fact.user.name, fact.other.name, fact.reason) == ("taken_over", "Cay", "Ada Lovelace", REASON)


def test_a_lease_that_ran_out_under_an_heir_cannot_be_resumed():
    room = after(transfer.here(edited_by(ADAS_TAB, ADAS_SECOND_TAB), NOW, ADAS_SECOND_TAB.id).room, NOW + 31)

    back = presence.join(room, NOW + 32, replace(ADAS_TAB, connection="new"), ADA)
    assert holder_of(back.room, NOW + 32) == ADAS_SECOND_TAB.id
    assert activity.settle(back.room, NOW + 32).heir is None
    assert BOB.name not in str(view(back.room))


def test_who_held_the_lease_until_a_save_was_over_and_had_left_is_gone_with_it():
    leaver = tab(ADA, 1, bare=True)
    room = edited_by(leaver, ADAS_SECOND_TAB)
    room = saving.hold(room, NOW + 1, user=ADA.key, member_id=leaver.id, token=token_of(room), hold_id="save").room
    room = closes(leaver)(room, NOW + 1).room
    room = transfer.here(room, NOW + 2, ADAS_SECOND_TAB.id).room
    room = saving.drop(room, NOW + 2, "save").room

    settled = presence.settle(room, NOW + 2).room

    assert holder_of(settled, NOW + 2) == ADAS_SECOND_TAB.id
    assert list(settled.members) == [ADAS_SECOND_TAB.id]
    assert settled.next_deadline() > NOW + 2


def test_a_lease_that_is_about_to_pass_to_somebody_else_does_not_move_to_my_other_tab():
    room = idle(edited_by(ADAS_TAB, ADAS_SECOND_TAB, BOBS_TAB), ADAS_TAB)
    room = transfer.take_over(room, NOW, BOBS_TAB.id, "").room

    transition = transfer.here(room, NOW, ADAS_SECOND_TAB.id)

    assert transition.room.heir.member == BOBS_TAB.id
    assert transition.replies[0]["code"] == "lease_not_free_yet"


def test_whoever_has_announced_a_take_over_can_call_it_off_and_goes_on_waiting():
    room = announced(edited_by(ADAS_TAB, CHIEF, waiting=(CHIEF,)))

    called_off = transfer.call_off(room, NOW + 1, CHIEF.id).room

    assert "take_over" not in view(called_off)
    assert [one["member_id"] for one in view(called_off)["queue"]] == [CHIEF.id]
    assert holder_of(after(called_off, NOW + 20), NOW + 20) == ADAS_TAB.id


def test_nobody_calls_off_the_take_over_of_another():
    room = announced(edited_by(ADAS_TAB, CHIEF, BOBS_TAB))

    assert transfer.call_off(room, NOW + 1, BOBS_TAB.id).room is room
