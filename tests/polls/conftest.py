"""Pages without a WebSocket, by Django's test client and to real servers."""

from __future__ import annotations

from typing import Any, Callable

import pytest
from django.test import Client

from django_admin_collaborator.rooms import heartbeat, sync
from django_admin_collaborator.transport import client
from tests.project.newsroom.models import Article
from tests.support import people
from tests.support.polls import PollingTab, collaborator_path, over_client, over_http
from tests.transcripts.stage import Clock, StageStore

Tab = Callable[..., PollingTab]


@pytest.fixture
def article(database: str) -> Article:
    return Article.objects.create(title="Harbour")


@pytest.fixture
def tab(article: Article) -> Tab:
    """A function that gives a tab of a person, without a server."""

    def make(person: people.Person, **options: Any) -> PollingTab:
        browser = Client()
        browser.force_login(person.user)
        return PollingTab(article, person.user, over_client(browser, collaborator_path(article)), **options)

    return make


@pytest.fixture
def clock(monkeypatch: Any) -> Clock:
    """The clock of store and process, which a test moves by ``clock.now``."""
    clock = Clock()
    store = StageStore(clock)
    for module in (sync, client):
        monkeypatch.setattr(module, "time", clock)
    monkeypatch.setattr(sync, "open_store", lambda: store)
    monkeypatch.setattr(sync, "_direct_offset", None)
    # A loop of tests before, which knows another store, may still be there.
    monkeypatch.setattr(heartbeat, "serving_loop", lambda: None)
    monkeypatch.setattr(sync, "_own_loop", None)
    clock.store = store  # type: ignore[attr-defined]
    return clock


@pytest.fixture
def tab_at(article: Article) -> Tab:
    """A function (worker, person) that gives a tab of a running server."""

    def make(worker: Any, person: people.Person, **options: Any) -> PollingTab:
        send = over_http(worker.port, collaborator_path(article), person)
        return PollingTab(article, person.user, send, **options)

    return make
