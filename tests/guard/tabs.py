"""Tabs in the room of an object, without a socket: what the lock service knows of people who edit."""

from __future__ import annotations

import itertools
import time
from functools import partial
from typing import Any, Dict, List, Optional

from django_admin_collaborator.access.identity import room_key
from django_admin_collaborator.access.people import describe
from django_admin_collaborator.core import lease, presence
from django_admin_collaborator.core.member_id import member_id
from django_admin_collaborator.core.room import Member, Room
from django_admin_collaborator.core.timing import RESTORE_SECONDS
from django_admin_collaborator.guard import lock_service
from tests.support.processes import wait_until

STORE_KNOWN_FROM = time.monotonic()

_numbers = itertools.count()


class Tab:
    """A page of ``user`` that shows ``obj``."""

    def __init__(self, obj: Any, user: Any, secret: str = "") -> None:
        self.obj = obj
        self.pk = obj.pk
        self.before = 0
        self.secret = secret or f"tab-of-a-test-{next(_numbers):06}"
        person = describe(user)
        self.member_id = member_id(self.secret, room_key(type(obj), obj.pk), person.key)
        member = Member(self.member_id, person.key, 0, 0, connection=self.member_id, may_edit=True)
        self._apply(presence.join, member=member, person=person)
        self.token: Optional[int] = None

    def claim(self) -> List[Dict[str, Any]]:
        # A store that was just born grants nothing for a moment, so that holders from before can report.
        wait_until(lambda: time.monotonic() > STORE_KNOWN_FROM + RESTORE_SECONDS)
        replies = self._apply(lease.claim, member_id=self.member_id)
        self.token = next((reply["token"] for reply in replies if reply["type"] == "lease"), None)
        return replies

    def leave(self) -> None:
        self._apply(lease.release, member_id=self.member_id, token=self.token)

    @property
    def fields(self) -> Dict[str, str]:
        """What the page adds to its form."""
        return {"_collaborator_member": self.secret, "_collaborator_token": str(self.token)}

    @property
    def room(self) -> Room:
        outcome = lock_service._apply(type(self.obj), self.pk, lambda room, now: lease.Transition(room))
        assert outcome is not None
        return outcome.room

    def _apply(self, step: Any, **arguments: Any) -> List[Dict[str, Any]]:
        outcome = lock_service._apply(type(self.obj), self.pk, partial(step, **arguments))
        if outcome is None:
            raise TimeoutError("the lock service does not answer")
        return list(outcome.replies)
