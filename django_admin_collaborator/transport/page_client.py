"""What a page client gets beyond the documented contract: whole states, its lease, and their answers."""

from __future__ import annotations

import asyncio
import json
from functools import partial
from typing import Any, FrozenSet, Optional, Tuple

from django.core.signing import Signer
from django.utils.crypto import constant_time_compare

from ..core import lease, messages, presence
from ..core.room import Room
from ..core.view import view
from ..rooms.heartbeat import heartbeat_seconds
from ..stores.base import StoreUnavailable
from .membership import Membership
from .page_transfer import Passing

SHOW_SECONDS = 0.2
"""Comings and goings within this are shown together; who edits and what was saved is shown at once."""

signer = Signer(salt="django_admin_collaborator.lease")


class PageClient(Passing, Membership):
    """The edit socket's half that our own page speaks with. A contract client hears events instead."""

    HANDLERS = {
        "pong": "handle_pong",
        "leave": "handle_leave",
        "request_room": "handle_request_room",
        "stop_waiting": "handle_stop_waiting",
        **Passing.HANDLERS,
    }
    ABOUT_OTHERS = frozenset(["user_joined", "user_left", "editor_status", "lock_released", "content_updated"])
    shown_version = 0
    shown: Tuple[Any, ...] = ()
    welcomed = False
    show_later: Optional[asyncio.TimerHandle] = None

    @property
    def bare(self) -> bool:
        return self.member is None or self.member.bare

    async def arrive(self) -> None:
        room = await self.enter_room()
        if not self.bare:
            await self.welcome(room)
            return
        for person in room.people.values():
            if person.key != self.person.key:
                await self.hear(messages.user_joined(person, self.rooms.now()))
        await self.hear(messages.editor_status(room.editor()))

    async def welcome(self, room: Room) -> None:
        assert self.member is not None
        self.welcomed = True
        self.remember(room)
        await self.send_json(
            {
                "type": "welcome",
                "member_id": self.member.id,
                "user_id": self.person.id,
                "may_edit": self.member.may_edit,
                "may_take_over": self.member.may_take_over,
                "version": room.version,
                "now": self.rooms.now(),
                "heartbeat_ms": int(heartbeat_seconds() * 1000),
                "idle_ms": int(room.idle_seconds * 1000),
                "lease": {"token": self.token, "proof": self.proof()} if self.token is not None else None,
                "room": view(room),
            }
        )

    @property
    def unheard(self) -> FrozenSet[str]:  # type: ignore[override]
        """The events that a page client needs no word of, because it sees them in the state."""
        if self.bare:
            return frozenset()
        return frozenset(kind for kind in self.ABOUT_OTHERS if not self.overridden(kind))

    def overridden(self, handler: str) -> bool:
        """Whether a subclass has its own idea of this event."""
        return "django_admin_collaborator." not in getattr(type(self), handler).__module__ + "."

    async def catch_up(self) -> None:
        room = self.rooms.seen(self.key)
        if room is None or self.member is None:
            return
        if not self.bare and not self.welcomed:
            if self.member.id in room.members:
                await self.welcome(room)
            return
        if self.token is not None and room.may_put_back(self.token):
            room = await self.put_back(room)
        await self.follow_lease(room)
        if not self.bare and room.version > self.shown_version:
            await self.show(at_once=self.essence(room) != self.shown)
        await self.ask_to_yield(room)

    async def put_back(self, room: Room) -> Room:
        """The store has lost what it knew: report at once, so that the page never sees itself without its lease."""
        try:
            await self.renew_presence()
        except StoreUnavailable:
            return room  # the watch over the store tries again
        return self.rooms.seen(self.key) or room

    async def follow_lease(self, room: Room) -> None:
        """Keep the token that this member holds by what the room says, not by what was heard of it."""
        assert self.member is not None
        held = room.lease if room.lease and room.lease.holder == self.member.id else None
        if held and not held.lapsed and held.token != self.token:
            self.token = held.token
            wait_ms = int(max(0.0, held.expires_at - self.rooms.now()) * 1000)
            if not self.bare:
                # No number of a frame: by the browser's own clock this one is not confirmed yet.
                await self.send_json(
                    {
                        "type": "lease",
                        "token": held.token,
                        "proof": self.proof(),
                        "lease_ms": wait_ms,
                        "version": room.version,
                    }
                )
        elif held is None and self.token is not None and not room.may_put_back(self.token):
            self.token = None
            if not self.bare:
                await self.send_json({"type": "lease_lost", "version": room.version})

    async def answer(self, reply: messages.Message, room: Optional[Room] = None) -> None:
        if reply["type"] == "lease" and not self.bare:
            reply = {**reply, "proof": self.proof()}
        await super().answer(reply, room)

    def proof(self) -> str:
        """Signs that this member held this token in this room: all that is left when every process forgot it."""
        return signer.signature(self.claimed(self.token))

    def claimed(self, token: Optional[int]) -> str:
        return f"{self.key}:{self.secret}:{self.person.key}:{token}"

    def remembered(self) -> Optional[int]:
        """The token that the present message proves to have been this member's; None without a good proof."""
        token, proof = self.message.get("token"), self.message.get("proof")
        if type(token) is not int or not isinstance(proof, str) or self.bare:
            return None
        if constant_time_compare(signer.signature(self.claimed(token)), proof):
            return token
        self.log_refusal("forged-proof")  # type: ignore[attr-defined]
        return None

    def seen(self) -> Optional[int]:
        """The newest version that the present message says its page knows from before this connection."""
        version = self.message.get("seen")
        return version if type(version) is int else None

    async def show(self, at_once: bool = True) -> None:
        if self.show_later is not None:
            if not at_once:
                return
            self.show_later.cancel()
            self.show_later = None
        if not at_once:
            loop = asyncio.get_running_loop()
            self.show_later = loop.call_later(SHOW_SECONDS, lambda: asyncio.ensure_future(self.show()))
            return
        room = self.rooms.seen(self.key)
        if room is None or self.member is None:
            return
        self.remember(room)
        await self.send(text_data=self.rooms.shared_text(self.key, room_message))

    def remember(self, room: Room) -> None:
        self.shown_version, self.shown = room.version, self.essence(room)

    @staticmethod
    def essence(room: Room) -> Tuple[Any, ...]:
        """What nobody may see late."""
        lease_now = room.lease
        passing = (room.offer, room.requests, room.take_over, room.heir, room.handover)
        return (lease_now and (lease_now.token, lease_now.lapsed), room.saved, room.deleted, *passing)

    # What only page clients say ----------------------------------------------------------------

    async def handle_pong(self) -> None:
        """A sign of life; the holder's renews its lease."""
        await self.note_activity()
        if self.token is None:
            await self.answer({"type": "alive", "lease_ms": None})
        else:
            await self.step(partial(lease.renew, member_id=self.member_id, token=self.token))

    async def handle_leave(self) -> None:
        """This document goes away; its tab may be back in a moment."""
        submitting = self.message.get("reason") == "submit"
        going = partial(presence.going, member_id=self.member_id, connection=self.connection)
        await self.step(partial(going, submitting=submitting))

    async def handle_request_room(self) -> None:
        """Send the newest state again."""
        await self.rooms.read(self.key)
        await self.show()

    async def handle_stop_waiting(self) -> None:
        """Leave the queue."""
        await self.step(partial(lease.stop_waiting, member_id=self.member_id))


def room_message(room: Room, now: float) -> str:
    return json.dumps({"type": "room", "version": room.version, "now": now, "room": view(room)})
