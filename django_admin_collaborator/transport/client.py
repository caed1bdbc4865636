"""One client's place in a room: it joins, hears what happens there, stays alive, leaves.

What carries its messages is a ``Port``: a WebSocket, or one HTTP request.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import secrets
import time
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Awaitable, Callable, Dict, FrozenSet, Mapping, Optional, Sequence, Tuple

from .. import conf
from ..access import permissions
from ..core import closing, may, presence
from ..core.member_id import member_id as member_id_of
from ..core.messages import Message, ProtocolError, decode, error
from ..core.room import Member, Person, Room
from ..core.timing import LEAVING_SECONDS, RECONNECT_SECONDS
from ..core.transition import Event, Step, Transition
from ..rooms import heartbeat, hub
from ..rooms.announcements import Update
from ..rooms.rounds import Outcome
from ..rooms.store import is_unmigrated
from ..stores.base import StoreUnavailable

logger = logging.getLogger("django_admin_collaborator")

SECRET = re.compile(r"[A-Za-z0-9_-]{16,64}")
"""What a page's tab keeps to itself; others see only what ``core.member_id`` makes of it."""
NORMAL_CLOSE = (1000, 1001)
"""A client said good-bye. 1005, a good-bye without a code, is also what Uvicorn reports of a broken connection."""


class Port:
    """What carries the messages of one client. None of these waits for the client."""

    overrides: Mapping[str, Callable[..., Awaitable[Any]]] = {}
    """What a project's own class does instead of us, by the name of a documented method."""

    def send(self, text: str) -> None:
        raise NotImplementedError

    def close(self, code: int) -> None:
        raise NotImplementedError

    def call(self, handler: Callable[..., Awaitable[Any]], *args: Any) -> None:
        """Await a project's own handler, after those that were called before."""
        raise NotImplementedError

    def log_refusal(self, event: str, level: int = logging.WARNING) -> None:
        raise NotImplementedError


@dataclass(frozen=True)
class Visitor:
    """Somebody who may be in a room, as the database knows them now.

    key: of the room. secret: of the page's tab; empty for a client of the bare contract.
    subject: what the room is about, see ``core.room``. scope: of the connection, to ask again.
    about: the room key of the object whose chat this is. related: see ``access.related_rows``. grants: see
    ``permissions.grants_of``. judge: what ``user``, read again, may do here: an ``Access``, or a code to close with;
    it asks the database.
    """

    key: str
    person: Person
    user: Any
    scope: Mapping[str, Any]
    judge: Callable[[Any], Any]
    secret: str = ""
    subject: Optional[Tuple[str, str]] = None
    may_edit: bool = False
    may_take_over: bool = False
    about: str = ""
    grants: str = ""
    related: str = ""
    names: Tuple[str, str, str, str] = ("", "", "", "")


@dataclass(frozen=True)
class Frame:
    """The message that a client is being answered to; empty outside of one."""

    message: Message = field(default_factory=dict)

    @property
    def number(self) -> Optional[int]:
        number = self.message.get("n")
        return number if isinstance(number, int) else None


NO_FRAME = Frame()


