"""An ASGI application of subclasses: each overrides one documented method, and is routed under its name."""

from __future__ import annotations

import asyncio
import json
import os
from typing import Any, Dict, List, Type

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django_application = get_asgi_application()

# After the apps are loaded: Channels 3.0 imports models.
from channels.auth import AuthMiddlewareStack  # noqa: E402

from django_admin_collaborator.consumers import (  # noqa: E402
    AdminCollaborationConsumer,
    ChatConsumer,
    RedisClientMixin,
)
from tests.project.newsroom.models import Article  # noqa: E402

HANDLERS = {
    AdminCollaborationConsumer: (
        "handle_claim_editor",
        "handle_content_updated",
        "handle_editor_status_request",
        "handle_heartbeat",
        "handle_release_lock",
        "handle_request_attention",
    ),
    ChatConsumer: ("handle_chat_message", "handle_heartbeat"),
}
EVENTS = {
    AdminCollaborationConsumer: (
        "attention_requested",
        "content_updated",
        "editor_status",
        "lock_released",
        "user_joined",
        "user_left",
    ),
    ChatConsumer: ("chat_message", "user_joined", "user_left"),
}


def instead(base: Type[Any], method: str) -> Type[Any]:
    """A subclass whose ``method`` tells the client what it was called with, and does nothing else."""

    async def tell(self: Any, *arguments: Any) -> None:
        await self.send_json({"type": "instead", "method": method, "arguments": list(arguments)})

    return type("Instead", (base,), {method: tell, "__module__": __name__})


def added(base: Type[Any], method: str) -> Type[Any]:
    """A subclass whose ``method`` adds a field to the event and hands it on."""

    async def add(self: Any, event: Dict[str, Any]) -> None:
        await getattr(super(subclass, self), method)({**event, "added": method})

    subclass = type("Added", (base,), {method: add, "__module__": __name__})
    return subclass


class Greeting:
    async def connect(self) -> None:
        await super().connect()  # type: ignore[misc]
        await self.send_json({"type": "greeting", "group": self.room_group_name})  # type: ignore[attr-defined]


class Farewell:
    """Says good-bye in the room's group, as subclasses in the wild do."""

    async def disconnect(self, close_code: int) -> None:
        event = {"type": "farewell", "close_code": close_code}
        await self.channel_layer.group_send(self.room_group_name, event)  # type: ignore[attr-defined]
        await super().disconnect(close_code)  # type: ignore[misc]

    async def farewell(self, event: Dict[str, Any]) -> None:
        await self.send_json(event)  # type: ignore[attr-defined]


class Echo:
    """``receive`` as documented: a text and nothing else."""

    async def receive(self, text_data: str) -> None:
        if text_data.startswith("echo "):
            await self.send(text_data=json.dumps({"type": text_data}))  # type: ignore[attr-defined]
        else:
            await super().receive(text_data)  # type: ignore[misc]


class OpenToAll:
    """Its own idea of who may come: nobody is asked for a place on the staff."""

    async def check_user_authorization(self) -> bool:
        return bool(self.scope["user"].is_authenticated)  # type: ignore[attr-defined]


class ClosedToAll:
    async def check_user_authorization(self) -> bool:
        return False


class Plain(AdminCollaborationConsumer):
    def get_last_modified(self) -> str:
        return "2020-01-01T00:00:00+00:00 " + self.object_id


class FromDatabase(AdminCollaborationConsumer):
    def get_last_modified(self) -> Any:
        return Article.objects.get(pk=self.object_id).updated_at


class Awaited(AdminCollaborationConsumer):
    async def get_last_modified(self) -> str:
        await asyncio.sleep(0)
        return "2020-01-01T00:00:00+00:00 awaited"


class AwaitedParent(AdminCollaborationConsumer):
    """Asks in every way in which 0.4.5's hook can be asked."""

    async def get_last_modified(self) -> str:
        return await super().get_last_modified() + " from the parent"

    async def receive(self, text_data: str) -> None:
        if text_data == '"when"':
            await self.send(text_data=json.dumps({"type": "when", "at": await self.get_last_modified()}))
        else:
            await super().receive(text_data)


class InThread(AdminCollaborationConsumer):
    @database_sync_to_async
    def get_last_modified(self) -> Any:
        return Article.objects.get(pk=self.object_id).updated_at.isoformat()


class AsIs(AdminCollaborationConsumer):
    async def receive(self, text_data: str) -> None:
        if text_data == '"when"':
            awaited, called = await self.get_last_modified(), self.get_last_modified()
            await self.send(text_data=json.dumps({"type": "when", "at": awaited, "called": called}))
        else:
            await super().receive(text_data)


class Slow(AdminCollaborationConsumer):
    """Its first event takes a while to be sent."""

    async def user_joined(self, event: Dict[str, Any]) -> None:
        await asyncio.sleep(0.3)
        await super().user_joined(event)


def edit_route(name: str, consumer: Type[Any]) -> Any:
    return path(f"{name}/<str:app_label>/<str:model_name>/<path:object_id>/", consumer.as_asgi())


def chat_route(name: str, consumer: Type[Any]) -> Any:
    return path(f"{name}/chat/<path:page_path>/", consumer.as_asgi())


ROUTES = {AdminCollaborationConsumer: edit_route, ChatConsumer: chat_route}


def routes() -> List[Any]:
    found: List[Any] = []
    for base, route in ROUTES.items():
        found += [route("instead/" + method, instead(base, method)) for method in HANDLERS[base]]
        found += [route("added/" + method, added(base, method)) for method in EVENTS[base]]
        for mixin in (Greeting, Farewell, Echo, OpenToAll, ClosedToAll):
            found.append(route(mixin.__name__, type(mixin.__name__, (mixin, base), {"__module__": __name__})))
    found += [
        edit_route(consumer.__name__, consumer)
        for consumer in (Plain, FromDatabase, Awaited, AwaitedParent, InThread, AsIs, Slow)
    ]
    return [*found, path("counter/<str:name>/", Counter.as_asgi())]


class Counter(RedisClientMixin, AsyncWebsocketConsumer):
    """A third party's consumer: counts in Redis how often anybody has pressed a button."""

    async def connect(self) -> None:
        if not await self.check_user_authorization():
            await self.close()
            return
        self.name = "counter:" + self.scope["url_route"]["kwargs"]["name"]
        await self.channel_layer.group_add(self.name.replace(":", "."), self.channel_name)
        await self.accept()

    async def receive(self, text_data: str) -> None:
        try:
            count = await self.redis_call(lambda client: client.incr(self.name))
        except Exception as error:
            await self.send(text_data=json.dumps({"type": type(error).__name__}))
            return
        event = {"type": "counted", "count": count, "by": str(self.user), "at": self.get_timestamp()}
        await self.channel_layer.group_send(self.name.replace(":", "."), event)

    async def counted(self, event: Dict[str, Any]) -> None:
        await self.send(text_data=json.dumps(event))


application = ProtocolTypeRouter({"http": django_application, "websocket": AuthMiddlewareStack(URLRouter(routes()))})
