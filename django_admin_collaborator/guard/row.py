"""A row as a program has read it. It is written only while it is still that, by the comparison that forms get.

A field that people fill in must not have changed at all. Any other, such as a counter, only where the program
changes it too; else it keeps what others wrote.
"""

from __future__ import annotations

import json
from typing import Any, Callable, Dict, List, Optional, Type

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.crypto import salted_hmac

from .. import conf
from ..access import identity
from ..access.identity import root_model
from ..core.room import Person
from ..errors import RowChanged, RowGone
from .current_write import under
from .version import locks, stored, values


class KeptRow:
    """obj: a saved instance. Reading gives it the values of its row; what it was given before is forgotten.

    Raises RowGone.
    """

    def __init__(self, obj: models.Model, using: str, person: Person) -> None:
        self.obj = obj
        self.using = using
        self.user = person
        self.model: Type[models.Model] = type(obj)
        self.pk = obj.pk
        self._fields = _fields(obj)
        self._base: Dict[str, Optional[str]] = {}
        self._read()

    def is_about(self, model: Type[models.Model], pk: Any) -> bool:
        """Whether the room of this row is told by this write itself."""
        return bool(root_model(model) is root_model(self.model) and pk == self.pk)

    def write(self, action: Callable[[], Any], before: Callable[[], None], after: Callable[[], None]) -> Any:
        """Lock the row, compare it, and let ``action`` write.

        before: called under the row lock, and may raise. after: called when the transaction is committed.

        Raises: RowChanged, RowGone: nothing was written.
        """
        with under(self), transaction.atomic(using=self.using):
            locks.begin(self.model, self.using)
            row = locks.lock_row(self.model, self.using, {"pk": self.pk})
            before()
            if row is None:
                raise RowGone("It was deleted meanwhile.")
            self._compare(row)
            outcome = action()
            if self.obj.pk is not None:
                self._read()
            transaction.on_commit(after, using=self.using)
        return outcome

    def _compare(self, row: models.Model) -> None:
        changed: List[str] = []
        keeps: Dict[str, Any] = {}
        for field in self._fields:
            if _text(row, field) == self._base[field.attname]:
                continue
            is_mine = _text(self.obj, field) != self._base[field.attname]
            if is_mine or (field.editable and not conf.get("MERGE_DISJOINT")):
                changed.append(field.name)
            else:
                keeps[field.attname] = row.__dict__[field.attname]
        if changed:
            raise RowChanged("Others have changed it meanwhile: {}.".format(", ".join(changed)), changed)
        for attname, value in keeps.items():
            self.obj.__dict__[attname] = value

    def _read(self) -> None:
        # Not by refresh_from_db(), which sets attributes that a package may have protected.
        row = locks.read_row(self.model, self.using, {"pk": self.pk})
        if row is None:
            raise RowGone("It was deleted meanwhile.")
        stored.refresh(self.obj, row)
        self.obj._state.fields_cache.clear()
        self.obj.__dict__.pop("_prefetched_objects_cache", None)
        self._base = {field.attname: _text(self.obj, field) for field in self._fields}


def base_of(obj: models.Model) -> str:
    """What an API gives along with an object, and gets back with its change: says nothing but whether they are equal.

    Of the fields that people fill in, as ``obj`` has them now. Signed, so that nobody can guess at the values.
    """
    texts = {field.attname: _text(obj, field) for field in _fields(obj) if field.editable}
    name = identity.object_name(type(obj), obj.pk)
    return salted_hmac("django_admin_collaborator.row", json.dumps([name, texts]), algorithm="sha256").hexdigest()[
        :40
    ]


def _fields(obj: models.Model) -> List[models.Field[Any, Any]]:
    return [f for f in obj._meta.concrete_fields if not f.primary_key and not getattr(f, "generated", False)]


def _text(obj: models.Model, field: models.Field[Any, Any]) -> Optional[str]:
    """None for what has no value before it is saved: an expression, or something that is no value of this field."""
    value = field.value_from_object(obj)
    if hasattr(value, "resolve_expression"):
        return None
    try:
        return values.write(field, value)
    except (TypeError, ValueError, ValidationError):
        return None
