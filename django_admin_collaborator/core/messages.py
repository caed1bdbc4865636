"""Every message that the rules say, and the reading of what clients say.

Documented fields come first; ``timestamp`` is ISO 8601 in UTC. The tables in docs/protocol.md and the
names here are kept equal by a test.
"""

from __future__ import annotations

import json
import math
import re
from datetime import datetime, timezone
from typing import Any, Container, Dict, Mapping, Optional

from .room import Person, Save

Message = Dict[str, Any]

ERRORS: Mapping[str, str] = {
    "malformed": "This message was not understood: {detail}.",
    "too_large": "This message is too large: {detail}.",
    "lease_held": "{name} is editing. You become the editor when they leave.",
    "lease_not_free_yet": "Nobody can become the editor just now. Try again in a moment.",
    "not_holder": "You are not the editor, so nothing was changed.",
    "forbidden": "You may look at this object, but not change it.",
    "own_lease": "You are the editor yourself.",
    "no_editor": "Nobody is editing, so there was nobody to ask.",
    "attention_too_soon": "You asked a moment ago. You can ask again in {seconds} s.",
    "no_request": "This question has been withdrawn or answered already.",
    "reason_needed": "Say why you take over: whoever is editing will read it.",
    "recipient_offline": "This person is not on this page, so the message was not sent.",
    "lock_service_unavailable": "The lock service does not answer, so nothing was changed. Try again in a moment.",
    "rate_limited": "Too many messages. Wait {seconds} s.",
}


class ProtocolError(Exception):
    """The client said something that cannot be carried out; it gets an ``error`` message, the socket stays.

    code: a key of ``ERRORS``. details: what fills the text's placeholders and extra fields of the message.
    """

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.message = error(code, **details)


def error(code: str, in_reply_to: Optional[str] = None, **details: Any) -> Message:
    text = re.sub(r"{(\w+)}", lambda found: str(details.get(found[1], found[0])), ERRORS[code])
    said: Message = {"type": "error", "code": code, "message": text}
    if in_reply_to:
        said["in_reply_to"] = in_reply_to
    said.update({k: v for k, v in details.items() if k in ("retry_after", "editor_id", "editor_name")})
    return said


def decode(text: str, known: Container[str]) -> Message:
    """Read one text frame. Half of a surrogate pair, which no store could carry, becomes a question mark.

    Raises: ProtocolError: it is not a JSON object whose ``type`` is one of ``known``.
    """
    try:
        message = _decode(text)
        if UNFIT.search(text):
            message = _mended(message)
    except (ValueError, RecursionError):
        raise ProtocolError("malformed", detail="it is not JSON") from None
    if not isinstance(message, dict):
        raise ProtocolError("malformed", detail="it is not a JSON object")
    kind = message.get("type")
    if not isinstance(kind, str) or kind not in known:
        raise ProtocolError("malformed", detail="its type is not known")
    return message


UNFIT = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")
"""Where half of a surrogate pair may stand in a frame."""

LONGEST_NUMBER = 308
"""Digits. A longer one is too large for a fraction of it to be computed, and takes its time to be read."""


def _number(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise ValueError("a number of ours is shorter")
    return int(digits)


def _fraction(digits: str) -> Optional[float]:
    number = float(digits)
    return number if math.isfinite(number) else None


def _nothing(constant: str) -> None:
    """NaN and Infinity are not JSON, and no number of ours."""


_decode = json.JSONDecoder(parse_int=_number, parse_float=_fraction, parse_constant=_nothing).decode


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, list):
        return [_mended(one) for one in value]
    if isinstance(value, dict):
        return {_mended(name): _mended(one) for name, one in value.items()}
    return value


def optional_text(message: Message, name: str) -> Optional[str]:
    """A field that may be missing; anything but a text counts as missing, since the store's clock decides."""
    value = message.get(name)
    return value if isinstance(value, str) else None


def iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, timezone.utc).isoformat()


def seconds(text: Optional[str]) -> Optional[float]:
    """The moment of a time in ISO 8601, in UTC unless it says otherwise; None for any other text."""
    try:
        moment = datetime.fromisoformat((text or "").replace("Z", "+00:00"))
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()


def encode(message: Message) -> str:
    return json.dumps(message)


def user_joined(person: Person, now: float, modified: str = "") -> Message:
    """modified: of the object, ISO 8601; empty on pages without one."""
    told = {
        "type": "user_joined",
        "user_id": person.id,
        "username": person.label,
        "email": person.email,
        "timestamp": iso(now),
        "avatar_url": person.avatar_url,
    }
    return {**told, "last_modified": modified} if modified else told


def user_left(person: Person) -> Message:
    return {"type": "user_left", "user_id": person.id, "username": person.label, "email": person.email}


def editor_status(person: Optional[Person]) -> Message:
    return {
        "type": "editor_status",
        "editor_id": person.id if person else None,
        "editor_name": person.label if person else None,
    }


def about(kind: str, person: Person, now: float) -> Message:
    """``content_updated``, ``lock_released`` and ``attention_requested`` share one shape."""
    return {"type": kind, "user_id": person.id, "username": person.label, "timestamp": iso(now)}


def saved_view(saved: Save) -> Message:
    return {
        "at": saved.at,
        "number": saved.number,
        "user_id": saved.user_id,
        "name": saved.name,
        "member_id": saved.member or None,
    }
