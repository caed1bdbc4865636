"""How much one user may ask of this process, over all their sockets, and one socket of it.

The limits are those of a process: what a user may do to one worker does not depend on the others.
"""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Dict, Optional, Sequence

from .. import conf
from ..core.limits import Bucket, Limit, left, spend, wait_seconds

BURST_SECONDS = 10.0
"""How many seconds of a limit may be spent at once: pages that come back have several things to say."""
KILOBYTES_PER_MESSAGE = 16
"""A long frame counts as several messages, by its length."""
STUBBORN = 50
"""A socket that sends this much more, after it was told to wait, is closed."""
PENALTY_SECONDS = 10.0
"""How long this process refuses a user whose socket was closed for its many messages."""


class Usage:
    """What one user has used up of this process."""

    def __init__(self) -> None:
        self.sockets = 0
        self.messages: Optional[Bucket] = None
        self.handshakes: Optional[Bucket] = None
        self.shut_until = 0.0

    def is_forgotten(self, now: float) -> bool:
        return (
            self.sockets == 0
            and now >= self.shut_until
            and left(self.messages, user_limit(), now) >= user_limit().burst
            and left(self.handshakes, handshake_limit(), now) >= handshake_limit().burst
        )


_usages: Dict[str, Usage] = {}
_handshakes = 0


def begin_handshake() -> bool:
    """Whether one more handshake may be decided now. Call ``end_handshake`` in any case."""
    global _handshakes
    _handshakes += 1
    return bool(_handshakes <= conf.get("PENDING_HANDSHAKES"))


def end_handshake() -> None:
    global _handshakes
    _handshakes -= 1


def usage_of(user: str) -> Usage:
    if len(_usages) > 1000:
        now = time.monotonic()
        for key in [key for key, usage in _usages.items() if usage.is_forgotten(now)]:
            del _usages[key]
    return _usages.setdefault(user, Usage())


class SocketLimits:
    """What one socket may still do. ``arrive`` and ``depart`` are called once, in this order."""

    def __init__(self, user: str) -> None:
        self.user = usage_of(user)
        self.socket_limit, self.user_limit = _per_second(conf.get("MESSAGES_PER_SOCKET")), user_limit()
        self.bucket: Optional[Bucket] = None
        self.refusals = 0
        self._is_counted = False

    def arrive(self) -> bool:
        """Whether this user may open one more socket here, now."""
        now = time.monotonic()
        self.user.sockets += 1
        self._is_counted = True
        too_often = wait_seconds(self.user.handshakes, handshake_limit(), now)
        if too_often or now < self.user.shut_until or self.user.sockets > conf.get("SOCKETS_PER_USER"):
            return False
        self.user.handshakes = spend(self.user.handshakes, handshake_limit(), now)
        return True

    def depart(self) -> None:
        if self._is_counted:
            self._is_counted = False
            self.user.sockets -= 1

    def wait_for(self, length: int) -> float:
        """How long this socket has to wait before it may say so much; 0 when it may now, which is then noted."""
        now, cost = time.monotonic(), 1 + length // (1024 * KILOBYTES_PER_MESSAGE)
        wait = wait_seconds(self.bucket, self.socket_limit, now, cost)
        # What a socket may not say is not charged to its user: their other tabs go on.
        wait = wait or wait_seconds(self.user.messages, self.user_limit, now, cost)
        if wait:
            self.refusals += 1
            return wait
        self.bucket = spend(self.bucket, self.socket_limit, now, cost)
        self.user.messages = spend(self.user.messages, self.user_limit, now, cost)
        if self.refusals and left(self.bucket, self.socket_limit, now) > self.socket_limit.burst / 2:
            self.refusals = 0
        return 0.0

    def is_stubborn(self) -> bool:
        return self.refusals > STUBBORN

    def shut_out(self) -> None:
        self.user.shut_until = time.monotonic() + PENALTY_SECONDS


class RequestLimits:
    """What the pages of one user that poll may do: the user's share, without that of a socket."""

    def __init__(self, user: str) -> None:
        self.user = usage_of(user)

    def wait_for(self, lengths: Sequence[int], opening: int) -> float:
        """How long a request has to wait; 0 when it is taken, which is then noted.

        lengths: of its frames. opening: so many clients come with it.
        """
        now = time.monotonic()
        cost = 1 + sum(1 + length // (1024 * KILOBYTES_PER_MESSAGE) for length in lengths)
        wait = wait_seconds(self.user.messages, user_limit(), now, cost)
        if opening:
            wait = max(wait, wait_seconds(self.user.handshakes, handshake_limit(), now, opening))
        wait = max(wait, self.user.shut_until - now, 0.0)
        if not wait:
            self.user.messages = spend(self.user.messages, user_limit(), now, cost)
            if opening:
                self.user.handshakes = spend(self.user.handshakes, handshake_limit(), now, opening)
        return wait


def user_limit() -> Limit:
    return _per_second(conf.get("MESSAGES_PER_USER"))


def handshake_limit() -> Limit:
    """A user's tabs may all come back at once, and then so many more in each further second."""
    return Limit(conf.get("HANDSHAKES_PER_USER"), conf.get("SOCKETS_PER_USER"))


@lru_cache(maxsize=8)
def _per_second(rate: float) -> Limit:
    return Limit(rate, rate * BURST_SECONDS)
