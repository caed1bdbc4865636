"""A client of the edit socket that follows the documented contract alone: it hears events, one by one."""

from __future__ import annotations

from functools import partial
from typing import Any, Awaitable, Callable, Dict, Optional, Sequence, Tuple

from .. import conf
from ..core import attention, lease, messages, presence, saving
from ..core.room import Room
from ..core.transition import Event, Step
from .client import Client

MOST_NAMED = 12
"""Who comes into a room of more people than this is not told of each of them, but only of those who come later."""
OF_OUR_PAGE = frozenset(["chat_message", "chat_typing", "typed", "watched"])
"""Events that the contract does not have on this socket."""


class ContractClient(Client):
    """The documented messages, and the events as everybody hears them.

    last_modified: what the project's own hook said of the object, ISO 8601; None: the room knows it.
    ask_modified: asks that hook again; None where a project has none.
    """

    HANDLERS: Dict[str, str] = {
        "request_editor_status": "tell_editor",
        "claim_editor": "claim",
        "heartbeat": "renew",
        "content_updated": "take_save",
        "release_lock": "release",
        "request_attention": "request_attention",
    }
    OVERRIDABLE: Dict[str, Tuple[str, Tuple[str, ...]]] = {
        "request_editor_status": ("handle_editor_status_request", ()),
        "claim_editor": ("handle_claim_editor", ("timestamp",)),
        "heartbeat": ("handle_heartbeat", ()),
        "content_updated": ("handle_content_updated", ("timestamp",)),
        "release_lock": ("handle_release_lock", ()),
        "request_attention": ("handle_request_attention", ()),
    }
    last_modified: Optional[str] = None
    ask_modified: Optional[Callable[[], Awaitable[str]]] = None

    def field(self, name: str) -> Any:
        return messages.optional_text(self.frame.message, name)

    def coming(self) -> Step:
        assert self.member is not None
        return partial(
            presence.join,
            member=self.member,
            person=self.person,
            subject=self.visitor.subject,
            modified=self.last_modified,
        )

    def not_joined(self) -> None:
        self.tell_oneself(self.last_modified or messages.iso(self.hub.now()))

    def greet(self, room: Room, later: Sequence[Event]) -> None:
        self.tell_oneself(room.modified)
        after = {event.message["user_id"] for event in later if event.message["type"] == "user_joined"}
        if len(room.people) - len(after) <= MOST_NAMED:
            for person in room.people.values():
                if person.key != self.person.key and person.id not in after:
                    self.hear_alone(messages.user_joined(person, self.hub.now(), room.modified))
        self.hear_alone(messages.editor_status(room.editor()))
        for event in later:
            if self.is_for_me(event):
                self.hear_alone(event.message)

    def send_event(self, message: messages.Message, text: Callable[[], str]) -> None:
        if message["type"] not in OF_OUR_PAGE:
            super().send_event(message, text)

    def tell_oneself(self, modified: str) -> None:
        """The first message of every client: from it, a client learns its own ``user_id``."""
        if not self.told_itself:
            self.told_itself = True
            self.hear_alone(messages.user_joined(self.person, self.hub.now(), modified))

    told_itself = False

    def hear_alone(self, message: messages.Message) -> None:
        self.hear_event(Event(message), lambda: messages.encode(self.fit(message)))

    def follow(self, room: Room) -> None:
        """Keep the token that this member holds by what the room says, not by what was heard of it."""
        if self.token is not None and room.may_put_back(self.token):
            self._spawn(self.put_back())
            return
        held = room.lease if room.lease and room.lease.holder == self.member_id else None
        if held and not held.lapsed and held.token != self.token:
            self.token = held.token
            self.lease_came(room, held.expires_at)
        elif held is None and self.token is not None:
            self.token = None
            self.lease_went(room)
        self.show(room)

    async def put_back(self) -> None:
        """The store has lost what it knew: report at once, so that the page never sees itself without its lease."""
        await self.renew_presence()
        self.catch_up(self.hub.seen(self.key))

    def lease_came(self, room: Room, expires_at: float) -> None:
        """This member holds the lease now, though it did not claim it just now."""

    def lease_went(self, room: Room) -> None:
        """This member does not hold the lease any more."""

    def show(self, room: Room) -> None:
        """Tell the client the state of the room, if it is told states."""

    # What it asks ------------------------------------------------------------------------------

    async def tell_editor(self) -> None:
        room = await self.hub.read(self.key)
        self.hear_alone(messages.editor_status(room.editor()))

    async def claim(self) -> None:
        wait = self.frame.message.get("wait") is True
        claim = partial(lease.claim, member_id=self.member_id, wait=wait)
        await self.step(partial(claim, remembered=self.remembered(), seen=self.seen()))

    def remembered(self) -> Optional[int]:
        """The token that the present frame proves to have been this member's."""

    def seen(self) -> Optional[int]:
        """The newest version that the present frame says its page knows from before this connection."""
        version = self.frame.message.get("seen")
        return version if type(version) is int else None

    async def renew(self) -> None:
        await self.step(partial(lease.renew, member_id=self.member_id, token=self.token))

    async def modified(self) -> Optional[str]:
        if self.ask_modified is not None:
            self.last_modified = await self.ask_modified()
        return self.last_modified

    async def take_save(self) -> None:
        await self.announce_save(self.field("timestamp"))

    async def announce_save(self, timestamp: Optional[str]) -> None:
        announce = partial(saving.announced, member_id=self.member_id, token=self.token, timestamp=timestamp)
        await self.step(partial(announce, modified=await self.modified()))

    async def release(self) -> None:
        release = partial(lease.release, member_id=self.member_id, token=self.token)
        await self.step(partial(release, modified=await self.modified()))

    async def request_attention(self) -> None:
        interval = float(conf.option("notification_request_interval"))
        ask = partial(attention.request, member_id=self.member_id, interval_seconds=interval)
        await self.step(partial(ask, edit=self.frame.message.get("edit") is True))
