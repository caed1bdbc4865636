"""What the processes tell each other of permissions: for whom, and about which objects, they have to be looked up."""

from __future__ import annotations

from typing import Any, Callable, List, Optional, Sequence

from ..access.identity import digest
from ..core.transition import Event
from . import sync
from .announcements import Update
from .hub import Hub


def channel() -> str:
    """The channel of everybody who watches over permissions."""
    return digest("rights")


def publish(users: Optional[List[str]], objects: Sequence[str] = ()) -> None:
    """Have all processes look up the permissions of these users, or of all, and of clients about these objects.

    users: keys of users. objects: room keys. Raises StoreUnavailable.
    """
    sync.publish(channel(), [Event({"type": "permissions", "users": users, "objects": list(objects)})])


async def listen(hub: Hub, heard: Callable[[Optional[List[str]], Sequence[str]], Any]) -> None:
    """Have ``heard(users, objects)`` called for what any process publishes. Raises StoreUnavailable."""

    def take(update: Update) -> None:
        for event in update.events:
            heard(event.message["users"], event.message["objects"])

    await hub.listen(channel(), take)
