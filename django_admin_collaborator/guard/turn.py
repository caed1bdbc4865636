"""A save's turn: the lock service is asked before any row is locked, and told after the commit."""

from __future__ import annotations

from functools import partial
from typing import Any, Optional

from django.db import transaction
from django.http import HttpRequest

from .. import conf, faults
from ..access.identity import realm_of
from . import lock_service
from .refusal import Reason, Refusal


class Turn:
    """Whether one save may be done now, as far as leases go.

    secret, token: of the page's tab and its lease, as it posts them; None where it posts none.
    """

    def __init__(self, request: HttpRequest, model: Any, pk: Any, using: str) -> None:
        self.model, self.pk, self.using = model, pk, using
        self.user = request.user
        self.realm = realm_of(model, using)
        self.secret = request.POST.get("_collaborator_member") or None
        self.token = _number(request.POST.get("_collaborator_token", ""))
        self.verdict: Optional[lock_service.Verdict] = None

    def ask(self) -> None:
        """Raises: Refusal: another member holds a live lease, or nobody answers and that is not enough."""
        self.verdict = verdict = lock_service.hold(
            self.model, self.pk, self.user, self.secret, self.token, self.realm
        )
        if not verdict.admitted:
            raise Refusal(Reason.OWN_TAB if verdict.own_other_tab else Reason.HELD, verdict.holder_name or "")
        if not verdict.available and conf.get("REFUSE_WITHOUT_LOCK_SERVICE"):
            raise Refusal(Reason.AWAY)

    @property
    def was_protected(self) -> bool:
        """Whether the lock service took part in this save."""
        return self.verdict is not None and self.verdict.available

    @property
    def _hold_id(self) -> Optional[str]:
        return self.verdict.hold_id if self.verdict else None

    def saved(self, release: bool) -> None:
        """Tell the room, when the transaction around us is committed, or now if there is none."""
        whose = (self.model, self.pk, self.user, self.secret, self.token)
        self._tell(partial(lock_service.saved, *whose, release, self._hold_id, self.realm))
        self._tell(partial(lock_service.forget_draft, self.model, self.pk, self.user, self.realm))

    def deleted(self) -> None:
        """The same of an object that is gone."""
        self._tell(partial(lock_service.deleted, self.model, self.pk, self.user, self._hold_id, self.realm))

    def _tell(self, said: Any) -> None:
        def tell() -> None:
            with faults.logged("what became of %s %s could not be told", self.model._meta.label, self.pk):
                said()

        if self.was_protected:
            transaction.on_commit(tell, using=self.using)

    def drop(self) -> None:
        """Nothing was saved: the lease may move again."""
        lock_service.drop(self.model, self.pk, self._hold_id, self.realm)


def _number(text: str) -> Optional[int]:
    return int(text) if text.isdecimal() and len(text) < 20 else None
