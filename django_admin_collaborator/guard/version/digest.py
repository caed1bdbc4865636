"""Keyed digests of the values that a page was made from: they say whether two values are equal, and nothing else."""

from __future__ import annotations

import base64
import hashlib

BYTES = 6
"""Length of a digest. It is keyed, so nobody can look for two values that have the same one."""

LENGTH = 8
"""Characters of a written digest."""


class Digester:
    """Digests under one secret, for one user and object: equal values of two pages look different."""

    def __init__(self, secret: str, *scope: str) -> None:
        text = "\0".join(["django_admin_collaborator.guard", secret, *scope])
        self._key = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()

    def digest(self, *parts: str) -> str:
        text = "\0".join(parts).encode("utf-8", "surrogatepass")
        return base64.urlsafe_b64encode(hashlib.blake2b(text, digest_size=BYTES, key=self._key).digest()).decode()
