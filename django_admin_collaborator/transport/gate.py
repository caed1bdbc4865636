"""Admission control in front of both consumers: origin, frame size and rate.

It asks neither database nor store, and overriding a consumer's own ``connect`` and ``receive`` opens nothing.
"""

from __future__ import annotations

import math
from typing import Any, Dict, Optional, Tuple
from urllib.parse import parse_qs

from django.conf import settings
from django.http.cookie import parse_cookie

from .. import conf
from ..access import hints, identity, origins, page_request
from ..core import closing
from ..core.messages import Message, error
from . import choice
from .rate_limits import PENALTY_SECONDS, SocketLimits, begin_handshake, end_handshake


class OtherUser(Exception):
    """A page was made for another user than the one whose socket it opens."""


class Gate:
    """The admission of one connection.

    page: what our own page has signed of itself; None for every other client.
    """

    def __init__(self, scope: Dict[str, Any]) -> None:
        self.scope = scope
        self.page: Optional[page_request.Page] = None
        self.limits: Optional[SocketLimits] = None
        self.largest_frame = int(conf.get("LARGEST_FRAME"))
        self._is_pending = False

    def query(self, name: str) -> str:
        """A parameter of the connection's address; empty when it is not there."""
        text: str = self.scope.get("query_string", b"").decode("ascii", "replace")
        return parse_qs(text).get(name, [""])[0]

    def objection(self) -> Optional[str]:
        """Why this handshake is refused; None where it is not. Call ``decided`` afterwards in any case.

        Raises: Unasked: nobody has said yet what tells a socket in which tenant it is.
        """
        self._is_pending = True
        if not begin_handshake():
            return "handshakes"
        if choice.WEBSOCKET not in choice.transports():
            return "transport"
        if not origins.is_trusted(self.scope):
            return "origin"
        self.page = page_request.read_page(self.query("page"))
        if page_request.is_tenant_unknown():
            hints.tell_tenant()
            raise page_request.Unasked
        key = self.visitor()
        if key is None:
            return "anonymous"
        self.scope[page_request.SCOPE_KEY] = page_request.Asker(self.page)
        self.limits = SocketLimits(key)
        return None if self.limits.arrive() else "sockets"

    def decided(self) -> None:
        """The handshake is accepted or refused."""
        if self._is_pending:
            self._is_pending = False
            end_handshake()

    def visitor(self) -> Optional[str]:
        """Whose limits count: the user's, or the session's where only the project's middlewares know its user."""
        user = self.scope.get("user")
        known = str(user.pk) if user is not None and user.is_authenticated else None
        if not page_request.middlewares() or (known and not identity.has_tenants()):
            return known
        cookie = origins.Handshake(self.scope).META.get("HTTP_COOKIE")
        session = parse_cookie(cookie).get(settings.SESSION_COOKIE_NAME) if cookie else None
        return identity.digest("session", session) if session else None

    def insist_on_user(self, user: Any, is_sessions: bool, about: str = "") -> None:
        """After the authorisation: the socket is to be of the user that its page was made for.

        is_sessions: the user was not decided by a consumer of the project's.

        Raises: OtherUser
        """
        if not is_sessions:
            self.scope[page_request.SCOPE_KEY] = page_request.Asker(self.page, user)
        if self.page is not None and about and self.page.about != about:
            self.page = None  # of another page: it says nothing about this one
            self.scope[page_request.SCOPE_KEY] = page_request.Asker(None, self.scope[page_request.SCOPE_KEY].user)
        if self.page is not None and self.page.user != str(user.pk):
            hints.tell_other_user()
            raise OtherUser

    def weigh(self, frame: Any) -> Tuple[bool, int, Optional[Message]]:
        """Whether this frame is taken; if not, a code to close with or 0, and what the client is told."""
        # A character has up to four bytes; counting them would take as long as what is spared.
        length = len(frame) if isinstance(frame, bytes) or frame.isascii() else len(frame.encode("utf-8", "replace"))
        if length > self.largest_frame:
            return False, closing.TOO_LARGE, error("too_large", detail=f"a frame may have {self.largest_frame} bytes")
        wait = self.limits.wait_for(length) if self.limits else 0.0
        if not wait or self.limits is None:
            return True, 0, None
        if self.limits.is_stubborn():
            self.limits.shut_out()
            return False, closing.BUSY, _too_many(PENALTY_SECONDS)
        return False, 0, _too_many(wait) if self.limits.refusals == 1 else None

    def depart(self) -> None:
        """The connection has ended."""
        self.decided()
        if self.limits:
            self.limits.depart()


def _too_many(wait: float) -> Message:
    seconds = max(1, math.ceil(wait))
    return error("rate_limited", seconds=seconds, retry_after=seconds)
