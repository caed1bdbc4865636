"""One save on its way: from the POST over the lock service and the locked row to the commit.

The order matters. The lock service is asked before any row is locked, because it may take seconds; what it
answered holds until the commit. The comparison comes under the row lock, and needs nobody's answer.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any, Iterator, Mapping, Optional, Protocol, Sequence, Type

from django.db import models, transaction
from django.http import HttpRequest

from .. import bridge, conf
from ..core.saving import HOLD_SECONDS
from ..identity import root_model
from . import base as bases
from .refusal import Reason, Refusal
from .snapshot import Snapshot

LATE_SECONDS = HOLD_SECONDS * 0.8
"""A save that takes longer is given up, before the lease could have gone to somebody else under it."""

ACTION = "CHANGE_FORM-action"
"""What a change form posts when one of its actions was chosen, as of Django 6.1."""


class Write(Protocol):
    """A guarded write, of one row or of many."""

    user: Any

    def is_about(self, model: Type[models.Model], pk: Any) -> bool:
        """Whether the room of this row will be told by the write itself."""


_current: ContextVar[Optional[Write]] = ContextVar("collaborator_write", default=None)


class Attempt:
    """The state of one save.

    snapshot: the object as read under its lock; None before that.
    base_text: the base that a form would carry that is rendered now.
    page: what the page of a refusal says. merged: changes of others that were taken over unasked.
    is_revert: an older version is written over the row.
    is_action: not the form is saved, but an action is run from it.
    is_written: Django went as far as to write. is_rendered: it answered with a form.
    """

    def __init__(self, request: HttpRequest, model: Any, pk: Any, using: str) -> None:
        self.request = request
        self.user = request.user
        self.model = model
        self.pk = pk
        self.using = using
        self.member_id = request.POST.get("_collaborator_member") or None
        self.token = _number(request.POST.get("_collaborator_token", ""))
        self.verdict: Optional[bridge.Verdict] = None
        self.snapshot: Optional[Snapshot] = None
        self.refusal: Optional[Refusal] = None
        self.is_action = False
        self.is_revert = False
        self.is_checked = False
        self.is_written = False
        self.is_rendered = False
        self.merged: Sequence[Any] = ()
        self.base: Optional[bases.Base] = None
        self.base_problem: Optional[bases.BaseProblem] = None
        self.base_text = request.POST.get(bases.FIELD, "")
        self.page: Mapping[str, Any] = {}
        self._asked_at = 0.0
        try:
            self.base = bases.verify(self.base_text, bases.user_name(self.user), self.object_name)
        except bases.BaseProblem as problem:
            self.base_problem, self.base_text = problem, ""

    @property
    def object_name(self) -> str:
        return bases.object_name(self.model, self.pk)

    def ask_lock_service(self) -> None:
        """Raises: Refusal: another member holds a live lease, or nobody answers and that is not enough."""
        self._asked_at = time.monotonic()
        self.verdict = verdict = bridge.hold(self.model, self.pk, self.user, self.member_id, self.token)
        if not verdict.admitted:
            raise Refusal(Reason.OWN_TAB if verdict.own_other_tab else Reason.HELD, verdict.holder_name or "")
        if not verdict.available and conf.get("REFUSE_WITHOUT_LOCK_SERVICE"):
            raise Refusal(Reason.AWAY)

    @property
    def locked(self) -> Any:
        """The locked row that the form is saved to; None where it is not this one that Django reads."""
        return self.snapshot.instance if self.snapshot is not None and not self.is_revert else None

    @property
    def was_protected(self) -> bool:
        """Whether the lock service took part in this save."""
        return self.verdict is not None and self.verdict.available

    def insist_on_time(self) -> None:
        """Raises: Refusal: what the lock service answered may no longer be true."""
        if self.was_protected and time.monotonic() - self._asked_at > LATE_SECONDS:
            raise Refusal(Reason.BUSY)

    def committed(self, release: bool) -> None:
        """Tell the room, when the transaction around us is committed, or now if there is none."""
        if not self.was_protected:
            return
        hold_id = self.verdict.hold_id if self.verdict else None
        tell = partial(bridge.saved, self.model, self.pk, self.user, self.member_id, self.token, release, hold_id)
        transaction.on_commit(tell, using=self.using)

    def deleted(self) -> None:
        if self.was_protected:
            hold_id = self.verdict.hold_id if self.verdict else None
            transaction.on_commit(partial(bridge.deleted, self.model, self.pk, self.user, hold_id), using=self.using)

    def drop(self) -> None:
        """Nothing was saved: the lease may move again."""
        if self.verdict and self.verdict.hold_id:
            bridge.drop(self.model, self.pk, self.verdict.hold_id)

    def is_about(self, model: Type[models.Model], pk: Any) -> bool:
        return bool(root_model(model) is root_model(self.model) and pk == self.pk)


@contextmanager
def under(write: Write) -> Iterator[None]:
    """Signals that come meanwhile come out of ``write``."""
    before = _current.set(write)
    try:
        yield
    finally:
        _current.reset(before)


def under_way() -> Optional[Write]:
    """The guarded write that this thread is doing."""
    return _current.get()


def of(request: HttpRequest) -> Optional[Attempt]:
    return getattr(request, "_collaborator_attempt", None)


def _number(text: str) -> Optional[int]:
    return int(text) if text.isdecimal() and len(text) < 20 else None
