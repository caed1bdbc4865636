"""Hooks of a project that give the object of a form other values than are stored, or make the form by themselves."""

from __future__ import annotations

import secrets
from typing import Any, Dict, Tuple, Type

import pytest
from django import forms
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db import transaction

from django_admin_collaborator.utils import CollaborativeAdminMixin
from tests.guard.conftest import Use, both_databases
from tests.guard.newsdesk import Desk
from tests.guard.oracle.models import Order


class Filling:
    """``kind`` says when ``get_object`` fills something in."""

    kind = ""

    def get_object(self, request: Any, object_id: str, from_field: Any = None) -> Any:
        if self.kind == "remembered" and hasattr(request, "found"):
            return request.found
        obj = super().get_object(request, object_id, from_field)  # type: ignore[misc]
        if obj is None:
            return obj
        if self.kind in ("always", "remembered", request.method):
            obj.summary = "Filled in"
        elif self.kind == "blank":
            obj.summary = obj.summary or "Filled in"
        elif self.kind == "another":
            obj.summary = secrets.token_hex(4)
        if request.method == "POST":
            obj.revision += 100
        request.found = obj
        return obj


class OrderForm(forms.ModelForm):
    class Meta:
        model = Order
        fields = ["title", "summary", "slug"]


class ByItself:
    """Makes its form without asking its parents."""

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Type[Any]:
        return OrderForm


FORMS: Dict[str, Tuple[Any, ...]] = {"own form": (ByItself,), "usual form": ()}
PLACES: Dict[str, Tuple[bool, Tuple[Any, ...]]] = {
    "plain": (False, (admin.ModelAdmin,)),
    "hook outside": (False, (CollaborativeAdminMixin, admin.ModelAdmin)),
    "hook inside": (True, (admin.ModelAdmin,)),
}

kinds = pytest.mark.parametrize("kind", ["always", "blank", "GET", "POST", "another", "remembered"])
places = pytest.mark.parametrize("place", ["hook outside", "hook inside"])
all_forms = pytest.mark.parametrize("form", list(FORMS))

pytestmark = pytest.mark.expects_fault  # what is another each time, and forms that nobody knew of


@pytest.fixture
def order(database: str) -> Order:
    return Order.objects.create(title="Before", slug="before", summary="")


def register(use: Use, kind: str, place: str, form: str) -> None:
    is_guarded, bases = PLACES[place]
    use(Order, is_guarded, (Filling, *FORMS[form], *bases), kind=kind, fields=OrderForm.Meta.fields)


def stored() -> Tuple[Any, ...]:
    return Order.objects.values_list("title", "summary", "slug", "revision").get()


@kinds
@places
@all_forms
@pytest.mark.parametrize("merges", [False, True])
def test_alone_it_is_saved_as_without_the_guard(
    ada: Desk, order: Order, use: Use, settings: Any, kind: str, place: str, form: str, merges: bool
) -> None:
    """Not promised: what a finished admin fills in for the page alone is not known, so it is refused once."""
    settings.ADMIN_COLLABORATOR_MERGE_DISJOINT = merges
    is_told = place == "hook outside" or kind not in ("GET", "remembered")
    rows = []
    for where in ("plain", place):
        Order.objects.update(title="Before", summary="", slug="before", revision=1)
        register(use, kind, where, form)
        page = ada.open(order)
        page["title"] = "Mine"
        shown = page["summary"]
        page = page.post()
        if where != "plain" and not is_told:
            assert page.status == (302 if merges else 409)
            return
        assert page.was_saved
        rows.append((*stored(), LogEntry.objects.latest("pk").get_change_message()))
        assert rows[-1][1] == shown
    if kind != "another":
        assert rows[0] == rows[1]


@kinds
@places
@all_forms
@pytest.mark.parametrize("merges", [False, True])
@both_databases
def test_what_others_write_meanwhile_is_seen(
    ada: Desk, order: Order, use: Use, settings: Any, kind: str, place: str, form: str, merges: bool
) -> None:
    settings.ADMIN_COLLABORATOR_MERGE_DISJOINT = merges
    register(use, kind, place, form)
    for field in ("summary", "slug"):
        page = ada.open(order)
        page["title"] = f"Mine, not {field}"
        Order.objects.update(**{field: "theirs"})
        page = page.post()
        assert page.was_saved or page.status == 409
        if not page.was_saved:
            assert "theirs" in page.panel or field == "summary"
            page = page.post()
        assert page.was_saved
        title, summary, slug, _ = stored()
        assert title == f"Mine, not {field}"
        assert slug == ("theirs" if field == "slug" else "before")
        if kind in ("POST", "blank"):  # plain Django, asked after the other's save, would show that
            assert summary == "theirs" if field == "summary" else summary in ("theirs", "Filled in")


class OwnView:
    """Makes its form, and saves it, without Django's view."""

    own_form: Any = OrderForm

    def changeform_view(
        self: Any, request: Any, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        if request.method == "POST":
            with transaction.atomic():
                form = self.own_form(request.POST, request.FILES, instance=self.get_object(request, object_id))
                if form.is_valid():
                    obj = self.save_form(request, form, change=True)
                    self.save_model(request, obj, form, True)
                    self.save_related(request, form, [], True)
                    return self.response_change(request, obj)
        return super().changeform_view(request, object_id, form_url, extra_context)  # type: ignore[misc]


@places
def test_a_view_that_makes_its_own_form_is_refused_with_what_was_posted(
    ada: Desk, order: Order, use: Use, place: str
) -> None:
    """What such a view hides is not for us to show."""
    is_guarded, bases = PLACES[place]
    use(Order, is_guarded, (OwnView, *bases), fields=OrderForm.Meta.fields)
    page = ada.open(order)
    page["title"] = "First"
    assert page.post().was_saved
    page = ada.open(order)
    page["title"] = "Mine"
    Order.objects.update(summary="theirs")
    for _ in range(2):
        page = page.post()
        assert (page.status, page.reason, page["title"]) == (409, "changed", "Mine")
        assert "theirs" not in page.text.replace("All theirs", "")
        assert len(page.data["_collaborator_base"]) == 1
    page = ada.open(order)
    page["title"] = "Mine"
    assert page.post().was_saved
    assert stored()[:3] == ("Mine", "theirs", "before")
