"""``with editing(obj, user=…)``: a script, a task or an API edits as a page does, and is seen there."""

from __future__ import annotations

import asyncio
import time
from contextlib import contextmanager
from datetime import datetime, timezone
from functools import partial
from typing import Any, Iterator, Optional

from django.core.exceptions import SynchronousOnlyOperation
from django.db import models, router
from django.utils.crypto import constant_time_compare

from .access import permissions
from .access.identity import realm_of
from .access.people import describe
from .core.room import Person, Room
from .core.saving import HOLD_SECONDS
from .core.timing import RESTORE_SECONDS
from .errors import EditedByAnother, LeaseLost, LockServiceUnavailable, NotAllowed, RowChanged
from .guard import lock_service
from .guard.row import KeptRow, base_of
from .rooms import sync
from .rooms.program_member import ProgramMember
from .stores.base import StoreUnavailable

__all__ = ["Edit", "base_of", "editing"]

LONGEST_NAME = 100

LOOK_SECONDS = 0.25
"""How often a program that waits looks whether its turn has come."""

LATE_SECONDS = HOLD_SECONDS * 0.8
"""A program whose row was locked by others for longer gives up, before its lease could have gone to somebody else."""

PATIENCE_SECONDS = RESTORE_SECONDS + 1
"""How long also a program that does not wait is patient when nobody edits, but a save is on its way."""


class Edit:
    """What the block is given. ``obj`` is the object, with the values of its row as of the beginning."""

    def __init__(self, obj: models.Model, user: Any, member: ProgramMember, row: KeptRow) -> None:
        self.obj = obj
        self._user = user
        self._member = member
        self._row = row

    @property
    def is_lost(self) -> bool:
        """Whether the lease is known to be gone; it is looked at every second. A long loop does well to ask."""
        return self._member.is_lost

    def save(self, **options: Any) -> None:
        """Save the object with its own ``save(**options)``, if it is still the one that was read.

        Raises:
            LeaseLost, NotAllowed, LockServiceUnavailable: before anything was locked.
            RowChanged, RowGone: others came first. Nothing was written, and the object keeps its values.
        """
        self._write(partial(self.obj.save, using=self._row.using, **options), lock_service.saved)

    def delete(self) -> None:
        """Delete the object under the same conditions. Raises what ``save`` does."""
        self._write(partial(self.obj.delete, using=self._row.using), lock_service.deleted)

    def _write(self, action: Any, tell: Any) -> None:
        _insist_on_right(self._user, self.obj)
        asked_at = time.monotonic()
        hold_id = self._member.hold()

        def insist_on_time() -> None:
            if time.monotonic() - asked_at > LATE_SECONDS:
                raise LeaseLost("The row was locked by others for too long.")

        try:
            about = (self._row.model, self._row.pk, self._member.person)
            realm = realm_of(self._row.model, self._row.using)
            self._row.write(action, insist_on_time, partial(tell, *about, hold_id=hold_id, realm=realm))
        except BaseException:
            self._member.drop(hold_id)
            raise


@contextmanager
def editing(
    obj: models.Model, user: Any = None, name: str = "", wait: Optional[float] = None, base: Optional[str] = None
) -> Iterator[Edit]:
    """Hold the lease of ``obj`` for the length of the block. At its beginning ``obj`` is read again.

    user: whose edit it is; they are asked for the rights that a page would need. name: instead of a user, what
        people see of a program that acts for nobody; nobody's rights are asked then.
    wait: seconds in the queue with everybody else; without it, an object that somebody edits raises at once.
    base: what ``base_of`` gave for the object that the changes were made from, if that was before this call.

    Raises:
        EditedByAnother: with who edits. RowChanged: the row does not match ``base``.
        NotAllowed, RowGone, LockServiceUnavailable: see errors.
        ValueError: the object was never saved, or there is neither a user nor a name, or both.
        SynchronousOnlyOperation: called on an event loop.
    """
    _refuse_on_event_loop()
    if obj.pk is None or obj._state.adding:
        raise ValueError("editing() needs an object that was saved before.")
    person = _person(user, name)
    _insist_on_right(user, obj)
    using = router.db_for_write(type(obj), instance=obj)
    member = ProgramMember(type(obj), obj.pk, person, realm_of(type(obj), using))
    try:
        _take(member, obj, max(0.0, wait or 0.0))
        member.stay()
        row = KeptRow(obj, using, person)
        if base is not None and not constant_time_compare(base, base_of(obj)):
            raise RowChanged("Others have changed it since it was read.")
        yield Edit(obj, user, member, row)
    finally:
        member.leave()


def _take(member: ProgramMember, obj: models.Model, wait: float) -> None:
    """Raises: EditedByAnother, LockServiceUnavailable."""
    began = time.monotonic()
    try:
        room = member.enter(wait > 0)
        while member.token is None:
            patience = wait if room.editor() else max(wait, PATIENCE_SECONDS)
            left = began + patience - time.monotonic()
            if left <= 0:
                raise _edited_by_another(room, obj)
            time.sleep(min(left, LOOK_SECONDS))
            room = member.wait_on() if wait else member.enter(False)
    except StoreUnavailable as error:
        raise LockServiceUnavailable(f"The lock service does not answer: {error}") from error


def _edited_by_another(room: Room, obj: models.Model) -> EditedByAnother:
    person, lease = room.editor(), room.lease
    if person is None or lease is None:
        return EditedByAnother(f"“{obj}” is just being saved by somebody.")
    since = datetime.fromtimestamp(lease.granted_at, timezone.utc)
    left = max(0.0, lease.expires_at - sync.store_now())
    detail = f"“{obj}” is being edited by {person.name}, since {since:%Y-%m-%d %H:%M} UTC."
    return EditedByAnother(detail, person.name, person.id, since, left)


def _person(user: Any, name: str) -> Person:
    name = name.strip()[:LONGEST_NAME]
    if (user is None) is (not name):
        raise ValueError("editing() needs either a user or a name that people are shown.")
    if user is not None:
        return describe(user)
    key = "program:" + name
    return Person(key, key, name, name)


def _insist_on_right(user: Any, obj: models.Model) -> None:
    if user is None:
        return
    fresh = permissions.fresh_user(user)
    try:
        if fresh is not None and permissions.may_edit(fresh, obj):
            return
    except permissions.Unasked as fault:
        raise NotAllowed(f"{user} may not change “{obj}”: its admin could not be asked, {fault}.") from fault
    raise NotAllowed(f"{user} may not change “{obj}” in any admin that has the mixin.")


def _refuse_on_event_loop() -> None:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    raise SynchronousOnlyOperation(
        "editing() waits, so it must not run on an event loop. Put the block into a function, and call that with "
        "asgiref.sync.sync_to_async."
    )
