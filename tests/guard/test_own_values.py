"""Objects that hooks, querysets and signals of a project change while a page is made, with nobody else there."""

from __future__ import annotations

import secrets
from typing import Any, Callable, List, Optional

import pytest
from django import forms
from django.contrib import messages
from django.db import models
from django.db.models.signals import post_init

from tests.guard.conftest import Use
from tests.guard.newsdesk import Desk, Form
from tests.guard.oracle.models import Everything, Order, Shelf
from tests.guard.test_filled_in import PLACES, OwnView

pytestmark = pytest.mark.expects_fault  # of what is another each time

places = pytest.mark.parametrize("place", list(PLACES))
guarded = pytest.mark.parametrize("place", ["hook outside", "hook inside"])
FIELDS = ["title", "summary", "slug", "status"]


@pytest.fixture
def order(database: str) -> Order:
    return Order.objects.create(title="Before", summary="s", slug="before")


def register(use: Use, place: str, *hooks: Any, **attributes: Any) -> None:
    is_guarded, bases = PLACES[place]
    use(Order, is_guarded, (*hooks, *bases), **{"fields": FIELDS, **attributes})


def save(ada: Desk, order: Order, meanwhile: Optional[Callable[[], Any]] = None) -> Form:
    page = ada.open(order)
    page["title"] = "Mine"
    if meanwhile is not None:
        meanwhile()
    return page.post()


class MarksAsRead:
    def change_view(self, request: Any, object_id: str, *args: Any, **kwargs: Any) -> Any:
        obj = self.get_object(request, object_id)  # type: ignore[attr-defined]
        if obj.status == "draft":
            obj.status = "review"
            obj.save()
        return super().change_view(request, object_id, *args, **kwargs)  # type: ignore[misc]


class Counts:
    def get_object(self, request: Any, object_id: str, from_field: Any = None) -> Any:
        obj = super().get_object(request, object_id, from_field)  # type: ignore[misc]
        if request.method == "GET":
            obj.qty += 1
            obj.save()
        return obj


@places
@pytest.mark.parametrize("merges", [False, True])
@pytest.mark.parametrize("hook", [MarksAsRead, Counts])
def test_what_opening_stores_is_nobody_elses(
    ada: Desk, order: Order, use: Use, settings: Any, place: str, hook: Any, merges: bool
) -> None:
    settings.ADMIN_COLLABORATOR_MERGE_DISJOINT = merges
    register(use, place, hook, fields=[*FIELDS, "qty"])
    for _ in range(2):
        page = save(ada, order)
        assert page.was_saved
        assert not any("Others had" in each for each in page.messages)


class Rows(models.query.ModelIterable):  # type: ignore[type-arg]
    def __iter__(self) -> Any:
        for obj in super().__iter__():
            obj.summary = "Filled"
            yield obj


class ByQueryset:
    def get_queryset(self, request: Any) -> Any:
        found = super().get_queryset(request)  # type: ignore[misc]
        found._iterable_class = Rows
        return found


class ByExtra:
    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).extra(select={"summary": "'Filled'"})  # type: ignore[misc]


class Always:
    def get_object(self, request: Any, object_id: str, from_field: Any = None) -> Any:
        obj = super().get_object(request, object_id, from_field)  # type: ignore[misc]
        obj.summary = "Filled"
        return obj


class Deferred(Always):
    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).defer("summary")  # type: ignore[misc]


@places
@pytest.mark.parametrize("merges", [False, True])
@pytest.mark.parametrize("hook", [ByQueryset, ByExtra, Deferred])
def test_what_the_queryset_fills_in_is_saved(
    ada: Desk, order: Order, use: Use, settings: Any, place: str, hook: Any, merges: bool
) -> None:
    settings.ADMIN_COLLABORATOR_MERGE_DISJOINT = merges
    register(use, place, hook)
    assert save(ada, order).was_saved
    assert Order.objects.get().summary == "Filled"


@places
def test_what_is_another_at_each_reading_can_be_saved(ada: Desk, order: Order, use: Use, place: str) -> None:
    def fill(instance: Any, **kwargs: Any) -> None:
        if instance.pk:
            instance.summary = secrets.token_hex(4)

    register(use, place)
    post_init.connect(fill, sender=Order)
    try:
        assert save(ada, order).was_saved
    finally:
        post_init.disconnect(fill, sender=Order)


