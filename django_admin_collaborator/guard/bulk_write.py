"""Many rows at once: who may be written now, under one lock, and telling the rooms of those that were."""

from __future__ import annotations

import threading
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import Any, Callable, Dict, Iterable, Iterator, List, Mapping, Optional, Set, Tuple, Type

from django.contrib.messages import warning
from django.db import DatabaseError, OperationalError, models, transaction
from django.http import HttpRequest

from .. import conf, faults
from ..access import security_log
from ..access.identity import realm_of, root_model
from . import lock_service, way_on
from .conflict import texts
from .conflict.responses import page_of_values
from .current_write import under
from .refusal import Reason, Refusal, know
from .version import locks

Values = Tuple[Any, ...]

UNTOLD = "what became of rows of %s could not be told"

MOST_NAMES = 20
"""More than these are not named one by one."""

ROWS_AT_A_TIME = 500
"""SQLite takes a limited number of parameters in one query."""


class Bulk:
    """A write to several rows that comes from one request.

    held: who edits, by primary key, where somebody else does. left_out: what will not be written, and why not.
    before: the locked rows.
    """

    def __init__(self, request: HttpRequest, model: Type[models.Model], using: str) -> None:
        self.request = request
        self.user = request.user
        self.model = model
        self.using = using
        self.verdicts: Dict[Any, lock_service.Verdict] = {}
        self.before: Dict[Any, models.Model] = {}
        self.left_out: Dict[Any, str] = {}

    def run(self, model_admin: Any, work: Callable[[], Any]) -> Any:
        """Let ``work`` write. A refusal is answered with all that was posted, and nothing is written."""
        try:
            with under(self):
                return work()
        except (Refusal, OperationalError) as error:
            self.drop()
            refusal = error if isinstance(error, Refusal) else Refusal(Reason.BUSY)
            know(self.request, refusal)
            if refusal.reason is Reason.NOT_COMPARED and way_on.is_taken(self.request):
                raise way_on.Unguarded from error
            security_log.refused_write(self.request, refusal, self.model)
            tell = partial(texts.of_bulk, self.model, refusal)
            response = page_of_values(model_admin, self.request, refusal, tell)
            if refusal.reason is Reason.NOT_COMPARED:
                way_on.offer(self.request, response)
            return response
        except BaseException:
            self.drop()
            raise

    def ask_lock_service(self, pks: Iterable[Any]) -> None:
        """Raises: Refusal: nobody answers, and that is not enough for this project."""
        self.verdicts = lock_service.hold_all(self.model, pks, self.user, realm_of(self.model, self.using))
        if not self.was_protected and conf.get("REFUSE_WITHOUT_LOCK_SERVICE"):
            raise Refusal(Reason.AWAY)

    @property
    def held(self) -> Dict[Any, str]:
        return {pk: verdict.holder_name or "" for pk, verdict in self.verdicts.items() if not verdict.admitted}

    @property
    def admitted(self) -> List[Any]:
        return [pk for pk, verdict in self.verdicts.items() if verdict.admitted]

    @property
    def was_protected(self) -> bool:
        return all(verdict.available for verdict in self.verdicts.values())

    def leave_out(self, rows: Mapping[Any, str], reason: Reason) -> None:
        """Go on without these rows, and say so. ``rows``: who edits each, where that is why.

        Raises: Refusal: then nothing would be left, or this project wants all or nothing.
        """
        if not rows:
            return
        self.left_out.update(rows)
        names = self.names(rows)
        know(self.request, Refusal(reason, changed=[names]))
        if not conf.get("PARTIAL_BULK") or not set(self.admitted) - set(self.left_out):
            raise Refusal(reason, changed=[names])
        for pk in rows:
            self.before.pop(pk, None)
        warning(self.request, texts.LEFT_OUT[reason] % {"names": names})

    def names(self, pks: Iterable[Any]) -> str:
        """The objects as people know them, each with who edits it."""
        found = self.model._default_manager.using(self.using).in_bulk(list(pks)[:MOST_NAMES])
        names = []
        for pk in list(pks)[:MOST_NAMES]:
            holder = self.left_out.get(pk)
            name = str(found.get(pk, pk))
            names.append(f"{name} ({holder})" if holder else name)
        return ", ".join(names) + (" …" if len(list(pks)) > MOST_NAMES else "")

    def lock(self) -> None:
        """Lock the admitted rows and read them. To be called first thing in the transaction."""
        locks.begin(self.model, self.using)
        pks = sorted(pk for pk in self.admitted if pk not in self.left_out)
        for start in range(0, len(pks), ROWS_AT_A_TIME):
            for row in locks.lock_rows(self.model, self.using, pks[start : start + ROWS_AT_A_TIME]):
                self.before[row.pk] = row

    def finish(self) -> None:
        """Tell the rooms after the commit what has become of their objects; the other leases may move again.

        To be called at the end of the transaction.
        """
        with faults.logged(UNTOLD, self.model._meta.label), transaction.atomic(using=self.using):
            after = {row.pk: _values(row) for row in self._read_again()}
            deleted = {pk for pk in self.before if pk not in after}
            saved = {pk for pk, row in self.before.items() if pk in after and after[pk] != _values(row)}
            transaction.on_commit(partial(self._end, saved, deleted), using=self.using)

    def drop(self) -> None:
        """Nothing was written."""
        self._end(set(), set())

    def tell_if_unprotected(self) -> None:
        """What was done stays done."""
        with faults.logged(UNTOLD, self.model._meta.label):
            if not self.was_protected:
                warning(self.request, texts.WITHOUT_LOCK)

    def is_about(self, model: Type[models.Model], pk: Any) -> bool:
        return root_model(model) is root_model(self.model) and pk in self.before

    def _end(self, saved: Set[Any], deleted: Set[Any]) -> None:
        # What was done stays done, and holds end by themselves.
        with faults.logged(UNTOLD, self.model._meta.label):
            if not self.verdicts or not self.was_protected:
                return
            holds: Mapping[Any, Optional[str]] = {
                pk: verdict.hold_id for pk, verdict in self.verdicts.items() if verdict.admitted
            }
            lock_service.end_all(self.model, holds, saved, deleted, self.user, realm_of(self.model, self.using))

    def _read_again(self) -> Iterable[models.Model]:
        pks = list(self.before)
        for start in range(0, len(pks), ROWS_AT_A_TIME):
            yield from locks.all_rows(self.model, self.using).filter(pk__in=pks[start : start + ROWS_AT_A_TIME])


