"""What the page of a refusal shows where a project hides, fills in or makes things by itself."""

from __future__ import annotations

import secrets
from contextvars import ContextVar
from typing import Any, List

import pytest
from django import forms
from django.core.exceptions import PermissionDenied

from tests.guard.conftest import Use
from tests.guard.newsdesk import Desk
from tests.guard.oracle.models import Order
from tests.guard.tabs import Tab
from tests.guard.test_own_values import Always, guarded, register

pytestmark = pytest.mark.expects_fault  # of forms that nobody knew of


@pytest.fixture
def order(database: str) -> Order:
    return Order.objects.create(title="Before", summary="s", slug="before")


class Denies:
    is_denied = False

    def change_view(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if Denies.is_denied:
            raise PermissionDenied
        return super().change_view(request, *args, **kwargs)  # type: ignore[misc]


@guarded
def test_the_page_of_a_refusal_shows_nothing_that_the_view_denies(
    ada: Desk, ben: Desk, order: Order, use: Use, place: str, monkeypatch: Any
) -> None:
    Order.objects.update(slug="not-for-ben")
    register(use, place, Denies, readonly_fields=["slug"])
    page = ben.open(order)
    assert "not-for-ben" in page.text
    Tab(order, ada.user).claim()
    monkeypatch.setattr(Denies, "is_denied", True)
    page = page.post()
    assert page.status in (403, 423)
    assert "not-for-ben" not in page.text


class Short(forms.ModelForm):
    class Meta:
        model = Order
        fields = ["title", "summary", "slug"]


_limited = ContextVar("limited", default=False)


class Limits:
    """Shows a field unless its own view says not to."""

    readonly_fields = ["price"]

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return Short

    def get_fields(self, request: Any, obj: Any = None) -> List[str]:
        return ["title", "summary", "slug", *(() if _limited.get() else ("price",))]

    def changeform_view(self, *args: Any, **kwargs: Any) -> Any:
        token = _limited.set(True)
        try:
            response = super().changeform_view(*args, **kwargs)  # type: ignore[misc]
            return response.render() if hasattr(response, "render") else response
        finally:
            _limited.reset(token)


@guarded
def test_the_page_of_a_refusal_shows_nothing_that_the_view_hides(
    ada: Desk, order: Order, use: Use, place: str
) -> None:
    Order.objects.update(price=987654)
    register(use, place, Limits, fields=None)
    page = ada.open(order)
    page["title"] = "Mine"
    assert "987654" not in page.text
    Order.objects.update(slug="theirs")
    page = page.post()
    assert page.status == 409
    assert "987654" not in page.text


class OwnForm:
    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return Short


class Single:
    _one: Any = None

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if cls.__dict__.get("_one") is None:
            cls._one = super().__new__(cls)
        return cls._one


class CopiesItself:
    def __copy__(self) -> Any:
        return self


class KeepsOnItsClass:
    def __setattr__(self, name: str, value: Any) -> None:
        setattr(type(self), name, value)


@pytest.mark.parametrize("odd", [Single, CopiesItself, KeepsOnItsClass])
def test_the_page_of_a_refusal_leaves_the_admin_as_it_was(ada: Desk, order: Order, use: Use, odd: Any) -> None:
    register(use, "hook outside", odd, OwnForm, fields=Short.Meta.fields)
    for _ in range(2):
        page = ada.open(order)
        page["title"] = "Mine"
        Order.objects.update(slug=secrets.token_hex(4))
        page = page.post()
        assert page.status == 409
        assert page.post().was_saved


class Remembers:
    def get_object(self, request: Any, object_id: str, from_field: Any = None) -> Any:
        if not hasattr(request, "found"):
            request.found = super().get_object(request, object_id, from_field)  # type: ignore[misc]
            request.found.slug = "filledslug"
        return request.found


class LooksTwice(Always):
    def get_object(self, request: Any, object_id: str, from_field: Any = None) -> Any:
        obj = super().get_object(request, object_id, from_field)
        obj.slug = "filledslug"
        return obj

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        made = super().get_form(request, obj, change=change, **kwargs)  # type: ignore[misc]
        if obj is not None and request.method == "POST":
            made(request.POST, request.FILES, instance=obj).is_valid()
        return made


@pytest.mark.parametrize("hook", [Remembers, LooksTwice])
def test_what_is_filled_in_for_reading_is_on_the_page_of_a_refusal(
    ada: Desk, order: Order, use: Use, hook: Any
) -> None:
    register(use, "hook outside", hook, readonly_fields=["slug"], fields=["title", "qty", "slug"])
    page = ada.open(order)
    page["title"] = "Mine"
    assert "filledslug" in page.text
    Order.objects.update(qty=7)
    page = page.post()
    assert page.status == 409
    assert "filledslug" in page.text
