"""The two consumers of the documented API, and the mixin that others may build theirs on.

Their vocabulary is authorise, join, decode, apply, deliver, leave; no rule is mentioned here.
"""

from __future__ import annotations

import inspect
import time
from datetime import datetime, timezone
from functools import partial
from typing import Any, Awaitable, Callable, Dict, List, Optional

from asgiref.sync import sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from . import conf
from .access import chat_pages, identity, page_request, people, permissions
from .core import attention, chat, lease, messages, saving
from .rooms import store
from .rooms.layers import EmbeddedLayerMixin
from .transport import permission_watch
from .transport.gate import Door
from .transport.membership import Membership
from .transport.page_client import PageClient


def get_utc_timestamp() -> str:
    """UTC now, ISO 8601 with its offset."""
    return datetime.now(timezone.utc).isoformat()


class RedisClientMixin(EmbeddedLayerMixin):
    """Shared Redis client, retries and authentication for consumers.

    Mix it into a Channels consumer. The client and its pool are shared by all consumers of an event
    loop; the four ``ADMIN_COLLABORATOR_REDIS_*`` settings bound connections, waiting and retries.
    """

    scope: Dict[str, Any]
    user: Any = None
    session_user: Any = None

    @property
    def redis(self) -> Any:
        """The shared ``redis.asyncio`` client of this event loop; None when no Redis is set."""
        shared = store.shared_connection()
        return shared.client() if shared else None

    async def redis_call(self, operation: Callable[[Any], Awaitable[Any]]) -> Any:
        """Await ``operation(client)``, with retries and exponential backoff.

        Raises:
            StoreUnavailable: no Redis is set, or it did not answer in any try.
        """
        return await store.call(operation)

    async def check_user_authorization(self) -> bool:
        """Whether the connection's user is, by the database and now, an active member of the staff."""
        self.user = self.session_user = await self.in_thread(permissions.current_user, self.scope)
        return bool(self.user and self.user.is_active and self.user.is_staff)

    def get_timestamp(self) -> str:
        """UTC now; kept for older subclasses, which may prefer ``get_utc_timestamp``."""
        return get_utc_timestamp()

    async def in_thread(self, work: Callable[..., Any], *args: Any) -> Any:
        """Run what asks the database in a thread, and give its connection back at once."""

        def run() -> Any:
            try:
                return work(*args)
            finally:
                permissions.give_back_connections()

        return await sync_to_async(run, thread_sensitive=True)()


