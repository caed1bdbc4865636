"""What pages without a WebSocket are told, and when. Time passes where a test says so."""

from __future__ import annotations

import json
from functools import partial
from typing import Any, List

import pytest

from django_admin_collaborator.access.identity import room_key
from django_admin_collaborator.core.operators import force_release
from django_admin_collaborator.core.room import Room
from django_admin_collaborator.core.transition import Transition
from django_admin_collaborator.guard import lock_service
from django_admin_collaborator.rooms import sync
from tests.polls.conftest import Tab
from tests.project.newsroom.models import Article
from tests.support import people
from tests.support.polls import PollingTab


def room_of(article: Article) -> Room:
    return sync.apply(room_key(Article, article.pk), lambda room, now: Transition(room)).room


def types(messages: List[Any]) -> List[str]:
    return [message["type"] for message in messages]


@pytest.fixture
def both(tab: Tab, ada: people.Person, bob: people.Person, clock: Any) -> Any:
    """Ada edits, and Bob waits; both know it."""
    first, second = tab(ada), tab(bob)
    first.open(first.claim())
    second.open(second.claim())
    first.tick()
    return first, second


def test_a_page_opens_claims_and_leaves(tab: Tab, clock: Any, ada: people.Person, bob: people.Person):
    first, second = tab(ada), tab(bob)
    assert types(first.open(first.claim())) == ["user_joined", "welcome", "lease", "room"]
    assert first.next_ms == 15_000
    assert types(second.open(second.claim()))[-1] == "room"
    assert second.editor == "Ada Lovelace"
    assert types(first.tick()) == ["alive", "room"]
    assert first.next_ms == 2_000
    first.poll({"type": "release_lock"}, {"type": "leave", "reason": "unload"})
    assert types(second.tick()) == ["alive", "lease", "room"]
    assert second.editor == "Bob Brown"


def test_who_leaves_alone_is_waited_for_no_longer_than_a_reload(both: Any, clock: Any):
    first, second = both
    first.poll({"type": "leave", "reason": "unload"})
    assert second.tick()
    assert not second.lease, "it may be a reload"
    assert 800 <= (second.next_ms or 0) <= 850, "whose turn it is asks again when it has come"
    clock.now += 0.82
    assert "lease" in types(second.tick())
    assert second.next_ms == 15_000


def test_whose_turn_has_come_keeps_the_lease_until_its_next_poll(both: Any, clock: Any, tab: Tab):
    first, second = both
    first.poll({"type": "release_lock"}, {"type": "leave", "reason": "unload"})
    clock.now += 1
    assert "lease" in types(second.tick())
    assert second.lease["lease_ms"] == 45_000
    assert second.next_ms == 15_000
    clock.now += 14
    third = tab(people.superuser("Cay"))
    third.open(third.claim())
    assert not third.lease
    clock.now += 1
    assert second.tick()[0]["type"] == "alive"


def test_a_reload_keeps_the_lease(both: Any, clock: Any):
    first, second = both
    token = first.lease["token"]
    first.poll({"type": "leave", "reason": "unload"})
    clock.now += 0.5
    first.open()
    assert first.lease["token"] == token
    clock.now += 2
    second.tick()
    assert not second.lease


def test_a_request_that_its_own_good_bye_has_overtaken_brings_nobody_back(both: Any, clock: Any):
    first, second = both
    first.poll({"type": "leave", "reason": "unload"})
    first.tick()
    assert first.closed == 4408
    clock.now += 1
    assert "lease" in types(second.tick())


def test_a_crashed_page_loses_its_lease_within_35_seconds(both: Any, clock: Any):
    first, second = both
    for _ in range(14):  # the last sign of life is renewed every ten seconds, and the page polls every two
        clock.now += 2
        first.tick()
        second.tick()
    crashed_at = clock.now
    while not second.lease:
        clock.now += 2
        second.tick()
    assert 15 <= clock.now - crashed_at <= 35


def test_a_page_that_polls_in_time_keeps_its_lease(both: Any, clock: Any):
    first, second = both
    token = first.lease["token"]
    for _ in range(60):
        clock.now += 2
        alive = first.tick()[0]
        assert alive["type"] == "alive"
        assert alive["lease_ms"] >= 18_000
        second.tick()
    assert first.lease["token"] == token


def test_alone_a_page_keeps_its_lease_with_four_polls_a_minute(tab: Tab, clock: Any, ada: people.Person):
    page = tab(ada)
    page.open(page.claim())
    for _ in range(20):
        clock.now += 15
        assert page.tick()[0]["lease_ms"] == 45_000
        assert page.next_ms == 15_000


def test_most_polls_write_nothing(both: Any, clock: Any, monkeypatch: Any):
    first, second = both
    written = []
    swap = type(clock.store).swap_now
    monkeypatch.setattr(
        type(clock.store), "swap_now", lambda *args, **kwargs: written.append(1) or swap(*args, **kwargs)
    )
    for _ in range(30):
        clock.now += 2
        first.tick()
        second.tick()
    assert len(written) <= 2 * 60 / 10 + 2


