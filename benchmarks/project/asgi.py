"""The installation page's application, and a bare echo behind the same authentication: the floor."""

from __future__ import annotations

import os

from channels.auth import AuthMiddlewareStack
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
django_application = get_asgi_application()

from django_admin_collaborator.routing import websocket_urlpatterns  # noqa: E402 (after the apps are loaded)


class Loop(AsyncWebsocketConsumer):
    """The floor of telling something to many: what one sends, a loop sends to all."""

    everybody: set = set()

    async def connect(self) -> None:
        self.everybody.add(self)
        await self.accept()

    async def receive(self, text_data: str) -> None:
        for one in list(self.everybody):
            await one.send(text_data=text_data)

    async def disconnect(self, code: int) -> None:
        self.everybody.discard(self)


class Echo(AsyncWebsocketConsumer):
    async def connect(self) -> None:
        if not self.scope["user"].is_staff:
            await self.close()
            return
        await self.accept()
        await self.send(text_data='{"type": "welcome"}')

    async def receive(self, text_data: str) -> None:
        await self.send(text_data=text_data)


routes = [path("echo/", Echo.as_asgi()), path("loop/", Loop.as_asgi()), *websocket_urlpatterns]
application = ProtocolTypeRouter(
    {
        "http": django_application,
        "websocket": AuthMiddlewareStack(URLRouter(routes)),
    }
)
