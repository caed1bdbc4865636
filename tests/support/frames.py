"""Frames as a hostile or broken client may send them: right, nearly right, and wrong, from one source of chance."""

from __future__ import annotations

import json
import random
from typing import Any, Dict, List, Union

Frame = Union[str, bytes]

ACTIVITY = {"idle_ms": 0, "hidden": False, "unsaved": False}
EDIT: Dict[str, Dict[str, Any]] = {
    "request_editor_status": {"timestamp": None},
    "claim_editor": {"timestamp": None, "wait": True, "n": 1, "seen": 1, "token": 1, "proof": ""},
    "heartbeat": {"n": 1, **ACTIVITY},
    "pong": {"n": 1, **ACTIVITY},
    "content_updated": {"timestamp": None},
    "release_lock": {},
    "request_attention": {"timestamp": None, "edit": True},
    "request_room": {},
    "stop_waiting": {},
    "leave": {"reason": "unload"},
    "activity": ACTIVITY,
    "transfer_lease": {},
    "take_over": {"reason": "Print"},
    "answer_request": {"user_id": 1, "answer": "later", "minutes": 5, "text": "Soon"},
    "withdraw_request": {},
    "draft": {"values": {"title": "x"}},
    "keep_draft": {"values": {"title": "x"}, "rows": {}},
    "read_drafts": {"own": True},
    "answer_draft": {"user_id": 1},
    "call_off": {},
    "chat_typing": {},
}
CHAT: Dict[str, Dict[str, Any]] = {
    "chat_message": {"recipient_id": 1, "message": "Hello"},
    "chat_typing": {"recipient_id": 1},
    "heartbeat": {},
    "pong": {},
}
"""What sound clients say: the kinds of messages, and fields that fit them."""

WRONG_KINDS = [
    "connect",
    "disconnect",
    "receive",
    "accept",
    "close",
    "dispatch",
    "send_json",
    "frame",
    "obey",
    "welcome",
    "room_update",
    "room.update",
    "user_joined",
    "editor_status",
    "lock_released",
    "handle_claim_editor",
    "websocket_disconnect",
    "websocket.disconnect",
    "rights.changed",
    "__init__",
    "__class__",
    "",
    None,
    0,
    True,
    [],
    {},
    ["claim_editor"],
]
FIELDS = [
    "timestamp",
    "wait",
    "n",
    "seen",
    "token",
    "proof",
    "idle_ms",
    "hidden",
    "unsaved",
    "user_id",
    "answer",
    "minutes",
    "text",
    "reason",
    "values",
    "edit",
    "recipient_id",
    "message",
]
VALUES: List[Any] = [
    None,
    True,
    False,
    0,
    1,
    -1,
    15,
    2**31,
    2**53 + 1,
    2**63,
    -(2**64),
    10**400,
    -(10**400),
    0.5,
    1e308,
    -1e308,
    5e-324,
    "",
    "1",
    "now",
    "later",
    "after_save",
    "no",
    "submit",
    "unload",
    "\0",
    "a\nb\x1b[31m\u202e$&{name}%s",
    "\ud800",
    "é" * 5000,
    "x" * 300,
    "<script>alert(1)</script>",
    [],
    {},
    [None],
    {"": ""},
    {"title": "x"},
    {"title": None},
    [[[[]]]],
]
RAW: List[Frame] = [
    "",
    "{",
    "null",
    "NaN",
    '{"type": NaN}',
    '{"type": "heartbeat", "n": 1e999}',
    '{"type": "heartbeat", "n": ' + "9" * 5000 + "}",
    '{"type": "heartbeat", "n": -0, "n": 1}',
    '{"type": "claim_editor"}\0',
    '\ufeff{"type": "heartbeat"}',
    '{"type": "\\ud800"}',
    "[" * 3000,
    '{"a":' * 3000,
    "\0",
    b"",
    b"\x00\xff",
    b'{"type": "heartbeat"}',
]


def frame(chance: random.Random) -> Frame:
    """One frame: three of four are JSON objects of a known type, with fields that fit or nearly do."""
    kind = chance.random()
    if kind < 0.1:
        return chance.choice(RAW)
    if kind < 0.2:
        return broken(chance, json.dumps(message(chance)))
    said = message(chance)
    if kind < 0.25:
        said["type"] = chance.choice(WRONG_KINDS)
    return json.dumps(said)


def message(chance: random.Random) -> Dict[str, Any]:
    kind, fields = chance.choice([*EDIT.items(), *CHAT.items()])
    said = {"type": kind, **fields}
    for name in chance.sample([*fields, *FIELDS], chance.choice([0, 1, 1, 2, 5])):
        said[name] = chance.choice(VALUES)
    return said


def broken(chance: random.Random, text: str) -> str:
    """The text with a piece cut out, doubled, or replaced."""
    start = chance.randrange(len(text))
    end = min(len(text), start + chance.randrange(1, 9))
    piece = chance.choice(["", text[start:end] * 2, chr(chance.choice([0, 34, 92, 123, 0xFFFD, 0x1F600]))])
    return text[:start] + piece + text[end:]
