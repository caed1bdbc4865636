"""What it costs that rights are followed: docs/deployment.md says it, and this counts it at a live server."""

from __future__ import annotations

import asyncio
import re

import pytest

from tests.sockets.conftest import granted
from tests.support.people import staff
from tests.support.sockets import new_member

SPOKEN = {
    "DEBUG": True,  # or Django does not log its queries
    "LOGGING": {
        "version": 1,
        "disable_existing_loggers": False,
        "handlers": {"stderr": {"class": "logging.StreamHandler"}},
        "loggers": {"django.db.backends": {"handlers": ["stderr"], "level": "DEBUG"}},
    },
}
QUERY = re.compile(r"^\(\d\.\d{3}\) (SELECT .*)", re.MULTILINE)


class Queries:
    """Those of a worker from now on."""

    def __init__(self, worker):
        self.worker = worker
        self._before = len(worker.log_tail(10**8))

    def __call__(self):
        return QUERY.findall(self.worker.log_tail(10**8)[self._before :])

    async def of_whole_looks(self, count):
        """The queries of so many looks at the rights, each of which begins with the users."""
        for _ in range(400):
            starts = [n for n, query in enumerate(self()) if 'FROM "auth_user" WHERE "auth_user"."id" IN' in query]
            if len(starts) > count:
                return self()[starts[0] : starts[count]]
            await asyncio.sleep(0.05)
        raise AssertionError(self())


@pytest.mark.once
async def test_a_message_asks_the_database_nothing(serve, join, talk, article, ada, bob):
    worker = serve(store="memory", settings={**SPOKEN, "ADMIN_COLLABORATOR_RIGHTS_SECONDS": 3600})[0]
    editor, viewer = [await join(worker, article, one, member=new_member()) for one in (ada, bob)]
    chat, other = await talk(worker, "/admin/", ada), await talk(worker, "/admin/", bob)
    await granted(editor)
    await other.expect("active_users")
    queries = Queries(worker)
    for number in range(20):
        await editor.send("heartbeat", n=number)
        await editor.expect("alive", n=number)
        await editor.send("activity", idle_ms=0, hidden=False, unsaved=number % 2 == 0)
        await editor.send("content_updated", timestamp=None)
        await viewer.send("request_room")
        await viewer.expect("room")
        await viewer.send("claim_editor", timestamp=None, wait=True)
        await viewer.expect("error", code="lease_held")
        await chat.send("chat_message", recipient_id=bob.id, message="Hello")
        await other.expect("chat_message")
    await editor.send("release_lock")
    await viewer.expect("lease")
    assert queries() == []


@pytest.mark.once
async def test_a_look_at_all_rights_costs_what_the_docs_say(serve, join, talk, article, ada):
    worker = serve(store="memory", settings={**SPOKEN, "ADMIN_COLLABORATOR_RIGHTS_SECONDS": 0.5})[0]
    vera = staff("Vera", "newsroom.view_article")
    page = f"/admin/newsroom/article/{article.pk}/change/"
    for person in (ada, vera):
        for _ in range(3):
            await (await join(worker, article, person)).expect("editor_status")
        await (await talk(worker, page, person)).expect("active_users")
    found = await Queries(worker).of_whole_looks(1)
    tables = [re.search(r'FROM "(\w+)"', query)[1] for query in found]
    # All users and all sessions at once; each socket's object; once the permissions of who is no superuser.
    assert (tables.count("auth_user"), tables.count("django_session")) == (1, 1)
    assert tables.count("newsroom_article") == 8
    assert len(tables) == 2 + 8 + 2
