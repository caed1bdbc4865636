"""Why a program may not edit now: one tree, so that an API answers all of it in one place.

Each has the HTTP ``status`` of an answer, a ``code`` for programs, and a text for people. They survive pickling,
as task queues need it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Dict, Optional, Sequence, Union


class EditingError(Exception):
    """The object was not edited, or not saved. Nothing was written."""

    status = 423
    code = "editing_error"

    def as_dict(self) -> Dict[str, Any]:
        """What an API may answer with; only values that JSON knows."""
        return {"code": self.code, "detail": str(self)}


class EditedByAnother(EditingError):
    """Somebody else edits the object. The same call may succeed later.

    holder: their name, or the program's; empty when the lease is between two holders.
    user_id: of the holder. since: when they began. seconds_left: until the lease ends, unless it is renewed.
    """

    code = "edited_by_another"

    def __init__(
        self,
        detail: str,
        holder: str = "",
        user_id: Union[int, str, None] = None,
        since: Optional[datetime] = None,
        seconds_left: float = 0.0,
    ) -> None:
        super().__init__(detail)
        self.holder, self.user_id, self.since, self.seconds_left = holder, user_id, since, seconds_left

    def as_dict(self) -> Dict[str, Any]:
        return {
            **super().as_dict(),
            "holder": self.holder,
            "user_id": self.user_id,
            "since": self.since.isoformat() if self.since else None,
            "seconds_left": round(self.seconds_left, 1),
        }


class LeaseLost(EditingError):
    """The lease was ours and is not any more: taken over, or released by an operator."""

    code = "lease_lost"


class RowChanged(EditingError):
    """The row is not the one that was read at the beginning. fields: names of what others changed."""

    status = 409
    code = "row_changed"

    def __init__(self, detail: str, fields: Sequence[str] = ()) -> None:
        super().__init__(detail)
        self.fields = tuple(fields)

    def as_dict(self) -> Dict[str, Any]:
        return {**super().as_dict(), "fields": list(self.fields)}


class RowGone(EditingError):
    """The row is not there any more."""

    status = 409
    code = "row_gone"


class NotAllowed(EditingError):
    """The user may not change this object in any admin that shows it with the mixin."""

    status = 403
    code = "not_allowed"


class LockServiceUnavailable(EditingError):
    """The lock service does not answer, so nobody knows who edits."""

    status = 503
    code = "lock_service_unavailable"
