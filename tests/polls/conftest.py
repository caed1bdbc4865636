"""Pages without a WebSocket, by Django's test client and to real servers."""

from __future__ import annotations

from typing import Any, Callable

import pytest
from django.test import Client

from tests.project.newsroom.models import Article
from tests.support import people
from tests.support.polls import PollingTab, collaborator_path, over_client, over_http

Tab = Callable[..., PollingTab]


@pytest.fixture
def article(database: str) -> Article:
    return Article.objects.create(title="Harbour")


@pytest.fixture
def tab(article: Article) -> Tab:
    """A function that gives a tab of a person, without a server."""

    def make(person: people.Person, **options: Any) -> PollingTab:
        client = Client()
        client.force_login(person.user)
        return PollingTab(article, person.user, over_client(client, collaborator_path(article)), **options)

    return make


@pytest.fixture
def tab_at(article: Article) -> Tab:
    """A function (worker, person) that gives a tab of a running server."""

    def make(worker: Any, person: people.Person, **options: Any) -> PollingTab:
        send = over_http(worker.port, collaborator_path(article), person)
        return PollingTab(article, person.user, send, **options)

    return make
