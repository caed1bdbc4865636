"""Locked rows: whoever holds them can compare and write without anybody coming in between.

PostgreSQL, MySQL and MariaDB lock rows. SQLite cannot, so there the transaction becomes the only writer.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from typing import Any, Dict, Iterable, Iterator, List, Optional, Type

from django.contrib.admin.models import LogEntry
from django.db import DatabaseError, OperationalError, connections, models, router, transaction

WAIT_SECONDS = 15
"""How long a save waits for a row that somebody else is saving; what locks it may be a process that hangs."""


POSTGRESQL_CONFLICTS = ("55P03", "40P01", "40001")
MYSQL_CONFLICTS = (1205, 1213, 3572)
"""What the databases call a lock that could not be had in time, and a deadlock."""


def is_conflict(error: BaseException) -> bool:
    """Whether somebody else's transaction is why a statement failed, and not the statement."""
    cause = error.__cause__ or error
    number = cause.args[0] if cause.args else None
    if isinstance(number, int):
        return number in MYSQL_CONFLICTS
    code = getattr(cause, "pgcode", None) or getattr(cause, "sqlstate", None)
    if code is not None:
        return code in POSTGRESQL_CONFLICTS
    return "lock" in str(error) or "busy" in str(error)


_further: ContextVar[Optional[ExitStack]] = ContextVar("collaborator_further_transactions", default=None)


@contextmanager
def further_transactions() -> Iterator[None]:
    """What is locked meanwhile in other databases than the object's stays locked until the end."""
    with ExitStack() as stack:
        before = _further.set(stack)
        try:
            yield
        finally:
            _further.reset(before)


def _begin_there(model: Type[models.Model], using: str) -> None:
    stack = _further.get()
    if stack is not None and not connections[using].in_atomic_block:
        stack.enter_context(transaction.atomic(using=using))
        begin(model, using)


def begin(model: Type[models.Model], using: str) -> None:
    """Prepare a transaction for locking rows of ``model``. To be called before anything is read in it."""
    connection = connections[using]
    take_turn(model, using)
    if connection.vendor == "postgresql":
        # Its default is to wait for ever. A limit that the project has set stays.
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('lock_timeout', %s, true) WHERE current_setting('lock_timeout') = '0'",
                [f"{WAIT_SECONDS}s"],
            )
    elif connection.vendor == "mysql":
        # Its default is 50 s, and it knows no limit of one transaction: this one is the connection's from now on.
        with connection.cursor() as cursor:
            cursor.execute(
                "SET SESSION innodb_lock_wait_timeout = LEAST(@@SESSION.innodb_lock_wait_timeout, %s)",
                [max(1, int(WAIT_SECONDS))],
            )


def take_turn(model: Type[models.Model], using: str) -> None:
    """Prepare a transaction that adds a row: nothing is there to be locked, but SQLite would not let it write."""
    connection = connections[using]
    if not connection.features.has_select_for_update:
        _become_the_only_writer(connection, model)


def _become_the_only_writer(connection: Any, model: Type[models.Model]) -> None:
    """A transaction that has read first cannot become a writer when another one wrote meanwhile; one whose
    first statement writes waits for its turn instead."""
    for each in (model._meta.concrete_model or model, LogEntry):
        table = connection.ops.quote_name(each._meta.db_table)
        column = connection.ops.quote_name(each._meta.pk.column)
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"UPDATE {table} SET {column} = {column} WHERE 1 = 0")  # noqa: S608 (quoted names)
            return
        except OperationalError as error:
            if is_conflict(error):
                raise
            # The model's table is a view, which cannot be written; any table of the file will do.


def lock_row(model: Type[models.Model], using: str, lookup: Dict[str, Any]) -> Optional[models.Model]:
    """Lock one row, in all its tables, and read it; None if there is none."""
    return next(iter(_locked(all_rows(model, using).filter(**lookup), using)), None)


def _locked(rows: models.QuerySet[Any], using: str) -> List[models.Model]:
    """Lock rows and read them. Rows of a view may be such that no database can lock them; then they are only read."""
    _begin_there(rows.model, using)
    if rows.model._meta.managed:
        return list(rows.select_for_update())
    try:
        with transaction.atomic(using=using):
            return list(rows.select_for_update())
    except DatabaseError as error:
        if is_conflict(error):
            raise
        return list(rows)


def read_row(model: Type[models.Model], using: str, lookup: Dict[str, Any]) -> Optional[models.Model]:
    """Read one row without a lock."""
    return all_rows(model, using).filter(**lookup).first()


def find_pk(model: Type[models.Model], using: str, lookup: Dict[str, Any]) -> Any:
    """The primary key of the row that ``lookup`` finds, or None."""
    return all_rows(model, using).filter(**lookup).values_list("pk", flat=True).first()


def lock_rows(model: Type[models.Model], using: str, pks: Any) -> List[models.Model]:
    """Lock many rows and read them. Everybody does it in the order of the primary key, so nobody deadlocks."""
    return _locked(all_rows(model, using).filter(pk__in=pks).order_by("pk"), using)


def lock_inline_rows(formset: Any) -> List[models.Model]:
    """Lock and read the rows that an inline shows, where Django saves them."""
    shown = formset.get_queryset()
    using = written_to(formset.model, shown)
    if isinstance(shown, models.QuerySet) and not (shown.query.is_sliced or shown.query.combinator):
        pks: Any = shown.using(using).order_by().values("pk")
    else:
        pks = [row.pk for row in shown]
    return lock_rows(formset.model, using, pks)


def written_to(model: Type[models.Model], rows: Iterable[models.Model]) -> str:
    """Where Django saves a row of these. A project's formset may have them in a list."""
    row = next(iter(rows), None)
    if row is None:
        row = model()
        row._state.db = getattr(rows, "db", None)
    return str(router.db_for_write(model, instance=row))


def lock_links(field: models.ManyToManyField[Any, Any], sources: Iterable[models.Model]) -> Dict[Any, List[Any]]:
    """Lock the links of a many-to-many field: primary keys of the other side, by primary key of the source."""
    through: Any = field.remote_field.through
    source, target = field.m2m_field_name(), field.m2m_reverse_field_name()
    sources = list(sources)
    using = router.db_for_write(through, instance=sources[0])
    _begin_there(through, using)
    links = all_rows(through, using).filter(**{f"{source}__in": sources})
    other = field.remote_field.model
    shown = other._default_manager.using(using)
    if shown.query.where or not _points_to_pk(through, target):
        # The form shows what the other model's manager lets through, by primary key.
        links = links.filter(**{f"{target}__in": shown.order_by()})
    column = target + ("_id" if _points_to_pk(through, target) else "__pk")
    found: Dict[Any, List[Any]] = {row.pk: [] for row in sources}
    by_value = {getattr(row, through._meta.get_field(source).target_field.attname): row.pk for row in sources}
    source_id = through._meta.get_field(source).attname
    rows = links.select_for_update(**_links_only(using)).values_list(source_id, column)
    for value, pk in rows:
        found[by_value[value]].append(pk)
    return found


def all_rows(model: Type[models.Model], using: str) -> models.QuerySet[Any]:
    """All rows of the table, whatever the model's managers would leave out."""
    return models.QuerySet(model=model, using=using)


def _points_to_pk(through: Any, target: str) -> bool:
    return bool(through._meta.get_field(target).target_field.primary_key)


def _links_only(using: str) -> Dict[str, Any]:
    return {"of": ("self",)} if connections[using].features.has_select_for_update_of else {}
