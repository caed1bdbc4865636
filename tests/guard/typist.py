"""Somebody who types something valid into any field of ``Everything`` and ``Story``, other than before or not."""

from __future__ import annotations

import json
import random
import uuid
from datetime import datetime, timedelta
from typing import Any, Callable, Dict, List

from tests.guard.newsdesk import Form

LETTERS = "abc äöü ßłж中😀 <>&\"' \\ \t"


def text(chance: random.Random, most: int = 300) -> str:
    return "x" + "".join(chance.choice(LETTERS) for _ in range(chance.randint(1, most)))


def lines(chance: random.Random) -> str:
    """Several lines, with the line ends of a browser."""
    return "\r\n".join(text(chance, 80) for _ in range(chance.randint(1, 8)))


def slug(chance: random.Random) -> str:
    return "".join(chance.choice("abcxyz019-_") for _ in range(chance.randint(1, 40)))


def moment(chance: random.Random) -> datetime:
    return datetime(1990, 1, 1) + timedelta(seconds=chance.randint(0, 2_000_000_000))


def tree(chance: random.Random, depth: int = 2) -> Any:
    leaf = chance.choice([None, True, 1, -2.5, text(chance, 20)])
    if depth == 0 or chance.random() < 0.3:
        return leaf
    if chance.random() < 0.5:
        return [tree(chance, depth - 1) for _ in range(chance.randint(0, 3))]
    return {text(chance, 5): tree(chance, depth - 1) for _ in range(chance.randint(0, 3))}


TYPED: Dict[str, Callable[[random.Random], Any]] = {
    "big_integer": lambda chance: str(chance.randint(-(2**63), 2**63 - 1)),
    "boolean": lambda chance: chance.choice(["unknown", "true", "false"]),
    "char": text,
    "choice": lambda chance: chance.choice(["", "a", "b"]),
    "date": lambda chance: moment(chance).strftime("%Y-%m-%d"),
    "date_time_0": lambda chance: moment(chance).strftime("%Y-%m-%d"),
    "date_time_1": lambda chance: moment(chance).strftime("%H:%M:%S"),
    "decimal": lambda chance: f"{chance.uniform(-1e9, 1e9):.{chance.randint(0, 10)}f}",
    "duration": lambda chance: str(
        timedelta(seconds=chance.randint(0, 10**7), microseconds=chance.randint(0, 999999))
    ),
    "email": lambda chance: f"{chance.randint(0, 999)}@example.com",
    "float": lambda chance: repr(chance.uniform(-1e12, 1e12)),
    "integer": lambda chance: str(chance.randint(-(2**31), 2**31 - 1)),
    "ip_address": lambda chance: chance.choice(["127.0.0.1", "::1", "2001:DB8::0001", "10.1.2.3"]),
    "json": lambda chance: json.dumps(tree(chance)),
    "positive_big_integer": lambda chance: str(chance.randint(0, 2**63 - 1)),
    "positive_integer": lambda chance: str(chance.randint(0, 2**31 - 1)),
    "positive_small_integer": lambda chance: str(chance.randint(0, 2**15 - 1)),
    "slug": slug,
    "small_integer": lambda chance: str(chance.randint(-(2**15), 2**15 - 1)),
    "text": lines,
    "time": lambda chance: moment(chance).strftime("%H:%M:%S"),
    "url": lambda chance: f"https://example.com/{slug(chance)}",
    "uuid": lambda chance: str(uuid.UUID(int=chance.getrandbits(128))),
    "title": lambda chance: f"Title {text(chance, 100)}!",
    "body": lines,
    "price": lambda chance: f"{chance.uniform(0, 1000):.2f}",
    "embargo_0": lambda chance: moment(chance).strftime("%Y-%m-%d"),
    "embargo_1": lambda chance: moment(chance).strftime("%H:%M"),
}
MOST_ROWS = 6

PAIRS = {"date_time_0": "date_time_1", "embargo_0": "embargo_1"}
"""Controls that are filled in together."""


def type_something(form: Form, chance: random.Random) -> List[str]:
    """Fill in some controls of the form; returns which."""
    known = [name for name in form.data if _field(name) in TYPED and not _is_one_row_too_many(name)]
    chosen = chance.sample(known, min(len(known), chance.randint(1, 4)))
    for name in list(chosen):
        for one, other in PAIRS.items():
            if name in (one, other):
                chosen += [one, other]
    for name in chosen:
        form[name] = TYPED[_field(name)](chance)
    return chosen


def _is_one_row_too_many(name: str) -> bool:
    """An inline that grows with each save would soon be all that is measured."""
    row = name.split("-")[1] if "-" in name else ""
    return row.isdecimal() and int(row) >= MOST_ROWS


def _field(name: str) -> str:
    return name.rpartition("-")[2]
