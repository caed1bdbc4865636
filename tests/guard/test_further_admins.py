"""Hooks of a ``ModelAdmin`` as projects override them, each played beside plain Django."""

from __future__ import annotations

from typing import Any, Callable, List

import pytest
from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import HttpResponseRedirect

from django_admin_collaborator.page import drafts
from tests.guard.conftest import People
from tests.guard.oracle.fixed import (
    SUMMARY,
    TEXT,
    Case,
    FixedMeeting,
    Lines,
    alone,
    alone_and_meeting,
    change,
    listed,
    meet,
    rows_of,
)
from tests.guard.oracle.models import Line, OpenOrder, Order
from tests.guard.oracle.sequences import Step
from tests.guard.oracle.writers import Write

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

plain = admin.ModelAdmin


def a_form_class_for_each_state() -> Case:
    def get_form(self: Any, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["form"] = Short if obj.status == "published" else Computing
        return plain.get_form(self, request, obj, change=change, **kwargs)

    class Short(forms.ModelForm):
        class Meta:
            fields = ["title", "status"]

    class Computing(forms.ModelForm):
        note = forms.CharField(required=False)

        def clean(self) -> Any:
            return {**super().clean(), "title": self.cleaned_data["title"] + self.cleaned_data["note"]}

    return (
        {"get_form": get_form, "get_fieldsets": lambda *a: [(None, {"fields": ["title", "status"]})]},
        change(title="x", status="published"),
        Write("update", Order, 1, {"title": "Theirs"}),
    )


def values_for_new_rows() -> Case:
    def get_formset_kwargs(self: Any, request: Any, obj: Any, inline: Any, prefix: str) -> Any:
        return {**plain.get_formset_kwargs(self, request, obj, inline, prefix), "initial": [{"sku": "new", "qty": 3}]}

    hook = {"get_formset_kwargs": get_formset_kwargs} if hasattr(plain, "get_formset_kwargs") else {}
    return {"fields": ["title"], "inlines": [Lines], **hook}, change(lines__0__qty="4"), TEXT


def an_object_that_is_changed_between_form_and_save() -> Case:
    def save_form(self: Any, request: Any, form: Any, change: bool) -> Any:
        obj = plain.save_form(self, request, form, change)
        obj.slug = f"{obj.title} by {request.user}"
        return obj

    return {"save_form": save_form, "fields": ["title", "summary"]}, change(title="x"), SUMMARY


def a_copy_in_place_of_the_object() -> Case:
    def save_form(self: Any, request: Any, form: Any, change: bool) -> Any:
        obj = plain.save_form(self, request, form, change)
        obj.pk, obj._state.adding = None, True
        return obj

    return {"save_form": save_form, "fields": ["title", "summary"]}, change(title="x"), SUMMARY


def a_history_of_values() -> Case:
    def construct_change_message(self: Any, request: Any, form: Any, formsets: Any, add: bool = False) -> Any:
        values = [f"{name}: {form.initial[name]}, {form.cleaned_data[name]}" for name in form.changed_data]
        return [{"changed": {"fields": values}}]

    return (
        {"construct_change_message": construct_change_message, "fields": ["qty", "summary"]},
        change(qty="3"),
        SUMMARY,
    )


def another_page_after_a_save() -> Case:
    def response_change(self: Any, request: Any, obj: Any) -> Any:
        return HttpResponseRedirect(f"/admin/?saved={obj.pk}")

    return {"response_change": response_change, "fields": ["title", "summary"]}, change(title="x"), SUMMARY


def fields_made_by_a_callback() -> Case:
    def callback(field: Any, **kwargs: Any) -> Any:
        if field.name == "summary":
            return forms.CharField(required=False, initial="nothing")
        return field.formfield(**kwargs)

    class Made(forms.ModelForm):
        formfield_callback = callback

        class Meta:
            model = Order
            fields = ["title", "summary", "qty"]
            formfield_callback = callback

    return {"get_form": lambda *a, **k: Made, "fields": ["title", "summary", "qty"]}, change(qty="3"), SUMMARY


def a_form_of_its_own_for_a_list() -> Case:
    class Discounted(forms.ModelForm):
        discount = forms.IntegerField(required=False, initial=0)

        def save(self, commit: bool = True) -> Any:
            self.instance.price -= self.cleaned_data["discount"] or 0
            return super().save(commit)

    names = ["id", "title", "qty"]
    return (
        {
            "get_changelist_form": lambda *a, **k: Discounted,
            "show_full_result_count": False,
            "list_display": names,
            "list_editable": names[1:],
        },
        listed(form__0__discount="1", form__1__qty="4"),
        Write("update", Order, 1, {"title": "Theirs"}),
    )


def rows_that_are_put_in_order() -> Case:
    class Ordered(forms.BaseInlineFormSet):
        def save(self, commit: bool = True) -> Any:
            made = super().save(commit)
            for place, form in enumerate(self.ordered_forms):
                Line.objects.filter(pk=form.instance.pk).update(price=place)
            return made

    class OrderedLines(Lines):
        formset = Ordered
        fields = ["sku", "text"]

        def get_formset(self, request: Any, obj: Any = None, **kwargs: Any) -> Any:
            return super().get_formset(request, obj, can_order=True, **kwargs)

    return {"fields": ["title"], "inlines": [OrderedLines]}, change(lines__0__ORDER="2", lines__1__ORDER="1"), TEXT


def rows_with_fields_by_their_place() -> Case:
    class Hinting(forms.BaseInlineFormSet):
        def add_fields(self, form: Any, index: Any) -> None:
            super().add_fields(form, index)
            if index == 0:
                form.fields["hint"] = forms.CharField(required=False, initial=form.instance.text)

    class HintedLines(Lines):
        formset = Hinting
        fields = ["sku", "text"]

    return {"fields": ["title"], "inlines": [HintedLines]}, change(lines__0__hint="typed"), TEXT


def columns_that_are_read_late() -> Case:
    def get_queryset(self: Any, request: Any) -> Any:
        return plain.get_queryset(self, request).only("title").annotate(count=models.Count("lines"))

    return {"get_queryset": get_queryset, "fields": ["title", "summary"]}, change(title="x"), SUMMARY


def rows_that_are_saved_by_what_has_changed() -> Case:
    def save_model(self: Any, request: Any, obj: Any, form: Any, change: bool) -> None:
        obj.save(update_fields=form.changed_data)

    return {"save_model": save_model, "fields": ["title", "summary"]}, change(title="x"), SUMMARY


def an_object_that_is_no_row() -> Case:
    def get_object(self: Any, request: Any, object_id: str, from_field: Any = None) -> Any:
        obj = plain.get_object(self, request, object_id, from_field)
        return Order(**{field.attname: getattr(obj, field.attname) for field in obj._meta.concrete_fields})

    return {"get_object": get_object, "fields": ["title", "summary", "labels"]}, change(title="x"), SUMMARY


def a_deletion_that_deletes_nothing() -> Case:
    def delete_model(self: Any, request: Any, obj: Any) -> None:
        obj.summary = "deleted"
        obj.save()

    def response_delete(self: Any, request: Any, name: str, pk: Any) -> Any:
        return HttpResponseRedirect(f"/admin/?gone={pk}")

    return {"delete_model": delete_model, "response_delete": response_delete}, Step("delete", pk=1), SUMMARY


CASES: List[Callable[[], Case]] = [
    a_form_class_for_each_state,
    values_for_new_rows,
    an_object_that_is_changed_between_form_and_save,
    a_copy_in_place_of_the_object,
    a_history_of_values,
    another_page_after_a_save,
    fields_made_by_a_callback,
    a_form_of_its_own_for_a_list,
    rows_that_are_put_in_order,
    rows_with_fields_by_their_place,
    columns_that_are_read_late,
    rows_that_are_saved_by_what_has_changed,
    an_object_that_is_no_row,
    a_deletion_that_deletes_nothing,
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_a_hook_does_what_it_does_without_the_guard(people: People, case: Callable[[], Case]) -> None:
    alone_and_meeting(people, *case())


class CatchingAround:
    """Between the mixin and Django."""

    def changeform_view(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().changeform_view(request, *args, **kwargs)  # type: ignore[misc]
        except Exception as error:
            messages.error(request, f"It was not saved: {error}")
            return HttpResponseRedirect(request.path)


class CatchingRows:
    def _create_formsets(self, request: Any, *args: Any) -> Any:
        try:
            return super()._create_formsets(request, *args)  # type: ignore[misc]
        except Exception:
            return [], []


@pytest.mark.parametrize("catching", [CatchingAround, CatchingRows])
@pytest.mark.parametrize("write", [SUMMARY, TEXT], ids=["field", "row"])
def test_a_project_that_catches_every_exception_catches_no_refusal(
    people: People, catching: Any, write: Write
) -> None:
    model_admin = {"fields": ["title", "summary"], "inlines": [Lines]}
    meeting = FixedMeeting(people, Order, model_admin, change(title="x"), write)
    meeting.model_admin = type("OrderAdmin", (catching, meeting.model_admin), {"__module__": __name__})
    meeting.play()
    with meeting.side(True) as side:
        page = meeting.open(side)
        write.carry_out()
        answer = side.post(page.url, meeting.posted(page, {"title": ["x"]}))
        assert (answer.status, answer.reason, answer.form.values()["title"]) == (409, "changed", ["x"])


def test_a_row_that_leaves_its_proxy_when_it_is_saved_is_saved(people: People) -> None:
    spec = rows_of(Order)
    spec[OpenOrder] = spec.pop(Order)
    model_admin = {"fields": ["title", "status", "summary"]}
    alone(people, OpenOrder, model_admin, change(status="published"), spec)
    meet(people, OpenOrder, model_admin, change(status="published"), SUMMARY, spec=spec)


def test_a_row_whose_columns_are_read_late_can_be_deleted_by_whoever_may_do_only_that(people: People) -> None:
    class Late(Lines):
        fields = ["sku"]

        def get_queryset(self, request: Any) -> Any:
            return super().get_queryset(request).only("sku", "order")

        def has_change_permission(self, request: Any, obj: Any = None) -> bool:
            return False

    alone(people, Order, {"inlines": [Late]}, change(lines__0__DELETE="on"))


def test_a_mistake_that_the_form_finds_in_what_others_wrote_is_shown(people: People, settings: Any) -> None:
    class Strict(forms.ModelForm):
        def clean(self) -> Any:
            data = super().clean()
            if data["summary"] == "Theirs" and data["title"] == "x":
                self.add_error("summary", "Not with this title.")
            return data

    settings.ADMIN_COLLABORATOR_MERGE_DISJOINT = True
    model_admin = {"form": Strict, "fields": ["title", "summary"]}
    meeting = FixedMeeting(people, Order, model_admin, change(title="x"), SUMMARY)
    with meeting.side(True) as side:
        page = meeting.open(side)
        SUMMARY.carry_out()
        answer = side.post(page.url, meeting.posted(page, {"title": ["x"]}))
    assert (answer.status, answer.errors[-1]) == (200, "Not with this title.")


class GivenUp(Exception):
    pass


def giving_up(self: Any, *args: Any) -> Any:
    """``changeform_view`` that makes an answer of what ``save_model`` has raised."""
    try:
        return plain.changeform_view(self, *args)
    except GivenUp:
        self.message_user(args[0], "It could not be saved.", messages.ERROR)
        return HttpResponseRedirect(args[0].path)


@pytest.mark.parametrize("button", ["_save", "_saveasnew"])
def test_a_save_that_the_project_gave_up_does_not_end_its_draft(people: People, button: str) -> None:
    def save_model(self: Any, request: Any, obj: Any, form: Any, change: bool) -> None:
        obj.save()
        raise GivenUp

    model_admin = {"save_model": save_model, "changeform_view": giving_up, "save_as": True}
    seen = alone(people, Order, model_admin, change(button=button, title="x"))
    assert [one.status for one in seen] == [200, 302, 200]
    meeting = FixedMeeting(people, Order, model_admin, change(button=button), SUMMARY)
    with meeting.side(True) as side:
        page = meeting.open(side)
        answer = side.post(page.url, {**meeting.posted(page, {"title": ["x"]}), drafts.FIELD: "k3"})
        assert answer.status == 302
        assert drafts.COOKIE not in answer.response.cookies


def editable(self: Any, request: Any) -> List[str]:
    self.list_editable = ["title", "qty"]
    return ["id", "title", "qty"]


def test_a_list_that_is_made_editable_on_the_way_is_guarded(people: People) -> None:
    """By the first request of a process, too."""
    write = Write("update", Order, 1, {"qty": 6})
    meeting = FixedMeeting(people, Order, {"get_list_display": editable}, listed(form__0__title="x"), write)
    with meeting.side(True) as side:
        page = meeting.open(side)
        for title, status in (("x", 302), ("y", 409)):
            side.site._registry[Order].list_editable = ()
            answer = side.post(page.url, meeting.posted(page, {"form-0-title": [title]}))
            assert answer.status == status
            write.carry_out()
        assert Order.objects.get(pk=1).qty == 6


@pytest.mark.expects_fault
def test_a_list_that_is_editable_within_its_view_alone_is_named_as_not_guarded(people: People, caplog: Any) -> None:
    def changelist_view(self: Any, request: Any, extra_context: Any = None) -> Any:
        editable(self, request)
        try:
            return plain.changelist_view(self, request, extra_context)
        finally:
            self.list_editable = ()

    model_admin = {"changelist_view": changelist_view, "list_display": ["id", "title", "qty"]}
    alone(people, Order, model_admin, listed(form__0__title="x"))
    assert "the list of oracle.Order is not guarded" in caplog.text