class AdminCollaborationConsumer(Door, PageClient, Membership, RedisClientMixin, AsyncWebsocketConsumer):
    """The edit lock and the presence around one object.

    Routed as ``<prefix>/<app_label>/<model_name>/<object_id>/``; docs/protocol.md has its messages.
    """

    HANDLERS = {
        **PageClient.HANDLERS,
        "request_editor_status": "handle_editor_status_request",
        "heartbeat": "handle_heartbeat",
        "release_lock": "handle_release_lock",
        "request_attention": "handle_request_attention",
    }
    access_of = permission_watch.object_access
    TIMESTAMPED = {"claim_editor": "handle_claim_editor", "content_updated": "handle_content_updated"}

    async def connect(self) -> None:
        """Authorise, join group and room, tell the others. Refused in the handshake if not authorised."""
        kwargs = self.scope["url_route"]["kwargs"]
        self.app_label, self.model_name = kwargs["app_label"], kwargs["model_name"]
        self.object_id = kwargs["object_id"]
        allowed = await self.admitted()
        if allowed is None:
            await self.refuse("access")
            return
        person = await people.with_avatar(people.describe(self.user), self.user)
        self.last_modified = await self.modified()
        self.subject = (f"{self.app_label}.{self.model_name}".lower(), str(allowed.pk))
        await self.join(allowed.key, person, may_edit=allowed.may_edit, may_take_over=allowed.may_take_over)
        self.room_group_name = identity.group_name(self.key)
        await self.accept()
        await self.user_joined(messages.user_joined(person, time.time()))
        await self.arrive_if_possible()

    async def admitted(self) -> Optional[permissions.Access]:
        """The access of the connection's user to this object, or None."""
        if not await self.check_user_authorization():
            return None
        self.user = self.user or self.scope["user"]  # an override may have decided by other means
        self.insist_on_user(page_request.about_object(self.app_label, self.model_name, self.object_id))
        names = (self.app_label, self.model_name, self.object_id, self.query("site"))
        return await self.in_thread(permissions.look_up, self.user, self.scope, *names)

    async def disconnect(self, close_code: int) -> None:
        """Leave the room: a lease waits for a broken connection, and goes on at once after a good-bye."""
        await self.leave(close_code)

    async def receive(self, text_data: Optional[str] = None, bytes_data: Optional[bytes] = None) -> None:
        """Decode one frame and hand it to the handler of its type."""
        await self.frame(text_data)

    async def obey(self, text_data: str) -> None:
        self.message = messages.decode(text_data, frozenset([*self.HANDLERS, *self.TIMESTAMPED]))
        kind = self.message["type"]
        if kind in self.TIMESTAMPED:
            await getattr(self, self.TIMESTAMPED[kind])(messages.optional_text(self.message, "timestamp"))
        else:
            await getattr(self, self.HANDLERS[kind])()

    # What clients ask --------------------------------------------------------------------------

    async def handle_editor_status_request(self) -> None:
        """Tell the asker who edits. The lease of somebody who fell silent has ended by then."""
        room = await self.rooms.read(self.key)
        await self.editor_status(messages.editor_status(room.editor()))

    async def handle_claim_editor(self, timestamp: Optional[str]) -> None:
        """Make this member the editor unless somebody else is. Refused, it is told, and queued if it asked to be.

        timestamp: the client's, ISO 8601; the store's clock decides.
        """
        wait = self.message.get("wait") is True
        claim = partial(lease.claim, member_id=self.member_id, wait=wait)
        await self.step(partial(claim, remembered=self.remembered(), seen=self.seen()))

    async def handle_heartbeat(self) -> None:
        """Renew the lease of this member; anybody else is told who holds it."""
        await self.note_activity()
        await self.step(partial(lease.renew, member_id=self.member_id, token=self.token))

    async def handle_content_updated(self, timestamp: Optional[str]) -> None:
        """The editor saved: take the new modification time and tell everybody."""
        self.last_modified = await self.modified()
        await self.step(partial(saving.announced, member_id=self.member_id, token=self.token))

    async def handle_release_lock(self) -> None:
        """Give the lease back, if it is this member's, and tell everybody."""
        self.last_modified = await self.modified()
        await self.step(partial(lease.release, member_id=self.member_id, token=self.token))

    async def handle_request_attention(self) -> None:
        """Ask the editor to come, once per interval; the asker is told what became of it."""
        interval = float(conf.option("notification_request_interval"))
        ask = partial(attention.request, member_id=self.member_id, interval_seconds=interval)
        await self.step(partial(ask, edit=self.message.get("edit") is True))

    # What happens in the room ------------------------------------------------------------------

    async def user_joined(self, event: Dict[str, Any]) -> None:
        """Send that a person came: ``user_id``, ``username``, ``timestamp``, ``avatar_url``."""
        await self.send_json({**event, "last_modified": self.last_modified})

    async def user_left(self, event: Dict[str, Any]) -> None:
        """Send that a person's last tab has gone: ``user_id``, ``username``."""
        await self.send_json(event)

    async def editor_status(self, event: Dict[str, Any]) -> None:
        """Send who edits: ``editor_id``, ``editor_name``; both None when nobody does."""
        await self.send_json(event)

    async def content_updated(self, event: Dict[str, Any]) -> None:
        """Send that the object was saved: ``user_id``, ``username``, ``timestamp``."""
        self.last_modified = await self.modified()
        await self.send_json(event)

    async def lock_released(self, event: Dict[str, Any]) -> None:
        """Send that a lease has ended: ``user_id``, ``username``, ``timestamp``."""
        await self.send_json(event)

    async def attention_requested(self, event: Dict[str, Any]) -> None:
        """Send a viewer's request to the editor: ``user_id``, ``username``, ``timestamp``."""
        await self.send_json(event)

    # The documented hook -----------------------------------------------------------------------

    last_modified: Optional[str] = None

    def get_last_modified(self) -> str:
        """When the object was last modified, ISO 8601. Override it, plain or async, with your model's own time.

        A plain override runs in a thread and may use the ORM. This default returns the current time.
        """
        return get_utc_timestamp()

    async def modified(self) -> str:
        hook = self.get_last_modified
        if type(self).get_last_modified is AdminCollaborationConsumer.get_last_modified:
            return hook()
        within = partial(page_request.ask, self.scope, self.user, lambda request: hook())  # in the row's tenant
        value = hook() if inspect.iscoroutinefunction(hook) else await self.in_thread(within)
        value = await value if inspect.isawaitable(value) else value
        return value.isoformat() if hasattr(value, "isoformat") else str(value)


