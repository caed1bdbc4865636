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
    """One tab of one person, with us as the server."""

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
        page = visitor.context.new_page()
        prepare(page)
        self.form = ChangeForm(visitor, page)
        page.goto(change_path(obj, site))
        eventually(lambda: self.form.page.evaluate("1") and self.sockets)

    def _connected(self, socket: WebSocketRoute) -> None:
        self.attempts += 1
        if self.refusing:
            socket.close(code=1012)
            return
        socket.on_message(lambda frame: self.heard.append(json.loads(frame)))
        self.sockets.append(socket)

    def say(self, type: str, **fields: Any) -> None:
        self.sockets[-1].send(json.dumps({"type": type, **fields}))

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

    def i_edit(self, lease_ms: int = 30000) -> None:
        self.welcome()
        self.say("lease", token=17, lease_ms=lease_ms, version=self.version + 1, n=self.asked("claim_editor")["n"])
        self.say("room", **self.room(dict(self.me, member_id="m" * 32, since=time.time())))
        self.form.becomes("editing")

    def close(self) -> None:
        self.form.page.close()
        self.visitor.context.unroute_all(behavior="ignoreErrors")

    def disconnect(self, code: int = 1012, refusing: bool = True) -> None:
        self.refusing = refusing
        self.sockets[-1].close(code=code)


def connecting(stage: Stage) -> None:
    stage.form.becomes("connecting")


def editing(stage: Stage) -> None:
    stage.i_edit()


def viewing(stage: Stage) -> None:
    stage.somebody_edits()


def asked_for_attention(stage: Stage) -> None:
    stage.somebody_edits()
    stage.form.action("request-attention").click()
    stage.asked("request_attention")
    stage.say("attention_sent", retry_after=15)
    stage.form.page.locator("[aria-disabled=true][data-collaborator-action=request-attention]").wait_for()


def called(stage: Stage) -> None:
    """Editing, with somebody's request on the screen."""
    stage.i_edit()
    stage.say("attention_requested", user_id=9001, username="ada@example.com", timestamp="2027-01-01T00:00:00Z")
    stage.form.notice("attention").wait_for()


def waiting(stage: Stage) -> None:
    stage.welcome()
    claim = stage.asked("claim_editor")
    stage.say("error", code="lease_not_free_yet", message="", in_reply_to="claim_editor", n=claim["n"])
    stage.say("queued", version=stage.version)
    stage.form.becomes("waiting")


def promoting(stage: Stage) -> None:
    """Granted out of the queue, while the saved values are still on their way."""
    waiting(stage)
    stage.visitor.context.route("**/change/", lambda route: None)  # never answered
    stage.say("lease", token=17, lease_ms=8000, version=stage.version + 1)
    stage.say("alive", n=stage.asked("heartbeat")["n"], version=stage.version, lease_ms=30000)
    stage.form.becomes("promoting")


def own_other_tab(stage: Stage) -> None:
    stage.welcome(dict(stage.me, member_id="other" * 4, since=time.time()))
    stage.form.becomes("viewing")


IN_LINE = {"member_id": "m" * 32, "user_id": 0, "name": "Bob Brown"}
SOMEBODY = dict(ADA, member_id="other" * 4, since=0)


def _question(stage: Stage, **fields: Any) -> Dict[str, Any]:
    asked = {"member_id": "m" * 32, "user_id": stage.me["user_id"], "name": "Bob Brown", "at": time.time()}
    return {**asked, "until": None, "answer": None, "minutes": None, "text": "", **fields}


def answered(stage: Stage) -> None:
    """In line, with permission to take over, and with an answer as long as it may be."""
    said = _question(stage, answer="later", minutes=5, until=time.time() + 300, text="The headline first, please.")
    stage.welcome(SOMEBODY, requests=[said], queue=[dict(IN_LINE, member_id="x"), IN_LINE])
    stage.form.becomes("viewing")


def idle_editor(stage: Stage) -> None:
    stage.welcome(dict(SOMEBODY, idle=True), queue=[IN_LINE])
    stage.form.becomes("viewing")
    stage.form.action("take-over").wait_for()


def offered(stage: Stage) -> None:
    stage.welcome(queue=[IN_LINE], offer={"member": "m" * 32, "until": time.time() + 20})
    stage.form.becomes("offered")


def questioned(stage: Stage) -> None:
    """Editing, with somebody's question whether they may."""
    stage.i_edit()
    asked = _question(stage, user_id=9001, name=ADA["name"], until=time.time() + 60)
    mine = dict(stage.me, member_id="m" * 32, since=time.time())
    stage.say("room", **stage.room(mine, requests=[asked]))
    stage.form.notice("request").wait_for()


