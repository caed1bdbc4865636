"""Pages without a WebSocket on the server that most projects have: gunicorn with four workers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.polls.conftest import Tab

pytestmark = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)


@pytest.mark.parametrize("options", ["--worker-class sync", "--worker-class gthread --threads 4"])
def test_the_processes_agree_on_who_edits(serve: Any, tab_at: Tab, ada: Any, bob: Any, options: str):
    server = serve(program="gunicorn " + options, store="sql")
    first, second = tab_at(server[0], ada), tab_at(server[0], bob)
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
