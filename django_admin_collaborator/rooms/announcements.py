"""What the processes tell each other of a room, after a swap took place."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import List, Optional, Sequence

from ..access.identity import digest, group_name
from ..core.room import Room
from ..core.transition import Event, Message
from .layers import channel_layer

logger = logging.getLogger("django_admin_collaborator")

ANSWER_SECONDS = 3.0
"""No answer from the lock service within this counts as away."""

LARGEST_TOLD_ROOM = 200_000
"""Characters of a room's state that travel with an announcement; a larger one is read by each process itself."""


def announcement(
    key: str, revision: str, before: Optional[Room], room: Room, events: List[Event], text: str
) -> Optional[Message]:
    """The message for the channel layer; None when nobody else has to know."""
    if not events and before is not None and before.version == room.version:
        return None
    return {
        "type": "room.update",
        "key": key,
        "version": room.version,
        "revision": revision,
        "events": json.dumps([vars(event) for event in events]),
        "room": text if len(text) <= LARGEST_TOLD_ROOM else None,
    }


async def announce(key: str, message: Message) -> None:
    """Tell all processes. Delivery is at most once: whoever misses it catches up with the next heartbeat."""
    try:
        await asyncio.wait_for(channel_layer().group_send(group_name(key), message), ANSWER_SECONDS)
    except Exception as error:  # every layer has errors of its own, and none may undo a step that took place
        logger.warning("the channel layer did not take a message: %s: %s", type(error).__name__, error)


def rights_group() -> str:
    """The channel-layer group of everybody who watches over rights."""
    return group_name(digest("rights"))


async def say_rights(users: Optional[List[str]], objects: Sequence[str] = ()) -> None:
    """Have all processes look at the sockets of these users, or of all, and at those about these objects.

    objects: room keys.
    """
    message = {"type": "rights.changed", "users": users, "objects": list(objects)}
    await channel_layer().group_send(rights_group(), message)
