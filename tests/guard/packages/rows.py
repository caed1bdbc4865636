"""All rows of the database, whatever managers hide."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any, Collection, Dict, Iterator, List, Tuple

from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.db.models import QuerySet

from tests.support.databases import KEPT, tables_of_models, with_rows

Rows = Dict[str, List[Tuple[Any, ...]]]

NOT_COMPARED = {"admin", "sessions"}


def rows(not_compared: Collection[str] = ()) -> Rows:
    """By table; tables that are empty are left out.

    not_compared: apps, tables, or table.column.
    """
    found: Rows = {}
    for opts in with_rows(tables_of_models(KEPT | NOT_COMPARED | set(not_compared))):
        names = [
            field.attname
            for field in opts.local_concrete_fields
            if f"{opts.db_table}.{field.column}" not in not_compared
        ]
        found[opts.db_table] = list(QuerySet(opts.model).order_by("pk").values_list(*names))
    return found


def log() -> List[Tuple[int, str]]:
    return list(LogEntry.objects.order_by("pk").values_list("action_flag", "change_message"))


@contextmanager
def undone() -> Iterator[None]:
    """What is done inside is rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
