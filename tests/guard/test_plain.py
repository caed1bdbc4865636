"""What ends otherwise without the guard is a defect: cases that the differential test has found."""

from __future__ import annotations

from typing import Any, List

import pytest
from django.contrib import admin

from tests.guard.conftest import Use
from tests.guard.newsdesk import Desk, Form
from tests.guard.oracle import forms, mutations
from tests.guard.oracle.models import Keyed, Label, Line, Order


@pytest.fixture(autouse=True)
def _mutated(monkeypatch: Any) -> None:
    mutations.apply(monkeypatch)


pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_a_form_that_was_not_saved_as_new_offers_that_again(ada: Desk, database: str, use: Use) -> None:
    order = Order.objects.create(title="One")
    buttons: List[Any] = []
    for is_guarded in (False, True):
        use(Order, is_guarded, save_as=True)
        form = ada.open(order)
        form["title"] = ""
        answer = form.save("_saveasnew")
        buttons.append([name for name in ("_save", "_continue", "_addanother", "_saveasnew") if has(answer, name)])
    assert buttons[0] == buttons[1] == ["_saveasnew"]


def has(page: Form, button: str) -> bool:
    return f'name="{button}"' in page.text


def test_a_row_whose_key_was_typed_over_gets_what_django_makes_of_its_text(
    ada: Desk, database: str, use: Use
) -> None:
    Keyed.objects.create(key="before", text="  with spaces ")
    for is_guarded in (False, True):
        use(Keyed, is_guarded)
        form = ada.open(Keyed.objects.get(key="before"))
        form["key"] = f"after {is_guarded}"
        assert form.save().was_saved
        assert Keyed.objects.get(key=f"after {is_guarded}").text == "with spaces"
        assert Keyed.objects.get(key="before").text == "  with spaces "


@pytest.mark.parametrize("typed", [None, [], ["1"]])
def test_links_that_a_control_does_not_offer_stay_until_it_is_touched(
    ada: Desk, database: str, use: Use, typed: Any
) -> None:
    _one, two, hidden = (Label.objects.create(pk=n, name=str(n), is_hidden=n == 3) for n in (1, 2, 3))
    order = Order.objects.create(title="One", status="draft")
    use(Order, form=forms.Limiting)
    order.labels.set([two, hidden] if typed == [] else [hidden])
    form = ada.open(order)
    if typed is not None:
        form["labels"] = typed
    form["title"] = "Mine"
    assert form.save().was_saved
    assert [label.pk for label in order.labels.all()] == ([3] if typed is None else [int(pk) for pk in typed])


def test_the_history_names_what_django_names_of_a_control_that_is_always_another(
    ada: Desk, database: str, use: Use
) -> None:
    order = Order.objects.create(title="One")
    messages: List[Any] = []
    for is_guarded in (False, True):
        use(Order, is_guarded, form=forms.Extra)
        form = ada.open(order)
        form["title"] = "Two"
        assert form.save().was_saved
        messages.append(admin.models.LogEntry.objects.first().change_message)
        Order.objects.update(title="One")
    assert messages[0] == messages[1]


def test_what_is_left_out_counts_where_values_have_to_be_unique(ada: Desk, database: str, use: Use) -> None:
    """The row keeps spaces that Django would strip, so it is with them that it would be there twice."""
    one, two = Order.objects.create(title="One"), Order.objects.create(title="Two")
    line = Line.objects.create(order=one, sku=" s ")
    Line.objects.create(order=two, sku=" s ")
    use(Line, fields=["order", "sku"])
    form = ada.open(line)
    form["order"] = str(two.pk)
    answer = form.save()
    assert answer.errors == ["Line with this Order and Sku already exists."]
    assert Line.objects.get(pk=line.pk).order_id == one.pk
