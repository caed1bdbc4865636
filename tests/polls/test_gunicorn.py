"""Pages without a WebSocket on the server that most projects have: gunicorn with four workers."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Optional

import pytest
from django.db import connections

from tests.polls.conftest import Tab
from tests.support.processes import wait_until

WORKERS = ["--worker-class sync", "--worker-class gthread --threads 4"]
DATABASES = ["sqlite", "postgresql"]


@pytest.mark.parametrize("database", DATABASES, indirect=True)
@pytest.mark.parametrize("options", WORKERS)
def test_the_processes_agree_on_who_edits(serve: Any, tab_at: Tab, ada: Any, bob: Any, options: str):
    agree(serve(program="gunicorn " + options, store="sql"), tab_at, ada, bob)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.parametrize("kept_seconds", [0, None])
def test_a_pooler_that_gives_each_transaction_another_connection_is_no_matter(
    serve: Any, tab_at: Tab, ada: Any, bob: Any, pgbouncer: Any, kept_seconds: Optional[int]
):
    """kept_seconds: how long Django keeps its own connections."""
    default = connections["default"].settings_dict
    pooled = {"ENGINE": default["ENGINE"], "NAME": default["NAME"], "USER": default["USER"], "HOST": default["HOST"]}
    pooled.update(PORT=pgbouncer.port, DISABLE_SERVER_SIDE_CURSORS=True, CONN_MAX_AGE=kept_seconds)
    agree(serve(program="gunicorn", store="sql", settings={"DATABASES": {"default": pooled}}), tab_at, ada, bob)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_worker_killed_in_the_middle_of_a_poll_costs_nobody_anything(
    serve: Any, tab_at: Tab, ada: Any, bob: Any, tmp_path: Path, moment: str
):
    """moment: before what the page said is kept, or when it is and the page was not answered."""
    wishes = {"STALL_IN": str(tmp_path), "ADMIN_COLLABORATOR_STORE": "tests.polls.stalling.StallingStore"}
    server = serve(program="gunicorn", store="sql", settings=wishes)
    first, second = tab_at(server[0], ada), tab_at(server[0], bob)
    (tmp_path / moment).touch()
    with ThreadPoolExecutor() as pool:
        claiming = pool.submit(first.open, first.claim())
        wait_until((tmp_path / "stalled").exists)
        os.kill(int((tmp_path / "stalled").read_text()), signal.SIGKILL)
        claiming.result(timeout=20)  # it asks again, as a browser does whose connection has ended
    assert first.lease, (first.status, first.body)
    token = first.lease["token"]
    second.open(second.claim())
    assert (second.editor, second.lease) == ("Ada Lovelace", None)
    (tmp_path / "stalled").unlink()
    (tmp_path / moment).touch()
    with ThreadPoolExecutor() as pool:
        leaving = pool.submit(first.poll, {"type": "release_lock"}, {"type": "leave", "reason": "unload"})
        wait_until((tmp_path / "stalled").exists)
        os.kill(int((tmp_path / "stalled").read_text()), signal.SIGKILL)
        leaving.result(timeout=20)
    assert "lease" in second.kinds(second.tick())
    assert second.lease["token"] > token


def agree(server: Any, tab_at: Tab, ada: Any, bob: Any) -> None:
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
