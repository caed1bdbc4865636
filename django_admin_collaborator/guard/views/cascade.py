"""What goes along with a deletion: no more than the page that asked has listed, and nothing that somebody else edits.

Django lists it with ``get_deleted_objects``, once for the page and once for the confirmation. That is what is
looked at; no query is added. Who edits is asked of the lock service in one go, for those objects that the list links
to their page in a guarded admin.
"""

from __future__ import annotations

import asyncio
import html
import logging
import re
from dataclasses import dataclass
from typing import Any, Callable, Dict, Iterable, Iterator, List, Mapping, Optional, Tuple
from urllib.parse import unquote as of_url

from django.contrib.admin.utils import unquote
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import strip_tags

from ...access.collaborative import collaborates
from ...access.identity import realm_in, room_key
from ...access.people import describe
from ...core import encoding
from ...core.presence import settle
from ...request_notes import Note
from ...rooms import sync
from ...rooms.store import open_store
from ...stores.base import StoreUnavailable
from ...translation import gettext
from ..bulk_write import MOST_NAMES
from ..conflict import texts
from ..refusal import Reason, Refusal
from ..version import confirmation

logger = logging.getLogger("django_admin_collaborator")

MOST_ASKED = 100
"""At most this many objects that go along are looked up with the lock service: the first of the list."""

MOST_REFUSALS = 2
"""How often in a row a deletion is refused because of the texts of a list that names as many objects as before.
Then they are texts that never stay the same, such as the time."""

_LINK = re.compile(r'<a href="([^"]*)"')
_QUERY = re.compile(r'(<a href="[^"?#]*)[?#][^"]*"')


@dataclass(frozen=True)
class Held:
    """An object that goes along, and that somebody else edits."""

    model: Any
    name: str


class Cascade:
    """One deletion, or the page that asks for it.

    shown: what the page of this confirmation has shown. is_confirmed: this is no page that asks.
    is_part: less is deleted than the page has listed, because some objects are left out.
    refusals: how often in a row it was refused because of texts alone.
    held: what somebody else edits. changed: what has been added or changed since it was shown.
    """

    def __init__(
        self,
        model_admin: Any,
        request: HttpRequest,
        shown: Optional[confirmation.Shown] = None,
        is_confirmed: bool = False,
        is_part: bool = False,
        refusals: int = 0,
    ) -> None:
        self.model_admin = model_admin
        self.request = request
        self.shown = shown
        self.is_confirmed = is_confirmed
        self.is_part = is_part
        self.refusals = refusals
        self.listed: Dict[str, str] = {}
        self.count = ""
        self.held: List[Held] = []
        self.changed: List[str] = []
        self.was_told = False

    def look_at(self, found: Any, again: Callable[[], Any]) -> None:
        """Take in what ``get_deleted_objects`` has found.

        Raises: Refusal: of a confirmation, where it may not be deleted like this.
        """
        try:
            to_delete, model_count, perms_needed, protected = found
            listed = _digests(to_delete)
            count = confirmation.short(f"{name} {number}" for name, number in sorted(_texts_of_keys(model_count)))
        except Exception:
            logger.exception("what goes along with a deletion of %s is not compared", self._label)
            return
        self.was_told = True
        self.listed.update(listed)
        self.count = count
        if perms_needed or protected:
            return  # Django deletes nothing
        try:
            self.held = self._held(to_delete)
        except Exception:  # of the admin of an object that goes along
            logger.exception("who edits what goes along with a deletion of %s cannot be told", self._label)
        if not self.is_confirmed:
            return
        if self.held:
            raise Refusal(Reason.HELD, changed=[self.names_of_held()])
        if self.shown is not None and self._differs(self.shown, listed, count, again):
            raise Refusal(Reason.CHANGED, changed=self.changed[:MOST_NAMES] or [gettext("Objects")])

    @property
    def _label(self) -> str:
        return str(self.model_admin.model._meta.label)

    def look_for_itself(self, objs: Any) -> None:
        """Where the admin makes its list without ours, which is not called then: make it once more."""
        if self.shown is not None and self.shown.is_own:

            def collect() -> Any:
                return self.model_admin.get_deleted_objects(objs, self.request)

            self.look_at(collect(), again=collect)

    def of_page(self, values: confirmation.Seen, context: Mapping[str, Any], name: str) -> confirmation.Shown:
        """What the page with this context shows. ``name``: of the list in it."""
        is_own = not self.was_told and name in context
        if is_own:
            found = (context[name], dict(context.get("model_count", ())), (), ())
            self.look_at(found, again=lambda: found)
        return confirmation.Shown(values, confirmation.bounded_parts(self.listed), self.count, self.refusals, is_own)

    def asked_again(self) -> Cascade:
        """The page that answers a refusal."""
        return Cascade(self.model_admin, self.request, refusals=self.refusals)

    def _differs(
        self, shown: confirmation.Shown, listed: Mapping[str, str], count: str, again: Callable[[], Any]
    ) -> bool:
        """Whether something would be deleted that the page has not listed, or has listed differently."""
        if not shown.counts:
            return False  # its list could not be read
        is_counted = shown.counts == count or self.is_part
        parts = confirmation.bounded_parts(listed)
        unseen = [part for part in parts if part not in shown.parts]
        if is_counted and not unseen:
            return False
        if is_counted and (shown.refusals >= MOST_REFUSALS or _digests(again()[0]) != listed):
            logger.warning("what goes along with a %s changes each time it is read: not compared", self._label)
            return False
        self.changed = [listed[part] for part in unseen if part in listed]
        self.refusals = shown.refusals + 1 if is_counted else 0
        return True

    def _held(self, to_delete: Any) -> List[Held]:
        admins = _pages(self.model_admin.admin_site)
        realms: Dict[str, str] = {}
        asked: Dict[str, Tuple[Any, Any, str]] = {}
        for text in _flat(to_delete):
            link = _LINK.search(text)
            place, key = _place(html.unescape(link.group(1))) if link else ("", "")
            if place in admins:
                pk = unquote(of_url(key))
                model_admin = admins[place]
                if place not in realms:
                    realms[place] = realm_in(model_admin, self.request)
                asked[room_key(model_admin.model, pk, realms[place])] = (model_admin, pk, text)
                if len(asked) == MOST_ASKED:
                    break
        if not asked:
            return []
        mine = describe(self.request.user).key
        held = []
        for key, (user, name) in _editors(list(asked)).items():
            if user != mine:
                model_admin, pk, text = asked[key]
                title = html.unescape(strip_tags(text))
                who = name if self._may_see(model_admin, pk) else ""
                held.append(Held(model_admin.model, f"{title} ({who})" if who else title))
        return held

    def _may_see(self, model_admin: Any, pk: Any) -> bool:
        obj = model_admin.get_queryset(self.request).filter(pk=pk).first()
        return obj is not None and model_admin.has_view_permission(self.request, obj)

    def names_of_held(self) -> str:
        names = [one.name for one in self.held]
        return ", ".join(names[:MOST_NAMES]) + (" …" if len(names) > MOST_NAMES else "")

    def warning(self) -> str:
        """For a page that only asks."""
        return "{title}: {names}".format(title=self.told()["title"], names=self.names_of_held())

    def told(self) -> Dict[str, Any]:
        """What a page says of those who edit."""
        return texts.of_bulk(self.held[0].model, Refusal(Reason.HELD, changed=[self.names_of_held()]))


