"""All rows of the database, as plain values, whatever managers hide."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any, Dict, Iterator, List, Set, Tuple

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.db import connection, transaction

Rows = Dict[str, List[Tuple[Any, ...]]]

KEPT = {"contenttypes", "auth_permission"}
NOT_COMPARED = {"admin", "sessions"}


def rows() -> Rows:
    """By table; tables that are empty are left out."""
    found: Rows = {}
    with connection.cursor() as cursor:
        for table in _tables(KEPT | NOT_COMPARED):
            cursor.execute(f"SELECT * FROM {table}")
            found[table] = sorted(cursor.fetchall(), key=repr)
    return {table: lines for table, lines in found.items() if lines}


def empty_tables() -> None:
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        for table in _tables(KEPT):
            cursor.execute(f"DELETE FROM {table}")


def _tables(leave_out: Set[str]) -> List[str]:
    """Quoted names of the tables of all models but those whose app or table is in ``leave_out``."""
    options = [model._meta for model in apps.get_models(include_auto_created=True)]
    options = [opts for opts in options if opts.managed and not opts.proxy]
    return [
        connection.ops.quote_name(opts.db_table)
        for opts in options
        if not leave_out & {opts.app_label, opts.db_table}
    ]


def log() -> List[Tuple[int, str]]:
    return list(LogEntry.objects.order_by("pk").values_list("action_flag", "change_message"))


@contextmanager
def undone() -> Iterator[None]:
    """What is done inside is rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
