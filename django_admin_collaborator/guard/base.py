"""The base of a form: what its row held when the form was built, signed, for one user and one object.

It travels to the browser in a hidden field and comes back with the save. Nothing is kept on the server.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any, Mapping, Tuple

from django.core import signing

from ..identity import root_model

FIELD = "_collaborator_base"
"""Name of the hidden field."""

FORMAT = 1

LONG = 1000
"""Characters from which on a base is compressed: below, that takes as long as all the rest and saves nothing."""

_SALT = "django_admin_collaborator.base"


@dataclass(frozen=True)
class RowsBase:
    """The rows of one inline: the names of their fields, and an entry for each of them, by primary key."""

    names: Tuple[str, ...]
    rows: Mapping[str, Tuple[str, ...]]


@dataclass(frozen=True)
class Base:
    """What a form was built from; ``digest`` says what an entry is.

    user, object: whose form it is, and of which row. An object that was not there has no ``fields``.
    made_at: seconds since the Unix epoch by this host's clock; for texts only, nothing is decided by it.
    """

    user: str
    object: str
    fields: Mapping[str, str]
    inlines: Mapping[str, RowsBase] = field(default_factory=dict)
    made_at: float = 0.0


class BaseProblem(Exception):
    """A save came without a base that can be relied on. ``kind``: ``missing``, ``old`` or ``forged``."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def object_name(model: Any, pk: Any) -> str:
    """The same for every spelling of a row: a proxy's or an inherited child's form is a form of the same row."""
    return f"{root_model(model)._meta.label_lower}:{pk}"


def user_name(user: Any) -> str:
    return str(user.pk)


def sign(base: Base) -> str:
    """The text for the hidden field."""
    inlines = {prefix: [rows.names, rows.rows] for prefix, rows in base.inlines.items()}
    payload = [FORMAT, base.user, base.object, round(base.made_at or time.time(), 3), base.fields, inlines]
    is_long = sum(map(len, base.fields.values())) > LONG or bool(inlines)
    return signing.dumps(payload, salt=_SALT, compress=is_long)


def verify(text: str, user: str, object_name: str) -> Base:
    """The base that ``sign`` wrote for this user and object.

    Raises:
        BaseProblem: there is none, it is of another version of this package, or it is not ours to trust.
    """
    if not text:
        raise BaseProblem("missing")
    try:
        payload = signing.loads(text, salt=_SALT)
    except signing.BadSignature:
        raise BaseProblem("forged") from None
    if not isinstance(payload, list) or payload[0] != FORMAT:
        raise BaseProblem("old")
    _, base_user, base_object, made_at, fields, inlines = payload
    if base_user != user or base_object != object_name:
        raise BaseProblem("forged")
    rows = {
        prefix: RowsBase(tuple(names), {pk: tuple(entries) for pk, entries in kept.items()})
        for prefix, (names, kept) in inlines.items()
    }
    return Base(base_user, base_object, fields, rows, made_at)
