"""A page without a WebSocket: what it is told, by Django's test client."""

from __future__ import annotations

from typing import Any, Callable

import pytest
from django.test import Client

from tests.project.newsroom.models import Article
from tests.support import people
from tests.support.polls import PollingTab, collaborator_path, over_client

Tab = Callable[..., PollingTab]


@pytest.fixture
def article(database: str) -> Article:
    return Article.objects.create(title="Harbour")


@pytest.fixture
def tab(article: Article) -> Tab:
    def make(person: people.Person, **options: Any) -> PollingTab:
        client = Client()
        client.force_login(person.user)
        return PollingTab(article, person.user, over_client(client, collaborator_path(article)), **options)

    return make


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
