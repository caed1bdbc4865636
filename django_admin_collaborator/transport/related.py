"""Tells an editor in words who edits, elsewhere, what their own form depends on.

What that is stands in the page's signed text. It is looked at from outside, as lists do, and only while the page's
member edits; whoever may not see an object is not told of it.
"""

from __future__ import annotations

import hashlib
import json
from functools import partial
from typing import Any, List, NamedTuple, Optional, Sequence

from django.apps import apps
from django.utils.functional import SimpleLazyObject
from django.utils.translation import override

from .. import conf
from ..access import identity, page_request, permissions, related_rows
from ..access.collaborative import collaborates
from ..access.related_rows import RelatedRow, RelatedRows
from ..rooms import glances
from ..rooms.glances import Glance
from ..stores.base import StoreUnavailable
from ..translation import gettext
from ..translation import gettext_noop as _
from .client import Visitor

MOST_TOLD = 5
LONGEST_TITLE = 80
TEXTS = {
    "contains": _("{name} is editing the {model} “{object}”, which this is a part of."),
    "chosen": _("{name} is editing the {model} “{object}”, which is chosen here."),
    "contained": _("{name} is editing the {model} “{object}” in a page of its own."),
}
NOTHING = RelatedRows("", "", "", [])


class Edited(NamedTuple):
    """name: of the person who edits the row."""

    row: RelatedRow
    name: str


class Related:
    """What a client adds to itself for it.

    told: a digest of what its page was told; None: nothing yet.
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
        return self.client.token is not None and bool(self.known().rows)

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
                    await self.tell(self._edited(await glances.current().next(self._keys())))
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
            except StoreUnavailable:
                return  # which the page is told
            edited = self._edited([found[key] for key in self._keys()])
        if self.client.visitor.related:
            await self.tell(edited)

    async def changed(self) -> None:
        """Until there is news; on the event loop of a server. Raises StoreUnavailable."""
        while self._digest(self._edited(await glances.current().next(self._keys()))) == self.told:
            pass

    # What is told ------------------------------------------------------------------------------

    def _keys(self) -> List[str]:
        return [row.key for row in self.known().rows]

    def _edited(self, seen: Sequence[Glance]) -> List[Edited]:
        """Of what is seen of each room, what others edit."""
        editors = [glance["people"][0] if glance and glance["is_edited"] else None for glance in seen]
        own = self.client.person.id
        rows = zip(self.known().rows, editors)
        return [Edited(row, one["name"]) for row, one in rows if one and one["user_id"] != own][:MOST_TOLD]

    def _digest(self, edited: List[Edited]) -> str:
        if not edited:
            return ""
        return hashlib.sha256(json.dumps([self._grants, edited]).encode()).hexdigest()[:12]

    async def tell(self, edited: List[Edited]) -> None:
        digest = self._digest(edited)
        if digest != self.told and self.client.member is not None:
            visitor, language = self.client.visitor, self.known().language
            text = await self.client.ask_database(words, visitor, language, edited) if edited else ""
            self.told = digest
            self.client.send({"type": "related", "text": text})


def words(visitor: Visitor, language: str, edited: List[Edited]) -> str:
    """What is said of those objects that this person may see. Asks the database: once for each."""

    def question(request: Any) -> str:
        with override(language or None):
            return " ".join(filter(None, (_sentence(one, visitor.names[3], request) for one in edited)))

    user = SimpleLazyObject(partial(page_request.fresh_user, visitor.user))
    try:
        return page_request.ask(visitor.scope, user, question)
    except permissions.Unasked:
        return ""


def _sentence(edited: Edited, site_name: str, request: Any) -> Optional[str]:
    row = edited.row

    def told_by(model_admin: Any, request: Any) -> Optional[str]:
        obj = model_admin.get_queryset(request).filter(pk=row.pk).first() if collaborates(model_admin) else None
        if obj is None or not model_admin.has_view_or_change_permission(request, obj):
            return None
        if identity.room_key(model_admin.model, obj.pk, identity.realm_in(model_admin, request, obj)) != row.key:
            return None  # another one, in another database
        title, model = str(obj)[:LONGEST_TITLE], model_admin.opts.verbose_name
        return gettext(TEXTS[row.how]).format(name=edited.name, model=model, object=title)

    return permissions.first(apps.get_model(row.label), told_by, site_name, request)
