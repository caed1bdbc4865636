"""A signal is sent once per event and not per worker, nor per page."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any, List

import pytest

from tests.sockets.conftest import granted
from tests.support.sockets import new_member


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "journal"


@pytest.fixture
def workers(serve: Any, old_redis: Any, journal: Path) -> Any:
    settings = {"ADMIN_COLLABORATOR_TAKEOVER_SECONDS": 1, "JOURNAL": str(journal)}
    application = "tests.sockets.journal:application"
    server = serve(redis_url=old_redis.url, workers=2, settings=settings, application=application)
    yield server
    server.stop()  # nobody else wants this journal


@pytest.mark.slow
async def test_each_event_is_signalled_once_over_all_workers(workers, journal, join, article, ada, bob, cat):
    async def page(number: int, person: Any) -> Any:
        socket = await join(workers[number], article, person, member=new_member())
        await socket.expect("welcome")
        return socket

    async def written(count: int) -> List[List[str]]:
        """Of two workers, neither of which waits for the other: in any order."""
        for _ in range(500):
            lines = journal.read_text().splitlines() if journal.exists() else []
            if len(lines) >= count:
                break
            await asyncio.sleep(0.01)
        return [json.loads(line) for line in lines]

    editor, asker, chief = await page(0, ada), await page(1, bob), await page(1, cat)
    await page(0, bob)
    await page(0, cat)
    expected = [["lease_claimed", "Ada Lovelace", "", ""]]
    await granted(editor)
    assert sorted(await written(1)) == sorted(expected)

    await asker.send("request_attention", edit=True, timestamp=None)
    await editor.expect("attention_requested")
    await editor.send("answer_request", user_id=bob.id, answer="now")
    await editor.expect("yield")
    await editor.send("release_lock")
    await asker.expect("lease")
    expected += [
        ["attention_requested", "Bob Brown", "Ada Lovelace", ""],
        ["request_answered", "Ada Lovelace", "Bob Brown", "now"],
        ["lease_transferred", "Bob Brown", "Ada Lovelace", ""],
    ]
    assert sorted(await written(4)) == sorted(expected)

    await asker.send("activity", idle_ms=0, hidden=True, unsaved=True)
    await chief.send("take_over", reason="Print is waiting")
    await asker.expect("yield")
    await asker.send("release_lock")
    await chief.expect("lease")
    expected.append(["lease_taken_over", "Cat Cole", "Bob Brown", ""])
    assert sorted(await written(5)) == sorted(expected)

    await chief.send("release_lock")
    await chief.expect("lease_lost")
    expected.append(["lease_released", "Cat Cole", "", ""])
    await asyncio.sleep(9)  # a heartbeat of every worker, which might tell something again
    assert sorted(await written(6)) == sorted(expected)
