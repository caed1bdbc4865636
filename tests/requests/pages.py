"""A browser without a browser: it opens a change form, its socket as the form says, and posts the form."""

from __future__ import annotations

import json
import re
import secrets
from typing import Any, Dict, List, Optional

from asgiref.sync import sync_to_async
from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils.html import strip_tags

from django_admin_collaborator.guard.version.form_data import Controls
from django_admin_collaborator.routing import websocket_urlpatterns
from tests.guard.newsdesk import main_form

ROUTES = URLRouter(websocket_urlpatterns)
PATIENCE = 5
Message = Dict[str, Any]


class Desk:
    """A session of one user at one host."""

    def __init__(self, name: str, host: str = "testserver", user: Any = None) -> None:
        model = get_user_model()
        self.user = user or model._default_manager.create_superuser(name, f"{name}@example.com", "secret")
        self.host = host
        self.client = Client(HTTP_HOST=host)
        self.client.force_login(self.user)

    def open(self, url: str) -> Page:
        response = self.client.get(url)
        assert response.status_code == 200, (response.status_code, response.content[:2000])
        return Page(self, url, response.content.decode())


class Page:
    """A change form. Setting an item is typing."""

    def __init__(self, desk: Desk, url: str, text: str) -> None:
        self.desk, self.url, self.text = desk, url, text
        block = re.search(r'<script id="admin-collaborator-config"[^>]*>(.*?)</script>', text, re.S)
        self.config: Dict[str, Any] = json.loads(block[1]) if block else {}
        self.data: Dict[str, Any] = dict(
            Controls(re.sub(r"<template.*?</template>", "", main_form(text), flags=re.S)).values
        )
        self.member = secrets.token_urlsafe(16)

    @property
    def words(self) -> str:
        return " ".join(strip_tags(self.text).split())

    def __setitem__(self, name: str, value: str) -> None:
        self.data[name] = value

    def save(self, token: Optional[int] = None) -> int:
        """Post the form; the answer's status."""
        data = {**self.data, "_save": "Save"}
        if token is not None:
            data.update(_collaborator_member=self.member, _collaborator_token=str(token))
        return int(self.desk.client.post(self.url, data).status_code)


class Line:
    """A socket. ``code`` is what it was closed with: 403 for a handshake that was refused, None while it is open."""

    def __init__(self, page: Page, path: str = "", has_auth: bool = True) -> None:
        path = path or page.config["socket_path"] + "&member=" + page.member
        host = page.desk.host
        cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in page.desk.client.cookies.items())
        headers = {"host": host, "origin": f"http://{host}", "cookie": cookies}
        application = AuthMiddlewareStack(ROUTES) if has_auth else ROUTES
        self.communicator = WebsocketCommunicator(
            application, path, [(name.encode(), value.encode()) for name, value in headers.items()]
        )
        self.received: List[Message] = []
        self.code: Optional[int] = None

    async def open(self) -> None:
        connected, _ = await self.communicator.connect(timeout=PATIENCE)
        if not connected:
            self.code = 403

    async def hear(self, type: str, **fields: Any) -> Message:
        """The next message of this type; everything before it is dropped."""
        while True:
            event = await self.communicator.receive_output(PATIENCE)
            assert event["type"] == "websocket.send", event
            message: Message = json.loads(event["text"])
            self.received.append(message)
            if message["type"] == type and fields.items() <= message.items():
                return message

    async def ended(self) -> int:
        """The close code, once it is closed."""
        while self.code is None:
            event = await self.communicator.receive_output(PATIENCE)
            if event["type"] == "websocket.close":
                self.code = int(event["code"])
        return self.code

    async def say(self, type: str, **fields: Any) -> None:
        await self.communicator.send_to(text_data=json.dumps({"type": type, **fields}))

    async def lease(self) -> int:
        """Ask for the lease, and wait until it is granted."""
        await self.say("claim_editor", timestamp=None, wait=True)
        return int((await self.hear("lease"))["token"])

    async def hang_up(self) -> None:
        if self.code is None and not self.communicator.future.done():
            await self.communicator.disconnect()


in_thread = sync_to_async
