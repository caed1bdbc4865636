"""A client of the chat of one page: who is there, and private messages between two of them."""

from __future__ import annotations

import json
from functools import partial
from typing import Any, Dict, Sequence, Tuple

from ..access import people
from ..core import chat, presence
from ..core.messages import Message
from ..core.room import Room
from ..core.transition import Event
from ..rooms import talks
from .client import Client


class ChatClient(Client):
    """Both our page and clients of the contract; only the latter are told e-mail addresses."""

    HANDLERS: Dict[str, str] = {
        "chat_message": "say",
        "chat_typing": "say_typing",
        "read_back": "read_back",
        "heartbeat": "stay",
        "pong": "stay",
    }
    OVERRIDABLE: Dict[str, Tuple[str, Tuple[str, ...]]] = {
        "chat_message": ("handle_chat_message", ("recipient_id", "message")),
        "heartbeat": ("handle_heartbeat", ()),
        "pong": ("handle_heartbeat", ()),
    }

    def greet(self, room: Room, later: Sequence[Event]) -> None:
        self.send(chat.active_users(room, self.hub.now(), self.person.key))

    def send_event(self, message: Message, text: Any) -> None:
        if self.visitor.secret:
            self.send(message)
        elif message["type"] != "chat_typing":  # of which the contract says nothing
            self.port.send(text())

    def fit(self, message: Message) -> Message:
        return people.without_addresses(message, self.person_with) if self.visitor.secret else message

    def person_with(self, key: str) -> Any:
        room = self.hub.seen(self.key)
        person: Any = self.person if key == self.person.key else room.people.get(key) if room else None
        return person

    async def say(self) -> None:
        await self.say_to(self.frame.message.get("recipient_id"), self.frame.message.get("message"))

    async def say_to(self, recipient_id: Any, text: Any) -> None:
        """As the documented handler: recipient_id is the user's id as number or text."""
        room = await self.hub.read(self.key)
        message = chat.compose(room, self.hub.now(), self.person, recipient_id, text)
        recipient = room.people[chat.user_key(recipient_id)]
        both = dict.fromkeys([recipient.key, self.person.key])
        seconds = talks.keep_seconds(is_private=True)
        if seconds > 0:
            kept = {**people.without_addresses(message, self.person_with), "recipient_name": recipient.name}
            # The recipient's first: whoever is told that it was not sent has not kept it as sent.
            keys = [talks.own_key(self.key, user) for user in both]
            await self.hub.with_store(talks.add(keys, kept, seconds))
        await self.hub.publish(self.key, [Event(message, user=user) for user in sorted(both)])

    async def say_typing(self) -> None:
        """Tell the other side of a talk that one is writing; nobody is told where it is not here."""
        room = self.hub.seen(self.key) or await self.hub.read(self.key)
        recipient = room.people.get(chat.user_key(self.frame.message.get("recipient_id"), "chat_typing"))
        if recipient is not None:
            told = {**chat.typing(self.person), "recipient_id": recipient.id}
            await self.hub.publish(self.key, [Event(told, user=recipient.key, besides=self.member_id)])

    async def read_back(self) -> None:
        """Send again what this user has said and was told in private on this page, as far as it is kept."""
        seconds = talks.keep_seconds(is_private=True)
        if seconds <= 0:
            return
        own = talks.own_key(self.key, self.person.key)
        for message in await self.hub.with_store(talks.read(own, seconds)):
            self.hear_event(Event(message), lambda message=message: json.dumps(message))  # type: ignore[misc]

    async def stay(self) -> None:
        alive = self.alive()
        if alive:
            await self.hub.apply(self.key, partial(presence.keep, alive=[alive]))
        self.answer({"type": "alive", "lease_ms": None})
