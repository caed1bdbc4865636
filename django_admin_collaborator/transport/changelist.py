"""A list that asks who is in each of its rows: answered by the same address as pages that poll."""

from __future__ import annotations

import hashlib
import json
from functools import partial
from typing import Any, Dict, List, Mapping, Sequence

from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase

from ..access.listed_rows import read_rows
from ..core import closing
from ..rooms import glances
from ..rooms.glances import Glance
from ..stores.base import StoreUnavailable
from . import held

ROWS = "rows"
"""The field of a request that says that a list asks; docs/protocol.md has the rest."""
NEXT_MS = 10_000


def answer(request: Any, admin_site: Any, body: Mapping[str, Any]) -> HttpResponseBase:
    listed = read_rows(body[ROWS])
    if listed is None:
        return JsonResponse({"error": "it is no list of ours"}, status=400)
    if listed.user != str(request.user.pk):
        return JsonResponse({"close": closing.OTHER_USER}, status=403)
    found = (admin for model, admin in admin_site._registry.items() if model._meta.label_lower == listed.label)
    model_admin = next(found, None)
    if model_admin is None or not model_admin.has_view_or_change_permission(request):
        return JsonResponse({"close": closing.ACCESS}, status=403)
    seconds = body.get("hold")
    can_hold = isinstance(seconds, (int, float)) and seconds > 0 and held.can_hold(request)
    try:
        told = written(glances.now(listed.keys))
    except StoreUnavailable:
        told = written([])  # what cannot be known is not shown
    seen = body.get("seen")
    if told["seen"] != seen:
        told["next"] = 0 if can_hold else NEXT_MS
        return JsonResponse(told, json_dumps_params={"separators": (",", ":")})
    if can_hold:
        return held.hold(partial(GlanceWaiter, listed.keys, seen), float(seconds or 0))
    return HttpResponse(status=204)


class GlanceWaiter(held.Waiter):
    """Waits until something in the rows looks different."""

    def __init__(self, keys: Sequence[str], seen: Any) -> None:
        self.keys, self.seen, self.looks = keys, seen, glances.current()

    async def wait(self) -> None:
        while written(await self.looks.next(self.keys))["seen"] == self.seen:
            pass


def written(rows: Sequence[Glance]) -> Dict[str, Any]:
    """What a list is told: each person once, and the rows where somebody is, by their place in the list.

    people: id, name and address of the avatar. rows: who is there, by their places in ``people``, the editor first;
    how many there are; and 0 where nobody edits, 1 where the first one does, 2 where that one is idle.
    """
    people: Dict[str, List[Any]] = {}
    shown: Dict[str, List[Any]] = {}
    for place, row in enumerate(rows):
        if row is not None:
            here = row["people"]
            for person in here:
                people.setdefault(str(person["user_id"]), [person["user_id"], person["name"], person["avatar_url"]])
            order = list(people)
            editing = (2 if here[0]["state"] == "idle" else 1) if row["is_edited"] else 0
            shown[str(place)] = [[order.index(str(one["user_id"])) for one in here], row["count"], editing]
    told = {"people": list(people.values()), "rows": shown}
    return {**told, "seen": hashlib.sha256(json.dumps(told).encode()).hexdigest()[:12]}
