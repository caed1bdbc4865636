"""Another writer, who commits between GET and POST: a column, a link, a row of an inline, the object itself."""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Dict, List, Optional, Tuple, Type

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, models, transaction
from hypothesis import strategies as st

from tests.guard.oracle import sides
from tests.guard.oracle.models import (
    Chest,
    Everything,
    Jewel,
    Keyed,
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
from tests.guard.oracle.sides import Spec
from tests.guard.oracle.values import MOMENTS, STORED

WRITTEN: Dict[Type[models.Model], Dict[str, List[Any]]] = {
    Order: {
        "title": ["Theirs"],
        "slug": ["theirs"],
        "status": ["draft", "review", "published"],
        "summary": ["Theirs", "Theirs\nof two lines"],
        "qty": [5, 6],
        "price": [8],
        "total": [99],
        "shelf": [None, 2, 3],
        "place": [None, "shelf-1", "shelf-3"],
        "revision": [50],
    },
    LongOrder: {"teaser": ["Theirs"], "reads": [9]},
    Line: {"text": ["Theirs", " theirs "], "qty": [7], "price": [8], "locked": [True, False], "sku": ["their-sku"]},
    Weight: {"grams": [3]},
    Profile: {"nick": ["Theirs"]},
    Note: {"text": ["Theirs"], "mark": [9]},
    Keyed: {"text": ["Theirs"], "amount": [8]},
    Token: {"name": ["Theirs"], "group": ["Theirs"], "amount": [8], "is_deleted": [True]},
    Chest: {"name": ["Theirs"], "secret": ["Theirs"]},
    Jewel: {"name": ["Theirs"], "secret": ["Theirs"]},
    Visit: {"name": ["Theirs"], "note": ["Theirs"], "begins": [MOMENTS[3]]},
    Shelf: {"name": ["Theirs"], "is_open": [False], "saves": [7]},
}


@dataclass
class Write:
    """kind: "update", "create", "delete", "link" or "unlink". values: the columns, by attribute."""

    kind: str
    model: Type[models.Model]
    pk: Any = None
    values: Any = None

    def carry_out(self) -> None:
        """What the model or the database refuses is not written."""
        using = sides.home_of_rows().alias
        with suppress(IntegrityError), transaction.atomic(using=using):  # a ProtectedError is one too
            self._write(self.model._base_manager.using(using))

    def _write(self, rows: Any) -> None:
        if self.kind == "update":
            rows.filter(pk=self.pk).update(**self.values)
        elif self.kind == "delete":
            rows.filter(pk=self.pk).delete()
        elif self.kind == "unlink":
            rows.filter(**self.values).delete()
        else:
            rows.get_or_create(**self.values)

    @property
    def where(self) -> Optional[Tuple[str, str, str]]:
        """The column that was written."""
        if self.kind != "update":
            return None
        column = self.model._meta.get_field(next(iter(self.values)))
        return (column.model._meta.label, str(self.pk), column.attname)


@st.composite
def writes(draw: Any, spec: Spec, model: Type[models.Model], pk: Any) -> Write:
    """Of what may be on the page of this row."""
    kinds = ["update", "update", "update", "inline", "inline", "create", "link", "unlink", "delete"]
    kind = draw(st.sampled_from(kinds))
    if kind in ("create", "link", "unlink", "inline") and not issubclass(model, (Order, Everything, Chest)):
        kind = "update"
    if kind == "inline":
        rows = [
            (other, row["id"]) for other in (Line, Note, Weight, Jewel) for row in spec.get(other, []) if "id" in row
        ]
        if rows:
            other, key = draw(st.sampled_from(rows))
            return draw(st.one_of(updates(other, key), st.just(Write("delete", other, key))))
        kind = "create"
    if kind == "create":
        return draw(st.sampled_from(_new_rows(model, pk)))
    if kind in ("link", "unlink") and model is Chest:
        return Write("delete", Chest, pk)
    if kind in ("link", "unlink"):
        through = (Everything if model is Everything else Order).labels.through
        owner = "everything_id" if model is Everything else "order_id"
        return Write(kind, through, values={owner: pk, "label_id": draw(st.sampled_from([1, 2, 3]))})
    if kind == "delete":
        return Write("delete", Order if model is LongOrder else model, pk)
    return draw(updates(model, pk))


@st.composite
def updates(draw: Any, model: Type[models.Model], pk: Any) -> Write:
    if model is Everything:
        name = draw(st.sampled_from(sorted(STORED)))
        return Write("update", model, pk, {name: draw(STORED[name])})
    columns = {**WRITTEN[Order], **WRITTEN[model]} if model is LongOrder else WRITTEN[model]
    name = draw(st.sampled_from(sorted(columns)))
    return Write("update", model, pk, {name: draw(st.sampled_from(columns[name]))})


def _new_rows(model: Type[models.Model], pk: Any) -> List[Write]:
    if model is Chest:
        return [Write("create", Jewel, values={"chest_id": pk, "id": uuid.UUID(int=9), "name": "Theirs"})]
    if not issubclass(model, Order):
        return [Write("link", Everything.labels.through, values={"everything_id": pk, "label_id": 2})]
    kind = ContentType.objects.get_for_model(model).pk
    return [
        Write("create", Line, values={"order_id": pk, "sku": "their-row", "text": "Theirs"}),
        Write("create", Note, values={"content_type_id": kind, "object_id": pk, "text": "Their note"}),
        Write("create", Weight, values={"order_id": pk, "label_id": 3}),
        Write("create", Profile, values={"order_id": pk}),
    ]
