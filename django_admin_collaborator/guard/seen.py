"""What a confirmation page has shown, kept in a cookie of that page: a short digest for each field and inline.

A confirmation page has no form of ours to put a base into, in some themes no block either; its browser brings
the cookie back with the confirmation. Two tabs of one page share it: whoever confirms has seen the newer one.
"""

from __future__ import annotations

import hashlib
from typing import Any, Dict, Iterable, List, Mapping, Optional

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.encoding import escape_uri_path

from .attempt import Whole
from .base import BaseProblem
from .digest import Digester
from .reading import Reading

Seen = Mapping[str, str]

_SALT = "django_admin_collaborator.seen"
_DAY = 24 * 60 * 60


def of_whole(now: Whole) -> Seen:
    seen = {name: short(_texts(reading)) for name, reading in now.fields.items()}
    for set_name, rows in now.sets.items():
        parts: List[str] = []
        for pk in sorted(rows):
            parts.append(pk)
            for name, reading in rows[pk].items():
                parts += [name, *_texts(reading)]
        seen[set_name + "/"] = short(parts)
    return seen


def _texts(reading: Reading) -> List[str]:
    if reading.fault:
        return ["?"]
    return [reading.shown if reading.column is None or not reading.is_whole else "", reading.column or ""]


def remember(response: HttpResponse, request: HttpRequest, about: str, seen: Seen) -> None:
    """Let the browser bring ``seen`` back with the confirmation. ``about``: user and objects it is bound to."""
    response.set_cookie(
        _cookie(request.path),
        signing.dumps([about, _bounded(seen)], salt=_SALT, compress=True),
        max_age=_DAY,
        path=_path(request),
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


def forget(response: HttpResponse, request: HttpRequest) -> None:
    if _cookie(request.path) in request.COOKIES:
        response.delete_cookie(_cookie(request.path), path=_path(request))


def brought_back(request: HttpRequest, about: str) -> Seen:
    """Raises: BaseProblem: ``missing``, ``old`` or ``forged``."""
    text = request.COOKIES.get(_cookie(request.path), "")
    if not text:
        raise BaseProblem("missing")
    try:
        bound_to, seen = signing.loads(text, salt=_SALT)
    except signing.BadSignature:
        raise BaseProblem("forged") from None
    except ValueError:
        raise BaseProblem("old") from None
    if bound_to != about:
        raise BaseProblem("forged")
    return seen


def differing(seen: Seen, now: Seen) -> Optional[List[str]]:
    """Names of what is not as it was seen; None if all is."""
    now = _bounded(now) if ALL in seen else now
    names = [name for name in {**seen, **now} if seen.get(name) != now.get(name)]
    return names or None


ALL = "*"
"""Instead of all names, where they would be too many."""

_MOST_BYTES = 2500
"""Browsers keep 4096 bytes of a cookie with its signature."""


def _bounded(seen: Seen) -> Dict[str, str]:
    if sum(len(name.encode()) + len(text) + 6 for name, text in seen.items()) <= _MOST_BYTES:
        return dict(seen)
    return {ALL: short([text for name in sorted(seen) for text in (name, seen[name])])}


def _path(request: HttpRequest) -> str:
    """The path as browsers send it, which is what they compare: ``request.path`` is decoded. It is ASCII, as headers
    have to be."""
    return escape_uri_path(request.path)


def _cookie(path: str) -> str:
    return "collaborator_" + hashlib.sha256(path.encode()).hexdigest()[:12]


def short(texts: Iterable[str]) -> str:
    return Digester(str(settings.SECRET_KEY), "seen").digest("\n".join(texts))


def about(user: Any, *names: str) -> str:
    return "|".join([str(user.pk), *names])
