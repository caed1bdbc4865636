"""One socket's place in a room: joining, hearing what happens there, staying alive, leaving.

Both consumers share it. What a message means is theirs; what it does to the room is the core's.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import secrets
import time
from functools import partial
from typing import Any, Dict, FrozenSet, List, Optional, Tuple
from urllib.parse import parse_qs

from .. import conf
from ..access import people
from ..access.identity import group_name
from ..core import presence
from ..core.closing import FOR_GOOD
from ..core.member_id import member_id as member_id_of
from ..core.messages import Message, ProtocolError, error
from ..core.room import Member, Person, Room
from ..core.timing import LEAVING_SECONDS, RECONNECT_SECONDS
from ..core.transition import Step, Transition
from ..rooms import heartbeat, hub
from ..stores.base import StoreUnavailable
from .outbox import Sender

logger = logging.getLogger("django_admin_collaborator")

SECRET = re.compile(r"[A-Za-z0-9_-]{16,64}")
"""What a page's tab keeps to itself; others see only what ``core.member_id`` makes of it."""
NORMAL_CLOSE = (1000, 1001)
"""A client said good-bye. 1005, a good-bye without a code, is also what Uvicorn reports of a broken connection."""

REJOIN_SECONDS = 600.0
"""How often the channel layer is reminded of our groups; it forgets them after a day, and with its server."""


