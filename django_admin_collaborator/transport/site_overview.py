"""A page of an admin site that asks how many people are in each model, and what one has open oneself."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Dict, List, Mapping, Set

from django.contrib.admin.utils import quote
from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import NoReverseMatch, reverse

from .. import conf
from ..access.collaborative import collaborates
from ..access.visible_objects import Named, visible
from ..rooms import open_rooms
from ..stores.base import StoreUnavailable

MODELS = "models"
"""The field of a request that says that a page asks so; docs/protocol.md has the rest."""
NEXT_MS = 10_000
MOST_OBJECTS = 500
"""Of one model that are counted."""
MOST_OWN = 20
LONGEST_TITLE = 80


def answer(request: Any, admin_site: Any, body: Mapping[str, Any]) -> HttpResponseBase:
    try:
        told = overview(request, admin_site) if conf.get("INDEX") else {}
    except StoreUnavailable:
        told = {}  # what cannot be known is not shown
    told = {"models": told.get("models", []), "own": told.get("own", [])}
    seen = hashlib.sha256(json.dumps(told).encode()).hexdigest()[:12]
    if seen == body.get("seen"):
        return HttpResponse(status=204)
    return JsonResponse({**told, "seen": seen, "next": NEXT_MS}, json_dumps_params={"separators": (",", ":")})


def overview(request: Any, admin_site: Any) -> Dict[str, List[Any]]:
    """What this person may see.

    models: [address of the list, people who edit, people who are there]. own: [title, address, whether one edits it].
    """
    rooms = {one.key: one.room for one in open_rooms.lately()}
    editing: Dict[str, Set[str]] = {}
    there: Dict[str, Set[str]] = {}
    own: List[Any] = []
    me = str(request.user.pk)
    for named, obj, model_admin in visible(admin_site, request, _chosen(rooms)):
        if not shows(model_admin):
            continue
        room, opts = rooms[named.key], model_admin.opts
        name = f"{admin_site.name}:{opts.app_label}_{opts.model_name}_"
        try:
            address = reverse(name + "changelist", current_app=admin_site.name)
            own_address = reverse(name + "change", args=[quote(obj.pk)], current_app=admin_site.name)
        except NoReverseMatch:
            continue
        lease = room.told_lease
        editing.setdefault(address, set()).update([lease.user] if lease else [])
        there.setdefault(address, set()).update(room.people)
        if me in room.people and len(own) < MOST_OWN:
            own.append([str(obj)[:LONGEST_TITLE], own_address, lease is not None and lease.user == me])
    models = [[address, len(editing[address]), len(people)] for address, people in sorted(there.items())]
    return {"models": models, "own": sorted(own)}


def shows(model_admin: Any) -> bool:
    """Whether the index may tell of this admin's objects."""
    return collaborates(model_admin) and bool(getattr(model_admin, "collaborator_index", True))


def _chosen(rooms: Mapping[str, Any]) -> List[Named]:
    """The rooms as objects, of each model not too many."""
    counts: Dict[str, int] = {}
    chosen: List[Named] = []
    for key, room in rooms.items():
        label, pk = room.subject
        counts[label] = counts.get(label, 0) + 1
        if counts[label] <= MOST_OBJECTS:
            chosen.append(Named(label, pk, key))
    return chosen
