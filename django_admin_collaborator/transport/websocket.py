"""The shell around one WebSocket: frames in and out, the gate in front, the project's own methods in between.

The documented consumers are thin classes over it. Everything of ours on their instances is in ``self._wire``, so
that a project's subclass may use every plain name.
"""

from __future__ import annotations

import asyncio
import json
import logging
from functools import lru_cache, partial
from typing import Any, Awaitable, Callable, Dict, List, Optional, Tuple

from channels.consumer import get_handler_name
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import get_channel_layer

from ..access import page_request, security_log
from ..core import closing
from ..core.messages import Message
from . import permission_watch
from .client import Client, Port
from .gate import Gate, OtherUser
from .layer_groups import LayerGroups, in_process_layer
from .lookups import in_thread
from .outbox import Outbox

logger = logging.getLogger("django_admin_collaborator")

CLOSE_SECONDS = 15.0
"""How long the server may take to close a connection; it waits for a client that may be gone."""

OURS = "django_admin_collaborator."
SENDING = ("send", "send_json", "encode_json")


class Wire(Port):
    """Everything of ours that belongs to one WebSocket."""

    def __init__(self, consumer: Any, scope: Dict[str, Any], receive: Any, send: Any) -> None:
        self.consumer = consumer
        self.scope, self.receive, self._send = scope, receive, send
        self.gate = Gate(scope)
        self.outbox = Outbox(self.give_up)
        self.calls = Outbox(lambda: None, is_bounded=False, failed=handler_failed)
        self.client: Optional[Client] = None
        self.groups: Optional[LayerGroups] = None
        self.session_user: Any = None
        self.turn = asyncio.Lock()
        self.conversation: Optional[asyncio.Future[Any]] = None
        self.overrides = {name: getattr(consumer, name) for name in overridden(consumer.__class__)}
        self._is_plain = not any(name in self.overrides for name in SENDING)

    # As the port of a client -------------------------------------------------------------------

    def send(self, text: str) -> None:
        if self._is_plain and self.calls.is_idle:  # else it would overtake what a project's own handler is to send
            self.send_frame(text)
        elif "send_json" in self.overrides or "encode_json" in self.overrides:
            self.calls.put(partial(self.consumer.send_json, json.loads(text)))
        else:
            self.calls.put(partial(self.consumer.send, text_data=text))

    def send_frame(self, text: Optional[str], data: Optional[bytes] = None) -> None:
        """To the server, after everything that was sent before."""
        content: Dict[str, Any] = {"text": text} if text is not None else {"bytes": data}
        message = {"type": "websocket.send", **content}
        self.outbox.put(partial(self._send, message), len(text or data or ""))

    def close(self, code: Optional[int] = None, **kwargs: Any) -> None:
        """Close when everything that was said has gone out, without waiting for that."""
        if self._is_plain and self.calls.is_idle:
            self.outbox.put(partial(self._close, code, **kwargs), last=True)
        else:
            self.calls.put(partial(self._close_after_calls, code, kwargs))

    async def _close_after_calls(self, code: Optional[int], kwargs: Any) -> None:
        self.outbox.put(partial(self._close, code, **kwargs), last=True)

    async def _close(self, code: Any, **kwargs: Any) -> None:
        message = {"type": "websocket.close", **{name: value for name, value in kwargs.items() if value}}
        if code is not None and code is not True:
            message["code"] = code
        try:
            await self._send(message)
        except Exception:  # each server has an error of its own for a code that it cannot send
            if code != closing.TOO_LARGE:
                raise
            await self._send({**message, "code": closing.TOO_LARGE_ON_DAPHNE})
        asyncio.get_running_loop().call_later(CLOSE_SECONDS, self.hang_up)

    def call(self, handler: Callable[..., Awaitable[Any]], *args: Any) -> None:
        self.calls.put(partial(handler, *args))

    def log_refusal(self, event: str, level: int = logging.WARNING) -> None:
        user = self.scope.get("user")
        key = getattr(user, "pk", None)
        client = self.scope.get("client")
        room = self.client.key if self.client else ""
        security_log.refused(event, "" if key is None else key, client[0] if client else "", room, level)

    # A client that does not read ---------------------------------------------------------------

    def give_up(self) -> None:
        """The client does not read, and so cannot be told why its connection ends."""
        if self.client is not None and self.client.member is not None:
            self.log_refusal("closed-unread")
        self.hang_up()

    def hang_up(self) -> None:
        """End the conversation, and with it the connection."""
        if self.conversation is None or self.conversation.done():
            return
        self.conversation.cancel()
        # ASGI has no message for this, and a server that closes politely keeps what was not read, for as long as the
        # client likes. Uvicorn's ``receive`` is a method of what has the connection; Daphne ends it by itself.
        transport: Any = getattr(getattr(self.receive, "__self__", None), "transport", None)
        if hasattr(transport, "abort"):
            transport.abort()

    # The handshake -----------------------------------------------------------------------------

    async def admit(self, connect: Callable[[], Awaitable[None]]) -> None:
        """Refuse, before anything is asked of database or store, what no permission could make good."""
        try:
            reason = self.gate.objection()
            if reason is None:
                await connect()
                return
        except page_request.Unasked:
            await self.refuse_page("unasked", closing.UNASKED)
            return
        except OtherUser:
            await self.refuse_page("other-user", closing.OTHER_USER)
            return
        finally:
            self.gate.decided()
        await self.refuse(reason)

    async def refuse(self, reason: str) -> None:
        """Refuse the handshake: with HTTP 403 whatever the reason is; the log has it."""
        self.log_refusal("handshake-" + reason)
        # The user of the cookie was looked up before us, by a connection that nobody else gives back.
        await in_thread(lambda: None)
        self.close()

    async def refuse_page(self, reason: str, code: int) -> None:
        """Refuse a handshake, but tell a page of ours why no lock protects it."""
        if self.gate.page is None:
            await self.refuse(reason)
            return
        self.log_refusal("handshake-" + reason)
        await in_thread(lambda: None)
        await self.consumer.accept()
        self.close(code)

    async def enter(self, client: Client, group_names: List[str]) -> None:
        """The connection is authorised: accept it, and let its client join."""
        self.client = client
        if self.groups is not None:
            await self.groups.join(group_names)
        await self.consumer.accept()
        permission_watch.current().enter(client)
        await client.join()

    async def leave(self, code: int) -> None:
        client = self.client
        if client is not None:
            permission_watch.current().exit(client)
            await client.leave(code)

    # Frames ------------------------------------------------------------------------------------

    async def take(self, message: Message) -> None:
        """Take a frame, unless it is too large or one too many."""
        client = self.client
        if client is not None and client.is_closing:
            return
        frame = message.get("text")
        taken, code, reason = self.gate.weigh(message.get("bytes") or "" if frame is None else frame)
        if taken:
            if frame is not None:
                await self.consumer.receive(text_data=frame)
            elif client is not None:
                await client.receive(None)
            return
        if code and client is not None:
            await client.end_with(code, reason)
        elif reason and client is not None:
            client.send(reason)


