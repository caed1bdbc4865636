"""Further instances of what packages do to a form: a page before the save, another POST, values changed in place."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.contrib import admin
from django.forms.models import BaseInlineFormSet, BaseModelFormSet, modelformset_factory
from django.http import HttpResponse
from django.template import engines
from django.template.response import TemplateResponse
from django.test import override_settings

from django_admin_collaborator.page import drafts
from tests.guard.conftest import People, Use
from tests.guard.newsdesk import Desk, Form
from tests.guard.oracle.fixed import FixedMeeting, alone, change, meet, rows_of
from tests.guard.oracle.models import Everything, Label, Line, Order
from tests.guard.oracle.sequences import Step
from tests.guard.oracle.writers import Write
from tests.guard.press.models import Story

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def sorted_by_key(rows: Any) -> Any:
    return sorted(rows, key=lambda row: -row.pk)


ASK = """<form method="post">{{ form.as_p }}<input type="hidden" name="_sure" value="1"></form>"""


def asking(is_template: bool, saves_form: bool) -> Any:
    """A view that shows a page of its own before it lets Django save."""

    def changeform_view(
        self: Any, request: Any, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        if request.method == "POST" and "_sure" not in request.POST:
            obj = self.get_object(request, object_id)
            form = self.get_form(request, obj, change=True)(request.POST, request.FILES, instance=obj)
            if form.is_valid():
                if saves_form:
                    self.save_form(request, form, change=True)
                template, context = engines["django"].from_string(ASK), {"form": form}
                page = TemplateResponse(request, template, context) if is_template else None
                return page or HttpResponse(template.render(context, request))
        return admin.ModelAdmin.changeform_view(self, request, object_id, form_url, extra_context)

    return changeform_view


@on_sqlite
@pytest.mark.parametrize("saves_form", [True, False])
@pytest.mark.parametrize("is_template", [True, False])
def test_a_page_that_asks_before_the_save_knows_what_the_form_knew(
    ada: Desk, ben: Desk, story: Story, use: Use, is_template: bool, saves_form: bool
) -> None:
    use(Story, changeform_view=asking(is_template, saves_form), fields=["title", "body"])

    def asked(form: Form, title: str) -> Form:
        form["title"], form[drafts.FIELD] = title, "k3"
        page = form.save()
        assert (page.status, Story.objects.get().title) == (200, before)
        assert drafts.COOKIE not in ada.client.cookies  # nothing was saved yet
        return page

    before = story.title
    late, page = ada.open(story), asked(ada.open(story), "Mine")
    assert page.save().was_saved
    assert Story.objects.get().title == "Mine"
    assert ada.client.cookies[drafts.COOKIE].value == "k3"

    before = "Mine"
    del ada.client.cookies[drafts.COOKIE]
    answer = asked(late, "Late")
    answer = answer.save()
    assert (answer.status, answer.reason, answer["title"]) == (409, "changed", "Late")


@on_sqlite
def test_what_a_view_makes_of_the_input_is_made_once(people: People) -> None:
    def changeform_view(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        if request.method == "POST":
            request.POST = request.POST.copy()
            request.POST["title"] += "!"
        return admin.ModelAdmin.changeform_view(self, request, *args, **kwargs)

    model_admin = {"changeform_view": changeform_view, "fields": ["title", "summary"]}
    alone(people, Order, model_admin, change(title="x"))
    write = Write("update", Order, 1, {"summary": "Theirs"})
    meeting = FixedMeeting(people, Order, model_admin, change(title="x"), write)
    with meeting.side(True) as side:
        page = meeting.open(side)
        write.carry_out()
        answer = side.post(page.url, meeting.posted(page, {"title": ["x"]}))
        assert answer.was_refused
        assert answer.form.values()["title"] == ["x!"]


class Nothing(forms.Widget):
    """Draws no control."""

    def render(self, *args: Any, **kwargs: Any) -> str:
        return ""


class Parts(forms.ModelForm):
    """Shows parts of a column as fields, and puts them into the row's own value."""

    colour = forms.CharField(required=False)
    size = forms.IntegerField(required=False)
    json = forms.Field(required=False, widget=Nothing)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["colour"], self.initial["size"] = self.instance.json["colour"], self.instance.json["size"]

    def clean(self) -> Any:
        data = super().clean()
        self.instance.json.update(colour=data.get("colour"), size=data.get("size"))
        return {**data, "json": self.instance.json}


