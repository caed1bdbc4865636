from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from django_admin_collaborator.core import attention, lease, requests, saving
from django_admin_collaborator.core.room import Room
from django_admin_collaborator.core.view import view
from tests.core.examples import (
    ADA,
    ADAS_TAB,
    BOB,
    BOBS_TAB,
    CAYS_TAB,
    NOW,
    VIEWERS_TAB,
    after,
    edited_by,
    event,
    holder_of,
    replies,
    room_of,
    token_of,
    told,
)


def asked(*others: Any, room: Any = None) -> Room:
    """Ada edits, Bob has asked her to let him."""
    room = room or edited_by(ADAS_TAB, BOBS_TAB, *others)
    return attention.request(room, NOW, BOBS_TAB.id, 15.0, edit=True).room


def answered(room: Room, answer: str, now: float = NOW + 5, **more: Any) -> Any:
    return requests.answer(room, now, ADAS_TAB.id, token_of(room), BOB.key, answer, **more)


def kept(room: Room, now: float) -> Room:
    """The room at ``now``, whose editor has been there all the time."""
    return after(lease.renew(room, now - 0.001, ADAS_TAB.id, token_of(room)).room, now)


def shown(room: Room) -> Any:
    (request,) = view(room)["requests"]
    return request


def test_a_question_stands_open_with_a_countdown_and_the_asker_waits():
    transition = attention.request(edited_by(ADAS_TAB, BOBS_TAB), NOW, BOBS_TAB.id, 15.0, edit=True)

    assert event(transition, "attention_requested").message["edit"] is True
    assert shown(transition.room) == {
        "member_id": BOBS_TAB.id,
        "user_id": 9,
        "name": "Bob Brown",
        "at": NOW,
        "until": NOW + 60,
        "answer": None,
        "minutes": None,
        "text": "",
    }
    assert [member.id for member in transition.room.queue()] == [BOBS_TAB.id]


def test_somebody_who_may_only_look_asks_the_editor_to_come_and_no_more():
    room = room_of(ADAS_TAB, VIEWERS_TAB, editor=ADAS_TAB)
    transition = attention.request(room, NOW, VIEWERS_TAB.id, 15.0, edit=True)

    assert told(transition) == ["attention_requested"]
    assert transition.room.requests == {}


def test_now_passes_the_lease_on_before_those_who_wait_longer():
    room = asked(room=edited_by(ADAS_TAB, CAYS_TAB, BOBS_TAB, waiting=(CAYS_TAB,)))
    room = answered(room, "now").room
    assert room.heir.member == BOBS_TAB.id

    room = lease.release(room, NOW + 6, ADAS_TAB.id, token_of(room)).room
    assert holder_of(room, NOW + 6) == BOBS_TAB.id
    assert room.handover.kind == "request"
    assert room.requests == {}


@pytest.mark.parametrize("leaves", [True, False])
def test_after_my_save_passes_the_lease_on_at_the_commit(leaves: bool):
    room = answered(asked(CAYS_TAB), "after_save").room
    assert shown(room)["answer"] == "after_save"
    assert holder_of(kept(room, NOW + 100), NOW + 100) == ADAS_TAB.id

    room = saving.saved(kept(room, NOW + 100), NOW + 100, ADA, ADAS_TAB.id, token_of(room), release=leaves).room
    assert holder_of(room, NOW + 100) == BOBS_TAB.id


def test_somebody_elses_save_keeps_no_promise():
    room = answered(asked(), "after_save").room

    assert holder_of(saving.saved(room, NOW + 6).room, NOW + 6) == ADAS_TAB.id
    assert holder_of(saving.saved(room, NOW + 6, BOB).room, NOW + 6) == ADAS_TAB.id


def test_in_n_minutes_is_a_promise_with_a_countdown_and_is_asked_again_then():
    room = answered(asked(), "later", minutes=2, text="Finishing the headline").room
    assert (shown(room)["until"], shown(room)["text"]) == (NOW + 5 + 120, "Finishing the headline")

    room = kept(room, NOW + 126)
    assert shown(room)["answer"] is None
    assert shown(room)["until"] == NOW + 126 + 60
    assert holder_of(room, NOW + 126) == ADAS_TAB.id


