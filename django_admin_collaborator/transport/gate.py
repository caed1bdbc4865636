"""Who is let in and how much is listened to, before a consumer hears of it; and what is refused is logged.

It stands in front of a consumer's own ``connect`` and ``receive``, so that overriding those opens nothing.
"""

from __future__ import annotations

import logging
import math
from dataclasses import replace
from functools import partial
from typing import Any, Dict, Optional

from django.conf import settings

from .. import conf
from ..access import hints, identity, origins, page_request, permissions, security_log
from ..core import closing, may
from ..core.messages import Message, error
from ..core.room import Member
from ..stores.base import StoreUnavailable
from . import permission_watch
from .rate_limits import PENALTY_SECONDS, SocketLimits, begin_handshake, end_handshake

CLOSED = {
    closing.LOGIN: "login",
    closing.ACCESS: "access",
    closing.OTHER_USER: "other-user",
    closing.UNASKED: "unasked",
}

TELLING = frozenset(["forbidden", "malformed", "too_large", "rate_limited"])
"""Refusals that do not happen among people of good will and sound clients; the log has the others as INFO."""


class OtherUser(Exception):
    """A page was made for another user than the one whose socket it opens."""


class Door:
    """Mixed into a consumer, in front of ``Membership``."""

    scope: Dict[str, Any]
    limits: Optional[SocketLimits] = None
    member: Optional[Member]
    about = ""
    """The room key of the object whose chat this is; empty for every other socket."""
    _is_closing = False
    page: Optional[page_request.Page] = None
    session_user: Any = None
    """The user of the connection, where not a consumer of the project's has decided who it is."""

    async def websocket_connect(self, message: Message) -> None:
        """Refuse, before anything is asked of database or store, what no permission could make good."""
        try:
            reason = self.objection()
            if reason is None:
                await super().websocket_connect(message)  # type: ignore[misc]
                return
        except page_request.Unasked:
            await self.refuse_page("unasked", closing.UNASKED)
            return
        except OtherUser:
            await self.refuse_page("other-user", closing.OTHER_USER)
            return
        finally:
            end_handshake()
        await self.refuse(reason)

    def objection(self) -> Optional[str]:
        if not begin_handshake():
            return "handshakes"
        if not origins.is_trusted(self.scope):
            return "origin"
        self.page = page_request.read_page(self.query("page"))  # type: ignore[attr-defined]
        if page_request.is_tenant_unknown():
            hints.tell_tenant()
            raise page_request.Unasked
        key = self.visitor()
        if key is None:
            return "anonymous"
        self.scope[page_request.SCOPE_KEY] = page_request.Asker(self.page)
        self.limits = SocketLimits(key)
        return None if self.limits.arrive() else "sockets"

    def visitor(self) -> Optional[str]:
        """Whose limits count: the user's, or the session's where only the project's middlewares know its user."""
        user = self.scope.get("user")
        known = str(user.pk) if user is not None and user.is_authenticated else None
        if not page_request.middlewares() or (known and not identity.has_tenants()):
            return known
        cookie = origins.Handshake(self.scope).META.get("HTTP_COOKIE")
        session = page_request.parse_cookie(cookie).get(settings.SESSION_COOKIE_NAME) if cookie else None
        return identity.digest("session", session) if session else None

    def insist_on_user(self, about: str = "") -> None:
        """After the authorisation: the socket is to be of the user that its page was made for.

        Raises:
            OtherUser
        """
        user = self.user  # type: ignore[attr-defined]
        if user is not self.session_user:
            self.scope[page_request.SCOPE_KEY] = page_request.Asker(self.page, user)
        if self.page is not None and about and self.page.about != about:
            self.page = None  # of another page: it says nothing about this one
            self.scope[page_request.SCOPE_KEY] = page_request.Asker(None, self.scope[page_request.SCOPE_KEY].user)
        if self.page is not None and self.page.user != str(user.pk):
            hints.tell_other_user()
            raise OtherUser

    async def refuse_page(self, reason: str, code: int) -> None:
        """Refuse a handshake, but tell a page of ours why no lock protects it."""
        if self.page is None:
            await self.refuse(reason)
            return
        self.log_refusal("handshake-" + reason)
        await self.in_thread(lambda: None)  # type: ignore[attr-defined]
        await self.accept()  # type: ignore[attr-defined]
        await self.close(code=code)  # type: ignore[attr-defined]

    async def refuse(self, reason: str) -> None:
        """Refuse the handshake: with HTTP 403 whatever the reason is; the log has it."""
        self.log_refusal("handshake-" + reason)
        # Who is behind the cookie was looked up before us, by a connection that nobody else gives back.
        await self.in_thread(lambda: None)  # type: ignore[attr-defined]
        await self.close()  # type: ignore[attr-defined]

    async def websocket_receive(self, message: Message) -> None:
        """Take a frame, unless it is too large or one too many."""
        if self._is_closing:
            return
        frame = message.get("text") or message.get("bytes") or ""
        # A character has up to four bytes; counting them would take as long as what is spared.
        length = len(frame) if isinstance(frame, bytes) or frame.isascii() else len(frame.encode("utf-8", "replace"))
        if length > conf.get("LARGEST_FRAME"):
            await self.end_with(closing.TOO_LARGE, error("too_large", detail=f"a frame may have {_largest()} bytes"))
            return
        wait = self.limits.wait_for(length) if self.limits else 0.0
        if not wait:
            await super().websocket_receive(message)  # type: ignore[misc]
        elif self.limits.is_stubborn():  # type: ignore[union-attr]
            self.limits.shut_out()  # type: ignore[union-attr]
            await self.end_with(closing.BUSY, _too_many(PENALTY_SECONDS))
        elif self.limits.refusals == 1:  # type: ignore[union-attr]
            await self.send_json(_too_many(wait))

    async def end_with(self, code: int, reason: Optional[Message] = None) -> None:
        """Say why, leave the room and close; whatever the client sends meanwhile is not heard."""
        self._is_closing = True
        if reason:
            await self.send_json(reason)
        await self.leave(code)
        await self.close(code=code)  # type: ignore[attr-defined]

    # Whether they may stay ----------------------------------------------------------------------

    async def arrive_if_possible(self) -> None:
        permission_watch.current().enter(self)
        await super().arrive_if_possible()  # type: ignore[misc]

    async def leave(self, close_code: int) -> None:
        permission_watch.current().exit(self)
        await super().leave(close_code)  # type: ignore[misc]

    def access_of(self, user: Any) -> Any:
        """What ``user``, read anew, may do here: an ``Access``, None, or a code to close with. In a thread."""
        raise NotImplementedError

    async def judged(self, verdict: Any) -> None:
        """Go by what the watch over the rights has found."""
        if self._is_closing or self.member is None:
            return
        if isinstance(verdict, int):
            self.log_refusal("closed-" + CLOSED[verdict])
            await self.end_with(verdict)
        elif isinstance(verdict, permissions.Access):
            await self.follow_rights(verdict.may_edit, verdict.may_take_over)

    async def follow_rights(self, may_edit: bool, may_take_over: bool) -> None:
        member = self.member
        assert member is not None
        if (member.may_edit, member.may_take_over) == (may_edit, may_take_over):
            return
        self.member = replace(member, may_edit=may_edit, may_take_over=may_take_over)
        step = partial(may.follow, member_id=member.id, may_edit=may_edit, may_take_over=may_take_over)
        try:
            room = (await self.step(step)).room  # type: ignore[attr-defined]
        except StoreUnavailable:
            self.member = member  # the next look tries again
            return
        if not member.bare:
            await self.welcome(room)  # type: ignore[attr-defined]

    async def catch_up(self) -> None:
        await super().catch_up()  # type: ignore[misc]
        room = self.rooms.seen(self.key) if self.member else None  # type: ignore[attr-defined]
        if room is not None and room.deleted and not self._is_closing:
            await self.end_with(closing.ACCESS)

    # What is refused -----------------------------------------------------------------------------

    async def send_json(self, message: Message) -> None:
        if message["type"] == "error":
            code = message["code"]
            self.log_refusal(code, logging.WARNING if code in TELLING else logging.INFO)
        await super().send_json(message)  # type: ignore[misc]

    def log_refusal(self, event: str, level: int = logging.WARNING) -> None:
        user = self.scope.get("user")
        key = getattr(user, "pk", None)
        client = self.scope.get("client")
        address = client[0] if client else ""
        security_log.refused(event, "" if key is None else key, address, getattr(self, "key", ""), level)

    async def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return await super().__call__(*args, **kwargs)  # type: ignore[misc]
        finally:
            if self.limits:
                self.limits.depart()


def _largest() -> int:
    return int(conf.get("LARGEST_FRAME"))


def _too_many(wait: float) -> Message:
    seconds = max(1, math.ceil(wait))
    return error("rate_limited", seconds=seconds, retry_after=seconds)
