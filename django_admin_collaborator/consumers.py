"""The two consumers of the documented API, and the mixin that others may build theirs on.

They are thin: who may connect is asked here, what a message means is in ``transport``, and no rule is mentioned.
Every documented method may be overridden; on their instances, names with an underscore are ours.
"""

from __future__ import annotations

import inspect
from datetime import datetime, timezone
from functools import partial
from typing import Any, Awaitable, Callable, Dict, Optional, Union

from . import conf
from .access import chat_pages, identity, page_request, people, permissions
from .rooms import store
from .rooms.redis_helpers import RedisHelpers
from .rooms.redis_helpers import redis_operation_with_retry as redis_operation_with_retry
from .transport import permission_watch
from .transport.chat_client import ChatClient
from .transport.client import SECRET, Visitor
from .transport.contract_client import ContractClient
from .transport.layer_groups import EmbeddedLayerMixin
from .transport.lookups import in_thread
from .transport.page_client import PageClient
from .transport.websocket import CollaboratorSocket


def get_utc_timestamp() -> str:
    """UTC now, ISO 8601 with its offset."""
    return datetime.now(timezone.utc).isoformat()


def __getattr__(name: str) -> Any:
    """``REDIS_MAX_RETRIES`` and its three siblings, as 0.4.5 had them here."""
    if f"ADMIN_COLLABORATOR_{name}" in conf.SETTINGS and name.startswith("REDIS_") and name != "REDIS_URL":
        return conf.get(name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


class RedisClientMixin(RedisHelpers, EmbeddedLayerMixin):
    """Shared Redis client, retries and authentication for consumers.

    Mix it into a Channels consumer. The clients and their pools are shared: ``redis`` by all consumers of an event
    loop, ``redis_client`` by the threads of a process. The four ``ADMIN_COLLABORATOR_REDIS_*`` settings bound
    connections, waiting and retries.
    """

    scope: Dict[str, Any]
    user: Any = None

    @property
    def redis(self) -> Any:
        """The shared ``redis.asyncio`` client of this event loop; None when no Redis is set."""
        shared = store.shared_connection()
        return shared.client() if shared else None

    async def redis_call(self, operation: Callable[[Any], Awaitable[Any]]) -> Any:
        """Await ``operation(client)``, with retries and exponential backoff.

        Raises: StoreUnavailable: no Redis is set, or it did not answer in any try.
        """
        return await store.call(operation)

    async def check_user_authorization(self) -> bool:
        """Whether the connection's user is, by the database and now, an active member of the staff."""
        user = page_request.user_of_handshake(self.scope)
        self.user = user or await in_thread(permissions.current_user, self.scope)
        if self.user is not None and not self.user.is_authenticated:
            self.user = None
        wire = getattr(self, "_wire", None)
        if wire is not None:
            wire.session_user = self.user
        return bool(self.user and self.user.is_active and self.user.is_staff)

    async def in_thread(self, work: Callable[..., Any], *args: Any) -> Any:
        """Run what asks the database in a thread, and give its connection back at once."""
        return await in_thread(work, *args)

    def get_timestamp(self) -> str:
        """UTC now; kept for older subclasses, which may prefer ``get_utc_timestamp``."""
        return get_utc_timestamp()


class Moment(str):
    """A time in ISO 8601 that may be awaited too, because 0.4.5's hook could be."""

    def __await__(self) -> Any:
        return str(self)
        yield


class AdminCollaborationConsumer(RedisClientMixin, CollaboratorSocket):
    """The edit lock and the presence around one object.

    Routed as ``<prefix>/<app_label>/<model_name>/<object_id>/``; docs/protocol.md has its messages.
    """

    async def connect(self) -> None:
        """Authorise, join group and room, tell the others. Refused in the handshake if not authorised."""
        wire = self._wire
        kwargs = self.scope["url_route"]["kwargs"]
        self.app_label, self.model_name = kwargs["app_label"], kwargs["model_name"]
        self.object_id = kwargs["object_id"]
        names = (self.app_label, self.model_name, self.object_id, wire.gate.query("site"))
        if not await self.check_user_authorization():
            await wire.refuse("access")
            return
        self.user = self.user or self.scope["user"]  # an override may have decided by other means
        about = page_request.about_object(*names[:3])
        wire.gate.insist_on_user(self.user, self.user is wire.session_user, about)
        allowed = await in_thread(permissions.look_up, self.user, self.scope, *names)
        if allowed is None:
            await wire.refuse("access")
            return
        person = await people.with_avatar(people.describe(self.user), self.user)
        self.user_id, self.email = person.id, person.email
        self.room_group_name = identity.group_name(allowed.key)
        visitor = Visitor(
            key=allowed.key,
            person=person,
            user=self.user,
            scope=self.scope,
            judge=partial(permission_watch.object_access, scope=self.scope, names=names),
            secret=_secret(wire),
            subject=(f"{self.app_label}.{self.model_name}".lower(), str(allowed.pk)),
            may_edit=allowed.may_edit,
            may_take_over=allowed.may_take_over,
            grants=allowed.grants,
            related=wire.gate.query("related"),
            names=names,
        )
        client = (PageClient if visitor.secret else ContractClient)(wire, visitor)
        if "get_last_modified" in wire.overrides:
            client.ask_modified = self._modified
            client.last_modified = await self._modified()
        await wire.enter(client, [self.room_group_name])

    @property
    def _client(self) -> ContractClient:
        client = self._wire.client
        assert isinstance(client, ContractClient)
        return client

    # What clients ask --------------------------------------------------------------------------

    async def handle_editor_status_request(self) -> None:
        """Tell the asker who edits. The lease of somebody who fell silent has ended by then."""
        await self._client.tell_editor()

    async def handle_claim_editor(self, timestamp: Optional[str]) -> None:
        """Make this member the editor unless somebody else is. Refused, it is told, and queued if it asked to be.

        timestamp: the client's, ISO 8601; the store's clock decides.
        """
        await self._client.claim()

    async def handle_heartbeat(self) -> None:
        """Renew the lease of this member; anybody else is told who holds it."""
        await self._client.renew()

    async def handle_content_updated(self, timestamp: Optional[str]) -> None:
        """The editor saved: take the new modification time and tell everybody.

        timestamp: the client's, ISO 8601; it counts if it lies between the last known modification and now.
        """
        await self._client.announce_save(timestamp)

    async def handle_release_lock(self) -> None:
        """Give the lease back, if it is this member's, and tell everybody."""
        await self._client.release()

    async def handle_request_attention(self) -> None:
        """Ask the editor to come, once per interval; the asker is told what became of it."""
        await self._client.request_attention()

    # What happens in the room ------------------------------------------------------------------

    async def user_joined(self, event: Dict[str, Any]) -> None:
        """Send that a person came: ``user_id``, ``username``, ``timestamp``, ``last_modified``, ``avatar_url``."""
        await self.send_json(event)

    async def user_left(self, event: Dict[str, Any]) -> None:
        """Send that a person's last tab has gone: ``user_id``, ``username``."""
        await self.send_json(event)

    async def editor_status(self, event: Dict[str, Any]) -> None:
        """Send who edits: ``editor_id``, ``editor_name``; both None when nobody does."""
        await self.send_json(event)

    async def content_updated(self, event: Dict[str, Any]) -> None:
        """Send that the object was saved: ``user_id``, ``username``, ``timestamp``."""
        await self.send_json(event)

    async def lock_released(self, event: Dict[str, Any]) -> None:
        """Send that a lease has ended: ``user_id``, ``username``, ``timestamp``."""
        await self.send_json(event)

    async def attention_requested(self, event: Dict[str, Any]) -> None:
        """Send a viewer's request to the editor: ``user_id``, ``username``, ``timestamp``."""
        await self.send_json(event)

    # The documented hook -----------------------------------------------------------------------

    def get_last_modified(self) -> str:
        """When the object was last modified, ISO 8601. Override it, plain or async, with your model's own time.

        A plain override runs in a thread and may use the ORM. This default returns the current time, may be awaited,
        and is not asked: the room itself keeps when the object was modified.
        """
        return Moment(get_utc_timestamp())

    async def _modified(self) -> str:
        """What the project's own hook says."""
        hook = self.get_last_modified
        within = partial(page_request.ask, self.scope, self.user, lambda request: hook())  # in the row's tenant
        value: Any = hook() if inspect.iscoroutinefunction(hook) else await in_thread(within)
        if inspect.isawaitable(value) and not isinstance(value, str):
            value = await value
        return value.isoformat() if hasattr(value, "isoformat") else str(value)


class ChatConsumer(RedisClientMixin, CollaboratorSocket):
    """Private chat between the people on one page of the admin.

    Routed as ``<prefix>/chat/<page_path>/``; docs/protocol.md has its messages.
    """

    async def connect(self) -> None:
        """Authorise, join the page, tell who is there. Refused while chat is off or the page is not theirs to see."""
        wire = self._wire
        if not conf.option("enable_chat") or not await self.check_user_authorization():
            await wire.refuse("access")
            return
        self.user = self.user or self.scope["user"]
        self.page_path = self.scope["url_route"]["kwargs"]["page_path"]
        wire.gate.insist_on_user(self.user, self.user is wire.session_user)
        find = partial(
            chat_pages.find, scope=self.scope, page_path=self.page_path, model_hint=wire.gate.query("model")
        )
        place = await in_thread(find, self.user)
        if place is None:
            await wire.refuse("access")
            return
        person = await people.with_avatar(people.describe_in_chat(self.user), self.user)
        self.user_id, self.email = person.id, person.email
        self.username, self.avatar_url = person.label, person.avatar_url
        self.room_group_name = identity.group_name(place.key)
        visitor = Visitor(
            key=place.key,
            person=person,
            user=self.user,
            scope=self.scope,
            judge=partial(permission_watch.page_access, find=find, key=place.key),
            secret=_secret(wire),
            about=place.about,
        )
        await wire.enter(
            ChatClient(wire, visitor), [self.room_group_name, identity.group_name(place.key, person.key)]
        )

    @property
    def _client(self) -> ChatClient:
        client = self._wire.client
        assert isinstance(client, ChatClient)
        return client

    async def handle_chat_message(self, recipient_id: Union[int, str, Any], message: Any) -> None:
        """Send a text to one person on this page, and to one's own other tabs.

        recipient_id: the user's id as number or text. Somebody who is not here, or no text: an ``error``.
        """
        await self._client.say_to(recipient_id, message)

    async def handle_heartbeat(self) -> None:
        """This person is still there: renews ``last_seen``."""
        await self._client.stay()

    async def chat_message(self, event: Dict[str, Any]) -> None:
        """Send a message to its two sides; nobody else is told of it."""
        await self.send_json(event)

    async def user_joined(self, event: Dict[str, Any]) -> None:
        """Send that a person came: ``user_id``, ``username``, ``email``, ``avatar_url``, ``timestamp``."""
        await self.send_json(event)

    async def user_left(self, event: Dict[str, Any]) -> None:
        """Send that a person's last tab has gone: ``user_id``, ``username``, ``email``."""
        await self.send_json(event)


def _secret(wire: Any) -> str:
    """What the tab of our own page keeps to itself; empty for a client of the bare contract."""
    secret = wire.gate.query("member")
    return secret if SECRET.fullmatch(secret) else ""
