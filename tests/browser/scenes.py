"""Every state that the page can be in, by name: each scene brings a stage into it."""

from __future__ import annotations

import itertools
import time
from typing import Any, Callable, Dict

from tests.browser.stage import ADA, Stage


def connecting(stage: Stage) -> None:
    stage.form.becomes("connecting")


def editing(stage: Stage) -> None:
    stage.i_edit()


def viewing(stage: Stage) -> None:
    stage.somebody_edits()


def asked_for_attention(stage: Stage) -> None:
    stage.somebody_edits()
    stage.form.press("request-attention")
    stage.asked("request_attention")
    stage.say("attention_sent", retry_after=15)
    stage.form.page.locator("[aria-disabled=true][data-collaborator-action=request-attention]").wait_for()


def called(stage: Stage) -> None:
    """Editing, with somebody's request on the screen."""
    stage.i_edit()
    stage.say("attention_requested", user_id=9001, username=ADA["name"], timestamp="2027-01-01T00:00:00Z")
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
    stage.form.press("take-over")
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
    text = (
        "The minister's office has called again, and I have to wait for their word on the second paragraph. " * 3
    )[:200]
    stage.welcome(SOMEBODY, requests=[_question(stage, answer="no", text=text)], queue=[IN_LINE])
    stage.form.becomes("viewing").notice("passing").wait_for()


def unanswered(stage: Stage) -> None:
    stage.welcome(SOMEBODY, requests=[_question(stage, answer="unanswered")], queue=[IN_LINE], may_take_over=True)
    stage.form.becomes("viewing")


def out_of_line(stage: Stage) -> None:
    """Left the line; then nobody edits."""
    stage.welcome(SOMEBODY, queue=[IN_LINE])
    stage.form.press("stop-waiting")
    stage.say("room", **stage.room())
    stage.form.becomes("waiting").action("claim-editor").wait_for()


def stale(stage: Stage) -> None:
    """Editing, with unsaved text, when other values are saved."""
    stage.i_edit()
    stage.form.fill(title="Mine")
    type(stage.obj).objects.filter(pk=stage.obj.pk).update(title=f"Theirs {next(SAVES)}")
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


SAVES = itertools.count(2)
TYPED = {"title": "The budget, and what it leaves out", "body": "It rains.\n" * 2 + "And then it stopped.\n"}


def draft_handed(stage: Stage) -> None:
    """Editing, with what the editor before had typed."""
    stage.i_edit()
    stage.say("draft_offered", user_id=9001, username=ADA["name"], values=TYPED)
    stage.form.notice("handed").wait_for()


def draft_waiting(stage: Stage) -> None:
    """Somebody else edits, and there is unsaved text of one's own from before."""
    stage.form.page.evaluate(
        """(values) => {
            const { draft } = JSON.parse(document.getElementById("admin-collaborator-config").textContent);
            localStorage["admin-collaborator:draft:" + draft] = JSON.stringify({ at: Date.now() - 60000, values });
        }""",
        {name: [text, ""] for name, text in TYPED.items()},
    )
    stage.somebody_edits()
    stage.form.notice("draft").wait_for()
    stage.form.page.evaluate("localStorage.clear()")


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
        draft_handed,
        draft_waiting,
        deleted,
    )
}
