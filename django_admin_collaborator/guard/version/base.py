"""The base of a page: what its forms were made from, as keyed digests, signed for one user and one object.

It travels to the browser in a hidden field and comes back with the save. Nothing is kept on the server.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass, field
from typing import Any, Dict, Iterator, List, Mapping, Optional, Tuple

from django.conf import settings
from django.core import signing
from django.core.signing import b64_decode, b64_encode

from ...access.packed_texts import pack, unpack
from . import places, shapes
from .digest import LENGTH, Digester
from .reading import Reading

FIELD = "_collaborator_base"
"""Name of the hidden field."""

FORMAT = "3"

BYTES_A_CONTROL = 24
"""Size of a base, on average. What digests leave of it is filled with the shortest values that the form shows."""

LEAST_ROOM = 48
"""Bytes of values that also the base of a form with few controls has."""

SIGNATURE_LENGTH = 22
"""Characters of the signature: 128 bits of an HMAC."""

_SALT = "django_admin_collaborator.base"
COLUMN, OTHER, STORED = "column", "other", "stored"
"""Parts of the digest of a column: of a value that its control shows, of one in place of which the form shows
another, and of one in place of which the form's object has another."""

_NULL = "null"
_IS_NULL = "~"
"""In place of the digest of a column without a value, where its control shows none either."""

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
    asked: what its person has to decide, by the path of the choice, each with the entry of before; see ``Item``.
    made_at: seconds since the Unix epoch by this host's clock; for texts only, nothing is decided by it.
    place: language and time zone that it was made in, see ``places``.
    is_of_old_key: it was made before the site's key was exchanged, so no base of now can have entries of it.
    stored: digests of what was stored in the columns that a hook of the project had given the page another value of.

    An entry is ``?`` for a field that is not compared. Else it is the digest of the column, if the field has one
    that its control does not determine, see ``COLUMN``, or ``~`` if that is null, followed by ``=`` and the text of
    what the control shows, or by ``#`` and a digest of that text.
    """

    digester: Digester
    fields: Entries
    sets: Mapping[str, Mapping[str, Entries]] = field(default_factory=dict)
    made_at: float = 0.0
    asked: Entries = field(default_factory=dict)
    place: str = ""
    is_of_old_key: bool = False
    stored: Entries = field(default_factory=dict)

    def matches(self, name: str, entry: str, reading: Reading) -> bool:
        """Whether field ``name`` is still what it was."""
        if entry == NOT_COMPARED:
            return True
        is_shown = reading.column is not None and reading.is_whole
        if reading.column is not None and not self._column_matches(name, entry, reading.column):
            return False
        return is_shown or self.shows(name, entry, reading.shown)

    def _column_matches(self, name: str, entry: str, column: str) -> bool:
        """Whether ``column``, the text of a value, is the value that was there."""
        kept, _ = _parts(entry)
        return self.shows_column(name, entry, column) or kept == self.digester.digest(name, OTHER, column)

    def is_stored(self, name: str, entry: str, column: str) -> bool:
        """Whether ``column``, the text of what is stored, is what was stored, whatever the page showed of it."""
        kept = self.stored.get(name)
        if kept is None:
            return self._column_matches(name, entry, column)
        return kept == self.digester.digest(name, STORED, column)

    def shows_column(self, name: str, entry: str, column: str) -> bool:
        """Whether ``column``, the text of a value that a save would write, is the value that was there and that the
        control showed, in whatever way."""
        kept, _ = _parts(entry)
        if kept == _IS_NULL:
            return column == _NULL
        if kept:
            return self.digester.digest(name, COLUMN, column) == kept
        return entry != NOT_COMPARED and any(self.shows(name, entry, text) for text in _as_shown(column))

    def shows(self, name: str, entry: str, text: str) -> bool:
        """Whether the control showed ``text``."""
        _, shown = _parts(entry)
        return shown == "=" + text or shown == "#" + self.digester.digest(name, "shown", text)

    def showed(self, name: str, entry: str, typed: List[str]) -> bool:
        """Whether a control that is gone showed what was posted for it, or nothing is known of it."""
        texts = [shapes.text_of(sorted(typed)), shapes.text_of(typed[0]), "true" if typed == ["on"] else ""]
        return entry == NOT_COMPARED or any(self.shows(name, entry, text) for text in texts)

    def is_undecided(self, path: str, chosen: Mapping[str, str]) -> bool:
        """Whether the page asked for a choice that was not made."""
        return path in self.asked and path not in chosen

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
        self.asked: Entries = {}
        self.made_at: Optional[float] = None
        self.stored: Entries = {}
        self._shown: List[Tuple[str, Dict[str, str], str]] = []
        self._controls = 0

    def add_stored(self, texts: Mapping[str, str]) -> None:
        """texts: what is stored in the columns that a hook of the project has given the form another value of."""
        self.stored = {name: self.digester.digest(name, STORED, text) for name, text in texts.items()}

    def add_form(self, readings: Mapping[str, Reading], before: Optional[Entries] = None) -> None:
        """``before``: entries for what could not be read."""
        self.fields = self._entries(readings, before)

    def add_set(self, name: str) -> Dict[str, Dict[str, str]]:
        return self.sets.setdefault(name, {})

    def add_row(self, name: str, pk: str, readings: Mapping[str, Reading], before: Optional[Entries] = None) -> None:
        self.add_set(name)[pk] = self._entries(readings, before)

    def keep_row(self, name: str, pk: str, entries: Entries) -> None:
        """Take the entries of a row over from another base for the same user and object."""
        self.add_set(name)[pk] = dict(entries)

    def _entries(self, readings: Mapping[str, Reading], before: Optional[Entries] = None) -> Dict[str, str]:
        entries: Dict[str, str] = {}
        digest = self.digester.digest
        for name, reading in readings.items():
            self._controls += 1
            if reading.fault:
                entries[name] = (before or {}).get(name, NOT_COMPARED)
                continue
            column = ""
            if reading.column is not None and not _is_determined(reading):
                is_empty = reading.column == _NULL and not reading.shown.strip('[],"') and not reading.is_secret
                kind = OTHER if reading.is_other else COLUMN
                column = _IS_NULL if is_empty else digest(name, kind, reading.column)
            if not reading.is_secret and len(reading.shown) <= LENGTH:
                entries[name] = column + "=" + reading.shown
            else:
                entries[name] = column + "#" + digest(name, "shown", reading.shown)
                if not reading.is_secret:
                    self._shown.append((name, entries, column + "=" + reading.shown))
        return entries

    def sign(self) -> str:
        self._fill()
        head = f"{FORMAT} {self.made_at or time.time():.3f} {places.current()}".rstrip()
        lines = [head, *_lines_of(self.fields)]
        lines += (_ASKED + line for line in _lines_of(self.asked))
        lines += (_STORED + line for line in _lines_of(self.stored))
        for name, rows in self.sets.items():
            names = list(dict.fromkeys(field for entries in rows.values() for field in entries))
            lines.append(_SET + "\t".join(map(_word, [name, *names])))
            for pk, entries in rows.items():  # a row need not have all of them: its form may depend on the row
                kept = (_short(entries[field]) if field in entries else "" for field in names)
                lines.append(_ROW + "\t".join([_word(pk), *kept]))
        return _sign("\n".join(lines), self.user, self.object_name)

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

    Raises: BaseProblem: there is none, it is of another version of this package, or it is not ours to trust.
    """
    if not text:
        raise BaseProblem("missing")
    for secret in [settings.SECRET_KEY, *getattr(settings, "SECRET_KEY_FALLBACKS", ())]:
        try:
            signed = _Signer(key=secret, salt=_salt(user, object_name)).unsign(text)
            break
        except signing.BadSignature:
            continue
    else:
        raise BaseProblem("old" if _is_of_format_1(text) else "forged")
    head, *lines = unpack(b64_decode(signed.encode())).split("\n")
    if head.split(" ")[0] != FORMAT:
        raise BaseProblem("old")
    fields, sets, asked, stored = _read(lines)
    made_at, _, place = head.partition(" ")[2].partition(" ")
    is_of_old_key = str(secret) != str(settings.SECRET_KEY)
    digester = Digester(str(secret), user, object_name)
    return Base(digester, fields, sets, float(made_at), asked, place, is_of_old_key, stored)


