"""The log of refusals: every field it has, and nothing in it that a client has written or that could mislead."""

from __future__ import annotations

import logging
import re

import pytest

from django_admin_collaborator.access import people, security_log
from tests.security.conftest import SecurityLog
from tests.sockets.conftest import handshake_status
from tests.support.sockets import edit_path, new_member

HOSTILE = [
    "1\n2026-01-01 WARNING refused: event=forged",
    "1\r\nrefused: event=forged",
    "\x1b[2J\x1b[31mred",
    "\u202etxt.exe",
    "\u2028line",
    "\x00\x07\x08",
    "a b=c event=forged",
    "%s %d {user}",
    "x" * 10_000,
    "\ud800",
    "新聞",
]


@pytest.fixture
def lines(caplog, monkeypatch):
    caplog.set_level(logging.INFO, "django_admin_collaborator")
    monkeypatch.setattr(security_log, "_buckets", {})
    monkeypatch.setattr(security_log, "_unsaid", 0)
    return lambda: [record.getMessage() for record in caplog.records]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_a_hostile_key_or_address_stays_one_field_of_one_printable_line(lines, text):
    security_log.refused("forbidden", text, text, "0" * 32)
    (line,) = lines()
    assert line.isascii()
    assert line.isprintable()
    assert len(line) < 1200
    names = re.findall(r"(\w+)=(?:[^' ]+|'[^']*')(?: |$)", line[len("refused: ") :])
    assert names == ["event", "user", "address", "room"]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_a_storage_that_fails_with_a_hostile_text_misleads_nobody(lines, text):
    class Eve:
        @property
        def portrait(self):
            raise OSError(text)

    assert people.avatar_url(Eve(), "portrait") is None
    (line,) = lines()
    assert line.isascii()
    assert line.isprintable()


@pytest.mark.parametrize("program", ["uvicorn", "daphne"])
async def test_a_refusal_names_event_user_address_and_room_and_nothing_that_was_said(
    serve, join, talk, article, ada, bob, program
):
    worker = serve(store="memory", program=program)[0]
    before = len(worker.log_tail(10**8))
    log = SecurityLog(worker)
    socket = await join(worker, article, ada, member=new_member())
    await socket.send_raw('{"type": "SECRET\\u001b[31m"}')
    await socket.send("heartbeat", n="SECRET")
    await socket.send("take_over", reason="SECRET")
    chat = await talk(worker, "/admin/", ada)
    await chat.send("chat_message", recipient_id="SECRET", message="SECRET\nrefused: event=forged")
    await chat.expect("error")
    line = await log.has(event="malformed", user=str(ada.id), address="127.0.0.1")
    assert re.fullmatch("[0-9a-f]{32}", line["room"])
    await log.has(event="recipient_offline", user=str(ada.id))
    await log.has(event="not_holder", user=str(ada.id))
    assert await handshake_status(worker, edit_path(article), None) == 403
    assert set(await log.has(event="handshake-anonymous")) <= {"event", "address", "unsaid"}
    assert "SECRET" not in worker.log_tail(10**8)[before:]
