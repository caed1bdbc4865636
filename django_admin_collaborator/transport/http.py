"""The shell around HTTP requests of a page that polls: who asks, what it may do, and JSON in and out.

One request has the messages of several clients, such as the form's and the chat's. What a message means is for the
clients to say; docs/protocol.md has the shape of requests and answers.
"""

from __future__ import annotations

import json
import logging
import re
import time
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple
from urllib.parse import parse_qs, unquote, urlsplit

from django.contrib.auth import HASH_SESSION_KEY
from django.core import signing
from django.core.exceptions import RequestDataTooBig
from django.db import connections
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.views.decorators.csrf import csrf_protect

from .. import conf
from ..access import chat_pages, identity, page_request, people, permissions, security_log
from ..access.page_request import SCOPE_KEY, Asker
from ..core import closing, presence
from ..core.member_id import member_id
from ..core.messages import error
from ..rooms import sync
from ..rooms.desk import Desk
from ..rooms.sync import drive
from ..stores.base import StoreUnavailable
from . import changelist, choice, held, site_overview
from .client import SECRET, Visitor
from .poll_client import KINDS, Cursor, PollClient, PollPort
from .rate_limits import RequestLimits

logger = logging.getLogger("django_admin_collaborator")

TEXTS = ("kind", "page", "site", "model", "path", "member", "connection", "shows", "related")
MOST_CLIENTS = 20
MOST_FRAMES = 50
CONNECTION = re.compile(r"[0-9a-f]{16}")
RETRY_SECONDS = 5
LOG_SECONDS = 60.0
_SALT = "django_admin_collaborator.ticket"


class Malformed(Exception):
    """The request is none of our page's."""


