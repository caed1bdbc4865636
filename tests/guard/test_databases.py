"""Rows of several databases: each is read, locked, compared and saved where plain Django has it."""

from __future__ import annotations

import json
import re
from typing import Any, List

import pytest
from django.contrib import admin
from django.db import connections

from django_admin_collaborator.access.identity import database_of
from tests.guard.conftest import People
from tests.guard.oracle import sides
from tests.guard.oracle.fixed import Admin, FixedMeeting, alone, change, made, meet
from tests.guard.oracle.models import Line, Order
from tests.guard.oracle.routers import APART, COPY, FromCopy
from tests.guard.oracle.writers import Write

pytestmark = [
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
    pytest.mark.usefixtures("other_databases"),
]

plain = admin.ModelAdmin


@pytest.fixture
def rows_are_apart(monkeypatch: Any) -> None:
    monkeypatch.setattr(sides, "home_of_rows", lambda: connections[APART])


class ApartLines(admin.TabularInline):
    model = Line
    extra = 0
    fields = ["sku", "text"]

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).using(APART)


def apart(**more: Any) -> Admin:
    """A ``ModelAdmin`` for another database, as Django's documentation has it."""

    def save_model(self: Any, request: Any, obj: Any, form: Any, change: bool) -> None:
        if "shelf" in form.cleaned_data:
            obj.summary = f"on {form.cleaned_data['shelf']}"
        obj.save(using=APART)

    def formfield_for_foreignkey(self: Any, db_field: Any, request: Any, **kwargs: Any) -> Any:
        return plain.formfield_for_foreignkey(self, db_field, request, using=APART, **kwargs)

    def formfield_for_manytomany(self: Any, db_field: Any, request: Any, **kwargs: Any) -> Any:
        return plain.formfield_for_manytomany(self, db_field, request, using=APART, **kwargs)

    return {
        "get_queryset": lambda self, request: plain.get_queryset(self, request).using(APART),
        "save_model": save_model,
        "delete_model": lambda self, request, obj: obj.delete(using=APART),
        "formfield_for_foreignkey": formfield_for_foreignkey,
        "formfield_for_manytomany": formfield_for_manytomany,
        **more,
    }


@pytest.mark.usefixtures("rows_are_apart")
@pytest.mark.parametrize(
    "write",
    [
        Write("update", Order, 1, {"shelf": 2}),
        Write("update", Line, 1, {"text": "Theirs"}),
        Write("unlink", Order.labels.through, values={"order_id": 1, "label_id": 3}),
    ],
    ids=lambda write: write.model.__name__,
)
def test_an_admin_that_names_its_database_is_guarded_there(people: People, write: Write) -> None:
    model_admin = apart(fields=["title", "shelf", "labels"], inlines=[ApartLines])
    alone(people, Order, model_admin, change(title="x", lines__0__text="y", labels=["2"]))
    meet(people, Order, model_admin, change(title="x"), write)
    assert not Order.objects.exists()


def test_rows_below_an_object_of_another_database_are_guarded_where_they_are(people: People) -> None:
    is_locked: List[bool] = []

    def save_related(self: Any, *args: Any) -> None:
        is_locked.append(connections[APART].in_atomic_block)
        plain.save_related(self, *args)

    model_admin = {"fields": ["title"], "inlines": [ApartLines], "save_related": save_related}
    meeting = FixedMeeting(people, Order, model_admin, change(), Write("update", Order, 1, {}))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sides, "home_of_rows", lambda: connections[APART])
        sides.fill(meeting.spec)
    meeting.world = {"DATABASE_ROUTERS": [type("Router", (), {"allow_relation": lambda *args, **hints: True})()]}
    theirs = Line.objects.using(APART).filter(pk=1)
    with meeting.side(True) as side:
        page = meeting.open(side)
        assert side.post(page.url, meeting.posted(page, {"lines-0-text": ["mine"]})).status == 302
        assert (theirs.get().text, is_locked) == ("mine", [True])
        page = meeting.open(side)
        theirs.update(text="theirs")
        answer = side.post(page.url, meeting.posted(page, {"lines-0-sku": ["x"]}))
        assert (answer.status, theirs.get().sku) == (409, "s1")
        assert side.post(page.url, meeting.posted(answer, {})).status == 302
        assert (theirs.get().sku, theirs.get().text) == ("x", "theirs")
    assert not connections[APART].in_atomic_block