def test_a_viewer_at_whose_page_nothing_is_done_slows_down_and_the_editor_does_not(both: Any, clock: Any):
    first, second = both
    for _ in range(31):
        clock.now += 20
        first.tick(idle_ms=0)
        second.tick(idle_ms=(clock.now - 1_790_000_000) * 1000)
    assert (first.next_ms, second.next_ms) == (2_000, 60_000)
    second.poll({"type": "activity", "idle_ms": 0, "hidden": False, "unsaved": False})
    assert second.next_ms == 2_000, "at once after a keystroke"


def test_a_slow_viewer_is_there_and_has_its_turn_when_it_comes(both: Any, clock: Any):
    first, second = both
    for _ in range(31):
        clock.now += 20
        first.tick(idle_ms=0)
        second.tick(idle_ms=(clock.now - 1_790_000_000) * 1000)
    first.poll({"type": "release_lock"}, {"type": "leave", "reason": "unload"})
    clock.now += 55
    second.poll({"type": "activity", "idle_ms": 0, "hidden": False, "unsaved": False})
    assert second.lease


def test_an_attention_request_reaches_an_editor_who_polls_once(both: Any, clock: Any, article: Article):
    first, second = both
    assert "attention_sent" in types(second.poll({"type": "request_attention"}))
    assert types(first.poll()) == ["attention_requested"]
    assert first.heard[-1]["username"] == "Bob Brown"
    assert room_of(article).post
    assert first.poll() == []
    assert not room_of(article).post, "it is removed when it was received"


def test_an_answer_that_was_lost_is_told_again(both: Any, clock: Any):
    first, second = both
    second.poll({"type": "request_attention"})
    at = first.at
    assert types(first.poll()) == ["attention_requested"]
    first.at = at
    assert types(first.poll()) == ["attention_requested"]
    assert first.poll() == []


def test_a_letter_to_somebody_who_is_gone_is_forgotten(both: Any, clock: Any, article: Article):
    _first, second = both
    second.poll({"type": "request_attention"})
    assert room_of(article).post
    clock.now += 100
    assert not room_of(article).post


def test_a_question_is_asked_and_answered(both: Any, clock: Any):
    first, second = both
    second.poll({"type": "request_attention", "edit": True})
    assert "attention_requested" in types(first.poll())
    assert first.room["requests"][0]["name"] == "Bob Brown"
    answer = {"type": "answer_request", "user_id": second.user.pk, "answer": "now"}
    told = types(first.poll(answer))
    assert told[-2:] == ["room", "yield"]
    assert first.poll() == [], "asked once"
    assert types(first.poll({"type": "release_lock"}))[:1] == ["lease_lost"]
    assert "lease" in types(second.poll())
    assert second.room["handover"]["kind"] == "request"


def test_unsaved_text_is_handed_to_the_next_editor(both: Any, clock: Any, article: Article):
    first, second = both
    second.poll({"type": "request_attention", "edit": True})
    first.poll({"type": "answer_request", "user_id": second.user.pk, "answer": "now"})
    first.poll({"type": "draft", "values": {"title": "Harbour at night"}, "rows": {}}, {"type": "release_lock"})
    told = second.poll()
    assert {"draft_offered", "lease"} <= set(types(told))
    offered = next(message for message in told if message["type"] == "draft_offered")
    assert offered["values"] == {"title": "Harbour at night"}
    second.poll()
    assert not room_of(article).post


def test_a_take_over_is_announced_before_it_comes(both: Any, clock: Any):
    first, second = both
    second.poll({"type": "take_over", "reason": "Print is waiting"})
    first.poll()
    assert first.room["take_over"]["name"] == "Bob Brown"
    clock.now += 10
    assert "yield" in types(first.poll())
    first.poll({"type": "release_lock"})
    assert "lease" in types(second.poll())


def test_somebody_alone_is_told_of_a_take_over_as_long_before_as_others(tab: Tab, clock: Any, ada: Any, bob: Any):
    first, second = tab(ada), tab(bob)
    first.open(first.claim())
    second.open(second.claim(), {"type": "take_over", "reason": "Print is waiting"})
    assert first.next_ms == 15_000, "it does not know yet that somebody came"
    clock.now += 15
    first.tick()
    assert first.room["take_over"]["at"] - clock.now >= 8


def test_the_lease_of_a_hidden_page_passes_on_when_somebody_asks(tab: Tab, clock: Any, ada: Any, bob: Any):
    first, second = tab(ada), tab(bob)
    first.open(first.claim())
    first.tick(hidden=True)
    assert first.next_ms == 50_000
    second.open(second.claim())
    assert second.lease
    assert second.editor == "Bob Brown"
    first.tick(hidden=False)
    assert not first.lease
    assert first.editor == "Bob Brown"


