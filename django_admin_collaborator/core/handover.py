"""A lease on its way from one person to another: who asked, who is to get it, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Union


@dataclass(frozen=True)
class Offer:
    """The free lease waits for a member that went idle or hid its page, until it says that it is there.

    until: then it is passed over; seconds, store's clock.
    """

    member: str
    until: float


@dataclass(frozen=True)
class Request:
    """Somebody asks the editor for the lease.

    member, user: who asks. at: when.
    answer: empty while it is open, else ``after_save``, ``later``, ``no`` or ``unanswered``.
    until: when an open request is decided without an answer, or the moment that was promised; None otherwise.
    minutes, text: what the editor answered with.
    """

    member: str
    user: str
    at: float
    until: Optional[float] = None
    answer: str = ""
    minutes: Optional[int] = None
    text: str = ""


@dataclass(frozen=True)
class TakeOver:
    """A take-over that was announced; it comes at ``at``, or when the save is over that is on its way then."""

    member: str
    user: str
    reason: str
    at: float


@dataclass(frozen=True)
class Heir:
    """Who gets the lease as soon as its holder's page has let it go, or it has expired by itself.

    Until then that page may believe to hold it, and no other is granted it. ``kind``: see ``Handover``.
    """

    member: str
    user: str
    kind: str
    reason: str = ""


@dataclass(frozen=True)
class Handover:
    """The last time that a lease passed from one to another, in words for both.

    kind: ``transfer`` (to another tab of the same user), ``take_over``, ``idle`` (taken over from an idle
    editor), ``request`` (asked for) or ``forced`` (released by an operator, to nobody).
    """

    kind: str
    at: float
    reason: str = ""
    from_id: Optional[Union[int, str]] = None
    from_name: str = ""
    from_member: str = ""
    to_id: Optional[Union[int, str]] = None
    to_name: str = ""
    to_member: str = ""
