"""For operators: which objects people are in, and ending somebody's editing. Synchronous, for commands and views."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Dict, List, Optional, Type

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connections
from django.db.models import Model

from ..access.identity import realm_of, room_key
from ..core.operators import force_release, overview
from ..core.room import Person
from ..rooms import open_rooms, sync


@dataclass(frozen=True)
class OpenObject:
    """An object that somebody is in.

    label: of its model, in lower case; pk: its primary key as text. people: see ``core.operators.overview``.
    now: the store's clock, in seconds since the Unix epoch. key: of its room.
    """

    label: str
    pk: str
    people: Dict[str, Any]
    now: float
    key: str = ""


def open_objects() -> List[OpenObject]:
    """Every object that somebody is in, by model and primary key, of this thread's tenant. It only reads.

    Raises: StoreUnavailable
    """
    found = [
        OpenObject(one.label, one.pk, overview(one.room), one.now, one.key)
        for one in open_rooms.now()
        if one.key in _keys_of(one.label, one.pk)
    ]
    return sorted(found, key=lambda one: (one.label, one.pk))


def _keys_of(label: str, pk: str) -> List[str]:
    """The rooms of this row, one for each database that it may be in; none of another project or tenant."""
    try:
        model = apps.get_model(label)
        return [room_key(model, pk, realm_of(model, alias)) for alias in connections]
    except (LookupError, ValueError, ValidationError):
        return []


def release(model: Type[Model], pk: Any, reason: str, by: Optional[Person] = None, key: str = "") -> Optional[str]:
    """End the editing of an object, whoever edits; their name, or None if nobody did.

    by: None for somebody at a shell. key: of the room; without it, that of the row where the router writes it.

    Raises: StoreUnavailable
    """
    outcome = sync.apply(key or room_key(model, pk), partial(force_release, reason=reason, by=by))
    answer = outcome.replies[0]
    return str(answer["holder_name"]) if answer["released"] else None
