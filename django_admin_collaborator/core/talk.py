"""What was said and is kept for a while: the newest lines as one text, whoever they are for."""

from __future__ import annotations

import json
from typing import Any, List, Optional

from .messages import Message, seconds

MOST_LINES = 100
LARGEST_TALK = 32_768
"""Characters of all lines together; the oldest give way."""

_compact = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


def lines(text: Optional[str], now: float, keep_seconds: float) -> List[Message]:
    """The messages of a kept text that are not too old, the oldest first; none where it is not one of ours."""
    return [line for line in _read(text) if (seconds(line["timestamp"]) or 0.0) > now - keep_seconds]


def without(text: Optional[str], user: str) -> str:
    """The text without what this user has said or was told; as it is where there is nothing of theirs."""
    found = _read(text)
    rest = [line for line in found if user not in (str(line.get("sender_id")), str(line.get("recipient_id")))]
    return (text or "") if len(rest) == len(found) else _compact(rest) if rest else ""


def add(text: Optional[str], message: Message, now: float, keep_seconds: float) -> str:
    """The text with one more message."""
    kept = [*lines(text, now, keep_seconds), message][-MOST_LINES:]
    while len(_compact(kept)) > LARGEST_TALK:
        del kept[0]
    return _compact(kept)


def _read(text: Optional[str]) -> List[Message]:
    try:
        found = json.loads(text or "[]")
    except (ValueError, RecursionError):
        return []
    return found if isinstance(found, list) and all(map(_is_line, found)) else []


def _is_line(line: Any) -> bool:
    texts = ("sender_name", "message", "timestamp")
    return (
        isinstance(line, dict)
        and line.get("type") == "chat_message"
        and all(isinstance(line.get(name), str) for name in texts)
    )
