"""Who changed what since a page was made, as far as the admin's own history tells.

Programs write no history, and not every entry is of a save. So somebody is named for a field only where an entry
names the field too.
"""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass
from typing import Any, Iterator, List, Mapping, Optional, Tuple

from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.admin.options import get_content_type_for_model
from django.utils import timezone, translation

from ...access.people import describe
from ...translation import gettext as _
from . import display


@dataclass(frozen=True)
class Author:
    """at: None where nobody is known."""

    name: str
    at: Optional[datetime.datetime] = None


class History:
    """The entries of one object, the newest first.

    since: when the page was made, seconds since the Unix epoch; None: whenever. reader: who is told.
    """

    def __init__(self, model: Any, pk: Any, reader: Any, since: Optional[float]) -> None:
        entries = LogEntry.objects.filter(content_type=get_content_type_for_model(model), object_id=str(pk))
        if since is not None:
            moment = datetime.datetime.fromtimestamp(since, datetime.timezone.utc)
            is_aware = timezone.is_aware(timezone.now())
            default = timezone.get_default_timezone()
            entries = entries.filter(action_time__gte=moment if is_aware else timezone.make_naive(moment, default))
        self._entries = entries.select_related("user").order_by("-action_time", "-pk")
        self.reader = reader
        self._read: Optional[List[Tuple[Any, List[Mapping[str, Any]]]]] = None

    def author(self, is_deletion: bool = False) -> Author:
        """Who saved the object last, or deleted it."""
        if is_deletion:
            return self._author(self._entries.filter(action_flag=DELETION).first())
        return self._author(next((entry for entry, changes in self._saves() if changes), None))

    def author_of(self, form: Any, name: str, row: Optional[Tuple[str, str]] = None) -> Author:
        """Who saved a field last. row: what its row is called: the name of its model, and its own."""
        with translation.override(None):  # as Django writes it
            label, kind = display.label(form, name), str(row[0]) if row else None
        title = row[1] if row else None
        for entry, changes in self._saves():
            for change in changes:
                is_of_row = (change.get("name"), change.get("object")) == (kind, title)
                if is_of_row and {label, name} & set(change.get("fields", ())):
                    return self._author(entry)
        return self._author(None)

    def _saves(self) -> Iterator[Tuple[Any, List[Mapping[str, Any]]]]:
        """Each entry with what it says that a save did; others are of answers, or in a project's own words."""
        if self._read is None:
            self._read = [(entry, list(_changes(entry.change_message))) for entry in self._entries]
        return iter(self._read)

    def _author(self, entry: Any) -> Author:
        if entry is None:
            return Author(_("somebody else, or a program"))
        is_own = entry.user_id == self.reader.pk
        return Author(_("you yourself, in another place") if is_own else describe(entry.user).name, entry.action_time)


def _changes(message: str) -> Iterator[Mapping[str, Any]]:
    try:
        told = json.loads(message)
    except ValueError:
        return
    for each in told if isinstance(told, list) else ():
        if isinstance(each, dict):
            yield from (change for change in each.values() if isinstance(change, dict))
