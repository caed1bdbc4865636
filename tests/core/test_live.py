"""Who watches what the editor types, and what of it a page is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_admin_collaborator.core import encoding, lease, live, presence
from django_admin_collaborator.core.live import Rows, Shown
from django_admin_collaborator.core.messages import ProtocolError
from django_admin_collaborator.core.room import replace
from django_admin_collaborator.core.view import view
from tests.core.examples import ADA, ADAS_TAB, BOBS_TAB, CAYS_TAB, NOW, edited_by, token_of

UUID = "6f1c8a4e-0b7d-4c0e-9a53-1d2f3a4b5c6d"
SHOWN = Shown.read(
    ["title", "sections-TOTAL_FORMS"],
    [
        ["sections", [[["1", UUID], ["text", "DELETE"]], [["2"], ["text"]]], ["text"]],
        ["a-b", [[["-7"], ["x-y"]]], []],
    ],
)
TYPED = {
    "type": "typed",
    "n": 3,
    "values": {"title": "Mine", "salary": "1000", "sections-@1-text": [0, 1, "x"], "sections-@3-text": "of another"},
    "labels": {"salary": "A thousand", "title": "Of the title"},
    "focus": "salary",
    "user_id": 7,
}


@pytest.mark.parametrize(
    "name",
    [
        "title",
        "sections-TOTAL_FORMS",
        "sections-@1-text",
        "sections-@1-DELETE",
        f"sections-@{UUID}-text",
        "sections-@2-text",
        "sections-+0-text",
        "sections-+41-text",
        "a-b-@-7-x-y",
    ],
)
def test_what_a_page_shows(name):
    assert SHOWN.shows(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "-",
        "salary",
        "sections",
        "sections-",
        "sections-@",
        "sections-+",
        "sections-1-text",
        "sections-@2-DELETE",
        "sections-@3-text",
        "sections-+0-DELETE",
        "sections-+x-text",
        "sections-@+0-text",
        "sections-+1-2-text",
        "other-@1-text",
        "a-b-+0-x-y",
        "a-@-7-x-y",
        "other-TOTAL_FORMS",
    ],
)
def test_what_it_does_not_show(name):
    assert not SHOWN.shows(name)


def test_a_page_is_told_only_what_it_shows():
    assert live.fitting(TYPED, SHOWN) == {
        "type": "typed",
        "n": 3,
        "values": {"title": "Mine", "sections-@1-text": [0, 1, "x"]},
        "labels": {"title": "Of the title"},
        "focus": None,
        "user_id": 7,
    }


def test_a_message_that_fits_as_it_is_is_shared():
    message = {"type": "typed", "n": 3, "values": {"title": "Mine"}, "focus": "title", "user_id": 7}
    assert live.fitting(message, SHOWN) is message


def test_a_label_alone_tells_nothing():
    message = {"type": "typed", "n": 3, "values": {"title": "x"}, "labels": {"salary": "A thousand"}, "focus": None}
    told = live.fitting(message, SHOWN)
    assert "A thousand" not in str(told)


NAMES = st.lists(st.sampled_from(["a", "b", "-", "@", "+", "0", "1", "text"]), max_size=7).map("".join)


@given(st.lists(NAMES), st.lists(NAMES))
def test_never_is_anything_told_under_a_name_that_is_not_shown(typed, focus):
    shown = Shown.read(["a", "b-TOTAL_FORMS"], [["a-b", [[["1", "0-1"], ["text", "a"]]], ["b"]]])
    can_be = {"a", "b-TOTAL_FORMS", *(f"a-b-@{row}-{field}" for row in ("1", "0-1") for field in ("text", "a"))}
    for name in [*typed, *focus]:
        if shown.shows(name):
            assert (
                name in can_be
                or name in (f"a-b-+{place}-b" for place in ("0", "1", "00", "01", "10", "11"))
                or (name.startswith("a-b-+") and name.endswith("-b") and name[5:-2].isdecimal())
            )
    message = {"type": "typed", "n": 1, "values": dict.fromkeys(typed, "x"), "focus": focus[0] if focus else None}
    told = live.fitting(message, shown)
    assert all(shown.shows(name) for name in told["values"])
    assert told["focus"] is None or shown.shows(told["focus"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"n": None},
        {"n": True},
        {"n": "1"},
        {"values": None},
        {"values": []},
        {"values": {"title": 1}},
        {"values": {"title": [0, 1]}},
        {"values": {"title": [0, "1", "x"]}},
        {"values": {"title": [True, 1, "x"]}},
        {"labels": []},
        {"labels": {"title": None}},
        {"focus": 1},
    ],
)
def test_what_is_of_the_wrong_kind_is_malformed(wrong):
    with pytest.raises(ProtocolError) as caught:
        live.read({"type": "typed", "n": 1, "values": {}, "focus": None, **wrong})
    assert caught.value.message["code"] == "malformed"


def test_what_else_a_page_says_is_left_out():
    said = {"type": "typed", "n": 1, "values": {"title": None}, "focus": None, "user_id": 9, "all": 1, "labels": {}}
    assert live.read(said) == {"type": "typed", "n": 1, "values": {"title": None}, "focus": None}


def watching(room, *members):
    for member in members:
        room = live.watch(room, NOW, member.id, True).room
    return room


def test_the_editor_is_told_whether_anybody_watches():
    room = edited_by(ADAS_TAB, BOBS_TAB, CAYS_TAB)
    assert "watched" not in view(room)["editor"]
    first = watching(room, BOBS_TAB)
    assert (view(first)["editor"]["watched"], first.version) == (1, room.version + 1)
    second = watching(first, CAYS_TAB)
    assert (view(second)["editor"]["watched"], second.version) == (1, first.version)
    one = live.watch(second, NOW, BOBS_TAB.id, False).room
    assert one.version == first.version
    none = live.watch(one, NOW, CAYS_TAB.id, False).room
    assert "watched" not in view(none)["editor"]
    assert none.version == first.version + 1


def test_somebody_who_watches_without_a_connection_is_told_apart():
    room = watching(edited_by(ADAS_TAB, replace(BOBS_TAB, polls=2.0)), BOBS_TAB)
    assert live.watched(room) == live.KEPT
    assert live.is_kept(room)


def test_what_an_editor_without_a_connection_types_is_kept():
    room = watching(edited_by(replace(ADAS_TAB, polls=2.0), BOBS_TAB), BOBS_TAB)
    assert live.watched(room) == live.WATCHED
    assert live.is_kept(room)


def test_an_editor_watches_nobody():
    assert live.watched(watching(edited_by(ADAS_TAB, BOBS_TAB), ADAS_TAB)) == 0


def test_nobody_is_watched_while_nobody_edits():
    room = watching(edited_by(ADAS_TAB, BOBS_TAB), BOBS_TAB)
    room = lease.release(room, NOW, ADAS_TAB.id, token_of(room)).room
    assert live.watched(room) == 0
    assert live.holder_of(room) is None


def test_who_comes_back_over_another_connection_says_again_that_it_watches():
    room = watching(edited_by(ADAS_TAB, BOBS_TAB), BOBS_TAB)
    again = replace(BOBS_TAB, connection="another")
    assert live.watched(presence.join(room, NOW, again, room.people[BOBS_TAB.user]).room) == 0


def test_nothing_happens_to_somebody_who_is_not_there():
    room = edited_by(ADAS_TAB)
    assert live.watch(room, NOW, BOBS_TAB.id, True).room is room


def test_a_room_is_read_back_with_who_watches():
    room = watching(edited_by(ADAS_TAB, BOBS_TAB), BOBS_TAB)
    assert encoding.decode(encoding.encode(room)) == room
    assert ADA.key in room.people


def test_rows_of_a_formset_that_takes_no_new_ones():
    rows = Rows({"1": frozenset(["text"])})
    assert rows.shows("@1-text")
    assert not rows.shows("+0-text")
