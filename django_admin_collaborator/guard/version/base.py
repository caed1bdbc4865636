"""The base of a page: what its forms were made from, as keyed digests, signed for one user and one object.

It travels to the browser in a hidden field and comes back with the save. Nothing is kept on the server.
"""

from __future__ import annotations

import json
import time
import zlib
from dataclasses import dataclass, field
from typing import Any, Dict, Iterator, List, Mapping, Optional, Tuple

from django.conf import settings
from django.core import signing
from django.core.signing import b64_decode, b64_encode

from . import shapes
from .digest import LENGTH, Digester
from .reading import Reading

FIELD = "_collaborator_base"
"""Name of the hidden field."""

FORMAT = 2

BYTES_A_CONTROL = 24
"""Size of a base, on average. What digests leave of it is filled with the shortest values that the form shows."""

LEAST_ROOM = 48
"""Bytes of values that also the base of a form with few controls has."""

_SALT = "django_admin_collaborator.base"

NOT_COMPARED = "?"
"""The entry of a field that could not be read when the page was made."""

Entries = Mapping[str, str]
"""The entries of one form, by field name. ``Base`` says what an entry is."""


class BaseProblem(Exception):
    """A save came without a base that can be relied on. ``kind``: ``missing``, ``old``, ``forged`` or ``fault``."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


@dataclass(frozen=True)
class Base:
    """What a page was made from.

    fields: the entries of the main form. sets: for each set of rows, the entries of its rows by primary key.
    made_at: seconds since the Unix epoch by this host's clock; for texts only, nothing is decided by it.

    An entry is ``?`` for a field that is not compared. Else it is the digest of the column, if the field has one
    that its control does not determine, followed by ``=`` and the text of what the control shows, or by ``#`` and
    a digest of that text.
    """

    digester: Digester
    fields: Entries
    sets: Mapping[str, Mapping[str, Entries]] = field(default_factory=dict)
    made_at: float = 0.0

    def matches(self, name: str, entry: str, reading: Reading) -> bool:
        """Whether field ``name`` is still what it was."""
        if entry == NOT_COMPARED:
            return True
        column, _ = _parts(entry)
        if column:
            if reading.column is not None:
                equal = self.digester.digest(name, "column", reading.column) == column
                return equal and (reading.is_whole or self.shows(name, entry, reading.shown))
            return self.shows(name, entry, reading.shown)
        return (reading.column is None or _is_determined(reading)) and self.shows(name, entry, reading.shown)

    def column_matches(self, name: str, entry: str, column: str) -> bool:
        """Whether ``column``, the text of a value that a save would write, is the value that was there."""
        kept, _ = _parts(entry)
        if kept:
            return self.digester.digest(name, "column", column) == kept
        return entry != NOT_COMPARED and any(self.shows(name, entry, text) for text in (column, f'"{column}"'))

    def shows(self, name: str, entry: str, text: str) -> bool:
        """Whether the control showed ``text``."""
        _, shown = _parts(entry)
        return shown == "=" + text or shown == "#" + self.digester.digest(name, "shown", text)

    def showed(self, name: str, entry: str, typed: List[str]) -> bool:
        """Whether a control that is gone showed what was posted for it, or nothing is known of it."""
        texts = [shapes.text_of(sorted(typed)), shapes.text_of(typed[0]), "true" if typed == ["on"] else ""]
        return entry == NOT_COMPARED or any(self.shows(name, entry, text) for text in texts)

    @staticmethod
    def shown_text(entry: Optional[str]) -> Optional[str]:
        """The text of what the control showed, if the base has more of it than a digest."""
        shown = _parts(entry)[1] if entry else ""
        return shown[1:] if shown.startswith("=") else None


class BaseMaker:
    """Collects the readings of the forms of one page, and writes the text for the hidden field."""

    def __init__(self, user: str, object_name: str) -> None:
        self.user = user
        self.object_name = object_name
        self.digester = Digester(str(settings.SECRET_KEY), user, object_name)
        self.fields: Dict[str, str] = {}
        self.sets: Dict[str, Dict[str, Dict[str, str]]] = {}
        self._shown: List[Tuple[str, Dict[str, str], str]] = []
        self._controls = 0

    def add_form(self, readings: Mapping[str, Reading]) -> None:
        self.fields = self._entries(readings)

    def add_set(self, name: str) -> Dict[str, Dict[str, str]]:
        return self.sets.setdefault(name, {})

    def add_row(self, name: str, pk: str, readings: Mapping[str, Reading]) -> None:
        self.add_set(name)[pk] = self._entries(readings)

    def keep_row(self, name: str, pk: str, entries: Entries) -> None:
        """Take the entries of a row over from another base for the same user and object."""
        self.add_set(name)[pk] = dict(entries)

    def _entries(self, readings: Mapping[str, Reading]) -> Dict[str, str]:
        entries: Dict[str, str] = {}
        digest = self.digester.digest
        for name, reading in readings.items():
            self._controls += 1
            if reading.fault:
                entries[name] = NOT_COMPARED
                continue
            column = ""
            if reading.column is not None and not _is_determined(reading):
                column = digest(name, "column", reading.column)
            if not reading.is_secret and len(reading.shown) <= LENGTH:
                entries[name] = column + "=" + reading.shown
            else:
                entries[name] = column + "#" + digest(name, "shown", reading.shown)
                if not reading.is_secret:
                    self._shown.append((name, entries, column + "=" + reading.shown))
        return entries

    def sign(self) -> str:
        self._fill()
        sets = {name: _packed(rows) for name, rows in self.sets.items()}
        return _sign([FORMAT, self.user, self.object_name, round(time.time(), 1), self.fields, sets])

    def _fill(self) -> None:
        """Let values ride along, the shortest first, so that a conflict can show them."""
        room = LEAST_ROOM + self._controls * (BYTES_A_CONTROL - LENGTH) // 2
        for name, entries, entry in sorted(self._shown, key=lambda item: len(item[2])):
            room -= len(entry)
            if room < 0:
                break
            entries[name] = entry


def verify(text: str, user: str, object_name: str) -> Base:
    """The base that was signed for this user and object.

    Raises:
        BaseProblem: there is none, it is of another version of this package, or it is not ours to trust.
    """
    if not text:
        raise BaseProblem("missing")
    for secret in [settings.SECRET_KEY, *getattr(settings, "SECRET_KEY_FALLBACKS", ())]:
        try:
            signed = signing.Signer(key=secret, salt=_SALT).unsign(text)
            break
        except signing.BadSignature:
            continue
    else:
        raise BaseProblem("old" if _is_of_format_1(text) else "forged")
    payload = json.loads(zlib.decompress(b64_decode(signed.encode())).decode())
    if payload[0] != FORMAT:
        raise BaseProblem("old")
    _, base_user, base_object, made_at, fields, sets = payload
    if base_user != user or base_object != object_name:
        raise BaseProblem("forged")
    digester = Digester(str(secret), user, object_name)
    return Base(digester, fields, {name: dict(_unpacked(rows)) for name, rows in sets.items()}, made_at)


def _is_of_format_1(text: str) -> bool:
    """Whether the page was opened before this format was there."""
    try:
        return bool(signing.loads(text, salt=_SALT)[0] == 1)
    except (signing.BadSignature, ValueError, TypeError, IndexError, KeyError):
        return False


def _sign(payload: Any) -> str:
    packed = zlib.compress(json.dumps(payload, separators=(",", ":"), ensure_ascii=False).encode("utf-8"), 1)
    return signing.Signer(key=settings.SECRET_KEY, salt=_SALT).sign(b64_encode(packed).decode())


def _packed(rows: Mapping[str, Entries]) -> Any:
    """The names once for all rows. A row need not have all of them: its form may depend on the row."""
    names = list(dict.fromkeys(name for entries in rows.values() for name in entries))
    return [names, {pk: [entries.get(name) for name in names] for pk, entries in rows.items()}]


def _unpacked(packed: Any) -> Iterator[Tuple[str, Entries]]:
    names, rows = packed
    for pk, entries in rows.items():
        yield pk, {name: entry for name, entry in zip(names, entries) if entry is not None}


def _is_determined(reading: Reading) -> bool:
    """Whether what the control shows can be of this value alone."""
    return reading.is_whole and reading.shown in (reading.column, f'"{reading.column}"')


def _parts(entry: str) -> Tuple[str, str]:
    """The digest of the column, or nothing, and what is kept of the control."""
    if entry[:1] in ("=", "#", NOT_COMPARED):
        return "", entry
    return entry[:LENGTH], entry[LENGTH:]
