"""Admin classes, put together from parts as projects write them."""

from __future__ import annotations

from typing import Any, Dict, List, Tuple, Type

from django.contrib import admin, messages
from django.db import models, transaction
from hypothesis import strategies as st

from tests.guard.oracle import forms
from tests.guard.oracle.inlines import ORDER_INLINES, Jewels, OrdersOfShelf, PlacedOrders
from tests.guard.oracle.models import Chest, Everything, Keyed, LongOrder, Order, Shelf, Token, Trace, Visit


class SaveAs:
    save_as = True


class SaveAsAndLeave:
    save_as = True
    save_as_continue = False


class Few:
    fields = ["title", "summary", "qty", "labels"]


class ReadOnly:
    readonly_fields = ["total", "slug"]


class ReadOnlyByState:
    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        return ["qty", "summary", "labels"] if obj and obj.status == "published" else []


class FieldsByUser:
    def get_fields(self, request: Any, obj: Any = None) -> Any:
        names = ["title", "status", "summary", "price"]
        return [*names, "shelf"] if request.user.is_superuser else names


class ExcludeByState:
    def get_exclude(self, request: Any, obj: Any = None) -> Any:
        return ["slug", "published_at"] if obj and obj.status == "draft" else ["slug"]


class LimitedByUser:
    """A chief may choose more than others."""

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)  # type: ignore[misc]
        if "status" in form.base_fields and not request.user.is_superuser:
            form.base_fields["status"].choices = [("draft", "Draft"), ("review", "Review")]
        return form


class LimitedTargets:
    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name in ("shelf", "place"):
            kwargs["queryset"] = Shelf.objects.filter(is_open=True)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]
        if field is not None:
            field.queryset = field.queryset.filter(is_hidden=False)
        return field


class Prefilled:
    def get_changeform_initial_data(self, request: Any) -> Any:
        initial = super().get_changeform_initial_data(request)  # type: ignore[misc]
        return {"title": "Prefilled", "qty": 4, "name": "Prefilled", "text": "Prefilled", **initial}


class RawIds:
    raw_id_fields = ["shelf", "labels"]


class Autocomplete:
    autocomplete_fields = ["shelf", "labels"]


class Radios:
    radio_fields = {"status": admin.HORIZONTAL, "shelf": admin.VERTICAL}


class Filtered:
    filter_horizontal = ["labels"]


class PrePopulated:
    prepopulated_fields = {"slug": ["title"]}


class SavesInItsOwnWay:
    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        Trace.objects.create(event=f"save_model {change} {sorted(form.changed_data)}")
        super().save_model(request, obj, form, change)  # type: ignore[misc]

    def save_formset(self, request: Any, form: Any, formset: Any, change: bool) -> None:
        for row in formset.save(commit=False):
            row.save()
        for row in formset.deleted_objects:
            row.delete()
        formset.save_m2m()

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)  # type: ignore[misc]
        Trace.objects.create(event=f"related {[sorted(f.changed_data) for s in formsets for f in s.forms]}")


class SaysMore:
    def response_change(self, request: Any, obj: Any) -> Any:
        self.message_user(request, f"{obj} has {obj.pk}", messages.WARNING)  # type: ignore[attr-defined]
        return super().response_change(request, obj)  # type: ignore[misc]

    def construct_change_message(self, request: Any, form: Any, formsets: Any, add: bool = False) -> Any:
        found = super().construct_change_message(request, form, formsets, add)  # type: ignore[misc]
        return [*found, {"changed": {"fields": ["more"]}}] if isinstance(found, list) else found


class Forbids:
    """What may be done depends on the row."""

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        allowed = super().has_change_permission(request, obj)  # type: ignore[misc]
        return allowed and (obj is None or obj.pk != 2)

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        allowed = super().has_delete_permission(request, obj)  # type: ignore[misc]
        return allowed and (obj is None or obj.pk != 1)


class Hides:
    def get_queryset(self, request: Any) -> Any:
        rows = super().get_queryset(request)  # type: ignore[misc]
        return rows if request.user.is_superuser else rows.exclude(pk=1)


class Listed:
    list_display = ["__str__", "title", "qty", "status", "shelf"]
    list_editable = ["title", "qty", "status", "shelf"]


class Paged(Listed):
    list_per_page = 2
    list_filter = ["status"]
    search_fields = ["title"]
    ordering = ["-qty", "pk"]


class InlinesByState:
    def get_inlines(self, request: Any, obj: Any) -> Any:
        inlines = super().get_inlines(request, obj)  # type: ignore[misc]
        return inlines[:1] if obj and obj.status == "draft" else inlines


class Localized:
    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if db_field.name in ("qty", "total", "float", "decimal", "integer", "amount"):
            field.localize = field.widget.is_localized = True
        return field


