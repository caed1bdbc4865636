"""What was refused to whom, on one logger: ``django_admin_collaborator.security``.

A line has event, user key, address and room digest, and never anything that a client has written.
"""

from __future__ import annotations

import logging
import re
import time
from typing import Any, Dict, Tuple

from .. import faults
from ..core.limits import Bucket, Limit, spend, wait_seconds
from .identity import room_key

logger = logging.getLogger("django_admin_collaborator.security")

PLAIN = re.compile(r"[A-Za-z0-9_.:@/+-]{1,80}")
EACH = Limit(rate=0.1, burst=5)
"""How many lines there may be of one event, user and address, so that a flood of requests does not flood the log."""
ALL = Limit(rate=20, burst=200)
MOST_REMEMBERED = 2000

_buckets: Dict[Tuple[str, ...], Bucket] = {}
_unsaid = 0


def refused(event: str, user: Any = "", address: Any = "", room: str = "", level: int = logging.WARNING) -> None:
    """Log a refusal. ``event`` is a word of ours, the rest is escaped."""
    global _unsaid
    if not logger.isEnabledFor(level):
        return
    now, key = time.monotonic(), (event, str(user), str(address))
    if len(_buckets) > MOST_REMEMBERED:
        _buckets.clear()
    if not (_may(key, EACH, now) and _may((), ALL, now)):
        _unsaid += 1
        return
    unsaid, _unsaid = _unsaid, 0
    fields = {"event": event, "user": str(user), "address": str(address), "room": room, "unsaid": unsaid}
    text = " ".join(f"{name}={plain(value)}" for name, value in fields.items() if value != "" and value != 0)
    logger.log(level, "refused: %s", text, extra={"collaborator": fields})


def refused_write(request: Any, refusal: Any, model: Any, pk: Any = None) -> None:
    """Log that the guard refused a save, a deletion or an action. pk: None when it is about many rows."""
    with faults.logged("a refusal is not in the security log"):
        _refused_write(request, refusal, model, pk)


def _refused_write(request: Any, refusal: Any, model: Any, pk: Any) -> None:
    is_ours_to_trust = refusal.reason.label not in ("base-forged", "base-missing")
    room = "" if pk is None else room_key(model, pk)
    level = logging.INFO if is_ours_to_trust else logging.WARNING
    refused("save-" + refusal.reason.label, request.user.pk, request.META.get("REMOTE_ADDR", ""), room, level)


def plain(value: Any) -> str:
    """A text for logs and terminals: one line of printable ASCII that cannot pass for another field."""
    text = str(value)
    return text if PLAIN.fullmatch(text) else ascii(text[:80])


def _may(key: Tuple[str, ...], limit: Limit, now: float) -> bool:
    bucket = _buckets.get(key)
    if wait_seconds(bucket, limit, now):
        return False
    _buckets[key] = spend(bucket, limit, now)
    return True
