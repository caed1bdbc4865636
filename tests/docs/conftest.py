"""Running the examples of the documentation, in consumers of this process."""

from __future__ import annotations

import asyncio
import secrets
import sys
import types
from typing import Any, AsyncIterator, Awaitable, Callable, Dict, List

import pytest
from channels.routing import URLRouter
from django.urls import path

from django_admin_collaborator.rooms import store
from tests.docs import pages
from tests.docs.sockets import Socket, connected
from tests.project.newsroom import models
from tests.project.newsroom.models import Article
from tests.support.people import Person

Namespace = Dict[str, Any]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Namespace]:
    """A function that runs an example, in a project whose app is called newsroom; returns its names."""
    newsroom = types.ModuleType("newsroom")
    newsroom.__path__ = []  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "newsroom", newsroom)
    monkeypatch.setitem(sys.modules, "newsroom.models", models)

    def run(name: str, module: str = "example") -> Namespace:
        written = types.ModuleType(module)
        exec(compile(pages.examples()[name], name, "exec"), written.__dict__)
        if module != "example":
            monkeypatch.setitem(sys.modules, module, written)
        return written.__dict__

    return run


@pytest.fixture
def article(database: str, settings: Any) -> Article:
    """An object whose room nobody was in before."""
    settings.ADMIN_COLLABORATOR_KEY_PREFIX = secrets.token_hex(4)
    return Article.objects.create(title="Budget 2027")


@pytest.fixture
async def opened() -> AsyncIterator[List[Socket]]:
    sockets: List[Socket] = []
    yield sockets
    for socket in sockets:
        await socket.disconnect()
    shared = store.shared_connection()
    if shared:
        await shared.close()
    await asyncio.sleep(0)


@pytest.fixture
def connect(opened: List[Socket]) -> Callable[..., Awaitable[Any]]:
    """A function (consumer, path, person) that gives a connected socket, or None when it is refused."""

    async def connect(consumer: Any, address: str, person: Person) -> Any:
        routes = [
            path("chat/<path:page_path>/", consumer.as_asgi()),
            path("<str:app_label>/<str:model_name>/<str:object_id>/", consumer.as_asgi()),
            path("online/", consumer.as_asgi()),
        ]
        headers = [(b"host", b"testserver"), (b"origin", b"http://testserver")]
        socket = Socket(URLRouter(routes), address, headers=headers)
        socket.scope["user"] = person.user
        return socket if await connected(socket, opened) else None

    return connect