def taking_over(stage: Stage) -> None:
    """The reason is asked for."""
    stage.welcome(SOMEBODY, may_take_over=True, queue=[IN_LINE])
    stage.form.action("take-over").click()
    stage.form.notice("take-over").wait_for()


def about_to_lose(stage: Stage) -> None:
    stage.i_edit()
    mine = dict(stage.me, member_id="m" * 32, since=time.time())
    coming = {**SOMEBODY, "reason": "Print is waiting.", "at": time.time() + 10}
    stage.say("room", **stage.room(mine, take_over=coming))
    stage.form.notice("passing").wait_for()


def lost(stage: Stage) -> None:
    """Taken over, with a reason as long as people write; and the next in line again."""
    stage.i_edit()
    stage.form.fill(body="Not saved")
    reason = "The paper goes to print at six, and the headline still has the wrong name of the minister in it."
    said = {"kind": "take_over", "at": time.time(), "reason": reason, "from_member": "m" * 32, "to_name": ADA["name"]}
    stage.say("lease_lost", version=stage.version + 1)
    stage.say("room", **stage.room(SOMEBODY, handover={**said, "to_member": SOMEBODY["member_id"]}, queue=[IN_LINE]))
    stage.form.becomes("viewing").notice("passing").wait_for()


def answered_at_length(stage: Stage) -> None:
    """As long as an answer may be."""
    text = ("The minister's office has called again, and I have to wait for their word on the second paragraph. " * 3)[:200]
    stage.welcome(SOMEBODY, requests=[_question(stage, answer="no", text=text)], queue=[IN_LINE])
    stage.form.becomes("viewing").notice("passing").wait_for()


def unanswered(stage: Stage) -> None:
    stage.welcome(SOMEBODY, requests=[_question(stage, answer="unanswered")], queue=[IN_LINE], may_take_over=True)
    stage.form.becomes("viewing")


def out_of_line(stage: Stage) -> None:
    """Left the line; then nobody edits."""
    stage.welcome(SOMEBODY, queue=[IN_LINE])
    stage.form.action("stop-waiting").click()
    stage.say("room", **stage.room())
    stage.form.becomes("waiting").action("claim-editor").wait_for()


def stale(stage: Stage) -> None:
    """Editing, with unsaved text, when other values are saved."""
    stage.i_edit()
    stage.form.fill(title="Mine")
    type(stage.obj).objects.filter(pk=stage.obj.pk).update(title="Theirs {}".format(stage.version))
    mine = dict(stage.me, member_id="m" * 32, since=time.time())
    saved = {"user_id": 9001, "member_id": "other" * 4, "name": ADA["name"], "at": time.time()}
    stage.say("room", **stage.room(mine, saved=saved))
    stage.form.becomes("stale")


def offline(stage: Stage) -> None:
    stage.i_edit()
    stage.disconnect()
    stage.form.becomes("offline")


def held_back(stage: Stage) -> None:
    stage.i_edit(lease_ms=1200)
    stage.disconnect()
    stage.form.becomes("held-back")


def reconnecting(stage: Stage) -> None:
    stage.somebody_edits()
    stage.disconnect()
    stage.form.becomes("reconnecting")


def unprotected(stage: Stage) -> None:
    stage.welcome()
    stage.say("lock_service", available=False)
    stage.form.becomes("unprotected")


def observer(stage: Stage) -> None:
    stage.welcome(may_edit=False)
    stage.form.becomes("observer")


def logged_out(stage: Stage) -> None:
    stage.somebody_edits()
    stage.disconnect(4401)
    stage.form.becomes("ended")


def shut_out(stage: Stage) -> None:
    stage.somebody_edits()
    stage.disconnect(4403)
    stage.form.becomes("ended")


def deleted(stage: Stage) -> None:
    stage.welcome(deleted=True)
    stage.form.becomes("ended")


SCENES: Dict[str, Callable[[Stage], None]] = {
    scene.__name__.replace("_", "-"): scene
    for scene in (
        connecting,
        editing,
        called,
        viewing,
        asked_for_attention,
        own_other_tab,
        answered,
        idle_editor,
        offered,
        questioned,
        taking_over,
        about_to_lose,
        lost,
        answered_at_length,
        unanswered,
        out_of_line,
        waiting,
        promoting,
        stale,
        offline,
        held_back,
        reconnecting,
        unprotected,
        observer,
        logged_out,
        shut_out,
        deleted,
    )
}
