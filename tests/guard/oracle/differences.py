"""What differs between plain Django and the guard, and the only differences that are allowed.

(a) The guard may refuse where another writer committed between GET and POST (``test_other_writers.py``), or another
    person holds the lease (``test_leases.py``); with one writer alone nothing may be refused. Where plain Django
    refuses for ever, as a row is not there any more that another writer took away, the guard may go on without it.
    Where the other writer has put a mistake right, or has made one, it may answer as if the page came after them.
(b) In a control that was posted unchanged the row keeps its value where plain Django writes a coarser one: without
    microseconds, with other line ends, without outer spaces, rounded, or one that the control offers in place of a
    value and of links that it does not. The row must keep them, and a row of a list in which plain Django would
    change nothing else is not saved for it. A file that is NULL is not among them: every save of its row writes an
    empty name, whether a form shows it or not.
"""

from __future__ import annotations

from datetime import datetime, time
from decimal import Decimal
from typing import Any, Iterator, List, Tuple

from django.apps import apps
from django.db.models import FileField

from tests.guard.oracle.sequences import Seen
from tests.guard.oracle.shown import Where
from tests.guard.oracle.sides import Difference, Rows


def compare(plain: List[Seen], guarded: List[Seen], begin: Rows, keeps: bool = True) -> None:
    """Compare all that was seen. keeps: whether (b) has to hold.

    Raises: Difference: the guarded side is not as the plain one, nor as (b) allows.
    """
    before = begin
    for one, other in zip(plain, guarded):
        found = list(differences(one, other, before))
        found += lost(one, other, before) if keeps else []
        if found:
            raise Difference("\n".join([one.request, *found, *other.told]))
        if one.after != other.after or one.unshowable:
            return  # after (b) the two sides no longer begin with the same rows
        before = one.after
    if len(plain) != len(guarded):
        raise Difference(f"{len(plain)} requests, and {len(guarded)} with the guard")


def differences(one: Seen, other: Seen, before: Rows) -> Iterator[str]:
    if one.status == 500 and one.unshowable and one.after == before:
        return  # plain Django fails over the value that it would have written in place of one that was kept
    if one.status != other.status:
        yield f"status: plain {one.status}, guarded {other.status} {other.facts}"
        return
    if one.location != other.location:
        yield f"leads to: plain {one.location}, guarded {other.location}"
    if one.unshowable and one.after != before:
        return  # what follows from a value that was kept is not what follows from another
    if one.is_list and any(_was_left(where, one, other, before) for where in one.untouched):
        return  # nor is what follows from a row that was saved what follows from one that was not
    for name, fact in one.facts.items():
        if fact != other.facts[name]:
            yield f"{name}:\n  plain   {fact}\n  guarded {other.facts[name]}"
    for name in {**one.values, **other.values}:
        if one.values.get(name) != other.values.get(name):
            yield f"control {name}: plain {one.values.get(name)}, guarded {other.values.get(name)}"
    for where, plain, guarded in differing(one.after, other.after):
        stored = value_at(before, where)
        if not (where in one.untouched and is_coarser(stored, plain) and guarded == stored):
            yield f"{where}: plain {plain!r}, guarded {guarded!r}, before {stored!r}"


def _was_left(where: Where, one: Seen, other: Seen, before: Rows) -> bool:
    """Whether a row was not saved in which plain Django has written a coarser value."""
    row = value_at(before, (*where[:2], ""))
    is_as_before = row is not None and value_at(other.after, (*where[:2], "")) == row
    return is_as_before and is_coarser(value_at(before, where), value_at(one.after, where))


def lost(one: Seen, other: Seen, before: Rows) -> List[str]:
    """Where (b) does not hold."""
    found = []
    for where in one.untouched:
        stored, guarded = value_at(before, where), value_at(other.after, where)
        is_there = value_at(other.after, (*where[:2], "")) is not None  # else ``differences`` compares the rows
        if is_there and stored != guarded and is_coarser(stored, guarded) and not _is_of_every_save(where, stored):
            found.append(f"{where}: {stored!r} became {guarded!r}, although its control was posted unchanged")
    for where in one.unshowable:
        stored, guarded = value_at(before, where), value_at(other.after, where)
        if stored != guarded:
            found.append(f"{where}: {stored!r} became {guarded!r}, although its control does not offer that value")
    return found


def _is_of_every_save(where: Where, stored: Any) -> bool:
    field = apps.get_model(where[0])._meta.get_field(where[2])
    return isinstance(field, FileField) and stored is None


def differing(one: Rows, other: Rows) -> Iterator[Tuple[Where, Any, Any]]:
    for table in one:
        for key in {**one[table], **other[table]}:
            first, second = one[table].get(key), other[table].get(key)
            if first is None or second is None:
                yield (table, key, ""), first, second
                continue
            for name in first:
                if first[name] != second[name] or type(first[name]) is not type(second[name]):
                    yield (table, key, name), first[name], second[name]


def value_at(found: Rows, where: Where) -> Any:
    table, key, name = where
    row = found.get(table, {}).get(key)
    return row if row is None or not name else row.get(name)


def is_coarser(fine: Any, coarse: Any) -> bool:
    """Whether ``coarse`` is ``fine`` with something left out that a control does not show."""
    if fine == coarse:
        return False
    if isinstance(fine, str) and isinstance(coarse, str):
        return "".join(fine.split()) == "".join(coarse.split())
    if isinstance(fine, datetime) and isinstance(coarse, datetime):
        return fine.date() == coarse.date() and coarse <= fine
    if isinstance(fine, time) and isinstance(coarse, time):
        return (fine.hour, fine.minute) == (coarse.hour, coarse.minute) and coarse <= fine
    if isinstance(fine, (float, Decimal)) and isinstance(coarse, (float, Decimal)):
        return abs(float(fine) - float(coarse)) <= 0.05 * max(1, abs(float(fine)))
    return fine in (None, "", b"") and coarse in (None, "", b"")
