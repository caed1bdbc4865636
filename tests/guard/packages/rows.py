"""All rows of the database, whatever managers hide."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any, Collection, Dict, Iterator, List, Set, Tuple

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.db import connection, transaction
from django.db.models import QuerySet

Rows = Dict[str, List[Tuple[Any, ...]]]

KEPT = {"contenttypes", "auth_permission"}
NOT_COMPARED = {"admin", "sessions"}


def rows(not_compared: Collection[str] = ()) -> Rows:
    """By table; tables that are empty are left out.

    not_compared: apps, tables, or table.column.
    """
    found: Rows = {}
    for opts in _tables(KEPT | NOT_COMPARED | set(not_compared)):
        names = [
            field.attname
            for field in opts.local_concrete_fields
            if f"{opts.db_table}.{field.column}" not in not_compared
        ]
        lines = list(QuerySet(opts.model).order_by("pk").values_list(*names))
        if lines:
            found[opts.db_table] = lines
    return found


def empty_tables() -> None:
    with connection.constraint_checks_disabled(), transaction.atomic(), connection.cursor() as cursor:
        for opts in _tables(KEPT):
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(opts.db_table)}")


def _tables(leave_out: Set[str]) -> List[Any]:
    """The models' options whose app or table is not in ``leave_out``."""
    options = [model._meta for model in apps.get_models(include_auto_created=True)]
    return [
        opts
        for opts in options
        if opts.managed and not opts.proxy and not leave_out & {opts.app_label, opts.db_table}
    ]


def log() -> List[Tuple[int, str]]:
    return list(LogEntry.objects.order_by("pk").values_list("action_flag", "change_message"))


@contextmanager
def undone() -> Iterator[None]:
    """What is done inside is rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