class QuietSession:
    """The session of a request that is no activity: it is not saved, and its cookie is not sent again.

    Django's middleware leaves a session alone that does not say whether it was changed.
    """

    def __init__(self, session: Any) -> None:
        self._session = session

    def __getattr__(self, name: str) -> Any:
        if name in ("accessed", "modified", "is_empty"):
            raise AttributeError(name)
        return getattr(self._session, name)

    def __getitem__(self, name: str) -> Any:
        return self._session[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self._session[name] = value

    def __delitem__(self, name: str) -> None:
        del self._session[name]

    def __contains__(self, name: object) -> bool:
        return name in self._session


@dataclass(frozen=True)
class Asking:
    """What a request says of one client; see docs/protocol.md."""

    kind: str
    page: page_request.Page
    site: str
    model: str
    path: str
    member: str
    connection: str
    cursor: Cursor
    ticket: str
    frames: List[str]
    is_leaving: bool
    shows: str
    related: str

    @property
    def about(self) -> str:
        """What its ticket is for."""
        return json.dumps([self.kind, self.page.about, self.page.to_field, self.site, self.model, self.path])


_logged: Dict[str, float] = {}
"""When a kind of fault was logged last."""


def view(admin_site: Any) -> Callable[..., HttpResponseBase]:
    """The view for the pages of this admin site."""

    def collaborator(request: HttpRequest, object_id: str = "") -> HttpResponseBase:
        try:
            response = _answer(admin_site, request)
        except permissions.DATABASE_AWAY:
            response = _later(503, RETRY_SECONDS)
        except Exception as fault:
            _log(fault)
            response = _later(503, RETRY_SECONDS)
        response["Cache-Control"] = "no-store"
        return response

    protected = csrf_protect(collaborator)
    # A rolled back transaction would take nothing back, and an open one would only hold a row.
    vars(protected)["_non_atomic_requests"] = set(connections)
    return protected


def _answer(admin_site: Any, request: Any) -> HttpResponseBase:
    request.session = QuietSession(request.session)
    if choice.HTTP not in choice.transports():
        return JsonResponse({"close": closing.ACCESS}, status=403)
    if not request.user.is_authenticated or not request.user.is_active:
        return _sent_away(request, 401, closing.LOGIN)
    if not admin_site.has_permission(request):
        return _sent_away(request, 403, closing.ACCESS)
    if request.method == "GET":
        return JsonResponse({"csrf": get_token(request)})
    if request.method != "POST":
        return HttpResponse(status=405)
    try:
        body = _body(request)
        looks = changelist.ROWS in body or site_overview.MODELS in body
        asking, hold_seconds = ([], 0.0) if looks else _clients(body)
    except Malformed as fault:
        security_log.refused("malformed", request.user.pk, request.META.get("REMOTE_ADDR", ""))
        return JsonResponse({"error": str(fault)}, status=400)
    opening = sum(one.cursor.version is None for one in asking)
    wait = RequestLimits(str(request.user.pk)).wait_for([len(f) for one in asking for f in one.frames], opening)
    if wait:
        return _later(429, wait)
    if changelist.ROWS in body:
        return changelist.answer(request, admin_site, body)
    if site_overview.MODELS in body:
        return site_overview.answer(request, admin_site, body)
    return Poll(request).answer(asking, hold_seconds)


def _sent_away(request: Any, status: int, code: int) -> HttpResponse:
    """Refuse somebody who may have been a member here: nobody waits for them."""
    try:
        asking = _clients(_body(request))[0] if request.method == "POST" else []
    except Malformed:
        asking = []
    for one in asking:
        _leave(one)
    return JsonResponse({"close": code}, status=status)


def _leave(asking: Asking) -> None:
    """Remove the member that a page has proved to be its own, by ticket and secret."""
    ticket = Ticket.read(asking.ticket, None)
    if ticket is None or ticket.what != asking.about:
        return
    own = member_id(asking.member, ticket.key, ticket.user)
    try:
        sync.apply(ticket.key, partial(presence.leave, member_id=own, connection=asking.connection, seconds=0.0))
    except StoreUnavailable:
        logger.info("a member left while the store was unavailable; its lease ends by itself")


def _log(fault: Exception) -> None:
    """Once a minute: pages ask again and again."""
    kind, now = f"{type(fault).__name__}: {fault}", time.monotonic()
    if len(_logged) > MOST_CLIENTS:
        _logged.clear()
    if now - _logged.get(kind, -LOG_SECONDS) >= LOG_SECONDS:
        _logged[kind] = now
        logger.error("a page that polls could not be answered", exc_info=fault)


def _later(status: int, seconds: float) -> HttpResponse:
    response = JsonResponse({"error": "later"}, status=status)
    response["Retry-After"] = str(max(1, int(seconds + 0.999)))
    return response


def _body(request: Any) -> Dict[str, Any]:
    """Raises: Malformed."""
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        raise Malformed("it is not JSON") from None
    except (RequestDataTooBig, UnreadablePostError):
        raise Malformed("it is too large, or has no end") from None
    if not isinstance(body, dict):
        raise Malformed("it is not an object")
    return body


def _clients(body: Dict[str, Any]) -> Tuple[List[Asking], float]:
    """What a page asks for its clients, and for how many seconds it would wait for news. Raises: Malformed."""
    clients = body.get("clients")
    if not isinstance(clients, list) or not 0 < len(clients) <= MOST_CLIENTS:
        raise Malformed("clients are missing")
    hold_seconds = body.get("hold") or 0
    if type(hold_seconds) not in (int, float):
        raise Malformed("hold is no number")
    return [_read(client) for client in clients], float(hold_seconds)


def _read(client: Any) -> Asking:
    if not isinstance(client, dict):
        raise Malformed("a client is not an object")
    texts = {name: client.get(name) or "" for name in TEXTS}
    if not all(isinstance(text, str) for text in texts.values()):
        raise Malformed("a text is missing")
    page = page_request.read_page(texts["page"])
    frames = client.get("frames") or []
    ticket = client.get("ticket") or ""
    if page is None or texts["kind"] not in KINDS or not isinstance(ticket, str):
        raise Malformed("it is no page of ours")
    if not SECRET.fullmatch(texts["member"]) or not CONNECTION.fullmatch(texts["connection"]):
        raise Malformed("the member or its connection is missing")
    if not isinstance(frames, list) or len(frames) > MOST_FRAMES:
        raise Malformed("frames are missing, or too many")
    try:
        cursor = Cursor.read(client.get("at"))
    except ValueError:
        raise Malformed("at is none of ours") from None
    return Asking(
        texts["kind"],
        page,
        texts["site"],
        texts["model"],
        texts["path"],
        texts["member"],
        texts["connection"],
        cursor,
        ticket,
        [json.dumps(frame) for frame in frames],
        client.get("close") is not None,
        texts["shows"],
        texts["related"],
    )


@dataclass(frozen=True)
class Ticket:
    """What was looked up for a client; while it is valid it saves looking again.

    user, session: whose it is. what: what the client asked for. pk: of the object, as text.
    """

    user: str
    session: str
    what: str
    key: str
    pk: str
    may_edit: bool
    may_take_over: bool
    about: str
    avatar_url: Optional[str]
    grants: str = ""

    def signed(self) -> str:
        return signing.dumps(list(vars(self).values()), salt=_SALT)

    @classmethod
    def read(cls, text: str, max_age: Optional[int]) -> Optional[Ticket]:
        try:
            return cls(*signing.loads(text, salt=_SALT, max_age=max_age)) if text else None
        except (signing.BadSignature, TypeError):
            return None


class Poll:
    """One request of a page."""

    def __init__(self, request: Any) -> None:
        self.request, self.user = request, request.user
        self.desk = Desk()
        self.session = identity.digest("session", str(request.session.get(HASH_SESSION_KEY, "")))
        self.edits: Dict[str, PollClient] = {}
        self.clients: List[PollClient] = []
        self.can_hold = self.is_to_hold = False

    def answer(self, asking: List[Asking], hold_seconds: float) -> HttpResponseBase:
        """hold_seconds: how long the page would wait for news; 0 for an answer at once."""
        self.can_hold = hold_seconds > 0 and held.can_hold(self.request)
        is_waiting = all(one.cursor.version is not None and not one.frames for one in asking)
        self.is_to_hold = self.can_hold and is_waiting
        # The form first: at its pace the chat of the same page is asked for, too.
        answers = {id(one): self.serve(one) for one in sorted(asking, key=lambda one: one.kind != "edit")}
        texts = [answers[id(one)] for one in asking]
        if all(text == "null" for text in texts):
            if self.is_to_hold:
                places = [client.place_of_news() for client in self.clients]
                return held.hold(partial(held.RoomWaiter, places), hold_seconds)
            return HttpResponse(status=204)
        return HttpResponse('{"clients":[' + ",".join(texts) + "]}", content_type="application/json")

    def serve(self, asking: Asking) -> str:
        """What one client is told, as JSON."""
        if asking.page.user != str(self.user.pk):
            return self.refused(asking, "other-user", closing.OTHER_USER)
        known = self.ticket_of(asking)
        try:
            ticket = known or self.look_up(asking)
        except page_request.Unasked:
            return self.refused(asking, "unasked", closing.UNASKED)
        if ticket is None:
            return self.refused(asking, "access", closing.ACCESS)
        client = self.client(asking, ticket)
        largest = int(conf.get("LARGEST_FRAME"))
        if any(len(frame) > largest for frame in asking.frames):
            client.send(error("too_large", detail=f"a frame may have {largest} bytes"))
            client.port.code = closing.TOO_LARGE
            return _written(client, asking.cursor, None)
        edit = self.edits.get(asking.page.about)
        if edit is not None:
            client.polls = edit.polls_now()
        drive(client.attend(asking.cursor, asking.frames, asking.is_leaving))
        if edit is None and client.port.code is None:
            client.told.next_ms = 0 if self.can_hold else int(client.pace() * 1000)
        if asking.kind == "edit":
            self.edits[asking.page.about] = client
        self.clients.append(client)
        return _written(client, asking.cursor, ticket if ticket is not known else None, self.is_to_hold)

    def ticket_of(self, asking: Asking) -> Optional[Ticket]:
        """The ticket that the page echoes, if it is valid, and of this user, session and page."""
        ticket = Ticket.read(asking.ticket, conf.get("RIGHTS_SECONDS"))
        own = (str(self.user.pk), self.session, asking.about)
        return ticket if ticket and (ticket.user, ticket.session, ticket.what) == own else None

    def refused(self, asking: Asking, event: str, code: int) -> str:
        """End what the page had here before, and say so."""
        self.log("closed-" + event)
        _leave(asking)
        return json.dumps({"close": code})

    def log(self, event: str, level: int = logging.WARNING, room: str = "") -> None:
        security_log.refused(event, self.user.pk, self.request.META.get("REMOTE_ADDR", ""), room, level)

    def scope(self, asking: Asking) -> Mapping[str, Any]:
        return {SCOPE_KEY: Asker(asking.page, self.user, self.request)}

    def look_up(self, asking: Asking) -> Optional[Ticket]:
        """What this user may do there now; None where they may not know of it. Raises: Unasked."""
        ticket = partial(Ticket, str(self.user.pk), self.session, asking.about)
        avatar = people.avatar_in_time(self.user)
        if asking.kind == "edit":
            access = permissions.look_up(self.user, self.scope(asking), *_names(asking))
            if access is None:
                return None
            may = (access.may_edit, access.may_take_over)
            return ticket(access.key, str(access.pk), *may, "", avatar, access.grants)
        if not conf.option("enable_chat"):
            return None
        url = urlsplit(asking.path)
        page_path = unquote(url.path.rstrip("/").rpartition("/")[2])
        hint = asking.model or parse_qs(url.query).get("model", [""])[0]
        place = chat_pages.find(self.user, self.scope(asking), page_path, hint)
        return ticket(place.key, "", False, False, place.about, avatar) if place else None

    def client(self, asking: Asking, ticket: Ticket) -> PollClient:
        describe = people.describe if asking.kind == "edit" else people.describe_in_chat
        names = _names(asking)
        visitor = Visitor(
            key=ticket.key,
            person=replace(describe(self.user), avatar_url=ticket.avatar_url),
            user=self.user,
            scope=self.scope(asking),
            judge=lambda user: None,  # it is looked up again when the ticket is no longer valid
            secret=asking.member,
            subject=(f"{names[0]}.{names[1]}", ticket.pk) if asking.kind == "edit" else None,
            may_edit=ticket.may_edit,
            may_take_over=ticket.may_take_over,
            about=ticket.about,
            grants=ticket.grants,
            related=asking.related,
            names=names,
        )
        port = PollPort(self.desk, asking.connection, partial(self.log, room=ticket.key))
        client = KINDS[asking.kind](port, visitor)
        client.proof_of_shown = asking.shows
        return client


def _names(asking: Asking) -> Tuple[str, str, str, str]:
    """App label, model name, quoted primary key, name of the site."""
    label, _, object_id = asking.page.about.partition("/")
    app_label, _, model_name = label.partition(".")
    return app_label, model_name, object_id, asking.site


def _written(client: PollClient, before: Cursor, ticket: Optional[Ticket], is_held: bool = False) -> str:
    """One client's part of the answer; "null" where it has nothing to say. A new ticket alone is not told at once."""
    parts = []
    if client.port.messages:
        parts.append('"messages":[' + ",".join(client.port.messages) + "]")
    if client.port.code is not None:
        parts.append(f'"close":{client.port.code}')
    else:
        if client.told != before:
            parts.append('"at":' + json.dumps(client.told.written(), separators=(",", ":")))
        if client.told.next_ms != before.next_ms:
            parts.append(f'"next":{client.told.next_ms}')
        if ticket is not None and (parts or not is_held):
            parts.append('"ticket":' + json.dumps(ticket.signed()))
    return "{" + ",".join(parts) + "}" if parts else "null"