class Client(heartbeat.Attendant):
    """What all kinds of clients have in common."""

    HANDLERS: Dict[str, str] = {}
    """The method for each type of message."""
    OVERRIDABLE: Dict[str, Tuple[str, Tuple[str, ...]]] = {}
    """For types that a consumer has a documented method for: its name, and the fields that it is given."""

    def __init__(self, port: Port, visitor: Visitor) -> None:
        self.port = port
        self.visitor = visitor
        self.key, self.person = visitor.key, visitor.person
        self.hub, self.heartbeats = self.place()
        self.connection = self.new_connection()
        self.token: Optional[int] = None
        self.frame = NO_FRAME
        self.heard_at = time.monotonic()
        self.has_arrived = False
        self.joined_version = 0
        self.is_closing = False
        self._leaving: Optional[asyncio.Future[None]] = None
        self.member: Optional[Member] = Member(
            self.first_id(),
            self.person.key,
            0.0,
            0.0,
            connection=self.connection,
            bare=not visitor.secret,
            may_edit=visitor.may_edit,
            may_take_over=visitor.may_take_over,
        )

    def place(self) -> Tuple[Any, Any]:
        """The hub of this client, and what beats for it."""
        return hub.current(), heartbeat.current()

    def new_connection(self) -> str:
        return secrets.token_hex(8)

    def first_id(self) -> str:
        secret = self.visitor.secret
        return member_id_of(secret, self.key, self.person.key) if secret else "bare-" + self.connection

    @property
    def member_id(self) -> str:
        return self.member.id if self.member else ""

    # Coming ------------------------------------------------------------------------------------

    async def join(self) -> None:
        """Enter the room and tell the client what it finds; with the store unavailable the heartbeat does it."""
        self.heartbeats.enter(self.key, self)
        try:
            await self.hub.enter(self.key, self)
            assert self.member is not None
            outcome: Outcome = await self.hub.apply(self.key, self.coming())
        except StoreUnavailable:
            self.not_joined()
            self.lock_service(False)
            return
        if not self.has_arrived and self.member is not None:
            self.arrive(outcome.room, outcome.later)

    def coming(self) -> Step:
        """The step by which this client enters the room."""
        assert self.member is not None
        return partial(presence.join, member=self.member, person=self.person, subject=self.visitor.subject)

    def not_joined(self) -> None:
        """The room could not be entered yet."""

    def arrive(self, room: Room, later: Sequence[Event] = ()) -> None:
        self.has_arrived = True
        self.joined_version = room.version
        lease = room.lease
        if lease and not lease.lapsed and lease.holder == self.member_id:
            self.token = lease.token
        self.greet(room, later)

    def greet(self, room: Room, later: Sequence[Event]) -> None:
        """Tell the client what it finds in the room. later: who came after it in the same swap."""
        raise NotImplementedError

    # What happens in the room ------------------------------------------------------------------

    def hear(self, update: Update, room: Optional[Room]) -> None:
        if self.member is None or not self.has_arrived:
            return
        if not (update.before < update.version <= self.joined_version):
            for index, event in enumerate(update.events):
                if self.is_for_me(event):
                    self.hear_event(event, partial(update.message_text, index))
        self.catch_up(room)

    def is_for_me(self, event: Event) -> bool:
        return (
            event.besides != self.member_id
            and event.to in (None, self.member_id)
            and event.connection in (None, self.connection)
            and event.user in (None, self.person.key)
        )

    def hear_event(self, event: Event, text: Callable[[], str]) -> None:
        """Send one event, or give it to the project's own handler of its name. text: of its message, shared."""
        kind = event.message["type"]
        override = self.port.overrides.get(kind)
        if kind == "superseded":
            self._spawn(self.leave_with(closing.SUPERSEDED))
        elif override is not None:
            self.port.call(override, dict(event.message))
        else:
            self.send_event(event.message, text)

    def send_event(self, message: Message, text: Callable[[], str]) -> None:
        self.port.send(text())

    def catch_up(self, room: Optional[Room]) -> None:
        """Bring the client up to the newest state that this process knows."""
        if self.member is None or room is None or self.is_closing:
            return
        if not self.has_arrived:
            if self.member.id in room.members:
                self.arrive(room)
            return
        self.follow(room)
        if room.deleted:
            self._spawn(self.end_with(closing.ACCESS))

    def follow(self, room: Room) -> None:
        """The room is now as given."""

    # What it asks ------------------------------------------------------------------------------

    async def receive(self, text: Optional[str]) -> None:
        """Take one frame. What goes wrong with it is told to the client and does not end its connection.

        text: None for a binary frame.
        """
        self.heard_at = time.monotonic()
        try:
            if text is None:
                raise ProtocolError("malformed", detail="it is binary")
            self.frame = Frame(decode(text, self.HANDLERS))
            await self.obey(self.frame.message)
        except ProtocolError as fault:
            self.send(fault.message)
        except StoreUnavailable:
            self.send(error("lock_service_unavailable", self.frame.message.get("type")))
        finally:
            self.frame = NO_FRAME

    async def obey(self, message: Message) -> None:
        kind = message["type"]
        if kind in self.OVERRIDABLE:
            name, fields = self.OVERRIDABLE[kind]
            override = self.port.overrides.get(name)
            if override is not None:
                await override(*(self.field(name) for name in fields))
                return
        await getattr(self, self.HANDLERS[kind])()

    def field(self, name: str) -> Any:
        """A field of the present message, as a documented handler is given it."""
        return self.frame.message.get(name)

    async def step(self, step: Step) -> Outcome:
        """Carry out a step of this member, send it the answers, and bring its view up to date."""
        outcome: Outcome = await self.hub.apply(self.key, partial(self.speaking, step))
        for reply in outcome.replies:
            if reply["type"] == "lease":
                self.token = reply["token"]
            self.answer(reply, outcome.room)
        self.catch_up(self.hub.seen(self.key))
        return outcome

    def speaking(self, step: Step, room: Room, now: float) -> Transition:
        """A client that speaks is here, whatever the store has lost since: enter the room again before the step."""
        alive = self.alive() if self.member_id not in room.members else None
        return presence.keep(room, now, [alive] if alive else []).then(step, now)

    def answer(self, reply: Message, room: Optional[Room] = None) -> None:
        """Send a reply with the number of the frame that it answers."""
        said = dict(reply)
        if said["type"] in ("lease", "alive", "queued"):
            room = room or self.hub.seen(self.key)
            said["version"] = room.version if room else 0
            if self.frame.number is not None and said["type"] != "queued":
                said["n"] = self.frame.number
        self.send(said)

    def send(self, message: Message) -> None:
        if message["type"] == "error":
            code = message["code"]
            self.port.log_refusal(code, logging.WARNING if code in TELLING else logging.INFO)
        self.port.send(json.dumps(self.fit(message)))

    def fit(self, message: Message) -> Message:
        """The message as this kind of client is told it."""
        return message

    # Whether it is still there, and may stay ---------------------------------------------------

    def silent_seconds(self) -> float:
        return time.monotonic() - self.heard_at

    def alive(self) -> Optional[presence.Alive]:
        """A page answers every ping; one that has not for the length of a lease is not there any more."""
        silent = self.silent_seconds()
        if self.member is None or (not self.member.bare and silent > float(conf.get("LEASE_SECONDS"))):
            return None
        return presence.Alive(self.member, self.person, silent, self.token, self.visitor.subject)

    def beat(self) -> None:
        if self.member is None:
            return
        longest = float(conf.get("LEASE_SECONDS")) + RECONNECT_SECONDS
        if not self.member.bare and self.silent_seconds() > longest:
            self._spawn(self.leave_with(closing.SILENT))  # half-open: its client comes back by itself
            return
        self.catch_up(self.hub.seen(self.key))
        room = self.hub.seen(self.key)
        self.port.send(self.hub.shared_text(self.key, "ping", _ping) if room else json.dumps(_pinged(0)))

    def lock_service(self, available: bool) -> None:
        reason = {"reason": "unmigrated"} if not available and is_unmigrated() else {}
        self.send({"type": "lock_service", "available": available, **reason})

    async def renew_presence(self) -> None:
        alive = self.alive()
        if alive:
            await self.hub.apply(self.key, partial(presence.keep, alive=[alive]))

    async def judged(self, verdict: Any) -> None:
        """Go by what the watch over permissions has found: an ``Access``, or a code to close with."""
        if self.is_closing or self.member is None:
            return
        if isinstance(verdict, int):
            self.port.log_refusal("closed-" + CLOSED[verdict])
            await self.end_with(verdict)
        elif isinstance(verdict, permissions.Access):
            await self.follow_permissions(verdict.may_edit, verdict.may_take_over)
            self.follow_grants(verdict.grants)

    async def follow_permissions(self, may_edit: bool, may_take_over: bool) -> None:
        member = self.member
        assert member is not None
        if (member.may_edit, member.may_take_over) == (may_edit, may_take_over):
            return
        self.member = replace(member, may_edit=may_edit, may_take_over=may_take_over)
        step = partial(may.follow, member_id=member.id, may_edit=may_edit, may_take_over=may_take_over)
        try:
            room = (await self.step(step)).room
        except StoreUnavailable:
            self.member = member  # the next look tries again
            return
        self.permissions_changed(room)

    def permissions_changed(self, room: Room) -> None:
        """What this client may do has changed."""

    def follow_grants(self, grants: Optional[str]) -> None:
        """All that its user may do, anywhere, is this now; None: something of it was changed."""

    # Going -------------------------------------------------------------------------------------

    async def end_with(self, code: int, reason: Optional[Message] = None) -> None:
        """Say why, leave the room and close; whatever the client sends meanwhile is not heard."""
        self.is_closing = True
        if reason:
            self.send(reason)
        await self.leave_with(code)

    async def leave_with(self, code: int) -> None:
        await self.leave(code)
        self.port.close(code)

    async def leave(self, close_code: int) -> None:
        """Leave the room; safe to be called again, and finished even if a stopping server cancels us."""
        if self.member is not None:
            member, self.member = self.member, None
            self._leaving = asyncio.ensure_future(self._leave(member, close_code))
        if self._leaving is not None:
            await asyncio.shield(self._leaving)

    async def _leave(self, member: Member, close_code: int) -> None:
        seconds = LEAVING_SECONDS if close_code in NORMAL_CLOSE else RECONNECT_SECONDS
        if close_code in closing.FOR_GOOD:
            seconds = 0.0
        step = partial(presence.leave, member_id=member.id, connection=self.connection, seconds=seconds)
        self.hub.exit(self.key, self)
        try:
            await self.hub.apply(self.key, step)
        except StoreUnavailable:
            logger.info("a member left while the store was unavailable; its lease ends by itself")
        finally:
            self.heartbeats.exit(self.key, self)

    def _spawn(self, task: Any) -> None:
        self.heartbeats.spawn(task)


CLOSED = {
    closing.LOGIN: "login",
    closing.ACCESS: "access",
    closing.OTHER_USER: "other-user",
    closing.UNASKED: "unasked",
}
TELLING: FrozenSet[str] = frozenset(["forbidden", "malformed", "too_large", "rate_limited"])
"""Refusals that do not happen among people of good will and sound clients; the log has the others as INFO."""


def _pinged(version: int) -> Message:
    return {"type": "ping", "version": version}


def _ping(room: Room, now: float) -> str:
    return json.dumps(_pinged(room.version))