CURRENT: Note[Optional[Cascade]] = Note("cascade", None)
of = CURRENT.of


def _digests(to_delete: Any) -> Dict[str, str]:
    """A digest of each of the topmost objects with all that goes along, and what the list calls it."""
    return {confirmation.short_part(text): html.unescape(strip_tags(title)) for title, text in _tree(to_delete)}


def _tree(listed: Any) -> List[Tuple[str, str]]:
    """Each object and its text with those of all below it. The database may give them in another order each time."""
    found: List[Tuple[str, str]] = []
    for item in listed:
        if isinstance(item, (list, tuple)):
            title, text = found.pop() if found else ("", "")
            found.append((title, "\0".join([text, "(", *sorted(text for _, text in _tree(item)), ")"])))
        else:
            # What stands behind the path in a link may be another each time.
            found.append((str(item), _QUERY.sub(r'\1"', str(item))))
    return found


def _flat(listed: Any) -> Iterator[str]:
    for item in listed:
        if isinstance(item, (list, tuple)):
            yield from _flat(item)
        else:
            yield str(item)


def _texts_of_keys(model_count: Any) -> Iterable[Tuple[str, int]]:
    return [(str(name), number) for name, number in dict(model_count).items()]


def _pages(site: Any) -> Dict[str, Any]:
    """The guarded admins of a site, by where the pages of their objects are."""
    found = {}
    for model, model_admin in site._registry.items():
        if collaborates(model_admin):
            name = f"{site.name}:{model._meta.app_label}_{model._meta.model_name}_change"
            try:
                place = _place(reverse(name, args=["0"]))[0]
            except NoReverseMatch:
                continue
            found[place] = model_admin
    return found


def _place(url: str) -> Tuple[str, str]:
    """Where the change page of an object is, and its key: ``/admin/app/model`` and ``1`` of its address."""
    parts = url.rsplit("/", 3)
    return (parts[0], parts[1]) if len(parts) == 4 else ("", "")


def _editors(keys: List[str]) -> Dict[str, Tuple[str, str]]:
    """Who edits, by room: their key and name. Without the lock service nobody. It only reads."""

    async def work() -> List[Any]:
        store = open_store()
        return await asyncio.gather(*map(store.read, keys))

    try:
        found = sync.run(work)
    except StoreUnavailable as error:
        logger.warning("the lock service did not answer for what goes along with a deletion: %s", error)
        return {}
    editors = {}
    for key, there in zip(keys, found):
        kept = encoding.decode(there.text) if there.text is not None else None
        room = settle(kept, there.now).room if kept else None
        lease = room.live_lease(there.now) if room else None
        if room is not None and lease is not None:
            person = room.people.get(lease.user)
            editors[key] = (lease.user, person.name if person else "")
    return editors