VALUE = {"colour": "red", "size": 1, "kept": 1}
PARTS = {"form": Parts, "fields": ["char", "colour", "size", "json", "required_shelf"]}


@on_sqlite
@pytest.mark.parametrize("theirs", [{"colour": "blue"}, {"size": 9}])
@pytest.mark.parametrize("typed", [{"char": "x"}, {"size": "7"}])
def test_fields_that_share_a_column_are_compared_one_by_one(people: People, theirs: Any, typed: Any) -> None:
    spec = rows_of(Everything, json=VALUE)
    alone(people, Everything, PARTS, change(**typed), spec)
    write = Write("update", Everything, 1, {"json": {**VALUE, **theirs}})
    meet(people, Everything, PARTS, change(**typed), write, spec=spec)


@on_sqlite
@pytest.mark.parametrize("merges", [True, False])
def test_what_a_column_has_beside_what_is_shown_of_it_is_kept(people: People, merges: bool) -> None:
    write = Write("update", Everything, 1, {"json": {**VALUE, "kept": 2}})
    spec = rows_of(Everything, json=VALUE)
    meeting = FixedMeeting(people, Everything, PARTS, change(size="7"), write, spec=spec, merges=merges)
    with override_settings(**meeting.settings), meeting.side(True) as side:
        page = meeting.open(side)
        write.carry_out()
        assert side.post(page.url, meeting.posted(page, {"size": ["7"]})).status == 302
        assert Everything.objects.get().json == {"colour": "red", "size": 7, "kept": 2}


class FileAndCaption(forms.MultiWidget):
    def __init__(self) -> None:
        super().__init__([forms.ClearableFileInput, forms.TextInput])

    def decompress(self, value: Any) -> Any:
        return [value, value.instance.char if value is not None else ""]


class Captioned(forms.ModelForm):
    """One control for a file and what is said of it."""

    file = forms.MultiValueField(
        (forms.FileField(required=False), forms.CharField(required=False)),
        required=False,
        widget=FileAndCaption,
        require_all_fields=False,
    )

    def clean(self) -> Any:
        data = super().clean()
        self.instance.char = self.data.get("file_1", "")
        return {**data, "file": self.instance.file}


@on_sqlite
def test_what_a_control_shows_beside_a_file_is_compared(people: People) -> None:
    model_admin = {"form": Captioned, "fields": ["file", "slug", "required_shelf"]}
    spec = rows_of(Everything, char="Before")
    alone(people, Everything, model_admin, change(slug="x"), spec)
    alone(people, Everything, model_admin, change(file_1="x"), spec)
    write = Write("update", Everything, 1, {"char": "Theirs"})
    meet(people, Everything, model_admin, change(slug="x"), write, spec=spec)


class LooseFormSet(BaseModelFormSet):
    def __init__(self, instance: Any = None, save_as_new: bool = False, **kwargs: Any) -> None:
        self.instance = instance
        super().__init__(**kwargs)

    @classmethod
    def get_default_prefix(cls) -> str:
        return "loose"


class Loose(admin.TabularInline):
    """Rows that do not point at the object."""

    model = Label

    def get_formset(self, request: Any, obj: Any = None, **kwargs: Any) -> Any:
        return modelformset_factory(Label, formset=LooseFormSet, fields=["name"], extra=0)


