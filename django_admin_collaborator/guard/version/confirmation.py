"""What a confirmation page has shown, kept in a cookie of that page: a short digest for each field and inline.

A confirmation page has no form of ours to put a base into, in some themes no block either; its browser brings
the cookie back with the confirmation. Two tabs of one page share it: whoever confirms has seen the newer one.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Dict, Iterable, List, Mapping, Sequence, Tuple

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


ALL = "*"
"""The name of what counts for all names: where they would be too many, and where one of two pages has no others."""

NOT_READ = "?"
"""In place of the digest of what could not be read, or before that of a form with such a part."""

_SALT = "django_admin_collaborator.seen"
_DAY = 24 * 60 * 60


def of_object(model_admin: Any, request: HttpRequest, obj: models.Model, locks_rows: bool = False) -> Seen:
    """What its change form shows of an object, digested.

    Django needs no form to delete it. Where the project's hooks make none, its columns count.
    """
    parts: Dict[str, str] = {}
    try:
        with transaction.atomic(using=obj._state.db):
            parts = _of_whole(snapshot.whole(model_admin, request, obj, locks_rows))
    except Exception as error:
        if faults.is_ours(error) or (isinstance(error, OperationalError) and locks.is_conflict(error)):
            raise
        reason = f"no form can be made to see what is deleted ({type(error).__name__}: {error})"
        readings.report_once(obj._meta.label, "*", reason)
    names = sorted(parts)
    return {**parts, ALL: _both([*(parts[name] for name in names), *names], _columns(obj))}


def of_columns(obj: models.Model) -> str:
    """What is seen of one object among too many to make their forms."""
    return _both((), _columns(obj))


def _columns(obj: models.Model) -> List[str]:
    return [f"{name} {reading.column}" for name, reading in snapshot.columns(obj).items()]


def of_rows(rows: Mapping[str, str]) -> Seen:
    """What is seen of many objects. ``rows``: of each, by its key, what ``of_object`` has for all names."""
    halves = {pk: tuple(half[:_HALF] for half in rows[pk].split(".")) for pk in sorted(rows)}
    everything = _both([form for form, _ in halves.values()], [pk + columns for pk, (_, columns) in halves.items()])
    return {**{pk: ".".join(both) for pk, both in halves.items()}, ALL: everything}


def _both(forms: Sequence[str], columns: Iterable[str]) -> str:
    """Digests of the forms, or nothing where one of them could not be made, and of the columns."""
    mark = NOT_READ if any(text.startswith(NOT_READ) for text in forms) else ""
    form = mark + short(forms) if forms and all(forms) else ""
    return f"{form}.{short(columns)}"


def _of_whole(now: snapshot.Whole) -> Dict[str, str]:
    seen = {name: NOT_READ if reading.fault else short(_texts(reading)) for name, reading in now.fields.items()}
    for set_name, rows in now.sets.items():
        parts: List[str] = []
        is_read = True
        for pk in sorted(rows):
            parts.append(pk)
            for name, reading in rows[pk].items():
                parts += [name, *_texts(reading)]
                is_read = is_read and not reading.fault
        seen[set_name + "/"] = short(parts) if is_read else NOT_READ + short(parts)
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
        bound_to, values, parts, count, refusals, is_own = _signed(text)
    except ValueError:
        raise BaseProblem("old") from None
    if bound_to != about:
        raise BaseProblem("forged")
    parts = [parts[start : start + PART] for start in range(0, len(parts), PART)]
    return Shown(values, parts, count, refusals, bool(is_own))


def _signed(text: str) -> Any:
    """Digests with a key that was exchanged since say nothing of what has changed."""
    for key in [settings.SECRET_KEY, *getattr(settings, "SECRET_KEY_FALLBACKS", ())]:
        signer = signing.TimestampSigner(key=key, salt=_SALT)
        signer.fallback_keys = []
        with suppress(signing.BadSignature):
            signed = signer.unsign_object(text)
            if key != settings.SECRET_KEY:
                raise BaseProblem("old")
            return signed
    raise BaseProblem("forged")


def compared(seen: Seen, now: Seen) -> Tuple[List[str], List[str]]:
    """Names of what is not as it was seen, and of what could be read then, so that it cannot be told now."""
    names = set(seen) | set(now)
    names = {ALL} if len(seen) == 1 or len(now) == 1 else names - {ALL}
    changed, unread = [], []
    for name in sorted(names):
        if name not in seen or name not in now:
            changed.append(name)
            continue
        form_then, _, columns_then = seen[name].partition(".")
        form, _, columns = now[name].partition(".")
        if _is_read(form) == _is_read(form_then):
            is_changed = form != form_then if form else columns != columns_then
        else:
            is_changed = columns != columns_then
        if is_changed:
            changed.append(name)
        elif _is_read(form) < _is_read(form_then):
            unread.append(name)
    lacked = any(text.startswith(NOT_READ) for text in seen.values())
    if lacked and not changed and _column_half(seen) != _column_half(now):
        return [ALL], unread
    return changed, unread


def _column_half(seen: Seen) -> str:
    return seen.get(ALL, "").partition(".")[2]


def _is_read(form: str) -> int:
    """0: not at all, 1: in part."""
    return 0 if not form else 1 if form.startswith(NOT_READ) else 2


_HALF = 5
"""Characters of each of the two digests of an object among many."""

_MOST_BYTES = 2500
"""Browsers keep 4096 bytes of a cookie with its signature."""


def _bounded(seen: Seen) -> Seen:
    if sum(len(name.encode()) + len(text) + 6 for name, text in seen.items()) <= _MOST_BYTES:
        return seen
    return {ALL: seen[ALL]}


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
