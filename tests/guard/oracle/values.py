"""Values: what rows have to begin with, what people type, and what others write."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any, Dict, List, Type

from django.contrib.contenttypes.models import ContentType
from django.db import models
from hypothesis import strategies as st

from tests.guard.oracle.models import (
    Chest,
    Everything,
    GiftLine,
    Jewel,
    Keyed,
    Label,
    Line,
    LongOrder,
    Note,
    Order,
    Profile,
    Shelf,
    Token,
    Visit,
    Weight,
)
from tests.guard.oracle.sides import BEGIN, Spec

UTC = timezone.utc
COARSE_TEXTS = [
    *["", "plain"] * 3,
    "  outer spaces ",
    "two\nlines",
    "two\r\nlines",
    "\ttab ",
    "ä😀<&\"'",
    "\n\nempty first",
]
COARSE_LINES = [*["", "plain"] * 2, "  outer ", "tab\there"]
# The last is an hour that comes twice in Berlin.
MOMENTS = [None, datetime(2020, 1, 1, 10, 20, 30, 456789, UTC), datetime(2019, 7, 1, 0, 0, tzinfo=UTC)]
MOMENTS += [datetime(2020, 10, 25, 0, 30, 5, tzinfo=UTC)]
KEYS = ["simple", "with space", "a/b", "café", "q?x=1&y", "_5F", "naïve/ä b"]

STORED: Dict[str, Any] = {
    "big_integer": st.sampled_from([0, 2**62]),
    "boolean": st.booleans(),
    "maybe": st.sampled_from([None, True, False]),
    "char": st.sampled_from(COARSE_LINES),
    "nullable_char": st.sampled_from([None, *COARSE_LINES]),
    "kind": st.sampled_from(["a", "b", "b", "b", "old"]),
    "number_kind": st.sampled_from([None, 1, 2]),
    "date": st.sampled_from([None, date(2020, 2, 29)]),
    "moment": st.sampled_from(MOMENTS[1:]),
    "nullable_moment": st.sampled_from(MOMENTS),
    "decimal": st.sampled_from([Decimal("0"), Decimal("1.2500"), Decimal("-3.1")]),
    "nullable_decimal": st.sampled_from([None, Decimal("7.10")]),
    "duration": st.sampled_from([None, timedelta(days=1, seconds=5, microseconds=7)]),
    "email": st.sampled_from(["", "a@example.com"]),
    "file": st.sampled_from(["", "oracle/there.txt"]),
    "image": st.sampled_from([None, ""]),
    "float": st.sampled_from([0.0, 0.1, 1e20, 1 / 3, -2.5]),
    "integer": st.sampled_from([None, 0, 7]),
    "ip_address": st.sampled_from([None, "127.0.0.1", "2001:db8::1"]),
    "json": st.sampled_from([{}, {"b": 1, "a": {"d": 2.5, "c": []}}, [1, "x"], "text"]),
    "nullable_json": st.sampled_from([None, {"z": None, "a": "ä"}]),
    "small": st.sampled_from([0, 5]),
    "slug": st.sampled_from(["", "slug"]),
    "text": st.sampled_from(COARSE_TEXTS),
    "time": st.sampled_from([None, time(1, 2, 3, 456), time(23, 59)]),
    "url": st.sampled_from(["", "https://example.com/a?b=c&d"]),
    "uuid": st.sampled_from([None, uuid.UUID(int=11)]),
    "counter": st.just(3),
    "stamp": st.just("before"),
    "binary": st.sampled_from([b"", b"\x00\xff"]),
}

VALID: Dict[str, List[str]] = {
    "title": ["Mine", "Another title", " spaced ", "x" * 100],
    "slug": ["", "typed-slug"],
    "published_at_0": ["", "2021-03-04"],
    "published_at_1": ["", "05:06:07"],
    "published_at": ["", "2021-03-04 05:06"],
    "qty": ["3", "0", "4"],
    "price": ["10", "7"],
    "total": ["77"],
    "mark": ["", "4"],
    "grams": ["1.50", "2"],
    "sku": ["s1", "s2", "typed"],
    "date": ["", "2021-03-04"],
    "time": ["", "05:06", "05:06:07"],
    "decimal": ["1.25", "2"],
    "nullable_decimal": ["", "7.1", "8.00"],
    "duration": ["", "1 00:00:05", "7"],
    "email": ["", "b@example.com"],
    "float": ["0.1", "1e20", "2.5"],
    "ip_address": ["", "::1", "2001:DB8::0001"],
    "json": ['{"a": {"c": [], "d": 2.5}, "b": 1}', "{}", "[1]"],
    "nullable_json": ["", "null", '{"a": "ä", "z": null}'],
    "small": ["0", "42"],
    "url": ["", "https://example.com/"],
    "uuid": ["", str(uuid.UUID(int=12))],
    "code": ["shelf-1", "new-code"],
    "key": KEYS,
    "name": ["Name", "Token 1", "Name 1", "Name 2", "Name 3", "ä b"],
}
INVALID: Dict[str, List[str]] = {
    "title": [""],
    "qty": ["13", "", "no"],
    "price": ["-1"],
    "grams": ["1.234"],
    "sku": [""],
    "date": ["no date"],
    "decimal": ["1.23456", "x"],
    "email": ["no address"],
    "json": ["{broken"],
    "small": ["1000"],
    "code": ["no slug"],
    "key": [""],
    "name": [""],
}
for _name in ("moment", "nullable_moment", "seen_at", "begins"):
    VALID[_name + "_0"] = ["2021-03-04", "2022-01-01"]
    VALID[_name + "_1"] = ["05:06:07", "23:59"]
    VALID[_name] = ["2021-03-04 05:06"]
TEXTS = ["typed", "  typed, with spaces ", "", "two\r\nlines", "ä<&"]
NUMBERS = ["0", "1", "42", "999999"]

ROWS = 3
ONE = uuid.UUID(int=1)


@st.composite
def specs(draw: Any, model: Type[models.Model]) -> Spec:
    """The rows to begin with: of the model, and of what belongs to it."""
    spec: Spec = {
        Shelf: [
            {"id": number, "name": f"Shelf {number}", "code": f"shelf-{number}", "is_open": number < 3, "saves": 0}
            for number in (1, 2, 3)
        ],
        Label: [
            {"id": number, "name": f"Label {number}", "is_hidden": number > 2, "uses": 0} for number in (1, 2, 3)
        ],
    }
    if issubclass(model, Order):
        _orders(draw, spec, model is LongOrder)
    elif model is Everything:
        spec[Everything] = [_everything(draw, number) for number in range(1, draw(st.integers(1, 2)) + 1)]
        links = draw(st.lists(st.sampled_from([(1, 1), (1, 3)]), unique=True))
        spec[Everything.labels.through] = [{"everything": row, "label": label} for row, label in links]
    elif model is Keyed:
        keys = draw(st.lists(st.sampled_from(KEYS), min_size=1, max_size=ROWS, unique=True))
        spec[Keyed] = [{"key": key, "text": draw(st.sampled_from(COARSE_LINES)), "amount": 1} for key in keys]
    elif model is Token:
        spec[Token] = [
            {
                "id": uuid.UUID(int=number),
                "name": f"Token {number}",
                "group": draw(st.sampled_from(COARSE_LINES)),
                "amount": number,
                "is_deleted": number == 3,
            }
            for number in (1, 2, 3)
        ]
    elif model is Chest:
        texts = st.sampled_from(["", "plain", " spaces "])
        spec[Chest] = [{"id": ONE, "name": "Chest", "secret": draw(texts)}]
        spec[Jewel] = [
            {"id": uuid.UUID(int=number), "chest": ONE, "name": f"Jewel {number}", "secret": draw(texts)}
            for number in range(draw(st.integers(0, 2)))
        ]
    elif model is Visit:
        moments, lines = (
            st.sampled_from([MOMENTS[1], MOMENTS[1], MOMENTS[1], MOMENTS[2]]),
            st.sampled_from(COARSE_LINES),
        )
        spec[Visit] = [
            {
                "id": number,
                "name": f"Name {number}",
                "begins": draw(moments),
                "note": draw(lines),
            }
            for number in (1, 2, 3)
        ]
    elif model is Shelf:
        _orders(draw, spec, False)
        if draw(st.booleans()):
            spec[Everything] = [_everything(draw, 1)]  # it protects its shelf
    return spec


def _orders(draw: Any, spec: Spec, are_long: bool) -> None:
    count = draw(st.integers(1, ROWS))
    spec[Order] = [_order(draw, number) for number in range(1, count + 1)]
    if are_long:
        spec[LongOrder] = [
            {"order_ptr": number, "teaser": draw(st.sampled_from(COARSE_LINES)), "reads": 4}
            for number in range(1, count + 1)
        ]
    labels = draw(st.lists(st.sampled_from([1, 2, 3]), unique=True))
    spec[Order.labels.through] = [{"order": 1, "label": label} for label in labels]
    lines = draw(st.integers(0, 3))
    spec[Line] = [
        {
            "id": number,
            "order": 1,
            "sku": f"s{number}",
            "text": draw(st.sampled_from(COARSE_TEXTS)),
            "qty": number,
            "price": 5,
            "total": 5 * number,
            "locked": draw(st.booleans()),
        }
        for number in range(1, lines + 1)
    ]
    spec[GiftLine] = [
        {"line_ptr": number, "card": draw(st.sampled_from(COARSE_LINES)), "opened": 2}
        for number in range(1, lines + 1)
        if draw(st.booleans())
    ]
    weights = draw(st.lists(st.sampled_from([1, 2]), unique=True))
    spec[Weight] = [{"order": 1, "label": label, "grams": Decimal("1.50")} for label in weights]
    if draw(st.booleans()):
        nick, seen_at = draw(st.sampled_from(COARSE_LINES)), draw(st.sampled_from(MOMENTS))
        spec[Profile] = [{"order": 1, "nick": nick, "seen_at": seen_at}]
    kind = ContentType.objects.get_for_model(LongOrder if are_long else Order, for_concrete_model=True).pk
    spec[Note] = [
        {"content_type": kind, "object_id": 1, "text": draw(st.sampled_from(["note", " spaced note "])), "mark": 1}
        for _ in range(draw(st.integers(0, 2)))
    ]


def _order(draw: Any, number: int) -> Dict[str, Any]:
    status = draw(st.sampled_from(["draft", "review", "published"]))
    return {
        "id": number,
        "title": f"Order {number}",
        "slug": draw(st.sampled_from(["", f"order-{number}"])),
        "status": status,
        "published_at": draw(st.sampled_from(MOMENTS)) if status == "published" else None,
        "summary": draw(st.sampled_from(COARSE_TEXTS)),
        "qty": draw(st.sampled_from([1, 2, 3, 4, 5, 13])),
        "price": 2,
        "total": draw(st.sampled_from([2, 4])),
        "shelf": draw(st.sampled_from([None, 1, 3])),
        "place": draw(st.sampled_from([None, "shelf-2", "shelf-3"])),
        "revision": 1,
        "label_count": 0,
        "updated_at": BEGIN,
        "created_at": BEGIN,
    }


def _everything(draw: Any, number: int) -> Dict[str, Any]:
    row = {name: draw(strategy) for name, strategy in STORED.items()}
    relations = {"shelf": draw(st.sampled_from([None, 1, 3])), "required_shelf": 1, "one_to_one": None}
    return {"id": number, **row, **relations}


def typed(name: str, kind: str, options: List[str]) -> Any:
    """A strategy of values for this control."""
    if options and kind == "select-multiple":
        return st.lists(st.sampled_from(options), unique=True).map(lambda chosen: sorted(chosen, key=options.index))
    if options and kind == "checkbox":
        return st.sampled_from([[], options[:1]])
    if options:
        return st.sampled_from(options).map(lambda value: [value])
    field = name.rpartition("-")[2]
    valid = VALID.get(field, NUMBERS if kind == "number" else TEXTS)
    return st.sampled_from([*valid * 4, *INVALID.get(field, [])]).map(lambda value: [value])