def _values(row: models.Model) -> Values:
    return tuple(
        str(value) if isinstance(value, models.fields.files.FieldFile) else value
        for value in (getattr(row, field.attname) for field in row._meta.concrete_fields)
    )


@contextmanager
def around_an_action(using: str) -> Iterator[None]:
    """A transaction of ours around an action, in which the action may open a durable one as without us.

    Django refuses a durable block inside of another block, because an outer block can still roll it back. Whoever
    wrote the action knows of no outer block, and cannot be asked to run it again: what it did before its durable
    block, such as sending mail, would be done twice. So our block carries the mark of the blocks of Django's
    ``TestCase``, which do not count. The durable block is then a savepoint, and its rows are committed where ours
    ends, right after the action; so is what it leaves to ``on_commit``. In a block that is not ours, such as that of
    ``ATOMIC_REQUESTS``, Django refuses as without us.

    Nor does the action know that a statement that fails would end our block: see ``_StatementsApart``.
    """
    connection = transaction.get_connection(using)
    was_atomic = connection.in_atomic_block
    blocks = getattr(connection, "atomic_blocks", None)
    block = transaction.atomic(using=using)
    if blocks is not None:
        vars(block)["_from_testcase"] = not blocks or blocks[-1]._from_testcase
    with _unchecked(using) if blocks is None else nullcontext(), block:
        if was_atomic:
            yield
        else:
            with _StatementsApart(connection).kept():
                yield


class _StatementsApart:
    """Lets statements fail one by one inside of a block, as where each is a transaction of its own.

    An action may catch the error and go on. So each statement that writes has a savepoint, and so has each block of
    Django's own, such as that of a save to two tables, which leaves that to the block around it.
    """

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.depth = len(connection.savepoint_ids)
        self.point: Any = None
        self.is_busy = False
        self.has_failed = False

    @contextmanager
    def kept(self) -> Iterator[None]:
        connection, before = self.connection, self.connection.savepoint_ids
        connection.savepoint_ids = _Savepoints(before, self)
        try:
            with connection.execute_wrapper(self._execute):
                yield
        finally:
            self.go_on()
            connection.savepoint_ids = list(connection.savepoint_ids)

    def savepoint(self) -> Any:
        """A new one. That of the statement before ends first: right after it, SQLite has not read its result."""
        if self.point is not None:
            self._by_ourselves(self.connection.savepoint_commit, self.point)
            self.point = None
        return self._by_ourselves(self.connection.savepoint)

    def _by_ourselves(self, act: Any, *arguments: Any) -> Any:
        """What is executed meanwhile is no statement of the action's."""
        self.is_busy = True
        try:
            return act(*arguments)
        finally:
            self.is_busy = False

    def go_on(self) -> None:
        """The statement that has failed was undone by itself, so the block is whole."""
        if self.has_failed:
            self.has_failed = self.connection.needs_rollback = False

    def _execute(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        connection = self.connection
        if self.is_busy or len(connection.savepoint_ids) != self.depth:
            return execute(sql, params, many, context)
        self.go_on()
        if not str(sql).lstrip("( ").upper().startswith(_WRITING):
            return execute(sql, params, many, context)
        self.point = self.savepoint()
        try:
            return execute(sql, params, many, context)
        except DatabaseError:
            self._by_ourselves(connection.savepoint_rollback, self.point)
            self.has_failed = True
            raise


_WRITING = ("INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE", "WITH", "CALL")


class _Savepoints(List[Any]):
    """Django's list of the savepoints of blocks, of which none at the depth of an action goes without."""

    def __init__(self, points: Iterable[Any], apart: _StatementsApart) -> None:
        super().__init__(points)
        self.apart = apart

    def append(self, point: Any) -> None:
        if point is None and len(self) == self.apart.depth:
            self.apart.go_on()
            point = self.apart.savepoint()
        super().append(point)


_unchecked_blocks = 0
_Atomic: Any = transaction.Atomic
_counting = threading.Lock()


@contextmanager
def _unchecked(using: str) -> Iterator[None]:
    """Django 3.2 and 4.0 have no mark for a block, only one for all of them. What they check is a mistake of a
    programmer, so it does no harm that another thread is not told of one for that long."""
    global _unchecked_blocks
    if transaction.get_connection(using).in_atomic_block:
        yield
        return
    with _counting:
        _unchecked_blocks += 1
        _Atomic._ensure_durability = False
    try:
        yield
    finally:
        with _counting:
            _unchecked_blocks -= 1
            _Atomic._ensure_durability = not _unchecked_blocks