@on_sqlite
@pytest.mark.parametrize("typed", [{"title": "x"}, {"loose__0__name": "x"}, {"loose__1__name": "x"}])
def test_rows_that_point_at_nothing_are_guarded(people: People, typed: Any) -> None:
    model_admin = {"inlines": [Loose], "fields": ["title"]}
    alone(people, Order, model_admin, change(**typed))
    meet(people, Order, model_admin, change(**typed), Write("update", Label, 2, {"name": "Theirs"}))


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
def test_a_view_that_opens_no_transaction_is_guarded(ada: Desk, story: Story, use: Use) -> None:
    def change_view(self: Any, request: Any, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        return self._changeform_view(request, object_id, form_url, extra_context)

    use(Story, change_view=change_view, fields=["title", "body"])
    form, late = ada.open(story), ada.open(story)
    form["title"], late["title"] = "Mine", "Late"
    assert form.save().was_saved
    answer = late.save()
    assert (answer.status, answer.reason, answer["title"]) == (409, "changed", "Late")
    assert answer.save().was_saved
    assert Story.objects.get().title == "Late"


@on_sqlite
def test_a_view_that_saves_by_itself_is_compared_under_the_lock(people: People) -> None:
    """It has looked at the input before Django does, which locks the object in between."""

    class Lines(admin.TabularInline):
        model = Line
        extra = 0

    def changeform_view(
        self: Any, request: Any, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        if request.method == "POST":
            obj = self.get_object(request, object_id)
            form = self.get_form(request, obj, change=True)(request.POST, request.FILES, instance=obj)
            obj = self.save_form(request, form, change=True) if form.is_valid() else obj
            for formset in self._create_formsets(request, obj, change=True)[0]:
                formset.is_valid()
            if not hasattr(self, "was_there"):
                self.was_there = True
                theirs.carry_out()
        return admin.ModelAdmin.changeform_view(self, request, object_id, form_url, extra_context)

    theirs = Write("update", Order, 1, {"title": "Theirs"})
    model_admin = {"changeform_view": changeform_view, "inlines": [Lines], "fields": ["title", "summary"]}
    meeting = FixedMeeting(people, Order, model_admin, change(summary="x"), theirs)
    with meeting.side(True) as side:
        page = meeting.open(side)
        answer = side.post(page.url, meeting.posted(page, {"summary": ["x"]}))
        assert (answer.status, answer.reason) == (409, "changed")
        assert Order.objects.get(pk=1).title == "Theirs"
        assert side.post(page.url, meeting.posted(answer, {})).status == 302


@on_sqlite
@pytest.mark.parametrize(("name", "value"), [("kind", "old"), ("number_kind", 7)])
def test_a_value_that_is_no_choice_any_more_is_in_nobodys_way(people: People, name: str, value: Any) -> None:
    """Its list shows the first choice, so that is posted, and validated without the guard."""
    model_admin, spec = {"fields": ["char", name]}, rows_of(Everything, **{name: value})
    seen = alone(people, Everything, model_admin, change(), spec)
    assert seen[1].status == 302
    assert seen[1].after["oracle.Everything"]["1"][name] == value
    alone(people, Everything, model_admin, change(char="x"), spec)


@on_sqlite
@pytest.mark.parametrize("made", [list, tuple, sorted_by_key], ids=lambda made: made.__name__)
def test_rows_of_an_inline_that_stand_in_a_list_are_saved_compared_and_deleted(people: People, made: Any) -> None:
    class Rows(BaseInlineFormSet):
        def get_queryset(self) -> Any:
            return made(super().get_queryset())

    class Lines(admin.TabularInline):
        model = Line
        formset = Rows
        extra = 0

    model_admin = {"fields": ["title"], "inlines": [Lines]}
    for typed in ({}, {"title": "Mine"}, {"lines__0__qty": "4"}, {"lines__0__DELETE": "on"}):
        alone(people, Order, model_admin, change(**typed))
    alone(people, Order, model_admin, Step("delete", pk=1, typed=[{}, {}]))
    theirs = Write("update", Line, 1, {"text": "Theirs"})
    meet(people, Order, model_admin, change(title="Mine"), theirs)
    meet(people, Order, model_admin, change(lines__0__qty="4"), theirs)
