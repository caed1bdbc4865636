"""Clients whose page polls: one lives for one request, and goes on from what the last answer told its page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Callable, List, Optional, Tuple

from django.utils.crypto import constant_time_compare

from .. import conf
from ..core import closing, live, polling, post
from ..core.handover import Heir
from ..core.room import Member, Room
from ..core.timing import POLL_SECONDS
from ..core.transition import Event, Step, Transition
from ..rooms.desk import Desk, NoHeartbeats
from ..stores.base import StoreUnavailable
from .chat_client import ChatClient
from .client import NORMAL_CLOSE, Client, Port
from .held import Place
from .live_view import LiveView
from .page_client import PageClient, signer

SOONEST_SECONDS = 0.3
"""No page is told to ask again sooner than this."""
JUST_AFTER = 0.02


@dataclass
class Cursor:
    """What the page has been told, as it echoes it. Whoever forges one harms only their own page.

    version: of the state; None until the page has been greeted. token, proof: of the lease that it was given last.
    heir: for whom it was asked to let the lease go. letters: numbers of those that it has.
    available: what it knows of the lock service. next_ms: how soon it is to ask again.
    typed: token of the lease under which somebody types, and the number of what it has of that.
    related: a digest of what it was told of objects that its form depends on.
    """

    version: Optional[int] = None
    token: Optional[int] = None
    proof: str = ""
    heir: Optional[List[str]] = None
    letters: Tuple[int, ...] = ()
    available: bool = True
    next_ms: Optional[int] = None
    typed: Optional[Tuple[int, int]] = None
    related: Optional[str] = None

    @classmethod
    def read(cls, value: Any) -> Cursor:
        """Raises: ValueError."""
        if value is None:
            return cls()
        if not isinstance(value, list) or len(value) not in (7, 8, 9):
            raise ValueError("not a cursor")
        version, token, proof, heir, letters, available, next_ms, typed, related = [*value, None, None][:9]
        typed = tuple(typed) if isinstance(typed, list) else None
        numbers = all(type(number) in (int, type(None)) for number in (version, token, next_ms))
        fits = isinstance(proof, str) and isinstance(heir, (list, type(None))) and isinstance(letters, list)
        fits = fits and isinstance(related, (str, type(None)))
        fits = fits and (typed is None or [type(number) for number in typed] == [int, int])
        if not (numbers and fits and all(type(number) is int for number in letters)):
            raise ValueError("not a cursor")
        return cls(version, token, proof, heir, tuple(letters), available is True, next_ms, typed, related)

    def written(self) -> List[Any]:
        said = [*vars(self).values()]
        while len(said) > 7 and said[-1] is None:
            said.pop()
        return said


class PollPort(Port):
    """Collects what one client is told in one answer.

    connection: names the page's connection, as the page says. messages: as texts. code: with which it was closed.
    """

    def __init__(self, desk: Desk, connection: str, refused: Callable[..., None]) -> None:
        self.desk, self.connection, self._refused = desk, connection, refused
        self.messages: List[str] = []
        self.code: Optional[int] = None

    def send(self, text: str) -> None:
        self.messages.append(text)

    def close(self, code: int) -> None:
        self.code = code

    def log_refusal(self, event: str, level: int = 30) -> None:
        self._refused(event, level)


class PollClient(Client):
    """What both kinds have in common. Nothing of it waits, so that it can be driven without a loop."""

    port: PollPort
    polls: Optional[float] = None
    """How soon the page asks again, in seconds, where another client of it decides."""
    told: Cursor
    proof_of_shown = ""
    """The controls that its page says to show with their values."""

    def place(self) -> Tuple[Any, Any]:
        return self.port.desk, NoHeartbeats()

    def new_connection(self) -> str:
        return self.port.connection

    async def attend(self, cursor: Cursor, frames: List[str], is_leaving: bool = False) -> None:
        """Answer to one request of the page: what it says, and what it has not been told."""
        assert self.member is not None
        self.member = replace(self.member, polls=POLL_SECONDS)
        self.told = replace(cursor)
        self.go_on(cursor)
        if cursor.version is None and await self.has_too_many_tabs():
            self.hang_up(closing.BUSY)
        elif cursor.version is None:
            await self.join()
        else:
            await self.come_again()
        for frame in frames:
            if self.member is not None and not self.is_closing:
                await self.receive(frame)
        if is_leaving:
            await self.leave(NORMAL_CLOSE[0])
        elif self.member is not None and self.has_arrived:
            await self.catch_up_with_room(cursor)

    async def has_too_many_tabs(self) -> bool:
        """Whether its user is in this room as often as they may have sockets."""
        try:
            room = await self.hub.read(self.key)
        except StoreUnavailable:
            return False
        own = room.members_of(self.person.key)
        return self.member_id not in room.members and len(own) >= int(conf.get("SOCKETS_PER_USER"))

    def go_on(self, cursor: Cursor) -> None:
        """Take up what the last answer has left."""
        self.has_arrived = cursor.version is not None
        self.stayed_in: Optional[Room] = None

    async def come_again(self) -> None:
        """Look whether this is still the page's present connection, and count the request as a sign of life."""
        room = self.stayed_in = await self.counted()
        if room is None:
            return
        member = room.members.get(self.member_id)
        if member is None and room.born > (self.told.version or 0):
            await self.renew_presence()  # the store has lost the room, not the page its connection
        elif member is None or not member.connection:
            self.hang_up(closing.SILENT)
        elif member.connection != self.connection:
            self.hang_up(closing.SUPERSEDED)
        else:
            await self.compare_permissions(member)

    async def counted(self) -> Optional[Room]:
        """The room, in which this request is counted; None while the store is unavailable, which the page is told."""
        try:
            room: Room = (await self.hub.apply(self.key, self.staying())).room
        except StoreUnavailable:
            self.lock_service(False)
            return None
        self.lock_service(True)
        return room

    def staying(self) -> Step:
        known, member_id, token = frozenset(self.told.letters), self.member_id, self.token
        stay = partial(polling.stay, member_id=member_id, connection=self.connection, known=known, polls=self.polls)

        def step(room: Room, now: float) -> Transition:
            # Whose turn has come is told in this very answer, and needs no other to confirm that it is there.
            held = room.told_lease if room.told_lease and room.told_lease.holder == member_id else None
            stayed = stay(room, now, token=held.token if held else token)
            return stayed.then(live.watch, now, member_id, self.is_watching())

        return step

    def is_watching(self) -> bool:
        """Whether its page shows what the editor types."""
        return False

    async def compare_permissions(self, known: Member) -> None:
        """What was looked up for this request may differ from what the room knows."""
        now = self.member
        assert now is not None
        self.member = replace(now, may_edit=known.may_edit, may_take_over=known.may_take_over)
        await self.follow_permissions(now.may_edit, now.may_take_over)

    def hang_up(self, code: int) -> None:
        self.member = None
        self.port.close(code)

    async def catch_up_with_room(self, cursor: Cursor) -> None:
        """Tell whatever has happened since the last answer."""
        room = self.hub.seen(self.key)
        if room is None or room is not self.stayed_in:  # what has been said may change its pace
            room = await self.counted()
            if room is None:
                return
        member_id = self.member_id
        for letter in post.letters_for(room, member_id, set(cursor.letters)):
            self.hear_event(Event(dict(letter.message)), lambda: "")
        self.catch_up(room)
        if self.member is None:
            return
        self.bring(room)
        self.told = replace(self.told, letters=tuple(one.number for one in post.letters_for(room, member_id, set())))

    def bring(self, room: Room) -> None:
        """Tell the state of the room, if this kind is told states."""
        self.told.version = room.version

    def lock_service(self, available: bool) -> None:
        if available != self.told.available:
            self.told.available = available
            super().lock_service(available)

    def speaking(self, step: Step, room: Room, now: float) -> Transition:
        return step(room, now)

    async def leave(self, close_code: int) -> None:
        if self.member is not None:
            member, self.member = self.member, None
            await self._leave(member, close_code)

    def place_of_news(self) -> Place:
        """What a request waits for that is held for this client."""
        typed = (self.told.typed or (0, 0))[1] if self.is_watching() else None
        return Place(self.key, self.member_id, self.told.version or 0, set(self.told.letters), typed)

    def polls_now(self) -> float:
        """What the room knows of this page's pace."""
        room = self.hub.seen(self.key)
        member = room.members.get(self.member_id) if room else None
        return member.polls if member else POLL_SECONDS

    def pace(self) -> float:
        """How soon the page asks again, in seconds."""
        room = self.hub.seen(self.key)
        member = room.members.get(self.member_id) if room else None
        turn = polling.turn_in_seconds(room, self.hub.now(), member) if room and member else None
        return self.polls_now() if turn is None else max(SOONEST_SECONDS, min(turn + JUST_AFTER, self.polls_now()))