class CollaboratorSocket(AsyncWebsocketConsumer):  # type: ignore[misc]  # Channels has no types
    """What both documented consumers do beyond Channels' own."""

    _wire: Wire

    async def __call__(self, scope: Dict[str, Any], receive: Any, send: Any) -> None:
        self.scope, self.base_send = scope, send
        self._wire = wire = Wire(self, scope, receive, send)
        wire.conversation = asyncio.ensure_future(self._converse(receive))
        try:
            await asyncio.wait([wire.conversation])
            if not wire.conversation.cancelled():
                wire.conversation.result()
        finally:
            wire.conversation.cancel()
            # However the connection ends, by an error or with its server, the room hears of it.
            await wire.leave(1006)
            wire.gate.depart()
            if wire.groups is not None:
                await wire.groups.close()
            wire.outbox.stop()
            wire.calls.stop()

    async def _converse(self, receive: Any) -> None:
        layer = get_channel_layer(self.channel_layer_alias)
        if layer is None and self._wire.overrides:
            layer = in_process_layer()  # a project's own class may say something in its group
        self.channel_layer = layer
        if layer is not None:
            groups = self._wire.groups = LayerGroups(layer, self._hear_layer)
            self.channel_name = await groups.open()
        try:
            while True:
                message = await receive()
                async with self._wire.turn:
                    await self.dispatch(message)
        except StopConsumer:
            pass

    async def _hear_layer(self, message: Message) -> None:
        """A message that the project has sent to one of our groups."""
        async with self._wire.turn:
            await self.dispatch(message)

    async def dispatch(self, message: Message) -> None:
        """Call the method that is named after the message's type."""
        if self._wire.overrides:
            await super().dispatch(message)  # which looks after database connections of the project's own methods
            return
        handler = getattr(self, get_handler_name(message), None)
        if handler is None:
            raise ValueError(f"No handler for message type {message['type']}")
        await handler(message)

    async def websocket_connect(self, message: Message) -> None:
        await self._wire.admit(partial(super().websocket_connect, message))

    async def websocket_receive(self, message: Message) -> None:
        await self._wire.take(message)

    async def receive(self, text_data: Optional[str] = None, bytes_data: Optional[bytes] = None) -> None:
        """Decode one frame and hand it to the handler of its type."""
        if self._wire.client is not None:
            await self._wire.client.receive(text_data)

    async def send(
        self, text_data: Optional[str] = None, bytes_data: Optional[bytes] = None, close: Any = False
    ) -> None:
        """Send a frame, without waiting for its client. One to a client that has just gone is lost."""
        self._wire.send_frame(text_data, bytes_data)
        if close:
            await self.close(close)

    async def send_json(self, content: Message) -> None:
        """Send a message as a frame."""
        client = self._wire.client
        await self.send(text_data=await self.encode_json(client.fit(content) if client else content))

    @classmethod
    async def encode_json(cls, content: Message) -> str:
        """A message as text."""
        return json.dumps(content)

    async def close(self, code: Any = None, **kwargs: Any) -> None:
        """Close when everything that was said has gone out, without waiting for that."""
        self._wire.close(code, **kwargs)

    async def disconnect(self, close_code: int) -> None:
        """Leave the room: a lease waits for a broken connection, and goes on at once after a good-bye."""
        await self._wire.leave(close_code)


def handler_failed(fault: Exception) -> None:
    logger.error("a project's own handler failed; its client was not told", exc_info=fault)


@lru_cache(maxsize=64)
def overridden(consumer: Any) -> Tuple[str, ...]:
    """The methods of ours that a project's own class has instead, of those that we would call."""
    ours = {
        name
        for base in consumer.__mro__
        if base.__module__.startswith(OURS)
        for name in vars(base)
        if not name.startswith("_")
    }
    return tuple(sorted(name for name in ours if not _is_ours(getattr(consumer, name))))


def _is_ours(value: Any) -> bool:
    return str(getattr(value, "__module__", OURS)).startswith(OURS)