class Itself(forms.ModelForm):
    """Writes a field by itself."""

    summary = forms.CharField(required=False)

    class Meta:
        model = Order
        fields = ["title", "slug"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["summary"] = self.instance.summary

    def save(self, commit: bool = True) -> Any:
        self.instance.summary = self.cleaned_data["summary"]
        return super().save(commit)


class FilledView(Always, OwnView):
    form = own_form = Itself


@places
def test_a_form_and_a_view_of_the_projects_own_can_save_what_was_filled_in(
    ada: Desk, order: Order, use: Use, place: str
) -> None:
    register(use, place, FilledView, fields=["title", "summary", "slug"])
    assert save(ada, order).was_saved


class Derives:
    def get_object(self, request: Any, object_id: str, from_field: Any = None) -> Any:
        obj = super().get_object(request, object_id, from_field)  # type: ignore[misc]
        obj.summary = f"Summary of {obj.slug}"
        return obj


@guarded
def test_what_a_hook_makes_of_what_others_changed_is_not_made_of_what_was(
    ada: Desk, order: Order, use: Use, settings: Any, place: str
) -> None:
    settings.ADMIN_COLLABORATOR_MERGE_DISJOINT = True
    register(use, place, Derives)
    page = save(ada, order, lambda: Order.objects.update(slug="theirs"))
    assert page.status == 409 or Order.objects.get().summary == "Summary of theirs"


class Uncopied(dict):  # type: ignore[type-arg]
    def __deepcopy__(self, memo: Any) -> Any:
        raise TypeError("cannot pickle 'memoryview' object")


@places
def test_a_value_that_cannot_be_copied_is_in_nobodys_way(ada: Desk, database: str, use: Use, place: str) -> None:
    def fill(instance: Any, **kwargs: Any) -> None:
        if isinstance(instance.__dict__.get("json"), dict):
            instance.json = Uncopied(instance.json)

    obj = Everything.objects.create(
        required_shelf=Shelf.objects.create(name="one", code="one"), json={"a": 1}, char="c"
    )
    is_guarded, bases = PLACES[place]
    use(Everything, is_guarded, bases, fields=["char"])
    post_init.connect(fill, sender=Everything)
    try:
        for kind in ("change", "history", "delete"):
            assert ada.client.get(f"/admin/oracle/everything/{obj.pk}/{kind}/").status_code == 200
    finally:
        post_init.disconnect(fill, sender=Everything)


def test_what_others_wrote_is_shown_and_taken_in_place_of_what_a_hook_fills_in(
    ada: Desk, order: Order, use: Use
) -> None:
    register(use, "hook outside", Always)
    page = ada.open(order)
    page["summary"] = "typed"
    Order.objects.update(summary="theirs")
    page = page.post()
    assert page.status == 409
    assert "theirs" in page.panel.replace("All theirs", "")
    page["_collaborator_take-summary"] = "theirs"
    page.post()
    assert Order.objects.get().summary == "theirs"


def test_what_is_said_to_be_kept_is_kept(ada: Desk, order: Order, use: Use, settings: Any) -> None:
    settings.ADMIN_COLLABORATOR_MERGE_DISJOINT = True
    register(use, "hook outside", Always)
    page = save(ada, order, lambda: Order.objects.update(summary="theirs"))
    assert any("was kept" in each for each in page.messages)
    assert Order.objects.get().summary == "theirs"


class Says:
    def get_queryset(self, request: Any) -> Any:
        messages.warning(request, "LOOKED")
        return super().get_queryset(request)  # type: ignore[misc]


@places
def test_the_object_of_a_page_is_looked_for_as_often_as_without_the_guard(
    ada: Desk, order: Order, use: Use, place: str
) -> None:
    register(use, place, Says, Always)
    assert ada.open(order).text.count("LOOKED") == 1


class Upper:
    def get_form(self, *args: Any, **kwargs: Any) -> Any:
        class Form(super().get_form(*args, **kwargs)):  # type: ignore[misc]
            def clean_title(self) -> str:
                return str(self.cleaned_data["title"]).upper()

        return Form


@places
def test_each_class_is_asked_for_the_form(ada: Desk, order: Order, use: Use, place: str) -> None:
    is_guarded, bases = PLACES[place]

    class Base(*bases):  # type: ignore[misc]
        def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
            return super().get_form(request, obj, change=change, **kwargs)

    left: List[Any] = [type("Left", (Base,), {}), type("Right", (Upper, Base), {})]
    use(Order, is_guarded, tuple(left), fields=FIELDS)
    assert save(ada, order).was_saved
    assert Order.objects.get().title == "MINE"


class WhileSaving:
    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is not None and request.method == "POST":
            obj.summary = "Filled"
        return super().get_form(request, obj, change=change, **kwargs)  # type: ignore[misc]


class Bound(forms.ModelForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound:
            self.instance.summary = "Filled"


class ByForm:
    form = Bound


@guarded
@pytest.mark.parametrize("merges", [False, True])
@pytest.mark.parametrize("hook", [WhileSaving, ByForm])
def test_what_is_filled_in_while_saving_hides_nobodys_change(
    ada: Desk, order: Order, use: Use, settings: Any, place: str, hook: Any, merges: bool
) -> None:
    settings.ADMIN_COLLABORATOR_MERGE_DISJOINT = merges
    register(use, place, hook)
    page = ada.open(order)
    page["summary"] = "mine"
    Order.objects.update(summary="theirs")
    page = page.post()
    assert page.status == 409
    assert "theirs" in page.text
    assert Order.objects.get().summary == "theirs"