class Acts:
    actions = ["double", "wipe", "alone", "asks", "counts"]

    def double(self, request: Any, queryset: Any) -> None:
        for row in queryset:
            name = "qty" if hasattr(row, "qty") else "amount"
            setattr(row, name, getattr(row, name) * 2)
            row.save()
        self.message_user(request, "doubled")  # type: ignore[attr-defined]

    def wipe(self, request: Any, queryset: Any) -> None:
        name = "price" if hasattr(queryset.model, "price") else "amount"
        queryset.update(**{name: 0})

    def alone(self, request: Any, queryset: Any) -> None:
        Trace.objects.create(event="before the block")
        with transaction.atomic(durable=True):
            for row in queryset:
                row.save()

    def asks(self, request: Any, queryset: Any) -> Any:
        from django.http import HttpResponse

        return HttpResponse(f"{queryset.count()} rows, {sorted(str(row) for row in queryset)}")

    def counts(self, request: Any, queryset: Any) -> None:
        self.message_user(request, f"{queryset.count()} rows")  # type: ignore[attr-defined]

    counts.allowed_permissions = ["view"]  # type: ignore[attr-defined]


GENERAL = [SaveAs, SaveAsAndLeave, SaysMore, Hides, Acts, SavesInItsOwnWay, Prefilled, Forbids, Localized]
ORDER_FIELDS = [Few, ReadOnly, ReadOnlyByState, FieldsByUser, ExcludeByState]
ORDER_WIDGETS = [LimitedByUser, LimitedTargets, RawIds, Autocomplete, Radios, Filtered, Listed, Paged, InlinesByState]

NAMES_OF_EVERYTHING = [
    field.name
    for field in (*Everything._meta.fields, *Everything._meta.many_to_many)
    if field.editable and not field.primary_key and field.name != "required_shelf"
]


@st.composite
def admins(draw: Any) -> Tuple[Type[models.Model], Type[admin.ModelAdmin]]:
    """A model and an admin class for it."""
    model = draw(st.sampled_from([Order, Order, Everything, LongOrder, Keyed, Token, Shelf, Chest, Visit]))
    parts: List[type] = draw(st.lists(st.sampled_from(GENERAL), max_size=3, unique=True))
    attributes: Dict[str, Any] = {}
    if issubclass(model, Order):
        parts += draw(st.lists(st.sampled_from(ORDER_FIELDS), max_size=1))
        parts += draw(st.lists(st.sampled_from(ORDER_WIDGETS), max_size=2, unique=True))
        often = [forms.Extra, forms.Extra, forms.Limiting, forms.Limiting]
        form = draw(st.sampled_from([None, *forms.ORDER_FORMS, *often]))
        if form is not None:
            attributes["form"] = form
        inlines = draw(st.lists(st.sampled_from(ORDER_INLINES), max_size=2, unique_by=lambda inline: inline.model))
        attributes["inlines"] = inlines
    elif model is Everything:
        parts = [part for part in parts if part is not Acts]
        some = draw(st.lists(st.sampled_from(NAMES_OF_EVERYTHING), min_size=1, max_size=6, unique=True))
        attributes["fields"] = [*some, "required_shelf"]
        form = draw(st.sampled_from([None, forms.RoundingForm, forms.OddWidgets, forms.TypedControls]))
        if form is not None:
            attributes["form"] = form
        listed = [name for name in some if name != "labels"]
        if draw(st.booleans()):
            attributes["list_display"] = ["id", *listed]
            attributes["list_editable"] = listed
    elif model is Shelf:
        attributes["inlines"] = draw(st.lists(st.sampled_from([PlacedOrders, OrdersOfShelf]), max_size=1))
        parts = [part for part in parts if part is not Acts]
    elif model in (Chest, Visit):
        attributes["inlines"] = [Jewels] if model is Chest else []
        parts = [part for part in parts if part is not Acts]
    elif model in (Keyed, Token) and draw(st.booleans()):
        attributes["list_display"] = ["pk", "amount"]
        attributes["list_editable"] = ["amount"]
    return model, _named(model, parts, attributes)


@st.composite
def picky_admins(draw: Any) -> Tuple[Type[models.Model], Type[admin.ModelAdmin]]:
    """Of rows with values that their forms do not show, and that count all the same."""
    if draw(st.booleans()):
        return Visit, _named(Visit, [], {"fields": ["name", "begins"], "form": forms.Beginning})
    return Order, _named(Order, [], {"fields": ["title", "shelf", "labels"], "form": forms.Limiting})


def _named(model: Type[models.Model], parts: List[type], attributes: Dict[str, Any]) -> Type[admin.ModelAdmin]:
    """The class, with a name that says what it is made of."""
    given = {
        name: [getattr(one, "__name__", one) for one in value] if isinstance(value, list) else value.__name__
        for name, value in attributes.items()
    }
    if Paged in parts and Listed in parts:
        parts.remove(Listed)  # the former is one of the latter
    name = f"{model.__name__}Admin"
    described = f"{name}({', '.join(part.__name__ for part in parts)} {given or ''})"
    body = {"__module__": __name__, "__qualname__": described, **attributes}
    return type(name, (*parts, admin.ModelAdmin), body)
