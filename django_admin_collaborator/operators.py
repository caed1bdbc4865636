"""For operators: which objects people are in, and ending somebody's editing. Synchronous, for commands and views."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import Any, Dict, List, Optional, Type

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Model

from . import bridge
from .core import encoding
from .core.operators import force_release, overview
from .core.presence import settle
from .core.room import Person
from .identity import room_key
from .stores import open_store

ROOMS_AT_A_TIME = 50


@dataclass(frozen=True)
class OpenObject:
    """An object that somebody is in.

    label: of its model, in lower case; pk: its primary key as text. people: see ``core.operators.overview``.
    now: the store's clock, in seconds since the Unix epoch.
    """

    label: str
    pk: str
    people: Dict[str, Any]
    now: float


def open_objects() -> List[OpenObject]:
    """Every object that somebody is in, by model and primary key. It only reads.

    Raises:
        StoreUnavailable
    """
    found = bridge.run(_read_all)
    return sorted(found, key=lambda one: (one.label, one.pk))


async def _read_all() -> List[OpenObject]:
    store = open_store()
    keys = await store.keys()
    found: List[OpenObject] = []
    for start in range(0, len(keys), ROOMS_AT_A_TIME):
        some = keys[start : start + ROOMS_AT_A_TIME]
        for key, there in zip(some, await asyncio.gather(*map(store.read, some))):
            kept = encoding.decode(there.text) if there.text is not None else None
            room = settle(kept, there.now).room if kept else None
            # A chat has no subject. One that does not lead back to its room is that of another project.
            if room and room.members and room.subject and _key_of(*room.subject) == key:
                found.append(OpenObject(*room.subject, overview(room), there.now))
    return found


def _key_of(label: str, pk: str) -> Optional[str]:
    try:
        return room_key(apps.get_model(label), pk)
    except (LookupError, ValueError, ValidationError):
        return None


def release(model: Type[Model], pk: Any, reason: str, by: Optional[Person] = None) -> Optional[str]:
    """End the editing of an object, whoever edits; their name, or None if nobody did.

    by: None for somebody at a shell.

    Raises:
        StoreUnavailable
    """
    outcome = bridge.apply(room_key(model, pk), partial(force_release, reason=reason, by=by))
    answer = outcome.replies[0]
    return str(answer["holder_name"]) if answer["released"] else None
