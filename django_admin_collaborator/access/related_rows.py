"""The other objects that a form depends on and shows, signed into its page: its connection may ask who edits them."""

from __future__ import annotations

from functools import partial
from typing import Dict, List, NamedTuple, Optional, Tuple

from django.apps import apps
from django.core import signing

from .identity import room_key
from .packed_texts import Packed

MOST_LETTERS = 1500
"""Of the signed text, which stands in the address of a socket; what does not fit is not told of."""
_signer = partial(signing.Signer, salt=__name__)

Group = Tuple[str, str, str]
"""How the form depends on these rows, the label of their admin's model, and their realm."""


class RelatedRow(NamedTuple):
    """how: "contains", "chosen" or "contained", what the row is to the form. pk: as text. key: of its room."""

    how: str
    label: str
    pk: str
    key: str


class Chooser(NamedTuple):
    """A foreign key of another model, by which its rows may have chosen the form's object."""

    label: str
    realm: str
    field: str


class RelatedRows(NamedTuple):
    """user: the primary key of whom the page was made for. key, pk: of the form's room and object. language: of the
    page."""

    user: str
    key: str
    pk: str
    language: str
    rows: List[RelatedRow]
    choosers: List[Chooser]


def sign(about: RelatedRows, groups: Dict[Group, List[str]]) -> str:
    """about: without rows. groups: their primary keys, the most important ones first. Empty where nothing fits."""
    rows, choosers = [(group, pk) for group, pks in groups.items() for pk in pks], about.choosers
    while rows or choosers:
        fitting: Dict[Group, List[str]] = {}
        for group, pk in rows:
            fitting.setdefault(group, []).append(pk)
        written = [[*group, pks] for group, pks in fitting.items()]
        text = _signer().sign_object([*about[:4], written, choosers], Packed)
        if len(text) <= MOST_LETTERS:
            return text
        if rows:
            rows = rows[: len(rows) * MOST_LETTERS // (len(text) + 1)]
        else:
            choosers = choosers[: len(choosers) * MOST_LETTERS // (len(text) + 1)]
    return ""


def read(text: str) -> Optional[RelatedRows]:
    """What ``sign`` wrote; None for everything else."""
    try:
        user, key, own_pk, language, groups, choosers = _signer().unsign_object(text, Packed)
        rows = [
            RelatedRow(how, label, pk, room_key(apps.get_model(label), pk, realm))
            for how, label, realm, pks in groups
            for pk in pks
        ]
        return RelatedRows(user, key, own_pk, language, rows, [Chooser(*one) for one in choosers])
    except (signing.BadSignature, TypeError, ValueError, LookupError):
        return None