def test_the_lease_of_a_hidden_page_lasts_while_nobody_asks(tab: Tab, clock: Any, ada: Any, bob: Any):
    first, second = tab(ada), tab(bob)
    first.open(first.claim())
    token = first.lease["token"]
    first.tick(hidden=True)
    clock.now += 140
    first.tick(hidden=False)
    assert first.lease["token"] == token
    first.tick(hidden=True)
    clock.now += 151
    second.open()
    assert second.editor is None


def test_a_page_that_is_hidden_while_others_wait_keeps_its_lease_as_long_as_after_a_break(both: Any, clock: Any):
    first, second = both
    first.tick(hidden=True)
    second.tick()
    assert not second.lease
    clock.now += 8.1
    assert "lease" in types(second.tick())


def test_a_page_that_comes_back_into_view_in_time_goes_on(both: Any, clock: Any):
    first, second = both
    first.tick(hidden=True)
    clock.now += 4
    assert first.tick(hidden=False)[0]["lease_ms"] >= 20_000
    clock.now += 8
    second.tick()
    assert not second.lease


def test_a_saved_version_is_shown(both: Any, clock: Any, article: Article):
    first, second = both
    named = (Article, article.pk, first.user, first.member, first.lease["token"])
    verdict = lock_service.hold(*named)
    assert verdict.admitted
    lock_service.saved(*named, release=False, hold_id=verdict.hold_id)
    assert types(second.poll()) == ["room"]
    assert second.room["saved"]["name"] == "Ada Lovelace"


def test_a_save_and_its_way_to_another_page_give_the_lease_on(both: Any, clock: Any, article: Article):
    first, second = both
    named = (Article, article.pk, first.user, first.member, first.lease["token"])
    verdict = lock_service.hold(*named)
    lock_service.saved(*named, release=True, hold_id=verdict.hold_id)
    assert "lease" in types(second.poll())


def test_a_deleted_object_ends_the_connection(both: Any, clock: Any, article: Article):
    _first, second = both
    lock_service.deleted(Article, article.pk)
    assert types(second.poll()) == ["room"]
    assert second.room["deleted"]
    assert second.closed == 4403


def test_a_second_page_of_the_same_tab_takes_its_place(tab: Tab, clock: Any, ada: people.Person):
    first, second = tab(ada), tab(ada)
    first.open(first.claim())
    second.member = first.member
    second.open()
    assert second.lease["token"] == first.lease["token"]
    first.tick()
    assert first.closed == 4409
    second.tick()
    assert second.lease


def test_a_page_that_slept_opens_again(both: Any, clock: Any):
    first, _second = both
    clock.now += 400
    first.tick()
    assert first.closed == 4408
    first.open(first.claim())
    assert first.lease


def test_the_store_is_unavailable_and_back(both: Any, clock: Any):
    first, _second = both
    clock.store.away = True
    assert types(first.tick()) == ["lock_service", "error"]
    assert first.heard[-1]["code"] == "lock_service_unavailable"
    assert types(first.poll()) == [], "told once"
    late = PollingTab(first.obj, first.user, first.send)
    assert "lock_service" in types(late.open(late.claim()))
    clock.store.away = False
    assert types(first.tick())[0] == "lock_service"
    assert first.heard[-2]["available"] or first.heard[-1]["type"] == "alive"
    told = types(late.poll(late.claim()))
    assert "welcome" in told
    assert "lock_service" in told


def test_a_lease_survives_the_loss_of_all_rooms(both: Any, clock: Any):
    first, second = both
    token = first.lease["token"]
    clock.now += 1
    clock.store.lose_everything()
    second.tick()
    second.poll(second.claim())
    assert not second.lease, "holders have time to report"
    clock.now += 2
    first.tick()
    assert first.lease["token"] == token
    second.tick()
    assert second.editor == "Ada Lovelace"


def test_an_operator_ends_an_editing(both: Any, clock: Any, article: Article):
    first, second = both
    sync.apply(room_key(Article, article.pk), partial(force_release, reason="Print is waiting"))
    told = first.poll()
    assert "lease_lost" in types(told)
    assert first.room["handover"]["kind"] == "forced"
    clock.now += 2.1
    assert "lease" in types(second.poll())


def test_one_request_serves_form_and_chat_at_one_pace(tab: Tab, clock: Any, ada: people.Person):
    edit, chat = tab(ada), tab(ada, kind="chat")
    for each in (edit, chat):
        each.connection = "0123456789abcdef"
    status, body = edit.send({"hold": 0, "clients": [chat.asking(()), edit.asking((edit.claim(),))]})
    answers = json.loads(body)["clients"]
    assert "next" not in answers[0]
    assert answers[1]["next"] == 15_000
    assert [message["type"] for message in answers[0]["messages"]] == ["active_users"]
    assert "lease" in [message["type"] for message in answers[1]["messages"]]
    assert status == 200
