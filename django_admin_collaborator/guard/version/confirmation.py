"""What a confirmation page has shown, kept in a cookie of that page: a short digest for each field and inline.

A confirmation page has no form of ours to put a base into, in some themes no block either; its browser brings
the cookie back with the confirmation. Two tabs of one page share it: whoever confirms has seen the newer one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence

from django.conf import settings
from django.core import signing
from django.db import OperationalError, models, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.encoding import escape_uri_path

from ... import faults
from . import locks, snapshot
from . import reading as readings
from .base import BaseProblem
from .digest import Digester
from .reading import Reading

Seen = Mapping[str, str]


@dataclass(frozen=True)
class Shown:
    """What a page has shown, digested.

    values: of the objects themselves. parts: each of the topmost objects that are listed, with all that goes along.
    counts: how many objects of which kind. refusals: how often this was asked again because of the list alone.
    is_own: the list is one that the admin makes without ours.
    """

    values: Seen
    parts: Sequence[str] = ()
    counts: str = ""
    refusals: int = 0
    is_own: bool = False


NOT_READ = "?"
"""In place of the digest of what could not be read, or before one that was made without its form."""

WITHOUT_FORM = ""
"""In place of the names of all fields and sets of rows."""

_SALT = "django_admin_collaborator.seen"
_DAY = 24 * 60 * 60


def of_object(model_admin: Any, request: HttpRequest, obj: models.Model, locks_rows: bool = False) -> Seen:
    """What its change form shows of an object, digested.

    Django needs no form to delete it. Where the project's hooks make none, its columns count.
    """
    using = obj._state.db
    try:
        with transaction.atomic(using=using):
            return _of_whole(snapshot.whole(model_admin, request, obj, locks_rows))
    except Exception as error:
        if faults.is_ours(error) or (isinstance(error, OperationalError) and locks.is_conflict(error)):
            raise
        reason = f"no form can be made to see what is deleted ({type(error).__name__}: {error})"
        readings.report_once(obj._meta.label, "*", reason)
    columns = snapshot.columns(obj)
    texts = [text for name in columns for text in (name, columns[name].column or "")]
    return {WITHOUT_FORM: NOT_READ + short(texts)}


def summary(seen: Seen) -> str:
    """What is seen of one object among many."""
    text = short(f"{name} {seen[name]}" for name in sorted(seen))
    return NOT_READ + text if WITHOUT_FORM in seen else text


def _of_whole(now: snapshot.Whole) -> Seen:
    seen = {name: NOT_READ if reading.fault else short(_texts(reading)) for name, reading in now.fields.items()}
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
        return [NOT_READ]
    return [reading.shown if reading.column is None or not reading.is_whole else "", reading.column or ""]


def remember(response: HttpResponse, request: HttpRequest, about: str, shown: Shown) -> None:
    """Let the browser bring ``shown`` back with the confirmation. ``about``: user and objects it is bound to."""
    response.set_cookie(
        _cookie(request.path),
        signing.dumps([about, _bounded(shown.values), *_packed(shown)], salt=_SALT, compress=True),
        max_age=_DAY,
        path=_path(request),
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


def forget(response: HttpResponse, request: HttpRequest) -> None:
    if _cookie(request.path) in request.COOKIES:
        response.delete_cookie(_cookie(request.path), path=_path(request))


def _packed(shown: Shown) -> List[Any]:
    return ["".join(shown.parts), shown.counts, shown.refusals, int(shown.is_own)]


def brought_back(request: HttpRequest, about: str) -> Shown:
    """Raises: BaseProblem: ``missing``, ``old`` or ``forged``."""
    text = request.COOKIES.get(_cookie(request.path), "")
    if not text:
        raise BaseProblem("missing")
    try:
        bound_to, values, parts, count, refusals, is_own = signing.loads(text, salt=_SALT)
    except signing.BadSignature:
        raise BaseProblem("forged") from None
    except ValueError:
        raise BaseProblem("old") from None
    if bound_to != about:
        raise BaseProblem("forged")
    parts = [parts[start : start + PART] for start in range(0, len(parts), PART)]
    return Shown(values, parts, count, refusals, bool(is_own))


def differing(seen: Seen, now: Seen) -> Optional[List[str]]:
    """Names of what is not as it was seen; None if all is. What could not be read then is not compared."""
    if (WITHOUT_FORM in seen) != (WITHOUT_FORM in now):
        return None if WITHOUT_FORM in seen else [WITHOUT_FORM]
    now = _bounded(now) if ALL in seen else now
    names = [name for name in {**seen, **now} if _differs(seen.get(name, ""), now.get(name, ""))]
    return names or None


def _differs(then: str, now: str) -> bool:
    is_read_now = not now.startswith(NOT_READ)
    return then != now and then != NOT_READ and not (then.startswith(NOT_READ) and is_read_now)


def unread(names: Iterable[str], now: Seen) -> List[str]:
    """Those of the names of what differs of which it cannot be told now whether it does."""
    return [
        name for name in names if now.get(name, "").startswith(NOT_READ) or (name == ALL and NOT_READ in now.values())
    ]


ALL = "*"
"""Instead of all names, where they would be too many."""

_MOST_BYTES = 2500
"""Browsers keep 4096 bytes of a cookie with its signature."""


def _bounded(seen: Seen) -> Dict[str, str]:
    if sum(len(name.encode()) + len(text) + 6 for name, text in seen.items()) <= _MOST_BYTES:
        return dict(seen)
    return {ALL: short([text for name in sorted(seen) for text in (name, seen[name])])}


PART = 6
"""Characters of a digest in a list of many."""

_MOST_PARTS = 100


def short_part(text: str) -> str:
    return short([text])[:PART]


def bounded_parts(parts: Iterable[str]) -> List[str]:
    """One for all, where they would be too many for a cookie."""
    parts = sorted(parts)
    return parts if len(parts) <= _MOST_PARTS else [short_part("".join(parts))]


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