class PollPageClient(PollClient, PageClient):
    """A page of an object."""

    def coming(self) -> Step:
        assert self.member is not None
        return partial(polling.enter, member=self.member, person=self.person, subject=self.visitor.subject)

    def go_on(self, cursor: Cursor) -> None:
        super().go_on(cursor)
        self.shown_version = cursor.version or 0
        self.told_itself = self.has_arrived
        self.yielding = _heir(cursor.heir)
        self.live = LiveView(self, kept="")  # nobody knows what the requests before have kept
        self.live.told = cursor.typed
        self.live.take(self.proof_of_shown)
        self.related.told = cursor.related or ""
        if cursor.token is not None and constant_time_compare(
            signer.signature(self.claimed(cursor.token)), cursor.proof
        ):
            self.token = cursor.token

    def show(self, room: Room) -> None:
        """Once, when all frames are answered: see ``bring``. An object that is gone ends that before."""
        if room.deleted:
            self.bring(room)

    def bring(self, room: Room) -> None:
        if room.version > self.shown_version:
            self.show_now()
        self.ask_to_yield(room)
        heir = list(vars(self.yielding).values()) if self.yielding else None
        if self.token != self.told.token:
            self.told.token, self.told.proof = self.token, self.proof() if self.token is not None else ""
        self.told.version, self.told.heir = self.shown_version, heir
        self._spawn(self.live.bring(room))
        self.told.typed = self.live.told
        self._spawn(self.related.bring())
        self.told.related = self.related.told or None

    def place_of_news(self) -> Place:
        return super().place_of_news()._replace(related=self.related.changed if self.related.is_wanted() else None)

    def is_watching(self) -> bool:
        return self.live.shows is not None

    async def ask_database(self, question: Callable[..., Any], *about: Any) -> Any:
        return question(*about)


class PollChatClient(PollClient, ChatClient):
    """The chat of a page."""

    def coming(self) -> Step:
        assert self.member is not None
        return partial(polling.enter, member=self.member, person=self.person)


KINDS = {"edit": PollPageClient, "chat": PollChatClient}


def _heir(value: Optional[List[Any]]) -> Optional[Heir]:
    if value is None or len(value) != 4:
        return None
    return Heir(*map(str, value))
