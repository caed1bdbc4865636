"""Sequences and meetings that are written down, not drawn."""

from __future__ import annotations

import uuid
from functools import lru_cache
from typing import Any, Dict, List, Sequence, Tuple, Type

from django.contrib import admin
from django.db import models
from hypothesis import find

from tests.guard.oracle import values
from tests.guard.oracle.differences import compare
from tests.guard.oracle.meetings import Meeting
from tests.guard.oracle.models import Chest, Everything, Jewel, Keyed, Label, Line, Order, Profile, Shelf
from tests.guard.oracle.pages import Page, Values
from tests.guard.oracle.sequences import Player, Seen, Step
from tests.guard.oracle.sides import BEGIN, Side, rows
from tests.guard.oracle.writers import Write

Admin = Dict[str, Any]
"""Attributes of a ``ModelAdmin``."""

Case = Tuple[Admin, Step, Write]
SUMMARY = Write("update", Order, 1, {"summary": "Theirs"})
TEXT = Write("update", Line, 1, {"text": "Theirs"})


class Lines(admin.TabularInline):
    model = Line
    extra = 1


def change(pk: Any = 1, button: str = "_save", **typed: Any) -> Step:
    """Open a change form and save it. typed: by control, with two underlines for a hyphen."""
    given = {name.replace("__", "-"): value if isinstance(value, list) else [value] for name, value in typed.items()}
    return Step("change", pk=pk, button=button, typed=[given])


def listed(**typed: str) -> Step:
    return Step("list", typed=[{name.replace("__", "-"): [value] for name, value in typed.items()}])


def alone(
    people: Dict[str, str],
    model: Type[models.Model],
    attributes: Admin,
    step: Step,
    spec: Any = None,
    world: Any = None,
    is_compared: bool = True,
) -> List[Seen]:
    """Play one step on both sides; what the guarded one has seen.

    Raises: Difference: it is not what the plain one has seen, where that is asked.
    """
    spec = spec or rows_of(model)
    seen: List[List[Seen]] = []
    for is_guarded in (False, True):
        with Side(made(model, attributes), model, is_guarded).begin(spec, people["chief"], world) as side:
            begin = rows()
            player = Player(side)
            player.play(step)
            seen.append(player.seen)
    if is_compared:
        compare(seen[0], seen[1], begin)
    return seen[1]


def made(model: Type[models.Model], attributes: Admin) -> Any:
    return type(f"{model.__name__}Admin", (admin.ModelAdmin,), {"__module__": __name__, **attributes})


class FixedMeeting(Meeting):
    """choice: what is chosen on the page of a refusal; with nothing it is saved as it came,
    and where it asks, as mine."""

    def __init__(
        self,
        people: Dict[str, str],
        model: Type[models.Model],
        attributes: Admin,
        step: Step,
        write: Write,
        spec: Any = None,
        merges: bool = False,
        choice: str = "",
    ) -> None:
        self.model, self.model_admin = model, made(model, attributes)
        self.spec = spec or rows_of(model)
        self.session = people["chief"]
        self.step, self.write = step, write
        self.settings = {"ADMIN_COLLABORATOR_MERGE_DISJOINT": merges, "ADMIN_COLLABORATOR_PARTIAL_BULK": False}
        self.world: Dict[str, Any] = {}
        self.choice = choice

    def draw(self, strategy: Any, label: str = "") -> Any:
        return self.choice

    def typing(self, side: Side, page: Page) -> Values:
        return dict(self.step.typed[0]) if self.step.typed else {}


def meet(*arguments: Any, choices: Sequence[str] = ("",), **options: Any) -> None:
    """Play a meeting with and without merging.

    Raises: Difference: what another wrote is gone, or it does not end as if the page was opened after them.
    """
    meeting = FixedMeeting(*arguments, **options)
    for merges in (False, True):
        for choice in choices:
            meeting.settings["ADMIN_COLLABORATOR_MERGE_DISJOINT"], meeting.choice = merges, choice
            meeting.play()


def alone_and_meeting(people: Dict[str, str], model_admin: Admin, step: Step, write: Write) -> None:
    """An admin of orders, by oneself and with another who writes."""
    alone(people, Order, model_admin, step)
    meet(people, Order, model_admin, step, write)


@lru_cache(maxsize=None)
def simplest() -> Dict[str, Any]:
    """Of what is stored in each column of ``Everything``."""
    return {name: find(strategy, lambda value: True) for name, strategy in values.STORED.items()}


def rows_of(model: Type[models.Model], **columns: Any) -> Any:
    """Two rows of the model with these values, and what belongs to the first."""
    spec: Dict[Any, Any] = {
        Shelf: [
            {"id": number, "name": f"Shelf {number}", "code": f"shelf-{number}", "is_open": number < 3, "saves": 0}
            for number in (1, 2, 3)
        ],
        Label: [
            {"id": number, "name": f"Label {number}", "is_hidden": number > 2, "uses": 0} for number in (1, 2, 3)
        ],
    }
    if model is Everything:
        relations = {"shelf": 1, "required_shelf": 1, "one_to_one": None}
        spec[Everything] = [{**simplest(), "id": 1, **relations, **columns}]
        spec[Everything.labels.through] = [{"everything": 1, "label": label} for label in (1, 3)]
    elif model is Keyed:
        spec[Keyed] = [{"key": "a/b", "text": " x ", "amount": 1, **columns}]
    elif model is Chest:
        spec[Chest] = [{"id": uuid.UUID(int=1), "name": "One", "secret": "s", **columns}]
        spec[Jewel] = [
            {"id": uuid.UUID(int=number), "chest": uuid.UUID(int=1), "name": f"Jewel {number}", "secret": "s"}
            for number in (1, 2)
        ]
    else:
        row = {"title": "One", "slug": "one", "status": "review", "published_at": None, "summary": "text", "qty": 1}
        row.update({"price": 2, "total": 2, "shelf": 1, "place": None, "revision": 1, "label_count": 0})
        row.update({"updated_at": BEGIN, "created_at": BEGIN, **columns})
        spec[Order] = [{"id": 1, **row}, {"id": 2, **row}]
        spec[Order.labels.through] = [{"order": 1, "label": label} for label in (1, 3)]
        line = {"order": 1, "text": "text", "price": 5, "total": 5, "qty": 1, "locked": False}
        spec[Line] = [{"id": number, "sku": f"s{number}", **line} for number in (1, 2)]
        spec[Profile] = [{"order": 1, "nick": "nick", "seen_at": None}]
    return spec
