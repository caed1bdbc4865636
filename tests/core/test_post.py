from __future__ import annotations

from dataclasses import replace
from typing import List, Set, Tuple

from hypothesis import given
from hypothesis import strategies as st

from django_admin_collaborator.core import polling, post, presence
from django_admin_collaborator.core.room import Member, Room
from django_admin_collaborator.core.transition import Event, Transition
from django_admin_collaborator.rooms.rounds import carry_out
from tests.core.examples import ADA, ADAS_TAB, BOB, BOBS_TAB, CAYS_TAB, NOW, room_of, tab

POLLING = replace(tab(BOB, 4), polls=2.0)
SLOW = replace(tab(BOB, 5), polls=60.0)
ASKED = {"type": "attention_requested", "user_id": 7}
WRITTEN = {"type": "chat_message", "message": "Good morning"}


def in_post(room: Room, member: Member) -> List[dict]:
    return [dict(letter.message) for letter in post.letters_for(room, member.id, set())]


def test_a_room_in_which_nobody_polls_keeps_no_letters():
    room = room_of(ADAS_TAB, BOBS_TAB)

    assert post.put(room, NOW, [Event(ASKED)]) is room


def test_a_letter_is_for_those_who_poll_and_are_concerned():
    room = room_of(ADAS_TAB, POLLING, SLOW, CAYS_TAB)
    room = post.put(
        room, NOW, [Event(ASKED, to=POLLING.id), Event(WRITTEN, user=BOB.key), Event(ASKED, to=ADAS_TAB.id)]
    )

    assert in_post(room, POLLING) == [ASKED, WRITTEN]
    assert in_post(room, SLOW) == [WRITTEN]
    assert in_post(room, ADAS_TAB) == []


def test_who_caused_an_event_and_was_answered_finds_no_letter():
    room = post.put(room_of(ADAS_TAB, POLLING, SLOW), NOW, [Event(WRITTEN, besides=POLLING.id)])

    assert in_post(room, POLLING) == []
    assert in_post(room, SLOW) == [WRITTEN]


def test_what_the_state_of_an_object_shows_is_no_letter_but_on_other_pages_it_is():
    joined = Event({"type": "user_joined", "user_id": 7})
    page = room_of(POLLING)
    of_object = replace(page, subject=("newsroom.article", "5"))

    assert post.put(of_object, NOW, [joined]) is of_object
    assert in_post(post.put(page, NOW, [joined]), POLLING) == [joined.message]


def test_a_letter_is_removed_when_all_have_it():
    room = post.put(room_of(POLLING, SLOW), NOW, [Event(WRITTEN)])
    number = room.post[0].number
    once = post.received(room, POLLING.id, {number})

    assert in_post(once, POLLING) == []
    assert in_post(once, SLOW) == [WRITTEN]
    assert post.received(once, SLOW.id, {number}).post == ()
    assert post.received(room, POLLING.id, {number + 1}) is room


def test_what_happens_while_somebody_says_to_have_a_letter_is_told_too():
    """Its number is free by then, and named in the same request."""
    ada = replace(ADAS_TAB, polls=2.0)
    room = post.put(room_of(ada, POLLING), NOW, [Event(WRITTEN, user=BOB.key), Event(WRITTEN, user=ADA.key)])
    known = {letter.number for letter in post.letters_for(room, ada.id, set())}

    def poll(room: Room, now: float) -> Transition:
        stayed = polling.stay(room, now, ada.id, ada.connection, known=known)
        return stayed.tell(Event(ASKED, to=ada.id))

    after = carry_out(room, NOW, [poll]).room
    assert [letter.message for letter in post.letters_for(after, ada.id, known)] == [ASKED]


def test_a_letter_lasts_as_long_as_the_slowest_is_believed_in():
    room = post.put(room_of(POLLING, SLOW), NOW, [Event(WRITTEN)])

    assert post.settle(room, NOW + 179) is room
    assert post.settle(room, NOW + 180).post == ()


def test_a_letter_to_members_that_are_gone_or_got_a_socket_is_forgotten():
    room = post.put(room_of(ADAS_TAB, POLLING), NOW, [Event(WRITTEN)])
    on_a_socket = replace(POLLING, polls=0.0, connection="wire")

    assert post.settle(replace(room, members={ADAS_TAB.id: ADAS_TAB}), NOW).post == ()
    assert post.settle(presence.join(room, NOW, on_a_socket, BOB).room, NOW).post == ()


@given(st.lists(st.tuples(st.sampled_from([POLLING, SLOW]), st.integers(0, 3)), max_size=12))
def test_everybody_is_told_everything_once_and_in_order(sequence: List[Tuple[Member, int]]):
    """Whoever asks, after however many events: what is told adds up to all that was said."""
    room, said, told, known = room_of(POLLING, SLOW), [], {POLLING.id: [], SLOW.id: []}, {}
    for member, count in sequence:
        for _ in range(count):
            message = {"type": "chat_message", "message": str(len(said))}
            said.append(message)
            room = post.put(room, NOW, [Event(message)])
        have: Set[int] = known.get(member.id, set())
        room = post.received(room, member.id, have)
        letters = post.letters_for(room, member.id, have)
        told[member.id] += [dict(letter.message) for letter in letters]
        known[member.id] = {letter.number for letter in post.letters_for(room, member.id, set())}
        assert told[member.id] == said
    assert len({letter.number for letter in room.post}) == len(room.post)
    assert ADA.key not in told