class FromOldCopy(FromCopy):
    """The copy lags behind."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return APART if model._meta.app_label == "oracle" else "default"


def test_what_a_copy_does_not_have_yet_is_neither_overwritten_nor_in_the_way_for_ever(people: People) -> None:
    model_admin = {"fields": ["title", "summary"]}
    meeting = FixedMeeting(people, Order, model_admin, change(), Write("update", Order, 1, {"summary": "Theirs"}))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sides, "home_of_rows", lambda: connections[APART])
        sides.fill(meeting.spec)
    meeting.world = {"DATABASE_ROUTERS": [FromOldCopy()]}
    with meeting.side(True) as side:
        page = meeting.open(side)
        meeting.write.carry_out()
        answer = side.post(page.url, meeting.posted(page, {"title": ["x"]}))
        assert (answer.status, answer.reason) == (409, "changed")
        assert side.post(page.url, meeting.posted(answer, {})).status == 302
        row = Order.objects.using("default").get(pk=1)
        assert (row.title, row.summary) == ("x", "Theirs")


def test_an_object_that_was_read_from_a_copy_takes_what_was_read_there(people: People) -> None:
    """A router that says nothing of relations lets objects of one database alone be related."""
    router = type("Silent", (), {name: vars(FromCopy)[name] for name in ("db_for_read", "db_for_write")})
    world = {"DATABASE_ROUTERS": [router()]}
    seen = alone(people, Order, {"fields": ["title", "shelf"]}, change(shelf="2"), world=world)
    assert seen[1].status == 302


def test_a_row_of_another_database_has_its_own_base_and_draft(people: People) -> None:
    pages = []
    for is_apart in (False, True):
        attributes: Admin = {"fields": ["title"], **(apart() if is_apart else {})}
        meeting = FixedMeeting(people, Order, attributes, change(), Write("update", Order, 1, {}))
        with pytest.MonkeyPatch.context() as patch:
            if is_apart:
                patch.setattr(sides, "home_of_rows", lambda: connections[APART])
            with meeting.side(True) as side:
                pages.append(meeting.open(side))
                if is_apart:
                    strange = meeting.posted(pages[0], {})
                    assert side.post(pages[1].url, strange).status == 409
                    assert side.post(pages[1].url, meeting.posted(pages[1], {})).status == 302
    assert len({_draft(page) for page in pages}) == 2


def _draft(page: Any) -> str:
    found = re.search(r'id="admin-collaborator-config"[^>]*>(.*?)</script>', page.text, re.DOTALL)
    assert found is not None
    return str(json.loads(found.group(1))["draft"])


class Fixed:
    def db_for_write(self, model: Any, **hints: Any) -> str:
        return "default"


class ByInstance:
    def db_for_write(self, model: Any, instance: Any = None, **hints: Any) -> str:
        return APART if instance is not None and instance.pk == 7 else "default"


@pytest.mark.parametrize(
    ("routers", "read_from", "saves_itself", "pk", "written"),
    [
        ([], None, False, None, "default"),
        ([], APART, False, None, APART),
        ([], APART, True, 1, APART),
        ([FromCopy], None, False, 1, "default"),
        ([FromCopy], COPY, False, None, "default"),
        ([FromCopy], COPY, True, 1, "default"),
        ([Fixed], APART, False, None, "default"),
        ([Fixed], APART, True, None, APART),
        ([ByInstance], None, False, 7, APART),
        ([ByInstance], None, False, 1, "default"),
    ],
)
def test_a_row_is_locked_where_it_is_written(
    settings: Any, routers: Any, read_from: Any, saves_itself: bool, pk: Any, written: str
) -> None:
    settings.DATABASE_ROUTERS = [router() for router in routers]
    attributes: Admin = {"get_queryset": lambda self, request: Order.objects.all()}
    if read_from:
        attributes["get_queryset"] = lambda self, request: Order.objects.using(read_from)
    if saves_itself:
        attributes["save_model"] = lambda self, request, obj, form, change: obj.save(using=written)
    obj = None
    if pk is not None:
        obj = Order(pk=pk)
        obj._state.db = read_from
    assert database_of(made(Order, attributes)(Order, admin.AdminSite()), None, obj) == written
