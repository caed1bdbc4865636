"""A page without a WebSocket, for tests: it asks by HTTP requests, as frontend/http.js does."""

from __future__ import annotations

import http.client
import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, List, Optional, Tuple

import pytest
from django.contrib.admin.utils import quote
from django.core import signing

from django_admin_collaborator.access import page_request
from django_admin_collaborator.transport import held
from tests.support.people import Person
from tests.support.sockets import new_member

needs_holding = pytest.mark.skipif(not held.STREAMS, reason="no request is held with such a Django")
Message = Dict[str, Any]
Send = Callable[[Dict[str, Any]], Tuple[int, bytes]]
CSRF = "a" * 32
"""Of cookie and header alike: Django compares them."""


def collaborator_path(obj: Any, mount: str = "/admin/") -> str:
    meta = obj._meta
    return f"{mount}{meta.app_label}/{meta.model_name}/{quote(obj.pk)}/change/collaborator/"


def signed_page(obj: Any, user: Any, mount: str = "/admin/", to_field: str = "") -> str:
    """What the change form of ``obj`` has in its configuration for this user."""
    path = collaborator_path(obj, mount)[: -len("collaborator/")]
    signer = signing.Signer(salt=page_request.__name__)
    about = f"{obj._meta.app_label}.{obj._meta.model_name}/{quote(obj.pk)}".lower()
    return signer.sign_object([str(user.pk), about, path, path, to_field])


@dataclass
class PollingTab:
    """One tab. ``poll`` makes one request; what was answered is kept in ``heard``.

    send: makes the request with this body and gives status and body of the answer.
    """

    obj: Any
    user: Any
    send: Send
    kind: str = "edit"
    mount: str = "/admin/"
    member: str = field(default_factory=new_member)
    connection: str = ""
    at: Any = None
    ticket: Optional[str] = None
    shows: Optional[str] = None
    related: str = ""
    next_ms: Optional[int] = None
    closed: Optional[int] = None
    status: int = 0
    body: bytes = b""
    lease: Optional[Message] = None
    room: Optional[Message] = None
    heard: List[Message] = field(default_factory=list)
    n: int = 0

    def open(self, *frames: Message) -> List[Message]:
        """A new connection of this tab."""
        self.connection, self.at, self.closed = secrets.token_hex(8), None, None
        return self.poll(*frames)

    def asking(self, frames: Tuple[Message, ...]) -> Message:
        chat = {
            "path": "/x/"
            + collaborator_path(self.obj, self.mount)[1 : -len("collaborator/")].strip("/").replace("/", "_")
            + "/"
        }
        return {
            "kind": self.kind,
            "page": signed_page(self.obj, self.user, self.mount),
            "site": self.mount.strip("/"),
            "member": self.member,
            "connection": self.connection,
            "at": self.at,
            "ticket": self.ticket,
            "frames": list(frames),
            **({"shows": self.shows} if self.shows else {}),
            **({"related": self.related} if self.related else {}),
            **(chat if self.kind == "chat" else {}),
        }

    def poll(self, *frames: Message, hold: float = 0) -> List[Message]:
        self.status, self.body = self.send({"hold": hold, "clients": [self.asking(frames)]})
        answer = json.loads(self.body)["clients"][0] if self.body and self.status == 200 else None
        return self.take(answer)

    def leave(self) -> List[Message]:
        """The page closes this connection on purpose."""
        body = {**self.asking(()), "close": 1000}
        self.status, self.body = self.send({"hold": 0, "clients": [body]})
        return []

    def take(self, answer: Optional[Message]) -> List[Message]:
        answer = answer or {}
        self.at, self.ticket = answer.get("at", self.at), answer.get("ticket", self.ticket)
        self.next_ms, self.closed = answer.get("next", self.next_ms), answer.get("close", self.closed)
        messages = answer.get("messages", [])
        for message in messages:
            if message["type"] == "welcome":
                self.lease = message["lease"]
            elif message["type"] == "lease":
                self.lease = message
            elif message["type"] == "lease_lost":
                self.lease = None
            self.room = message.get("room", self.room)
        self.heard += messages
        return messages

    def tick(self, **report: Any) -> List[Message]:
        """A request of the clock: with a sign of life and a report."""
        self.n += 1
        report = {"idle_ms": 0, "hidden": False, "unsaved": False, **report}
        return self.poll({"type": "pong", "n": self.n, **report})

    def claim(self, wait: bool = True) -> Message:
        self.n += 1
        return {"type": "claim_editor", "wait": wait, "n": self.n}

    def become_editor(self) -> None:
        """Open and claim; a store that has just begun grants nobody a lease for two seconds."""
        self.open(self.claim())
        deadline = time.monotonic() + 10
        while not self.lease:
            assert time.monotonic() < deadline, self.heard
            time.sleep(0.2)
            self.tick()

    def kinds(self, messages: List[Message]) -> List[str]:
        return [message["type"] for message in messages]

    @property
    def editor(self) -> Optional[str]:
        shown = self.room and self.room["editor"]
        return shown["name"] if shown else None


def headers_of(person: Person) -> Dict[str, str]:
    return {
        "Content-Type": "application/json",
        "Cookie": f"{person.cookie}; csrftoken={CSRF}",
        "X-CSRFToken": CSRF,
        "X-Collaborator-Poll": "1",
    }


def over_http(port: int, path: str, person: Person, **headers: str) -> Send:
    """Requests to a running server, over one connection that is kept where the server keeps it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=40)
    given = {**headers_of(person), **headers}

    def send(body: Dict[str, Any]) -> Tuple[int, bytes]:
        for final in (False, True):
            try:
                connection.request("POST", path, json.dumps(body), given)
                answer = connection.getresponse()
                return answer.status, answer.read()
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                connection.close()
                if final:
                    raise
                time.sleep(0.01)
        raise AssertionError

    return send


def over_client(client: Any, path: str) -> Send:
    """Requests by Django's test client."""

    def send(body: Dict[str, Any]) -> Tuple[int, bytes]:
        answer = client.post(path, json.dumps(body), content_type="application/json", HTTP_X_COLLABORATOR_POLL="1")
        return answer.status_code, answer.getvalue()

    return send
