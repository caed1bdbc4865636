"""Pages without a WebSocket on the server that most projects have: gunicorn with four sync workers."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from tests.project.newsroom.models import Article
from tests.support import people
from tests.support.polls import PollingTab, collaborator_path, over_http

pytestmark = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def article(database: str) -> Article:
    return Article.objects.create(title="Harbour")


@pytest.fixture
def tab(article: Article, serve: Any) -> Callable[..., PollingTab]:
    server = serve(program="gunicorn", store="sql")

    def make(person: people.Person, **options: Any) -> PollingTab:
        send = over_http(server[0].port, collaborator_path(article), person)
        return PollingTab(article, person.user, send, **options)

    return make


def test_the_processes_agree_on_who_edits(tab: Callable[..., PollingTab], ada: Any, bob: Any):
    first, second = tab(ada), tab(bob)
    first.open(first.claim())
    assert first.lease, (first.status, first.body)
    for _ in range(8):  # whichever of the workers answers
        second.open(second.claim())
        assert second.editor == "Ada Lovelace"
        assert not second.lease
    first.tick()
    first.poll({"type": "release_lock"}, {"type": "leave", "reason": "unload"})
    assert "lease" in second.kinds(second.tick())
    assert second.editor == "Bob Brown"
