"""Without Redis, a program meets the pages of its own process."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

from channels.routing import URLRouter
from django.db import connections

from django_admin_collaborator.editing import editing
from django_admin_collaborator.routing import websocket_urlpatterns
from tests.docs.sockets import Socket, connected
from tests.project.newsroom.models import Article
from tests.support.people import Person


async def test_a_page_sees_a_program_by_name_and_what_it_saved(article: Article, ada: Person) -> None:
    headers = [(b"host", b"testserver"), (b"origin", b"http://testserver")]
    place = f"/admin/collaboration/newsroom/article/{article.pk}/"
    page = Socket(URLRouter(websocket_urlpatterns), place, headers=headers)
    page.scope["user"] = ada.user
    opened: Any = []
    assert await connected(page, opened)
    await page.expect("user_joined")
    seen = threading.Event()

    def edit() -> None:
        try:
            with editing(article, name="Import") as edit:
                assert seen.wait(5)
                edit.save()
        finally:
            connections.close_all()

    work = asyncio.get_running_loop().run_in_executor(None, edit)
    await page.expect("editor_status", editor_name="Import")
    seen.set()
    assert (await page.expect("content_updated"))["username"] == "Import"
    await page.expect("editor_status", editor_id=None)
    await work
    await page.disconnect()
