"""The server's part on the edit socket, played by the test: every state of the page at will and without waiting."""

from __future__ import annotations

import json
import time
from typing import Any, Callable, Dict, List, Optional

from playwright.sync_api import Page, WebSocketRoute

from tests.browser.change_form import ChangeForm, eventually
from tests.support.browser import Visitor, change_path

ADA = {"user_id": 9001, "name": "Ada Lovelace", "avatar_url": None}


class Stage:
    """One tab of one person, with us as the server. lease_ms: how long a lease is, unless a scene says it."""

    lease_ms = 30000

    def __init__(
        self, visitor: Visitor, obj: Any, site: str = "stories", prepare: Callable[[Page], Any] = lambda page: None
    ) -> None:
        self.visitor = visitor
        self.obj = obj
        self.me = {"user_id": visitor.person.id, "name": str(visitor.person.user.get_full_name()), "avatar_url": None}
        self.heard: List[Dict[str, Any]] = []
        self.sockets: List[WebSocketRoute] = []
        self.refusing = False
        self.attempts = 0
        self.version = 0
        self.others: List[Dict[str, Any]] = [dict(ADA, state="viewing")]
        visitor.context.route_web_socket("**/admin/collaboration/chat/**", lambda socket: None)
        visitor.context.route_web_socket("**/admin/collaboration/newsroom/**", lambda socket: self._connected(socket))
        visitor.context.route("**/collaborator/", lambda route: route.abort())  # nor over HTTP another server
        page = visitor.context.new_page()
        page.add_init_script("localStorage.clear()")  # what another scene has left unsaved
        prepare(page)
        self.form = ChangeForm(visitor, page)
        self._connect_by(lambda: page.goto(change_path(obj, site)))

    def reload(self) -> None:
        self._connect_by(self.form.page.reload)

    def _connect_by(self, load: Callable[[], Any]) -> None:
        known = len(self.sockets)
        load()
        eventually(lambda: self.form.page.evaluate("1") and len(self.sockets) > known, what="a socket")

    def _connected(self, socket: WebSocketRoute) -> None:
        self.attempts += 1
        if self.refusing:
            socket.close(code=1012)
            return
        socket.on_message(lambda frame: self.heard.append(json.loads(frame)))
        self.sockets.append(socket)
        self.ping()

    def say(self, type: str, **fields: Any) -> None:
        self.sockets[-1].send(json.dumps({"type": type, **fields}))

    def ping(self) -> None:
        """As a server does every few seconds: a connection that is silent for long is given up by the page."""
        if not self.refusing:
            self.say("ping", version=self.version)

    def asked(self, type: str) -> Dict[str, Any]:
        """Wait for the page's next frame of this type."""
        eventually(
            lambda: self.form.page.evaluate("1") and any(frame["type"] == type for frame in self.heard), what=type
        )
        frame = next(frame for frame in self.heard if frame["type"] == type)
        self.heard.remove(frame)
        return frame

    def room(self, editor: Optional[Dict[str, Any]] = None, **fields: Any) -> Dict[str, Any]:
        people = [dict(self.me, state="viewing"), *self.others]
        if editor:
            people.sort(key=lambda person: person["user_id"] != editor["user_id"])
            people[0]["state"] = "editing"
        self.version += 1
        return {
            "version": self.version,
            "now": time.time(),
            "room": {
                "editor": editor,
                "people": people,
                "people_count": len(people),
                "queue": [],
                "saved": None,
                "deleted": False,
                **fields,
            },
        }

    def welcome(self, editor: Optional[Dict[str, Any]] = None, may_edit: bool = True, **fields: Any) -> None:
        about = {"member_id": "m" * 32, "user_id": self.me["user_id"], "may_edit": may_edit}
        about["may_take_over"] = fields.pop("may_take_over", False)
        self.say("welcome", heartbeat_ms=8000, idle_ms=600000, lease=None, **about, **self.room(editor, **fields))

    def somebody_edits(self, name: str = ADA["name"]) -> None:
        self.others = [dict(ADA, name=name, state="viewing")]
        self.welcome(dict(self.others[0], member_id="other" * 4, since=time.time()))
        self.form.becomes("viewing")

    def i_edit(self, lease_ms: Optional[int] = None) -> None:
        lease_ms = lease_ms or self.lease_ms
        self.welcome()
        self.say("lease", token=17, lease_ms=lease_ms, version=self.version + 1, n=self.asked("claim_editor")["n"])
        self.say("room", **self.room(dict(self.me, member_id="m" * 32, since=time.time())))
        if lease_ms > 5000:  # else it may be over before we look
            self.form.becomes("editing")

    def close(self) -> None:
        self.form.page.close()
        self.visitor.context.unroute_all(behavior="ignoreErrors")

    def disconnect(self, code: int = 1012, refusing: bool = True) -> None:
        self.refusing = refusing
        self.sockets[-1].close(code=code)