def _is_of_format_1(text: str) -> bool:
    """Whether the page was opened before this format was there."""
    try:
        return bool(signing.loads(text, salt=_SALT)[0] == 1)
    except (signing.BadSignature, ValueError, TypeError, IndexError, KeyError):
        return False


class _Signer(signing.Signer):
    def __init__(self, key: Any, salt: str) -> None:
        super().__init__(key=key, salt=salt)
        self.fallback_keys: List[Any] = []  # each key is tried by itself, since the digests are made with it too

    def signature(self, value: Any, *args: Any) -> str:
        return super().signature(value, *args)[:SIGNATURE_LENGTH]


def _salt(user: str, object_name: str) -> str:
    return "\0".join([_SALT, user, object_name])


def _sign(text: str, user: str, object_name: str) -> str:
    packed = b64_encode(pack(text)).decode()
    return _Signer(key=settings.SECRET_KEY, salt=_salt(user, object_name)).sign(packed)


_SET, _ROW, _ASKED, _STORED = ">", "<", "!", "@"
"""Begin the lines of a set, of its rows, of what is asked, and of what is stored; every other line is a field of the
main form. Texts of JSON have neither line ends nor tabulators."""


def _word(text: str) -> str:
    """A name as it is, unless it could be taken for something else."""
    return text if _WORD.fullmatch(text) else json.dumps(text)


