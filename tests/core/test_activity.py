from __future__ import annotations

from functools import partial

from django_admin_collaborator.core import activity, lease
from django_admin_collaborator.core.view import view
from tests.core.examples import ADAS_TAB, BOB, BOBS_TAB, NOW, after, edited_by, tab

ACTIVE = {"idle_seconds": 0.0, "hidden": False, "unsaved": False}
MINUTES = 60.0


def reports(member, **said):
    return partial(activity.report, member_id=member.id, **{**ACTIVE, **said})


def edited_for(seconds: float):
    """Ada edits, Bob looks on, and both were there all the time without touching anything."""
    room, now = edited_by(ADAS_TAB, BOBS_TAB), NOW
    while now < NOW + seconds:
        now += 8
        held = room.lease
        room = after(room, now)
        room = lease.renew(room, now, held.holder, held.token).room
    return room, now


def test_without_input_for_ten_minutes_the_editor_is_idle_and_stays_the_editor():
    room, now = edited_for(10 * MINUTES)

    assert room.members[ADAS_TAB.id].idle
    assert room.live_lease(now).holder == ADAS_TAB.id
    assert view(room)["editor"]["idle"] is True
    assert [person["state"] for person in view(room)["people"]] == ["idle", "idle"]


def test_input_ends_idleness_at_once_and_for_all_to_see():
    room, now = edited_for(10 * MINUTES)

    again = reports(ADAS_TAB)(room, now).room

    assert not again.members[ADAS_TAB.id].idle
    assert again.version > room.version
    assert view(again)["people"][0]["state"] == "editing"


def test_a_hidden_page_with_unsaved_text_stays_editing():
    room = reports(ADAS_TAB, hidden=True, unsaved=True)(edited_by(ADAS_TAB), NOW).room

    assert room.idle_at(room.members[ADAS_TAB.id]) is None
    assert not activity.settle(room, NOW + 3600).members[ADAS_TAB.id].idle


def test_a_page_that_was_only_hidden_becomes_idle():
    room = reports(ADAS_TAB, hidden=True)(edited_by(ADAS_TAB), NOW).room

    assert activity.settle(room, NOW + 600).members[ADAS_TAB.id].idle


def test_a_contract_client_is_never_idle():
    bare = tab(BOB, 2, bare=True)

    assert not activity.settle(edited_by(bare), NOW + 3600).members[bare.id].idle


def test_a_report_without_news_changes_nothing():
    room = edited_by(ADAS_TAB)

    assert reports(ADAS_TAB)(room, NOW + 30).room is room
    assert reports(ADAS_TAB, idle_seconds=30.0)(room, NOW + 30).room is room


def test_input_is_noted_before_somebody_who_types_could_seem_idle():
    room, now = edited_by(ADAS_TAB), NOW
    while now < NOW + 1200:
        now += 8
        room = activity.settle(reports(ADAS_TAB)(room, now).room, now)
        assert not room.members[ADAS_TAB.id].idle


def test_what_others_cannot_see_is_no_new_version():
    room = edited_by(ADAS_TAB)

    assert reports(ADAS_TAB, hidden=True)(room, NOW).room.version == room.version


def test_idleness_is_a_deadline():
    room = edited_by(ADAS_TAB)
    room = activity.report(room, NOW, ADAS_TAB.id, 590.0, True, False).room

    assert room.next_deadline() <= NOW + 600
