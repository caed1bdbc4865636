"""Inlines as projects write them: rows that differ, of several tables, generic, of links, and limited."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.contenttypes.admin import GenericStackedInline, GenericTabularInline

from tests.guard.oracle import forms
from tests.guard.oracle.models import GiftLine, Jewel, Line, Note, Order, Profile, Weight


class LineInline(admin.TabularInline):
    model = Line
    extra = 1


class CountedLines(LineInline):
    formset = forms.WholeSet
    verbose_name = "counted line"
    readonly_fields = ["words"]
    fields = ["sku", "qty", "words", "text"]

    def words(self, line: Line) -> int:
        return len(line.text.split())

    def get_extra(self, request: Any, obj: Any = None, **kwargs: Any) -> int:
        return 2 if obj and obj.qty > 2 else 0


class StackedLines(admin.StackedInline):
    model = Line
    extra = 0
    max_num = 3
    min_num = 1
    can_delete = False
    fields = ["sku", "text", "qty", "labels"]


class LockedLines(LineInline):
    form = forms.LockedLine
    fields = ["sku", "text", "qty", "price", "locked"]


class PickyLines(LineInline):
    form = forms.PickyLine
    fields = ["sku", "text", "qty", "price"]


class CheapLines(LineInline):
    """Some of the rows, some of them for reading alone."""

    readonly_fields = ["total"]
    show_change_link = True

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).filter(qty__lt=3)

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.status != "published")


class GiftLines(admin.StackedInline):
    model = GiftLine
    extra = 1
    exclude = ["labels"]


class Weights(admin.TabularInline):
    model = Weight
    extra = 1


class LinkRows(admin.TabularInline):
    model = Order.labels.through
    extra = 1


class ProfileInline(admin.StackedInline):
    model = Profile


class NoteInline(GenericTabularInline):
    model = Note
    extra = 1


class StackedNotes(GenericStackedInline):
    model = Note
    extra = 0


class PlacedOrders(admin.TabularInline):
    """Rows that point at a code."""

    model = Order
    fk_name = "place"
    extra = 0
    fields = ["title", "qty", "summary"]


class OrdersOfShelf(PlacedOrders):
    fk_name = "shelf"


class Jewels(admin.TabularInline):
    """Rows whose keys can be seen and typed over."""

    model = Jewel
    extra = 0


ORDER_INLINES = [LineInline, CountedLines, StackedLines, LockedLines, PickyLines, CheapLines, GiftLines, Weights]
ORDER_INLINES += [LinkRows, ProfileInline, NoteInline, StackedNotes]
