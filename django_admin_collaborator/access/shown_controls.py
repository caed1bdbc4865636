"""The controls that a page shows, signed into it: what its connection may be told of values that others type."""

from __future__ import annotations

from functools import partial
from typing import Any, List, NamedTuple, Optional

from django.core import signing

from ..core.live import Shown
from .packed_texts import Packed
from .permissions import grants_of

_signer = partial(signing.Signer, salt=__name__)


class ShownControls(NamedTuple):
    """user: primary key of whom the page was made for. key: of the room. grants: see ``permissions.grants_of``."""

    user: str
    key: str
    grants: str
    shown: Shown


def sign(user: Any, key: str, names: List[str], sets: List[Any]) -> str:
    """names, sets: as ``core.live.Shown`` reads them."""
    return _signer().sign_object([str(user.pk), key, grants_of(user), names, sets], Packed)


def read(text: str) -> Optional[ShownControls]:
    """What ``sign`` wrote; None for everything else."""
    try:
        user, key, grants, names, sets = _signer().unsign_object(text, Packed)
        return ShownControls(user, key, grants, Shown.read(names, sets))
    except (signing.BadSignature, TypeError, ValueError):
        return None
