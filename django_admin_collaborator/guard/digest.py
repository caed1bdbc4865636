"""What a base keeps of one value: the value itself when it is small, else a digest of it.

An entry is a short text. Its first character says which kind it is, so that a current value can be
compared with it, whichever way it was kept.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Optional

from django.utils.crypto import salted_hmac

SMALL_BYTES = 200
"""A value whose text is no longer than this rides along in the base."""

_VALUE, _DIGEST, _CONCEALED = "=", "#", "!"


def entry(text: str, concealed: bool = False) -> str:
    """The entry for a canonical text.

    concealed: the form does not show this value (a password input), so the page must not carry it, nor a
    digest that could be guessed at: it is keyed with the project's secret.
    """
    if concealed:
        return _CONCEALED + _keyed_digest(text)
    if len(_bytes(text)) <= SMALL_BYTES:
        return _VALUE + text
    return _DIGEST + _short(hashlib.blake2b(_bytes(text), digest_size=15).digest())


def matches(kept: str, text: str) -> bool:
    """Whether ``text`` is the canonical text that the entry was made of."""
    return kept == entry(text, is_concealed(kept))


def is_concealed(kept: str) -> bool:
    return kept.startswith(_CONCEALED)


def kept_text(kept: str) -> Optional[str]:
    """The canonical text that an entry was made of, or None if it keeps a digest only."""
    return kept[1:] if kept.startswith(_VALUE) else None


def _keyed_digest(text: str) -> str:
    keyed = salted_hmac("django_admin_collaborator.guard", _bytes(text), algorithm="sha256")
    return _short(keyed.digest()[:15])


def _short(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).decode()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
