"""The rows that a list shows, signed into its page: what may be asked for them later needs no permission of each."""

from __future__ import annotations

from typing import Any, List, NamedTuple, Optional

from django.core import signing
from django.http import HttpRequest

from . import identity

MOST_ROWS = 1000
"""In one list; the rest are not told of."""
_SALT = "django_admin_collaborator.list"


class ListedRows(NamedTuple):
    """user: the primary key of whom it was shown. label: of the admin's model. keys: of the rooms, in its order."""

    user: str
    label: str
    keys: List[str]


def sign_rows(model_admin: Any, request: HttpRequest, rows: List[Any]) -> str:
    """The rows that the list of this request shows. To be called where they were read: tenants belong to threads."""
    realm = identity.realm_in(model_admin, request)
    keys = [identity.room_key(model_admin.model, row.pk, realm) for row in rows[:MOST_ROWS]]
    listed = ListedRows(str(request.user.pk), model_admin.opts.label_lower, keys)
    return signing.dumps(list(listed), salt=_SALT, compress=True)


def read_rows(text: Any) -> Optional[ListedRows]:
    """What ``sign_rows`` wrote; None for everything else."""
    try:
        return ListedRows(*signing.loads(text, salt=_SALT))
    except (signing.BadSignature, TypeError, AttributeError):
        return None
