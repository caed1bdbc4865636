"""Our own page as a client: it is told whole states and its lease, and can say more than the contract has."""

from __future__ import annotations

import asyncio
import json
from functools import partial
from typing import Any, Callable, List, Optional, Sequence, Tuple

from django.core.signing import Signer
from django.utils.crypto import constant_time_compare

from ..access import people
from ..core import activity, chat, lease, presence, requests, transfer
from ..core.chat import user_key
from ..core.messages import Message, ProtocolError
from ..core.post import SEEN_IN_STATE
from ..core.room import Person, Room
from ..core.transition import Event
from ..core.view import view
from ..rooms import talks
from ..rooms.heartbeat import heartbeat_seconds
from . import choice
from .client import Port, Visitor
from .contract_client import ContractClient
from .live_view import LiveView
from .lookups import in_thread
from .related import Related
from .unsaved_text import UnsavedText

SHOW_SECONDS = 0.2
"""Comings and goings within this are shown together; who edits and what was saved is shown at once."""

signer = Signer(salt="django_admin_collaborator.lease")


class PageClient(ContractClient):
    """A tab of our own page, which survives a reload and a reconnect under its secret."""

    HANDLERS = {
        **ContractClient.HANDLERS,
        "pong": "pong",
        "leave": "go_away",
        "request_room": "send_room",
        "stop_waiting": "stop_waiting",
        "activity": "report_activity",
        "transfer_lease": "edit_here",
        "answer_request": "answer_request",
        "withdraw_request": "withdraw_request",
        "take_over": "take_over",
        "call_off": "call_off",
        "draft": "hand_over_draft",
        "keep_draft": "keep_draft",
        "read_drafts": "offer_kept_drafts",
        "answer_draft": "answer_draft",
        "chat_message": "say_to_all",
        "chat_typing": "say_typing",
        "read_back": "read_back",
        "watch": "watch",
        "typed": "pass_on_typing",
    }
    shown_version = 0
    shown: Tuple[Any, ...] = ()
    yielding: Any = None
    _show_later: Optional[asyncio.TimerHandle] = None

    def __init__(self, port: Port, visitor: Visitor) -> None:
        super().__init__(port, visitor)
        self.live = LiveView(self)
        self.unsaved = UnsavedText(self)
        self.related = Related(self)

    # What it is told ---------------------------------------------------------------------------

    def greet(self, room: Room, later: Sequence[Event]) -> None:
        self.tell_oneself(room.modified)
        self.welcome(room)

    def permissions_changed(self, room: Room) -> None:
        self.welcome(room)

    def welcome(self, room: Room) -> None:
        assert self.member is not None
        self.remember(room)
        self.send(
            {
                "type": "welcome",
                "member_id": self.member.id,
                "user_id": self.person.id,
                "may_edit": self.member.may_edit,
                "may_take_over": self.member.may_take_over,
                "version": room.version,
                "now": self.hub.now(),
                "heartbeat_ms": int(heartbeat_seconds() * 1000),
                "idle_ms": int(room.idle_seconds * 1000),
                "lease": {"token": self.token, "proof": self.proof()} if self.token is not None else None,
                "room": view(room),
            }
        )

    def hear_event(self, event: Event, text: Callable[[], str]) -> None:
        kind = event.message["type"]
        if kind == "draft_offered":
            self._spawn(self.unsaved.offer(event.message))
        elif kind == "typed":
            self.live.hear(event.message, text)
        elif kind not in SEEN_IN_STATE or kind in self.port.overrides:
            super().hear_event(event, text)

    def hear_alone(self, message: Message) -> None:
        super().hear_event(Event(message), lambda: "")

    def send_event(self, message: Message, text: Callable[[], str]) -> None:
        self.send(message)

    def fit(self, message: Message) -> Message:
        return people.without_addresses(message, self.person_with)

    def person_with(self, key: str) -> Optional[Person]:
        """The person of this user key, as far as this process knows who is here."""
        room = self.hub.seen(self.key)
        return self.person if key == self.person.key else room.people.get(key) if room else None

    def show(self, room: Room) -> None:
        if room.version > self.shown_version:
            if essence(room) != self.shown:
                self.show_now()
            elif self._show_later is None:
                loop = asyncio.get_running_loop()
                self._show_later = loop.call_later(SHOW_SECONDS, self.show_now)
        self.ask_to_yield(room)
        self.related.follow()

    def show_now(self) -> None:
        if self._show_later is not None:
            self._show_later.cancel()
            self._show_later = None
        room = self.hub.seen(self.key)
        if room is not None and self.member is not None:
            self.remember(room)
            self.port.send(self.hub.shared_text(self.key, "room", room_message))

    def remember(self, room: Room) -> None:
        self.shown_version, self.shown = room.version, essence(room)

    def ask_to_yield(self, room: Room) -> None:
        """Once for each heir: the page has to let go before the lease can pass on."""
        held = room.told_lease
        mine = held is not None and held.holder == self.member_id
        heir = room.heir if mine else None
        if heir is not None and heir != self.yielding:
            self.send({"type": "yield", "version": room.version})
        self.yielding = heir

    # Its lease ---------------------------------------------------------------------------------

    def lease_came(self, room: Room, expires_at: float) -> None:
        # No number of a frame: by the browser's own clock this one is not confirmed yet.
        self.send(
            {
                "type": "lease",
                "token": self.token,
                "proof": self.proof(),
                "lease_ms": int(max(0.0, expires_at - self.hub.now()) * 1000),
                "version": room.version,
            }
        )

    def lease_went(self, room: Room) -> None:
        self._spawn(self.live.forget())
        self.send({"type": "lease_lost", "version": room.version})

    def answer(self, reply: Message, room: Optional[Room] = None) -> None:
        if reply["type"] == "lease":
            reply = {**reply, "proof": self.proof()}
        super().answer(reply, room)

    def proof(self) -> str:
        """Signs that this member held this token in this room: all that is left when every process forgot it."""
        return signer.signature(self.claimed(self.token))

    def claimed(self, token: Optional[int]) -> str:
        return f"{self.key}:{self.visitor.secret}:{self.person.key}:{token}"

    def remembered(self) -> Optional[int]:
        token, proof = self.frame.message.get("token"), self.frame.message.get("proof")
        if type(token) is not int or not isinstance(proof, str):
            return None
        if constant_time_compare(signer.signature(self.claimed(token)), proof):
            return token
        self.port.log_refusal("forged-proof")
        return None

    # What it says ------------------------------------------------------------------------------

    async def renew(self) -> None:
        await self.note_activity()
        await super().renew()

    async def pong(self) -> None:
        """A sign of life; the holder's renews its lease."""
        await self.note_activity()
        if self.token is None:
            self.answer({"type": "alive", "lease_ms": None})
        else:
            await super().renew()

    async def go_away(self) -> None:
        """This document goes away; its tab may be back in a moment."""
        submitting = self.frame.message.get("reason") == "submit"
        going = partial(presence.going, member_id=self.member_id, connection=self.connection)
        await self.step(partial(going, submitting=submitting))

    async def send_room(self) -> None:
        """Send the newest state again."""
        await self.hub.read(self.key)
        self.show_now()

    async def stop_waiting(self) -> None:
        """Leave the queue."""
        await self.step(partial(lease.stop_waiting, member_id=self.member_id))

    async def report_activity(self) -> None:
        """Input, being in sight, and unsaved text."""
        if not await self.note_activity():
            raise ProtocolError("malformed", in_reply_to="activity", detail="idle_ms, hidden and unsaved are missing")

    async def note_activity(self) -> bool:
        """Take in what the present frame says of the page. Whether it said anything."""
        fields: List[Any] = [self.frame.message.get(name) for name in ("idle_ms", "hidden", "unsaved")]
        idle_ms, hidden, unsaved = fields
        if type(idle_ms) not in (int, float) or type(hidden) is not bool or type(unsaved) is not bool:
            return False
        news = partial(activity.is_news, member_id=self.member_id, idle_seconds=idle_ms / 1000)
        report = partial(activity.report, member_id=self.member_id, idle_seconds=idle_ms / 1000)
        room = self.hub.seen(self.key)
        # Most reports say nothing new, and cost no round trip.
        if room is None or news(room, self.hub.now(), hidden=hidden, unsaved=unsaved):
            await self.step(partial(report, hidden=hidden, unsaved=unsaved))
        return True

    async def edit_here(self) -> None:
        """Edit here instead of in my other tab."""
        await self.step(partial(transfer.here, member_id=self.member_id))

    async def take_over(self) -> None:
        """Take the lease from somebody idle, or with permission and a reason."""
        reason = self.line("reason", transfer.LONGEST_REASON)
        await self.step(partial(transfer.take_over, member_id=self.member_id, reason=reason))

    async def call_off(self) -> None:
        """Take back a take-over of one's own that has only been announced."""
        await self.step(partial(transfer.call_off, member_id=self.member_id))

    async def answer_request(self) -> None:
        """The editor answers somebody who asks to edit."""
        answer, minutes = self.frame.message.get("answer"), self.frame.message.get("minutes")
        if answer not in requests.ANSWERS:
            detail = "answer has to be one of " + ", ".join(requests.ANSWERS)
            raise ProtocolError("malformed", in_reply_to="answer_request", detail=detail)
        if answer == "later" and (type(minutes) is not int or not 1 <= minutes <= requests.MOST_MINUTES):
            detail = f"minutes has to be a number from 1 to {requests.MOST_MINUTES}"
            raise ProtocolError("malformed", in_reply_to="answer_request", detail=detail)
        said = {
            "user": user_key(self.frame.message.get("user_id"), "answer_request"),
            "answer": answer,
            "minutes": minutes if answer == "later" else None,
            "text": self.line("text", requests.LONGEST_TEXT),
        }
        await self.step(partial(requests.answer, member_id=self.member_id, token=self.token, **said))

    async def withdraw_request(self) -> None:
        """The asker does not ask any more."""
        await self.step(partial(requests.withdraw, member_id=self.member_id))

    def line(self, name: str, longest: int) -> str:
        """A field that may be missing, as one line."""
        kind, value = self.frame.message["type"], self.frame.message.get(name, "")
        if not isinstance(value, str):
            raise ProtocolError("malformed", in_reply_to=kind, detail=f"{name} has to be a text")
        text = " ".join(value.encode("utf-8", "replace").decode("utf-8").split())
        if len(text) > longest:
            raise ProtocolError("too_large", in_reply_to=kind, detail=f"{name} may have {longest} characters")
        return text

    # What is said about the object -------------------------------------------------------------

    async def say_to_all(self) -> None:
        """Tell a text to every page of the object, and keep it for those who come later."""
        key, seconds = self.conversation()
        message = chat.to_all(self.hub.now(), self.person, self.frame.message.get("message"))
        if seconds > 0:
            await self.hub.with_store(talks.add([key], message, seconds))
        await self.hub.publish(self.key, [Event(message)])

    async def say_typing(self) -> None:
        """Tell every other page of the object that one is writing something to all."""
        self.conversation()
        await self.hub.publish(self.key, [Event(chat.typing(self.person), besides=self.member_id)])

    async def read_back(self) -> None:
        """Send what was said about the object and is kept."""
        key, seconds = self.conversation()
        for message in await self.hub.with_store(talks.read(key, seconds)) if seconds > 0 else ():
            self.send(message)

    def conversation(self) -> Tuple[str, float]:
        """Under what key it is kept, and for how long."""
        if not choice.has_conversation():
            raise ProtocolError("malformed", in_reply_to=self.frame.message["type"], detail="there is no chat here")
        return talks.object_key(self.key), talks.keep_seconds(is_private=False)

    # What the editor types ---------------------------------------------------------------------

    async def watch(self) -> None:
        """Show what the editor types, or no longer."""
        await self.live.watch()

    async def pass_on_typing(self) -> None:
        """Tell those who watch what the editor types."""
        await self.live.pass_on()

    def follow_grants(self, grants: Optional[str]) -> None:
        self.live.follow_grants(grants)
        self.related.follow_grants(grants)

    # Unsaved text ------------------------------------------------------------------------------

    async def hand_over_draft(self) -> None:
        """Tell the next editor what this one had typed and not saved."""
        await self.unsaved.hand_over()

    async def keep_draft(self) -> None:
        """Keep what this editor has typed and not saved."""
        await self.unsaved.keep()

    async def offer_kept_drafts(self) -> None:
        """Send the new editor what is kept."""
        await self.unsaved.offer_kept()

    async def answer_draft(self) -> None:
        """The editor has decided about what another has left."""
        await self.unsaved.answer()

    async def ask_database(self, question: Callable[..., Any], *about: Any) -> Any:
        return await in_thread(question, *about)


def essence(room: Room) -> Tuple[Any, ...]:
    """What nobody may see late."""
    lease_now = room.lease
    passing = (room.offer, room.requests, room.take_over, room.heir, room.handover)
    return (lease_now and (lease_now.token, lease_now.lapsed), room.saved, room.deleted, *passing)


def room_message(room: Room, now: float) -> str:
    return json.dumps({"type": "room", "version": room.version, "now": now, "room": view(room)})