def test_no_is_told_with_its_words():
    room = answered(asked(), "no", text="Deadline").room

    assert (shown(room)["answer"], shown(room)["text"], shown(room)["until"]) == ("no", "Deadline", None)


def test_an_active_editor_who_does_not_answer_keeps_the_lease():
    room = kept(kept(asked(), NOW + 30), NOW + 60)

    assert shown(room)["answer"] == "unanswered"
    assert room.heir is None


def test_the_lease_of_an_idle_editor_who_does_not_answer_passes_on_when_the_countdown_ends():
    room = asked()
    room = room.with_member(replace(room.members[ADAS_TAB.id], idle=True))
    assert kept(room, NOW + 29).heir is None
    room = kept(kept(room, NOW + 29), NOW + 58)
    assert room.heir is None

    assert kept(room, NOW + 60).heir.member == BOBS_TAB.id


def test_a_question_is_not_decided_while_a_save_of_the_editor_is_on_its_way():
    room = asked()
    room = kept(kept(room, NOW + 29), NOW + 58)
    room = room.with_member(replace(room.members[ADAS_TAB.id], idle=True))
    room = saving.hold(room, NOW + 59, ADA.key, ADAS_TAB.id, token_of(room), "save").room

    room = requests.settle(room, NOW + 60).room

    assert (shown(room)["answer"], shown(room)["until"], room.heir) == (None, NOW + 89, None)


def test_only_the_editor_answers():
    room = asked(CAYS_TAB)

    refused = requests.answer(room, NOW + 1, CAYS_TAB.id, token_of(room), BOB.key, "now")
    assert replies(refused) == ["not_holder"]
    refused = requests.answer(room, NOW + 1, ADAS_TAB.id, token_of(room) - 1, BOB.key, "now")
    assert replies(refused) == ["not_holder"]
    assert refused.room is room


def test_an_answer_to_nobody_is_told():
    assert replies(answered(edited_by(ADAS_TAB, BOBS_TAB), "now")) == ["no_request"]


def test_a_question_can_be_taken_back_once():
    withdrawn = requests.withdraw(asked(), NOW + 1, BOBS_TAB.id)

    assert withdrawn.room.requests == {}
    assert replies(requests.withdraw(withdrawn.room, NOW + 1, BOBS_TAB.id)) == ["no_request"]


def test_a_question_ends_with_the_lease_that_it_was_about():
    room = asked(CAYS_TAB)
    room = lease.claim(room, NOW + 1, CAYS_TAB.id, wait=True).room

    room = lease.release(room, NOW + 2, ADAS_TAB.id, token_of(room)).room
    assert holder_of(room, NOW + 2) == BOBS_TAB.id
    assert room.requests == {}


def test_one_question_is_one_entry_of_the_history_however_often_it_is_answered():
    room, facts = asked(), []
    for number in range(400):
        answer = ("no", "after_save", "later")[number % 3]
        transition = answered(room, answer, minutes=5 if answer == "later" else None)
        room, facts = transition.room, [*facts, *transition.facts]
    assert shown(room)["answer"] == "no"
    assert [fact.answer for fact in facts] == ["no"]

    letting_go = answered(room, "now")

    assert [fact.answer for fact in letting_go.facts] == ["now"]


def test_asking_and_answering_are_facts_for_the_history():
    asking = attention.request(edited_by(ADAS_TAB, BOBS_TAB), NOW, BOBS_TAB.id, 15.0, edit=True)
    answering = answered(asking.room, "later", minutes=3, text="Soon")

    assert [(f.kind, f.user.name, f.other.name) for f in asking.facts] == [("requested", "Bob Brown", "Ada Lovelace")]
    (fact,) = answering.facts
    assert (fact.kind, fact.user.name, fact.other.name) == ("answered", "Ada Lovelace", "Bob Brown")
    assert (fact.answer, fact.reason) == ("later", "Soon")
