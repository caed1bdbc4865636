"""A control that cannot be compared is named in the configuration of its page; the others stay guarded."""

from __future__ import annotations

import json
import re
from typing import Any, List

import pytest
from django import forms
from django.contrib import admin

from tests.guard.conftest import Use
from tests.guard.newsdesk import Desk, Form
from tests.guard.oracle.models import Line, Order

pytestmark = [pytest.mark.parametrize("database", ["sqlite"], indirect=True), pytest.mark.expects_fault]


class Opaque(forms.TextInput):
    """Its posted value is an object without a text of its own, which nothing can be compared with."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        text = super().value_from_datadict(data, files, name)
        return text if name in data and data[name] == "typed" else object()


class OpaqueForm(forms.ModelForm):
    class Meta:
        widgets = {"slug": Opaque}


class OpaqueLines(admin.TabularInline):
    model = Line
    extra = 0

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "sku":
            field.widget = Opaque()
        return field


def unguarded(page: Form) -> List[str]:
    block = re.search(r'<script id="admin-collaborator-config"[^>]*>(.*?)</script>', page.text, re.DOTALL)
    assert block
    return json.loads(block.group(1)).get("unguarded", [])


def test_a_control_that_cannot_be_read_is_named_and_no_other(ada: Desk, database: str, use: Use) -> None:
    order = Order.objects.create(title="One")
    Line.objects.create(order=order, sku="a")
    use(Order, inlines=[OpaqueLines])
    assert unguarded(ada.open(order)) == ["Sku"]
    use(Order, form=OpaqueForm)
    form = ada.open(order)
    assert unguarded(form) == ["Slug"]
    form["slug"] = "typed"
    Order.objects.update(title="Theirs")
    answer = form.save()
    assert answer.reason == "changed"
    assert unguarded(answer) == ["Slug"], "the page of a refusal names it too"
    use(Order)
    assert unguarded(ada.open(order)) == []


def test_a_control_that_differs_each_time_is_named_once_that_is_known(ada: Desk, database: str, use: Use) -> None:
    numbers = iter(range(1000))

    class Nonce(forms.ModelForm):
        nonce = forms.CharField(required=False, initial=lambda: f"nonce {next(numbers)}")

    order = Order.objects.create(title="One")
    use(Order, form=Nonce)
    form = ada.open(order)
    assert unguarded(form) == []
    form["title"] = "Two"
    assert form.save().was_saved
    assert unguarded(ada.open(order)) == ["Nonce"]
