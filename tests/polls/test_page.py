"""A page without a WebSocket: what it is told, by Django's test client."""

from __future__ import annotations

from tests.polls.conftest import Tab
from tests.support import people


def test_a_page_opens_claims_and_leaves(tab: Tab, ada: people.Person, bob: people.Person):
    first, second = tab(ada), tab(bob)
    assert first.kinds(first.open(first.claim())) == ["user_joined", "welcome", "lease", "room"]
    assert first.next_ms == 15_000
    assert second.kinds(second.open(second.claim()))[-1] == "room"
    assert second.editor == "Ada Lovelace"
    assert first.kinds(first.tick()) == ["alive", "room"]
    assert first.next_ms == 2_000
    first.poll({"type": "release_lock"}, {"type": "leave", "reason": "unload"})
    assert second.kinds(second.tick()) == ["alive", "lease", "room"]
    assert second.editor == "Bob Brown"