def _from_word(word: str) -> str:
    return str(json.loads(word)) if word.startswith('"') else word


_WORD = re.compile(r"[\w][\w.@:#-]*", re.ASCII)


def _short(entry: str) -> str:
    """An entry with a text that needs no quotes has none."""
    column, shown = _parts(entry) if entry[:1] != "=" else ("", entry)
    text = shown[2:-1]
    return f"{column}'{text}" if shown[:2] == '="' and '"' not in text and "\\" not in text else entry


def _from_short(entry: str) -> str:
    column, shown = _parts(entry)
    return f'{column}="{shown[1:]}"' if shown.startswith("'") else entry


def _lines_of(entries: Entries) -> Iterator[str]:
    return (f"{_word(name)}\t{_short(entry)}" for name, entry in entries.items())


def _read(lines: List[str]) -> Tuple[Entries, Dict[str, Dict[str, Entries]], Entries, Entries]:
    fields: Dict[str, str] = {}
    asked: Dict[str, str] = {}
    sets: Dict[str, Dict[str, Entries]] = {}
    stored: Dict[str, str] = {}
    names: List[str] = []
    for line in lines:
        first, *rest = line[line[0] in (_SET, _ROW, _ASKED, _STORED) :].split("\t")
        if line[0] == _SET:
            rows = sets.setdefault(_from_word(first), {})
            names = [_from_word(name) for name in rest]
        elif line[0] == _ROW:
            rows[_from_word(first)] = {name: _from_short(entry) for name, entry in zip(names, rest) if entry}
        else:
            {_ASKED: asked, _STORED: stored}.get(line[0], fields)[_from_word(first)] = _from_short(rest[0])
    return fields, sets, asked, stored


def _is_determined(reading: Reading) -> bool:
    """Whether what the control shows can be of this value alone."""
    column, shown = reading.column, reading.shown
    is_certain = reading.is_whole and not reading.is_other
    return is_certain and column is not None and (shown == column or shown in _as_shown(column))


def _as_shown(column: str) -> Tuple[str, ...]:
    """What controls may show that only this value of the column is shown as; ``values`` says how one is written."""
    if column.startswith('{"$":'):
        return column, column[:-1].partition(',"v":')[2]
    return column, f'"{column}"'


def _parts(entry: str) -> Tuple[str, str]:
    """The digest of the column, or nothing, and what is kept of the control."""
    if entry[:1] in ("=", "'", "#", NOT_COMPARED):
        return "", entry
    end = 1 if entry[:1] == _IS_NULL else LENGTH
    return entry[:end], entry[end:]
