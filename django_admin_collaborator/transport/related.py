"""Tells an editor in words who edits, elsewhere, what their own form depends on.

What that is stands in the page's signed text. It is looked at from outside, as lists do, and only while the page's
member edits; whoever may not see an object is not told of it.
"""

from __future__ import annotations

import hashlib
import json
from functools import partial
from itertools import islice
from typing import Any, List, NamedTuple, Optional, Sequence

from django.apps import apps
from django.utils.functional import SimpleLazyObject
from django.utils.translation import override

from .. import conf
from ..access import identity, page_request, permissions, related_rows
from ..access.collaborative import collaborates
from ..access.related_rows import RelatedRow, RelatedRows
from ..core.view import glance
from ..rooms import glances, open_rooms
from ..rooms.glances import Glance
from ..rooms.open_rooms import OpenRoom
from ..stores.base import StoreUnavailable
from ..translation import gettext
from ..translation import gettext_noop as _
from .client import Visitor
from .lookups import in_thread

MOST_TOLD = 5
MOST_CHOOSERS = 20
"""Objects that are looked at for whether they have chosen the form's."""
LONGEST_TITLE = 80
TEXTS = {
    "contains": _("{name} is editing the {model} “{object}”, which this is a part of."),
    "chosen": _("{name} is editing the {model} “{object}”, which is chosen here."),
    "chooses": _("{name} is editing the {model} “{object}”, in which this is chosen."),
    "contained": _("{name} is editing the {model} “{object}” in a page of its own."),
}
NOTHING = RelatedRows("", "", "", "", [], [])


class Edited(NamedTuple):
    """name: of the person who edits the row. field: by which the row may have chosen the form's object."""

    row: RelatedRow
    name: str
    field: str = ""


class Related:
    """What a client adds to itself for it.

    told: digests of what was looked at for its page, and of the words that it has of that; None: none yet.
    """

    def __init__(self, client: Any) -> None:
        self.client = client
        self.told: Optional[str] = None
        self._is_watching = False
        self._known: Optional[RelatedRows] = None
        self._grants = client.visitor.grants

    def known(self) -> RelatedRows:
        """What the form depends on, as far as its text proves it."""
        visitor = self.client.visitor
        if self._known is None:
            self._known = NOTHING
            known = related_rows.read(visitor.related) if visitor.related and conf.get("RELATED") else NOTHING
            if known is not None and (known is NOTHING or known[:2] == (str(visitor.user.pk), visitor.key)):
                self._known = known
            else:
                self.client.port.log_refusal("forged-related")
        return self._known

    def is_wanted(self) -> bool:
        """Whether its member edits something that depends on other objects."""
        return self.client.token is not None and bool(self.known().rows or self.known().choosers)

    # Over a socket -----------------------------------------------------------------------------

    def follow(self) -> None:
        """Look from now on, if the member edits and it is not looked already."""
        if self.client.visitor.related and not self._is_watching and (self.told is None or self.is_wanted()):
            self._is_watching = True
            self.client._spawn(self._watch())

    async def _watch(self) -> None:
        try:
            while self.client.member is not None and self.is_wanted():
                try:
                    await self.tell(await self._next())
                except (StoreUnavailable, *permissions.DATABASE_AWAY):
                    pass  # the next look may tell
            await self.tell([])
        finally:
            self._is_watching = False

    def follow_grants(self, grants: Optional[str]) -> None:
        """All that the user may do is this now; None: something of it was changed."""
        self._grants = grants or ""

    # Over HTTP ---------------------------------------------------------------------------------

    async def bring(self) -> None:
        """Tell with this answer what is news."""
        edited: List[Edited] = []
        if self.is_wanted():
            try:
                found = await self.client.hub.with_store(partial(glances.read, keys=self._keys()))
                edited = self._edited([found[key] for key in self._keys()], self._rooms())
            except StoreUnavailable:
                return  # which the page is told
        if self.client.visitor.related:
            await self.tell(edited)

    async def changed(self) -> None:
        """Until there is news; on the event loop of a server. Raises StoreUnavailable."""
        while self._is_told(await self._next()):
            pass

    # What is told ------------------------------------------------------------------------------

    def _keys(self) -> List[str]:
        return [row.key for row in self.known().rows]

    async def _next(self) -> List[Edited]:
        """What the next look sees; on an event loop."""
        seen = await glances.current().next(self._keys())
        rooms = open_rooms.fresh() if self.known().choosers else []
        return self._edited(seen, await in_thread(self._rooms) if rooms is None else rooms)

    def _rooms(self) -> List[OpenRoom]:
        return open_rooms.lately() if self.known().choosers else []

    def _edited(self, seen: Sequence[Glance], rooms: List[OpenRoom]) -> List[Edited]:
        """What others edit of what is seen; and what they edit that may have chosen the form's object."""
        known, own = self.known(), self.client.person.id
        rows = zip(known.rows, map(_editor, seen))
        edited = [Edited(row, one["name"]) for row, one in rows if one and one["user_id"] != own][:MOST_TOLD]
        return edited + _choosing(known, rooms, own)

    def _digest(self, edited: List[Edited]) -> str:
        return _short_digest(json.dumps([self._grants, edited])) if edited else ""

    def _is_told(self, edited: List[Edited]) -> bool:
        return self.told is not None and self._digest(edited) == self.told.partition(".")[0]

    async def tell(self, edited: List[Edited]) -> None:
        if self._is_told(edited) or self.client.member is None:
            return
        text = await self.client.ask_database(words, self.client.visitor, self.known(), edited) if edited else ""
        before, of_text = self.told, _short_digest(text) if text else ""
        self.told = f"{self._digest(edited)}.{of_text}" if edited else ""
        if before is None or before.partition(".")[2] != of_text:
            self.client.send({"type": "related", "text": text})