class ChatConsumer(Door, Membership, RedisClientMixin, AsyncWebsocketConsumer):
    """Private chat between the people on one page of the admin.

    Routed as ``<prefix>/chat/<page_path>/``; docs/protocol.md has its messages.
    """

    HANDLERS = {"heartbeat": "handle_heartbeat", "pong": "handle_heartbeat"}
    access_of = permission_watch.page_access

    async def connect(self) -> None:
        """Authorise, join the page, tell who is there. Refused while chat is off or the page is not theirs to see."""
        if not conf.option("enable_chat") or not await self.check_user_authorization():
            await self.refuse("access")
            return
        self.user = self.user or self.scope["user"]
        self.page_path = self.scope["url_route"]["kwargs"]["page_path"]
        self.insist_on_user()
        place = await self.in_thread(self.place_of, self.user)
        if place is None:
            await self.refuse("access")
            return
        self.about = place.about
        person = await people.with_avatar(people.describe(self.user), self.user)
        await self.join(place.key, person)
        self.room_group_name = identity.group_name(self.key)
        await self.accept()
        await self.arrive_if_possible()

    def place_of(self, user: Any) -> Optional[chat_pages.Place]:
        """The page that this socket is on, if ``user`` may see it. In a thread."""
        return chat_pages.find(user, self.scope, self.page_path, self.query("model"))

    async def arrive(self) -> None:
        room = await self.enter_room()
        await self.send_json(chat.active_users(room, self.rooms.now(), self.person.key))

    def group_names(self) -> List[str]:
        """The page's group, and this person's own on it, which private messages go to."""
        return [identity.group_name(self.key), identity.group_name(self.key, self.person.key)]

    async def disconnect(self, close_code: int) -> None:
        """Leave the page; the others are told when it was this person's last tab."""
        await self.leave(close_code)

    async def receive(self, text_data: Optional[str] = None, bytes_data: Optional[bytes] = None) -> None:
        """Decode one frame and hand it to the handler of its type."""
        await self.frame(text_data)

    async def obey(self, text_data: str) -> None:
        self.message = messages.decode(text_data, frozenset(["chat_message", *self.HANDLERS]))
        if self.message["type"] == "chat_message":
            await self.handle_chat_message(self.message.get("recipient_id"), self.message.get("message"))
        else:
            await getattr(self, self.HANDLERS[self.message["type"]])()

    async def handle_chat_message(self, recipient_id: Any, message: Any) -> None:
        """Send a text to one person on this page, and to one's own other tabs.

        recipient_id: the user's id as number or text. Somebody who is not here, or no text: an ``error``.
        """
        room = await self.rooms.read(self.key)
        said = chat.compose(room, self.rooms.now(), self.person, recipient_id, message)
        for user in {self.person.key, chat.user_key(recipient_id)}:
            await self.channel_layer.group_send(identity.group_name(self.key, user), said)

    async def handle_heartbeat(self) -> None:
        """This person is still there: renews ``last_seen``."""
        await self.renew_presence()
        await self.answer({"type": "alive", "lease_ms": None})

    async def chat_message(self, event: Dict[str, Any]) -> None:
        """Send a message to its two sides; the group it comes through has no other members."""
        await self.send_json(event)

    async def user_joined(self, event: Dict[str, Any]) -> None:
        """Send that a person came: ``user_id``, ``username``, ``email``, ``avatar_url``, ``timestamp``."""
        await self.send_json(event)

    async def user_left(self, event: Dict[str, Any]) -> None:
        """Send that a person's last tab has gone: ``user_id``, ``username``, ``email``."""
        await self.send_json(event)
