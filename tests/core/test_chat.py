from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_admin_collaborator.core import chat, presence
from django_admin_collaborator.core.messages import ProtocolError
from tests.core.examples import ADA, ADAS_TAB, BOB, BOBS_TAB, CAY, CAYS_TAB, NOW, closes, edited_by, room_of, tab

PAGE = room_of(ADAS_TAB, BOBS_TAB, CAYS_TAB)


def refusal(recipient, message) -> str:
    with pytest.raises(ProtocolError) as caught:
        chat.compose(PAGE, NOW, ADA, recipient, message)
    assert caught.value.message["in_reply_to"] == "chat_message"
    return caught.value.message["code"]


def test_a_message_names_both_sides():
    assert chat.compose(PAGE, NOW, ADA, 9, "Shall I?") == {
        "type": "chat_message",
        "sender_id": 7,
        "sender_name": "ada@example.com",
        "sender_email": "ada@example.com",
        "sender_avatar": "/media/ada.png",
        "recipient_id": 9,
        "message": "Shall I?",
        "timestamp": "2026-09-21T14:13:20+00:00",
    }


@pytest.mark.parametrize("recipient", [9, "9"])
def test_ids_come_as_number_or_text_and_mean_the_same(recipient):
    assert chat.compose(PAGE, NOW, ADA, recipient, "Hello")["recipient_id"] == 9


def test_somebody_who_is_not_on_the_page_is_offline():
    assert refusal("404", "Hello") == "recipient_offline"


def test_somebody_who_has_left_is_offline():
    left = presence.settle(closes(BOBS_TAB)(PAGE, NOW).room, NOW + 1).room

    with pytest.raises(ProtocolError, match="recipient_offline"):
        chat.compose(left, NOW + 1, ADA, 9, "Hello")


@pytest.mark.parametrize("message", [None, 5, [], {}, True, "", " \n\t"])
def test_what_is_no_text_is_malformed(message):
    assert refusal(9, message) == "malformed"


@pytest.mark.parametrize("recipient", [None, 1.5, True, [], {}])
def test_what_is_no_id_is_malformed(recipient):
    assert refusal(recipient, "Hello") == "malformed"


def test_a_message_has_at_most_four_kilobytes_whatever_its_letters():
    assert chat.compose(PAGE, NOW, ADA, 9, "é" * 2048)["message"] == "é" * 2048
    assert refusal(9, "é" * 2049) == "too_large"


def test_half_a_letter_of_a_broken_client_does_not_break_the_way_to_the_recipient():
    said = chat.compose(PAGE, NOW, ADA, 9, "broken \ud83d letter")

    assert json.dumps(said, ensure_ascii=False).encode("utf-8")
    assert said["message"].startswith("broken ")


def test_one_does_not_meet_oneself_among_the_active_users():
    page = room_of(ADAS_TAB, tab(ADA, 2), BOBS_TAB)

    (other,) = chat.active_users(page, NOW + 1, besides=ADA.key)["users"]

    assert other == {
        "user_id": 9,
        "username": "bob@example.com",
        "email": "bob@example.com",
        "avatar_url": None,
        "last_seen": "2026-09-21T14:13:20+00:00",
    }


def test_a_person_is_last_seen_when_the_most_recent_tab_was():
    page = room_of(BOBS_TAB, tab(BOB, 2))
    kept = presence.keep(page, NOW + 8, [presence.Alive(tab(BOB, 2), BOB, 0.0)]).room

    assert chat.last_seen(kept, BOB, NOW + 10) == "2026-09-21T14:13:28+00:00"


def test_nobody_is_last_seen_in_the_future():
    assert chat.last_seen(edited_by(BOBS_TAB), BOB, NOW - 5) == "2026-09-21T14:13:15+00:00"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@given(ANYTHING | st.sampled_from([7, 9, "9", CAY.id]), ANYTHING)
def test_a_chat_message_is_only_ever_said_to_somebody_here_or_refused_with_a_reason(recipient, message):
    try:
        said = chat.compose(PAGE, NOW, ADA, recipient, message)
    except ProtocolError as refused:
        said = refused.message
    assert (
        said.get("code") in {"malformed", "too_large", "recipient_offline"}
        or str(said["recipient_id"]) in PAGE.people
    )
    assert json.dumps(said, ensure_ascii=False).encode("utf-8")
