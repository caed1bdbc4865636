"""The name under which others know a tab. What proves that a client is this tab is a secret that nobody is told."""

from __future__ import annotations

import hashlib
import json


def member_id(secret: str, room_key: str, user_key: str) -> str:
    """The id of a tab in one room, as 32 hexadecimal digits.

    It gives away neither the secret nor the tab's id in another room, and is another one for another user.
    secret: what the tab keeps. user_key: the ``key`` of its ``Person``.
    """
    return hashlib.sha256(json.dumps(["member", secret, room_key, user_key]).encode()).hexdigest()[:32]