def _short_digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _editor(seen: Glance) -> Any:
    return seen["people"][0] if seen and seen["is_edited"] else None


def _choosing(known: RelatedRows, rooms: List[OpenRoom], own: str) -> List[Edited]:
    """What others edit of the models that may have chosen the form's object."""
    found = []
    for room in rooms:
        for label, realm, field in known.choosers:
            if room.label != label or identity.room_key(apps.get_model(label), room.pk, realm) != room.key:
                continue
            editor = _editor(glance(room.room))
            if editor and editor["user_id"] != own:
                found.append(Edited(RelatedRow("chooses", label, room.pk, room.key), editor["name"], field))
    return sorted(found)[:MOST_CHOOSERS]


def words(visitor: Visitor, known: RelatedRows, edited: List[Edited]) -> str:
    """What is said of those objects that this person may see. Asks the database: once for each."""

    def question(request: Any) -> str:
        with override(known.language or None):
            sentences = (_sentence(one, known.pk, visitor.names[3], request) for one in edited)
            return " ".join(islice(filter(None, sentences), MOST_TOLD))

    user = SimpleLazyObject(partial(page_request.fresh_user, visitor.user))
    try:
        return page_request.ask(visitor.scope, user, question)
    except permissions.Unasked:
        return ""


def _sentence(edited: Edited, own_pk: str, site_name: str, request: Any) -> Optional[str]:
    row = edited.row

    def told_by(model_admin: Any, request: Any) -> Optional[str]:
        obj = model_admin.get_queryset(request).filter(pk=row.pk).first() if collaborates(model_admin) else None
        if obj is None or not model_admin.has_view_or_change_permission(request, obj):
            return None
        if identity.room_key(model_admin.model, obj.pk, identity.realm_in(model_admin, request, obj)) != row.key:
            return None  # another one, in another database
        if edited.field and not _has_chosen(obj, edited.field, own_pk):
            return None  # it has chosen something else
        title, model = str(obj)[:LONGEST_TITLE], model_admin.opts.verbose_name
        return gettext(TEXTS[row.how]).format(name=edited.name, model=model, object=title)

    return permissions.first(apps.get_model(row.label), told_by, site_name, request)


def _has_chosen(obj: Any, name: str, pk: str) -> bool:
    field = obj._meta.get_field(name)
    if field.many_to_many:
        return bool(getattr(obj, name).filter(pk=pk).exists())
    return str(getattr(obj, field.attname)) == pk