class Membership(Sender, heartbeat.Attendant):
    """Mixed into a consumer that has ``send``, ``close``, ``scope``, ``channel_layer`` and ``channel_name``."""

    scope: Dict[str, Any]
    channel_layer: Any
    channel_name: str
    member: Optional[Member] = None
    person: Person
    secret = ""
    key = ""
    subject: Optional[Tuple[str, str]] = None
    token: Optional[int] = None
    message: Message = {}
    unheard: FrozenSet[str] = frozenset()
    _leaving: Optional[asyncio.Future[None]] = None

    @property
    def member_id(self) -> str:
        return self.member.id if self.member else ""

    def query(self, name: str) -> str:
        """A parameter of the socket's address; empty when it is not there."""
        text = self.scope.get("query_string", b"").decode("ascii", "replace")
        return parse_qs(text).get(name, [""])[0]

    async def join(self, key: str, person: Person, **rights: bool) -> None:
        """Enter the room: the group first, so that nothing said after our coming is missed.

        rights: ``may_edit`` and ``may_take_over`` of the member.
        """
        self.secret = self.query("member")
        bare = SECRET.fullmatch(self.secret) is None
        self.key, self.person = key, person
        self.rooms, self.attendance = hub.current(), heartbeat.current()
        self.connection = secrets.token_hex(8)
        self.heard_at = self.joined_groups_at = time.monotonic()
        member_id = "bare-" + self.connection if bare else member_id_of(self.secret, key, person.key)
        self.member = Member(member_id, person.key, 0.0, 0.0, connection=self.connection, bare=bare, **rights)
        await self.rejoin()

    def group_names(self) -> List[str]:
        return [group_name(self.key)]

    async def enter_room(self) -> Room:
        """Tell the room. With the store away the heartbeat does it later."""
        assert self.member is not None
        step = partial(presence.join, member=self.member, person=self.person, subject=self.subject)
        outcome = await self.rooms.apply(self.key, step)
        self.attendance.wake_at(self.key)
        lease = outcome.room.lease
        if lease and not lease.lapsed and lease.holder == self.member.id:
            self.token = lease.token
        return outcome.room

    async def renew_presence(self) -> None:
        alive = self.alive()
        if alive:
            await self.rooms.apply(self.key, partial(presence.keep, alive=[alive]))

    async def step(self, step: Step) -> hub.Outcome:
        """Carry out a step of this member, send it the answers, and bring its view up to date."""
        outcome = await self.rooms.apply(self.key, partial(self.speaking, step))
        self.attendance.wake_at(self.key)
        for reply in outcome.replies:
            if reply["type"] == "lease":
                self.token = reply["token"]
            await self.answer(reply, outcome.room)
        await self.catch_up()
        return outcome

    def speaking(self, step: Step, room: Room, now: float) -> Transition:
        """Who speaks is here, whatever the store has lost since: enter the room again before the step."""
        alive = self.alive() if self.member_id not in room.members else None
        return presence.keep(room, now, [alive] if alive else []).then(step, now)

    async def answer(self, reply: Message, room: Optional[Room] = None) -> None:
        """Send a reply with the number of the frame that it answers."""
        room = room or self.rooms.seen(self.key)
        said = dict(reply)
        if said["type"] in ("lease", "alive", "queued"):
            said["version"] = room.version if room else 0
            number = self.message.get("n") if isinstance(self.message, dict) else None
            if isinstance(number, int) and said["type"] != "queued":
                said["n"] = number
        await self.send_json(said)

    async def send_json(self, message: Message) -> None:
        if self.member is not None and not self.member.bare:
            message = people.without_addresses(message, self.person_with)
        await self.send(text_data=json.dumps(message))

    def person_with(self, key: str) -> Optional[Person]:
        """The person of this user key, as far as this process knows who is here."""
        room = self.rooms.seen(self.key)
        return self.person if key == self.person.key else room.people.get(key) if room else None

    # What the room says ------------------------------------------------------------------------

    async def room_update(self, update: Message) -> None:
        """An announcement from the channel layer: the state first, then what was said with it."""
        if self.member is None:
            return
        if self.rooms.observe(self.key, update["version"], update["room"], update["revision"]):
            self.attendance.wake_at(self.key)
        elif update["room"] is None:
            await self.read_room(update["version"])
        unheard = self.unheard
        for event in self.rooms.events(self.key, update["events"]):
            if event["message"]["type"] in unheard:
                continue
            if event["to"] not in (None, self.member.id) or event["besides"] == self.member.id:
                continue
            if event["connection"] not in (None, self.connection):
                continue
            await self.hear(dict(event["message"]))
        await self.catch_up()

    async def read_room(self, version: int) -> None:
        """Fetch a state that was too large to travel, unless another socket of this process has done so."""
        seen = self.rooms.seen(self.key)
        if seen is not None and seen.version >= version:
            return
        try:
            await self.rooms.read(self.key)
        except StoreUnavailable:
            return  # the next heartbeat brings it
        self.attendance.wake_at(self.key)

    async def hear(self, message: Message) -> None:
        """Hand one event to the handler of its name."""
        if message["type"] == "superseded":
            await self.leave_with(4409)
            return
        await getattr(self, message["type"])(message)

    async def catch_up(self) -> None:
        """Bring the client up to the newest state that this process knows."""

    # What the attendance asks ------------------------------------------------------------------

    def silent_seconds(self) -> float:
        return time.monotonic() - self.heard_at

    @staticmethod
    def longest_silence() -> float:
        """A page answers every ping; one that has not for the length of a lease is not there any more."""
        return float(conf.get("LEASE_SECONDS"))

    def alive(self) -> Optional[presence.Alive]:
        if self.member is None or (not self.member.bare and self.silent_seconds() > self.longest_silence()):
            return None
        return presence.Alive(self.member, self.person, self.silent_seconds(), self.token, self.subject)

    async def beat(self) -> None:
        if self.member is None:
            return
        if time.monotonic() - self.joined_groups_at > REJOIN_SECONDS:
            await self.rejoin()
        if not self.member.bare and self.silent_seconds() > self.longest_silence() + RECONNECT_SECONDS:
            await self.leave_with(4408)  # a half-open connection: its client comes back by itself
            return
        await self.catch_up()
        room = self.rooms.seen(self.key)
        await self.send_json({"type": "ping", "version": room.version if room else 0})

    async def rejoin(self) -> None:
        self.joined_groups_at = time.monotonic()
        for name in self.group_names():
            try:
                await asyncio.wait_for(self.channel_layer.group_add(name, self.channel_name), hub.ANSWER_SECONDS)
            except Exception as fault:  # the layer's own errors; without it the heartbeat keeps us up to date
                self.joined_groups_at -= REJOIN_SECONDS
                logger.warning("the channel layer did not add a member: %s: %s", type(fault).__name__, fault)

    def is_unread(self) -> None:
        if self.member is not None:
            self.log_refusal("closed-unread")  # type: ignore[attr-defined]

    async def lock_service(self, available: bool) -> None:
        await self.send_json({"type": "lock_service", "available": available})

    # The end -----------------------------------------------------------------------------------

    async def leave(self, close_code: int) -> None:
        """Leave room and groups; safe to be called again, and finished even if a stopping server cancels us."""
        if self.member is not None:
            member, self.member = self.member, None
            self._leaving = asyncio.ensure_future(self._leave(member, close_code))
        if self._leaving is not None:
            await asyncio.shield(self._leaving)

    async def _leave(self, member: Member, close_code: int) -> None:
        seconds = LEAVING_SECONDS if close_code in NORMAL_CLOSE else RECONNECT_SECONDS
        if close_code in FOR_GOOD:
            seconds = 0.0
        step = partial(presence.leave, member_id=member.id, connection=self.connection, seconds=seconds)
        try:
            await self.rooms.apply(self.key, step)
            self.attendance.wake_at(self.key)
        except StoreUnavailable:
            logger.info("a member left while the lock service was away; its lease ends by itself")
        finally:
            self.attendance.exit(self.key, self)
        for name in self.group_names():
            try:
                await asyncio.wait_for(self.channel_layer.group_discard(name, self.channel_name), hub.ANSWER_SECONDS)
            except Exception as fault:  # as above; a group forgets a dead channel by itself
                logger.info("the channel layer did not discard a member: %s", type(fault).__name__)

    async def leave_with(self, code: int) -> None:
        await self.leave(code)
        await self.close(code=code)

    # Frames ------------------------------------------------------------------------------------

    async def frame(self, text_data: Optional[str]) -> None:
        """Take one frame. What goes wrong with it is told to the client and does not end its socket."""
        self.heard_at = time.monotonic()
        self.message = {}
        try:
            if text_data is None:
                raise ProtocolError("malformed", detail="it is binary")
            await self.obey(text_data)
        except ProtocolError as fault:
            await self.send_json(fault.message)
        except StoreUnavailable:
            await self.send_json(error("lock_service_unavailable", self.message.get("type")))

    async def obey(self, text_data: str) -> None:
        """Decode a frame and hand it to the handler of its type."""
        raise NotImplementedError

    async def arrive(self) -> None:
        """Enter the room and tell the client what it finds there."""
        raise NotImplementedError

    async def arrive_if_possible(self) -> None:
        """With the lock service away, the heartbeat lets us arrive later."""
        self.attendance.enter(self.key, self)
        try:
            await self.arrive()
        except StoreUnavailable:
            await self.lock_service(False)

    async def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """However the connection ends, by an error or with its server, the room hears of it."""
        try:
            return await super().__call__(*args, **kwargs)
        finally:
            await self.leave(1006)
