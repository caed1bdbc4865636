"""Chat: in private on one page, whose people are a room's presence, and by all who are at one object."""

from __future__ import annotations

from typing import Any, Dict, Union

from .messages import Message, ProtocolError, iso
from .room import Person, Room

LONGEST_MESSAGE_BYTES = 4096


def compose(room: Room, now: float, sender: Person, recipient_id: Any, message: Any) -> Message:
    """The ``chat_message`` that both sides are shown.

    Raises: ProtocolError: not a text, empty, too long, no such id, or the recipient is not on this page.
    """
    text = text_of(message)
    recipient = room.people.get(user_key(recipient_id))
    if recipient is None or not room.members_of(recipient.key):
        raise ProtocolError("recipient_offline", in_reply_to="chat_message")
    return {
        "type": "chat_message",
        "sender_id": sender.id,
        "sender_name": sender.label,
        "sender_email": sender.email,
        "sender_avatar": sender.avatar_url,
        "recipient_id": recipient.id,
        "message": text,
        "timestamp": iso(now),
    }


def to_all(now: float, sender: Person, message: Any) -> Message:
    """The ``chat_message`` that every page of the object is shown. Raises ProtocolError: as ``compose``."""
    return {
        "type": "chat_message",
        "sender_id": sender.id,
        "sender_name": sender.name,
        "sender_avatar": sender.avatar_url,
        "message": text_of(message),
        "timestamp": iso(now),
    }


def typing(sender: Person) -> Message:
    """The ``chat_typing`` that others are shown; a page says it every few seconds, and nothing keeps it."""
    return {"type": "chat_typing", "sender_id": sender.id, "sender_name": sender.name}


def text_of(message: Any) -> str:
    if not isinstance(message, str) or not message.strip():
        raise ProtocolError("malformed", in_reply_to="chat_message", detail="message has to be a text")
    text = message.encode("utf-8", "replace")  # half of a surrogate pair would not pass a channel layer
    if len(text) > LONGEST_MESSAGE_BYTES:
        raise ProtocolError("too_large", in_reply_to="chat_message", detail="a chat message may have 4 KB")
    return text.decode("utf-8")


def user_key(user_id: Union[int, str, Any], asked_by: str = "chat_message") -> str:
    """Ids come as a number or as text, and mean the same."""
    if isinstance(user_id, bool) or not isinstance(user_id, (int, str)):
        name = "recipient_id" if asked_by.startswith("chat_") else "user_id"
        raise ProtocolError("malformed", in_reply_to=asked_by, detail=f"{name} has to be a user's id")
    return str(user_id)


def described(person: Person) -> Dict[str, Any]:
    return {
        "user_id": person.id,
        "username": person.label,
        "email": person.email,
        "avatar_url": person.avatar_url,
    }


def active_users(room: Room, now: float, besides: str) -> Message:
    """Everybody on the page but oneself."""
    others = [person for key, person in room.people.items() if key != besides and room.members_of(key)]
    return {
        "type": "active_users",
        "users": [{**described(p), "last_seen": last_seen(room, p, now)} for p in others],
    }


def last_seen(room: Room, person: Person, now: float) -> str:
    """When the person's most recent tab was last known to be there."""
    renewed = max(member.expires_at - room.silence_limit(member) for member in room.members_of(person.key))
    return iso(min(now, renewed))
