"""A program's place in a room: it has no socket, so a thread of this process gives its signs of life."""

from __future__ import annotations

import logging
import secrets
import threading
from functools import partial
from typing import Any, Optional, Type

from django.db.models import Model

from ..access.identity import room_key
from ..core import programs, saving
from ..core.presence import Alive
from ..core.room import Member, Person, Room
from ..core.transition import Step
from ..errors import LeaseLost, LockServiceUnavailable, RowGone
from ..stores.base import StoreUnavailable
from . import sync
from .heartbeat import WATCH_SECONDS

logger = logging.getLogger("django_admin_collaborator")


class ProgramMember:
    """token: of the lease, once it is granted. is_lost: the room has said that it is somebody else's now."""

    def __init__(self, model: Type[Model], pk: Any, person: Person, realm: Optional[str] = None) -> None:
        self.person = person
        self.token: Optional[int] = None
        self.is_lost = False
        self._key = room_key(model, pk, realm)
        self._subject = (model._meta.label_lower, str(pk))
        self._connection = secrets.token_hex(8)
        # Like a client of the bare contract, it cannot be asked for anything: a take-over comes without its word.
        self._member = Member(
            "program-" + self._connection,
            person.key,
            0.0,
            0.0,
            connection=self._connection,
            may_edit=True,
            bare=True,
        )
        self._is_over = threading.Event()
        self._thread: Optional[threading.Thread] = None
        self._came = False

    def enter(self, wait: bool) -> Room:
        """Take the lease, or get in line. Raises StoreUnavailable."""
        self._came = True
        step = partial(programs.enter, member=self._member, person=self.person, subject=self._subject, wait=wait)
        return self._look(step)

    def wait_on(self) -> Room:
        """Look whether our turn has come. Raises StoreUnavailable."""
        return self._look(partial(programs.wait_on, alive=self._alive()))

    def stay(self) -> None:
        """From now on, keep the lease until ``leave``."""
        self._thread = threading.Thread(target=self._keep, name="collaborator-editing", daemon=True)
        self._thread.start()

    def hold(self) -> str:
        """Keep the lease from moving until a save is told or dropped; the id of the hold.

        Raises: LeaseLost, LockServiceUnavailable, RowGone
        """
        hold_id = secrets.token_hex(8)
        try:
            outcome = sync.apply(self._key, partial(programs.hold, alive=self._alive(), hold_id=hold_id))
        except StoreUnavailable as error:
            self.drop(hold_id)
            raise LockServiceUnavailable(f"The lock service does not answer: {error}") from error
        if not outcome.replies[-1]["admitted"]:
            self.is_lost = True
            if outcome.room.deleted:
                raise RowGone("It was deleted meanwhile.")
            editor = outcome.room.editor()
            raise LeaseLost(
                f"{editor.name} has taken over editing." if editor else "The editing was ended by somebody else."
            )
        return hold_id

    def drop(self, hold_id: str) -> None:
        self._try(partial(saving.drop, hold_id=hold_id))

    def leave(self) -> None:
        """Give the lease back. With the lock service unavailable it ends by itself."""
        self._is_over.set()
        if self._thread:
            self._thread.join()
        if self._came:
            self._try(
                partial(programs.leave, member_id=self._member.id, connection=self._connection, token=self.token)
            )

    def _look(self, step: Step) -> Room:
        room = sync.apply(self._key, step).room
        lease = room.editor() and room.lease
        if lease and lease.holder == self._member.id:
            self.token = lease.token
        return room

    def _keep(self) -> None:
        while not self._is_over.wait(WATCH_SECONDS):
            try:
                room = sync.apply(self._key, partial(programs.stay, alive=self._alive())).room
            except StoreUnavailable:
                continue  # it was logged; a save asks again
            lease = room.editor() and room.lease
            self.is_lost = not (lease and lease.holder == self._member.id and lease.token == self.token)

    def _try(self, step: Step) -> None:
        try:
            sync.apply(self._key, step)
        except StoreUnavailable as error:
            logger.warning("the lock service did not hear a program: %s", error)

    def _alive(self) -> Alive:
        return Alive(self._member, self.person, 0.0, self.token, self._subject)
