"""Admins that depend on what is posted, and controls that browsers fill in by themselves, beside plain Django."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timezone
from functools import partial
from typing import Any, Dict

import pytest
from django import forms
from django.contrib import admin

from tests.guard.conftest import People
from tests.guard.oracle.fixed import FixedMeeting, alone, change, listed, meet, rows_of
from tests.guard.oracle.forms import Limiting
from tests.guard.oracle.models import Chest, Everything, Jewel, Line, Order, Profile, Seal, Shelf
from tests.guard.oracle.sequences import Seen
from tests.guard.oracle.writers import Write

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

MOMENT = datetime(2020, 1, 1, 10, 20, 30, 456789, timezone.utc)
NOON = datetime(2020, 1, 1, 12, 0, 0, 0, timezone.utc)


def stored(seen: Seen, model: Any, name: str, pk: str = "1") -> Any:
    return seen.after[model._meta.label][pk][name]


def everything(**attributes: Any) -> Dict[str, Any]:
    """An admin of one field, and of one in which somebody types."""

    def formfield_for_dbfield(self: Any, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name in attributes:
            return attributes[db_field.name]
        return admin.ModelAdmin.formfield_for_dbfield(self, db_field, request, **kwargs)

    return {"formfield_for_dbfield": formfield_for_dbfield, "fields": [*attributes, "char", "required_shelf"]}


# What a browser does to a control before anybody touches it


def test_a_date_that_its_control_cannot_show_is_kept(people: People) -> None:
    """Django writes 29.02.2020 into it, which no control of this type takes."""
    model_admin = everything(date=forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"})))
    spec = rows_of(Everything, date=date(2020, 2, 29))
    seen = alone(people, Everything, model_admin, change(char="x"), spec, {"language": "de"}, is_compared=False)
    assert stored(seen[1], Everything, "date") == date(2020, 2, 29)
    seen = alone(people, Everything, model_admin, change(date="2021-03-04"), spec, {"language": "de"})
    assert stored(seen[1], Everything, "date") == date(2021, 3, 4)
    alone(people, Everything, model_admin, change(date=""), spec)


@pytest.mark.parametrize("moment", [MOMENT, NOON])
def test_a_moment_that_its_control_writes_in_another_way_is_untouched(people: People, moment: Any) -> None:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"})
    model_admin = everything(nullable_moment=forms.DateTimeField(required=False, widget=widget))
    spec = rows_of(Everything, nullable_moment=moment)
    alone(people, Everything, model_admin, change(char="x"), spec)
    theirs = Write("update", Everything, 1, {"nullable_moment": datetime(2022, 1, 1, tzinfo=timezone.utc)})
    meet(people, Everything, model_admin, change(char="x"), theirs, spec=spec)


def test_a_slider_that_stands_somewhere_writes_nothing_until_it_is_moved(people: People) -> None:
    """It has no place for "nothing", so browsers put it into the middle."""
    slider = forms.IntegerField(
        required=False, widget=forms.NumberInput(attrs={"type": "range", "min": 10, "max": 20})
    )
    spec = rows_of(Everything, integer=None)
    model_admin = everything(integer=slider)
    seen = alone(people, Everything, model_admin, change(char="x", integer="15"), spec, is_compared=False)
    assert stored(seen[1], Everything, "integer") is None
    alone(people, Everything, model_admin, change(integer="16"), spec)


@pytest.mark.parametrize("is_whole", [True, False])
def test_what_a_control_that_is_disabled_in_the_page_alone_shows_is_kept(people: People, is_whole: bool) -> None:
    """Browsers post nothing of it."""

    class Partly(forms.Select):
        def create_option(self, *args: Any, **kwargs: Any) -> Any:
            option = super().create_option(*args, **kwargs)
            option["attrs"]["disabled"] = option["value"] == "b"
            return option

    widget = forms.Select(attrs={"disabled": True}) if is_whole else Partly()
    field = forms.ChoiceField(required=False, choices=[("", "-"), ("a", "A"), ("b", "B")], widget=widget)
    spec = rows_of(Everything, kind="b")
    seen = alone(people, Everything, everything(kind=field), change(char="x"), spec, is_compared=False)
    assert stored(seen[1], Everything, "kind") == "b"
    if not is_whole:
        alone(people, Everything, everything(kind=field), change(kind="a"), spec)


def test_a_link_whose_box_is_disabled_in_the_page_alone_is_kept(people: People) -> None:
    class Partly(forms.CheckboxSelectMultiple):
        def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> Any:
            option = super().create_option(name, value, *args, **kwargs)
            option["attrs"]["disabled"] = str(value) == "1"
            return option

    class Boxes(forms.ModelForm):
        class Meta:
            widgets = {"labels": Partly()}

    model_admin = {"form": Boxes, "fields": ["labels", "char", "required_shelf"]}
    seen = alone(people, Everything, model_admin, change(char="x"), is_compared=False)
    assert len(seen[1].after["oracle.Everything_labels"]) == 2
    alone(people, Everything, model_admin, change(labels=["2"]))


# Forms that depend on what is posted


class Dependent(forms.ModelForm):
    """Which shelves and slugs can be chosen depends on the status, as of the row or as it is posted."""

    slug = forms.ChoiceField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        status = self.data.get("status") or self.instance.status
        self.fields["shelf"].queryset = Shelf.objects.filter(pk__in=[3] if status == "draft" else [1, 2])
        self.fields["slug"].choices = [(name, name) for name in (("b", "c") if status == "draft" else ("one", "b"))]


@pytest.mark.parametrize("shelf", ["", "3"])
@pytest.mark.parametrize("slug", ["b", "c"])
def test_a_choice_that_depends_on_another_is_written(people: People, shelf: str, slug: str) -> None:
    model_admin = {"form": Dependent, "fields": ["title", "status", "shelf", "slug"]}
    alone(people, Order, model_admin, change(status="draft", shelf=shelf, slug=slug))


def test_a_field_that_comes_with_what_is_posted_is_not_emptied(people: People) -> None:
    def get_fields(self: Any, request: Any, obj: Any = None) -> Any:
        return ["title", "status", *(["summary"] if request.POST.get("status") == "published" else [])]

    seen = alone(people, Order, {"get_fields": get_fields}, change(status="published"), is_compared=False)
    assert seen[1].status == 302
    assert (stored(seen[1], Order, "status"), stored(seen[1], Order, "summary")) == ("published", "text")
    alone(people, Order, {"get_fields": get_fields}, change(title="x"))


def test_what_was_typed_into_a_field_that_goes_with_what_is_posted_goes_too(people: People) -> None:
    def get_readonly_fields(self: Any, request: Any, obj: Any = None) -> Any:
        return ["summary"] if request.POST.get("status") == "published" else []

    model_admin = {"get_readonly_fields": get_readonly_fields, "fields": ["title", "status", "summary"]}
    alone(people, Order, model_admin, change(status="published", summary="typed"))


@pytest.mark.parametrize("typed", [{}, {"lines__0__text": "x"}])
@pytest.mark.parametrize("comes", [True, False])
def test_an_inline_that_comes_or_goes_with_what_is_posted_does_as_without_the_guard(
    people: People, comes: bool, typed: Any
) -> None:
    class Lines(admin.TabularInline):
        model = Line
        extra = 0

    def get_inlines(self: Any, request: Any, obj: Any) -> Any:
        return [Lines] if (request.POST.get("status") == "published") is comes else []

    if comes:
        typed = {}
    alone(people, Order, {"get_inlines": get_inlines}, change(status="published", **typed))


def test_what_a_hook_puts_into_the_object_stays_in_it(people: People) -> None:
    def get_object(self: Any, request: Any, object_id: str, from_field: Any = None) -> Any:
        obj = admin.ModelAdmin.get_object(self, request, object_id, from_field)
        obj.summary, obj.revision = "Computed", 7
        return obj

    model_admin = {"get_object": get_object, "fields": ["title", "summary"]}
    alone(people, Order, model_admin, change(title="x"))
    meet(people, Order, model_admin, change(title="x"), Write("update", Order, 1, {"title": "Theirs"}))


def test_a_form_that_was_made_before_to_look_at_the_input_is_not_the_one_that_is_saved(people: People) -> None:
    def get_fieldsets(self: Any, request: Any, obj: Any = None) -> Any:
        if request.method == "POST" and not hasattr(request, "was_looked_at"):
            request.was_looked_at = True
            self.get_form(request, obj, change=True, fields=["title", "summary"])(
                request.POST, request.FILES, instance=obj
            ).is_valid()
        return [(None, {"fields": ["title", "summary", "status"]})]

    model_admin = {"get_fieldsets": get_fieldsets}
    spec = rows_of(Order, summary="  spaces ")
    seen = alone(people, Order, model_admin, change(title="x"), spec, is_compared=False)
    assert (stored(seen[1], Order, "title"), stored(seen[1], Order, "summary")) == ("x", "  spaces ")
    meet(people, Order, model_admin, change(title="x"), Write("update", Order, 1, {"summary": "Theirs"}), spec=spec)


# Forms that are made in a way of their own


class Asking(forms.ModelForm):
    """Wants to be told of the request."""

    def __init__(self, *args: Any, request: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request


@pytest.mark.parametrize("kind", ["partial", "function", "class"])
def test_a_form_that_is_made_with_more_than_its_row_is_guarded(people: People, kind: str) -> None:
    def get_form(self: Any, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = admin.ModelAdmin.get_form(self, request, obj, change=change, **kwargs)
        make = partial(form, request=request)
        if kind != "class":
            return make if kind == "partial" else lambda *args, **kwargs: make(*args, **kwargs)

        class WithRequest(form):  # type: ignore[valid-type, misc]
            def __new__(cls, *args: Any, **kwargs: Any) -> Any:
                return make(*args, **kwargs)

        return WithRequest

    def get_fieldsets(self: Any, request: Any, obj: Any = None) -> Any:
        return [(None, {"fields": ["title", "summary"]})]

    model_admin = {"form": Asking, "get_form": get_form, "get_fieldsets": get_fieldsets}
    spec = rows_of(Order, summary="  spaces ")
    seen = alone(people, Order, model_admin, change(title="x"), spec, is_compared=False)
    assert (stored(seen[1], Order, "title"), stored(seen[1], Order, "summary")) == ("x", "  spaces ")
    meet(people, Order, model_admin, change(title="x"), Write("update", Order, 1, {"summary": "Theirs"}))


def test_a_form_that_is_none_of_a_model_is_saved(people: People) -> None:
    class Title(forms.Form):
        title = forms.CharField()

        def __init__(self, *args: Any, instance: Any = None, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.instance = instance
            self.initial["title"] = instance.title

        def save(self, commit: bool = True) -> Any:
            self.instance.title = self.cleaned_data["title"]
            return self.instance

        def save_m2m(self) -> None:
            pass

    model_admin = {
        "get_form": lambda self, request, obj=None, **kwargs: Title,
        "get_fieldsets": lambda self, request, obj=None: [(None, {"fields": ["title"]})],
    }
    seen = alone(people, Order, model_admin, change(title="x"))
    assert (seen[1].status, stored(seen[1], Order, "title")) == (302, "x")
    write = Write("update", Order, 1, {"title": "Theirs"})
    meeting = FixedMeeting(people, Order, model_admin, change(title="x"), write)
    with meeting.side(True) as side:
        page = meeting.open(side)
        write.carry_out()
        answer = side.post(page.url, meeting.posted(page, {"title": ["x"]}))
        assert (answer.status, answer.reason) == (409, "changed")
        assert Order.objects.get(pk=1).title == "Theirs"
        assert side.post(page.url, meeting.posted(answer, {"_collaborator_take-title": ["mine"]})).status == 302


def test_a_form_that_cleans_itself_twice_is_compared_with_what_it_was(people: People) -> None:
    class Twice(forms.ModelForm):
        def is_valid(self) -> bool:
            super().is_valid()
            self.full_clean()
            return not self.errors

    model_admin = {"form": Twice, "fields": ["title", "summary", "qty"]}
    alone(people, Order, model_admin, change(title="x"))
    for name in ("title", "summary"):
        meet(people, Order, model_admin, change(title="x"), Write("update", Order, 1, {name: "Theirs"}))


ONE = uuid.UUID(int=1)


class Jewels(admin.TabularInline):
    model = Jewel
    extra = 0


@pytest.mark.parametrize("model", [Chest, Jewel])
def test_a_value_that_is_written_in_another_way_each_time_is_compared_by_itself(people: People, model: Any) -> None:
    """In rows whose forms show their keys."""
    model_admin = {"inlines": [Jewels]}
    for typed in ({}, {"name": "x"}, {"jewels__0__name": "x"}, {"jewels__0__DELETE": "on"}):
        alone(people, Chest, model_admin, change(ONE, **typed))
    meet(people, Chest, model_admin, change(ONE, name="x"), Write("update", model, ONE, {"secret": Seal("Theirs")}))


# Values that a form shows and others change


class Nickname(forms.ModelForm):
    """``slug`` is called as a column, and shows and saves something else."""

    slug = forms.CharField(required=False)

    class Meta:
        exclude = ["slug"]  # noqa: DJ006 (that is the case)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["slug"] = self.instance.profile.nick

    def save(self, commit: bool = True) -> Any:
        Profile.objects.filter(order=self.instance.pk).update(nick=self.cleaned_data["slug"])
        return super().save(commit)


@pytest.mark.parametrize("typed", ["title", "slug"])
def test_a_field_that_only_has_the_name_of_a_column_is_compared_by_what_it_shows(people: People, typed: str) -> None:
    model_admin = {"form": Nickname, "get_fields": lambda self, request, obj=None: ["title", "slug"]}
    alone(people, Order, model_admin, change(**{typed: "x"}))
    write = Write("update", Profile, 1, {"nick": "Theirs"})
    meet(people, Order, model_admin, change(**{typed: "x"}), write, choices=("", "mine", "theirs"))


@pytest.mark.parametrize("where", ["form", "model_admin"])
def test_what_is_merged_is_what_the_hooks_of_a_project_compute_with(people: People, where: str) -> None:
    class Computing(forms.ModelForm):
        def clean(self) -> Any:
            data = super().clean()
            data["summary"] = f"{data['qty']} * {data['price']}"
            return data

    def save_model(self: Any, request: Any, obj: Any, form: Any, change: bool) -> None:
        obj.summary = f"{form.cleaned_data['qty']} * {form.cleaned_data['price']}"
        obj.save()

    hook = {"form": Computing} if where == "form" else {"save_model": save_model}
    model_admin = {"fields": ["title", "qty", "price", "summary"], **hook}
    alone(people, Order, model_admin, change(qty="3"))
    meet(people, Order, model_admin, change(qty="3"), Write("update", Order, 1, {"price": 8}))


@pytest.mark.parametrize("theirs", [None, 2])
def test_what_others_put_in_place_of_a_hidden_choice_is_theirs_alone(people: People, theirs: Any) -> None:
    model_admin = {"form": Limiting, "fields": ["title", "shelf", "labels", "status"]}
    write = Write("update", Order, 1, {"shelf": theirs})
    spec = rows_of(Order, shelf=3)
    meet(people, Order, model_admin, change(title="x"), write, spec=spec, choices=("", "mine", "theirs"))


@pytest.mark.parametrize("remote", [[], ["shelf", "labels"]], ids=["listed", "remote"])
@pytest.mark.parametrize("shelf", [1, 3, None])
def test_links_and_choices_that_a_control_does_not_offer_stay(people: People, remote: Any, shelf: Any) -> None:
    model_admin = {"form": Limiting, "fields": ["title", "shelf", "labels"], "autocomplete_fields": remote}
    spec = rows_of(Order, shelf=shelf)
    spec[Order.labels.through] = [{"order": 1, "label": label} for label in (1, 2, 3)]
    alone(people, Order, model_admin, change(title="x"), spec)
    write = Write("update", Order, 1, {"qty": 7})
    meet(people, Order, model_admin, change(title="x"), write, spec=spec)


class AtMostTen(forms.BaseModelFormSet):
    def clean(self) -> None:
        super().clean()
        if sum(form.cleaned_data.get("qty") or 0 for form in self.forms) > 10:
            raise forms.ValidationError("More than ten.")


@pytest.mark.parametrize("qty", ["9", "10"])
def test_rows_of_a_list_that_nobody_touched_are_validated_with_the_others(people: People, qty: str) -> None:
    def get_changelist_formset(self: Any, request: Any, **kwargs: Any) -> Any:
        return admin.ModelAdmin.get_changelist_formset(self, request, **{**kwargs, "formset": AtMostTen})

    model_admin = {
        "get_changelist_formset": get_changelist_formset,
        "list_display": ["id", "title", "qty"],
        "list_editable": ["title", "qty"],
    }
    alone(people, Order, model_admin, listed(form__0__qty=qty))


# What every save of a row does, and what a page of a conflict posts


@pytest.mark.parametrize("fields", [["image", "required_shelf"], ["required_shelf"]], ids=["shown", "not shown"])
def test_a_file_that_is_null_becomes_an_empty_name_as_in_every_save_of_its_row(people: People, fields: Any) -> None:
    seen = alone(people, Everything, {"fields": fields}, change(), rows_of(Everything, image=None))
    assert stored(seen[1], Everything, "image") == ""


def test_what_was_unticked_stays_so_on_the_page_of_a_conflict(people: People) -> None:
    write = Write("update", Shelf, 1, {"name": "Theirs"})
    meet(people, Shelf, {}, change(is_open=[]), write, choices=("", "mine", "theirs"))


@pytest.mark.parametrize("typed", [{}, {"summary": "x"}])
def test_what_a_form_showed_before_is_shown_anew_on_the_page_of_a_conflict(people: People, typed: Any) -> None:
    """Where a field brings it along itself, to know what was changed."""

    class Bringing(forms.ModelForm):
        title = forms.CharField(show_hidden_initial=True)

    model_admin = {"form": Bringing, "fields": ["title", "summary"]}
    alone(people, Order, model_admin, change(**typed))
    meet(people, Order, model_admin, change(**typed), Write("update", Order, 1, {"title": "Theirs"}))


# Models that do not let themselves be copied, or are not read as a whole


def refusing_to(*args: Any, **kwargs: Any) -> Any:
    raise TypeError("not this model")


def test_a_model_that_can_be_neither_copied_nor_pickled_is_guarded(people: People, monkeypatch: Any) -> None:
    monkeypatch.setattr(Order, "__copy__", refusing_to, raising=False)
    monkeypatch.setattr(Order, "__reduce__", refusing_to)
    model_admin = {"fields": ["title", "summary", "labels"]}
    seen = alone(people, Order, model_admin, change(title="x"))
    assert (seen[1].status, stored(seen[1], Order, "title")) == (302, "x")
    meet(people, Order, model_admin, change(title="x"), Write("update", Order, 1, {"summary": "Theirs"}))


@pytest.mark.parametrize(
    "step", [change(title="x"), change(lines__0__text="x"), listed(form__0__title="x")], ids=["form", "row", "list"]
)
def test_of_what_is_not_read_as_a_whole_django_saves_what_was_read(people: People, step: Any) -> None:
    class Lines(admin.TabularInline):
        model = Line
        extra = 0
        fields = ["sku", "text", "qty"]

        def get_queryset(self, request: Any) -> Any:
            return super().get_queryset(request).only("sku", "order")

    model_admin = {
        "get_queryset": lambda self, request: Order.objects.only("title"),
        "inlines": [Lines],
        "fields": ["title", "summary"],
        "list_display": ["id", "title"],
        "list_editable": ["title"],
    }
    alone(people, Order, model_admin, step)
    where = Write("update", Line, 1, {"text": "Theirs"}) if step.kind == "change" else None
    meet(people, Order, model_admin, step, where or Write("update", Order, 1, {"title": "Theirs"}))
