"""One text for one value: what a field holds in the database, written so that equal values read equal."""

from __future__ import annotations

import base64
import datetime
import decimal
import json
import uuid
from json.encoder import encode_basestring
from types import SimpleNamespace
from typing import Any, Callable, List, Tuple

from django.db import models

TYPE = "$"
"""Key that marks a JSON object as the writing of a value that JSON does not know."""


def write(field: models.Field[Any, Any], value: Any) -> str:
    """The canonical text of ``value``, a value of ``field`` as the database gives it."""
    return write_column(field, value)[0]


def write_column(field: models.Field[Any, Any], value: Any) -> Tuple[str, bool]:
    """The canonical text of ``value``, and whether it is the whole value.

    It may not be where the value is of a type that Django does not know: that may have parts in other columns.
    """
    if isinstance(field, models.JSONField):
        return _dump({TYPE: "json", "v": _dump(value)}), True
    if isinstance(field, models.FileField):
        return _dump(getattr(value, "name", value)), True
    known = _plain(value)
    if known is not _UNKNOWN:
        return _dump(known), True
    known = _plain(field.get_prep_value(value))
    # Some write one value in another way each time, as where it is encrypted.
    if known is _UNKNOWN or known != _plain(field.get_prep_value(value)):
        row: Any = SimpleNamespace(**{field.attname: value})
        known = {TYPE: "text", "v": field.value_to_string(row)}
    return _dump(known), False


def plain(value: Any) -> Any:
    """JSON for ``value``; None for a type that Django's own fields do not use."""
    known = _plain(value)
    return None if known is _UNKNOWN else known


def write_keys(keys: Any, is_ordered: bool = False) -> str:
    """The canonical text of a many-to-many field: its primary keys, in their order or in one of our own."""
    texts = [_dump(_key(key)) for key in keys]
    return "[" + ",".join(texts if is_ordered else sorted(texts)) + "]"


_UNKNOWN = object()


def _key(key: Any) -> Any:
    known = _plain(key)
    return str(key) if known is _UNKNOWN else known


def _json_default(value: Any) -> Any:
    # A custom JSON decoder may give any type that _plain knows; everything else by its text.
    known = _plain(value)
    return str(value) if known is _UNKNOWN else known


# json.dumps() would make a new encoder for every value.
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_json_default).encode

write_text: Callable[[str], str] = encode_basestring
"""The JSON of a text, as ``_encode`` writes it; most values are texts."""


def _dump(value: Any) -> str:
    if type(value) is str:
        return write_text(value)
    return "null" if value is None else _encode(value)


def _plain(value: Any) -> Any:
    """JSON for a value of any type that Django's own fields use; ``_UNKNOWN`` for others."""
    if value is None or type(value) in (str, int, bool):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value) + 0.0  # 0.0 and -0.0 are one value
    if isinstance(value, str):
        return str.__str__(value)  # of an enumeration its value, not its name
    if isinstance(value, (list, tuple)):
        items = [_plain(item) for item in value]
        return _UNKNOWN if any(item is _UNKNOWN for item in items) else items
    if isinstance(value, (set, frozenset)):
        items = [_plain(item) for item in value]
        return _UNKNOWN if any(item is _UNKNOWN for item in items) else {TYPE: "set", "v": sorted(map(_dump, items))}
    if isinstance(value, dict):
        pairs = {str(key): _plain(item) for key, item in value.items()}
        return _UNKNOWN if any(item is _UNKNOWN for item in pairs.values()) else {TYPE: "dict", "v": pairs}
    for kind, to_text in _TO_TEXT:
        if isinstance(value, kind):
            name, text = to_text(value)
            return {TYPE: name, "v": text}
    return _range(value)


def _range(value: Any) -> Any:
    """PostgreSQL's ranges, by shape: both drivers have a type of their own."""
    if not all(hasattr(value, name) for name in ("lower", "upper", "lower_inc", "upper_inc", "isempty")):
        return _UNKNOWN
    ends = [_plain(value.lower), _plain(value.upper)]
    if _UNKNOWN in ends:
        return _UNKNOWN
    return {TYPE: "range", "v": [*ends, value.lower_inc, value.upper_inc, value.isempty]}


def _decimal(value: decimal.Decimal) -> Tuple[str, str]:
    if not value.is_finite():
        return "decimal", str(value)
    text = format(value, "f")  # exact; normalize() would round to the precision of the context
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "decimal", text if value else "0"


def _moment(value: datetime.datetime) -> Tuple[str, str]:
    if value.tzinfo is not None and value.utcoffset() is not None:
        try:
            value = value.astimezone(datetime.timezone.utc)
        except OverflowError:  # the first and the last day that datetime knows
            pass
    return "datetime", value.isoformat()


_TO_TEXT: List[Tuple[Any, Callable[[Any], Tuple[str, Any]]]] = [
    (datetime.datetime, _moment),
    (datetime.date, lambda value: ("date", value.isoformat())),
    (datetime.time, lambda value: ("time", value.isoformat())),
    (datetime.timedelta, lambda value: ("duration", value // datetime.timedelta(microseconds=1))),
    (decimal.Decimal, _decimal),
    (uuid.UUID, lambda value: ("uuid", value.hex)),
    ((bytes, bytearray, memoryview), lambda value: ("bytes", base64.b64encode(bytes(value)).decode())),
]
