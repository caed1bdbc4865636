"""Forms and pages that projects make in their own way, each played beside plain Django."""

from __future__ import annotations

import secrets
from typing import Any, Callable, List

import pytest
from django import forms
from django.contrib import admin
from django.http import HttpResponse
from django.template import engines
from django.utils.functional import SimpleLazyObject

from django_admin_collaborator.admin_templates import complete
from django_admin_collaborator.guard.version import reading
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
from tests.guard.oracle.models import Label, Order
from tests.guard.oracle.writers import Write

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

plain = admin.ModelAdmin
TITLE = Write("update", Order, 1, {"title": "Theirs"})


def links_that_are_posted_by_name() -> Case:
    class ByName(forms.ModelForm):
        labels = forms.ModelMultipleChoiceField(
            Label.objects.filter(is_hidden=False), to_field_name="name", required=False
        )

    return (
        {"form": ByName, "fields": ["title", "labels"]},
        change(title="x"),
        Write("update", Order, 1, {"title": "y"}),
    )


class Told(forms.ModelForm):
    """Wants to be told of the request."""

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].help_text = str(user)


class Telling(forms.BaseModelFormSet):
    def get_form_kwargs(self, index: Any) -> Any:
        return {**super().get_form_kwargs(index), "user": "somebody"}


def a_list_whose_forms_are_told_of_the_request() -> Case:
    def get_changelist_formset(self: Any, request: Any, **kwargs: Any) -> Any:
        return plain.get_changelist_formset(self, request, formset=Telling, **kwargs)

    names = ["id", "title", "qty"]
    return (
        {
            "get_changelist_form": lambda *a, **k: Told,
            "get_changelist_formset": get_changelist_formset,
            "list_display": names,
            "list_editable": names[1:],
        },
        listed(form__0__title="x"),
        Write("update", Order, 1, {"qty": 6}),
    )


def a_list_whose_forms_have_always_changed() -> Case:
    class Saving(forms.ModelForm):
        def has_changed(self) -> bool:
            return True

    names = ["id", "title", "qty"]
    return (
        {"get_changelist_form": lambda *a, **k: Saving, "list_display": names, "list_editable": names[1:]},
        listed(form__0__title="x"),
        Write("update", Order, 2, {"title": "Theirs"}),
    )


def a_list_with_a_field_that_has_always_changed() -> Case:
    class Changing(forms.CharField):
        def has_changed(self, initial: Any, data: Any) -> bool:
            return True

    class WithField(forms.ModelForm):
        title = Changing()

    names = ["id", "title", "qty"]
    return (
        {"get_changelist_form": lambda *a, **k: WithField, "list_display": names, "list_editable": names[1:]},
        listed(form__0__qty="4"),
        Write("update", Order, 2, {"qty": 6}),
    )


def an_object_that_is_read_when_it_is_used() -> Case:
    def get_object(self: Any, request: Any, object_id: str, from_field: Any = None) -> Any:
        return SimpleLazyObject(lambda: plain.get_object(self, request, object_id, from_field))

    return {"get_object": get_object, "fields": ["title", "summary", "labels"]}, change(title="x"), SUMMARY


def a_form_that_has_the_attributes_of_its_object() -> Case:
    class Delegating(forms.ModelForm):
        def __getattr__(self, name: str) -> Any:
            return getattr(self.instance, name)

    return {"form": Delegating, "fields": ["title", "summary"]}, change(title="x"), SUMMARY


class CleaningItself(forms.ModelForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound:
            self.is_valid()


class CleaningSet(forms.BaseInlineFormSet):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound:
            self.is_valid()


def rows_that_clean_themselves_when_they_are_made() -> Case:
    class Cleaned(Lines):
        form = CleaningItself
        fields = ["sku", "text", "qty"]

    return {"fields": ["title"], "inlines": [Cleaned]}, change(lines__0__qty="4"), TEXT


def rows_that_clean_themselves_before_their_box_to_delete_them_is_there() -> Case:
    """So Django does not delete them."""

    class Cleaned(Lines):
        form = CleaningItself
        fields = ["sku", "text", "qty"]

    return {"fields": ["title"], "inlines": [Cleaned]}, change(lines__0__DELETE="on"), TEXT


def a_set_of_rows_that_cleans_itself_when_it_is_made() -> Case:
    class Cleaned(Lines):
        formset = CleaningSet
        fields = ["sku", "text", "qty"]

    return {"fields": ["title"], "inlines": [Cleaned]}, change(lines__0__qty="4"), TEXT


def an_object_that_is_stored_by_its_first_save() -> Case:
    """Two people save it for the first time."""

    def get_object(self: Any, request: Any, object_id: str, from_field: Any = None) -> Any:
        return plain.get_object(self, request, object_id, from_field) or Order(pk=object_id)

    values = {name: value for name, value in rows_of(Order)[Order][0].items() if name not in ("id", "shelf", "place")}
    return (
        {"get_object": get_object, "fields": ["title", "qty"], "inlines": [Lines]},
        change(7, title="x"),
        Write("create", Order, 7, {**values, "title": "Theirs"}),
    )


def permissions_that_depend_on_what_is_saved() -> Case:
    def has_change_permission(self: Any, request: Any, obj: Any = None) -> bool:
        return obj is None or obj.status != "published"

    return (
        {"has_change_permission": has_change_permission, "fields": ["title", "status", "summary"]},
        change(title="x", status="published"),
        SUMMARY,
    )


def a_form_that_puts_a_value_of_its_own_into_its_object() -> Case:
    class Numbered(forms.ModelForm):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.instance.slug = secrets.token_hex(4)

    return {"form": Numbered, "fields": ["title", "slug", "summary"]}, change(title="x"), SUMMARY


def a_form_that_saves_its_links_by_itself() -> Case:
    """Django asks it to do so once more."""

    class Saving(forms.ModelForm):
        def save(self, commit: bool = True) -> Any:
            obj = super().save(commit=False)
            obj.save()
            self.save_m2m()
            return obj

    return {"form": Saving, "fields": ["title", "labels"]}, change(labels=["2"]), TITLE


def links_that_are_added_before_those_of_the_form() -> Case:
    def save_model(self: Any, request: Any, obj: Any, form: Any, change: bool) -> None:
        plain.save_model(self, request, obj, form, change)
        obj.labels.add(2)
        for row in obj.lines.all():
            row.labels.add(2)

    return (
        {"save_model": save_model, "fields": ["title", "labels"], "inlines": [Lines]},
        change(labels=["1"], lines__0__labels=["3"]),
        TITLE,
    )


def a_value_that_is_shown_in_place_of_that_of_the_row() -> Case:
    class Shouting(forms.ModelForm):
        def get_initial_for_field(self, field: Any, field_name: str) -> Any:
            value = super().get_initial_for_field(field, field_name)
            return value.upper() if field_name == "title" else value

    return {"form": Shouting, "fields": ["title", "summary"]}, change(summary="x"), SUMMARY


CASES: List[Any] = [
    links_that_are_posted_by_name,
    a_list_whose_forms_are_told_of_the_request,
    a_list_whose_forms_have_always_changed,
    a_list_with_a_field_that_has_always_changed,
    an_object_that_is_read_when_it_is_used,
    a_form_that_has_the_attributes_of_its_object,
    rows_that_clean_themselves_when_they_are_made,
    rows_that_clean_themselves_before_their_box_to_delete_them_is_there,
    a_set_of_rows_that_cleans_itself_when_it_is_made,
    an_object_that_is_stored_by_its_first_save,
    permissions_that_depend_on_what_is_saved,
    a_form_that_saves_its_links_by_itself,
    links_that_are_added_before_those_of_the_form,
    a_value_that_is_shown_in_place_of_that_of_the_row,
    pytest.param(a_form_that_puts_a_value_of_its_own_into_its_object, marks=pytest.mark.expects_fault),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_a_form_does_what_it_does_without_the_guard(people: People, case: Callable[[], Case]) -> None:
    alone_and_meeting(people, *case())


SITE = "{% extends 'admin/base_site.html' %}{% block content %}FORM{% endblock %}"
BARE = "<html><body>FORM</body></html>"
WITHOUT_ID = "<form method=post>"
WITH_ID = '<form id="mine" method="post" action="">'
WITH_AN_ADDRESS = '<form action="http://testserver{{ request.path }}?_popup=1" method="post">'
WITH_THE_ID_OF_DJANGO = '<form method="post" id="order_form">'


@pytest.mark.parametrize(
    ("page", "form", "is_rendered"),
    [
        (SITE, WITHOUT_ID, False),
        (SITE, WITH_ID, False),
        (SITE, WITH_THE_ID_OF_DJANGO, True),
        (BARE, WITH_THE_ID_OF_DJANGO, False),
        (BARE, WITHOUT_ID, True),
        (SITE, WITH_AN_ADDRESS, True),
    ],
)
def test_a_change_form_with_a_page_of_its_own_is_guarded(
    people: People, page: str, form: str, is_rendered: bool
) -> None:
    template = engines["django"].from_string(page.replace("FORM", form + "{{ adminform.form.as_p }}</form>"))

    def render_change_form(self: Any, request: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        response = plain.render_change_form(self, request, context, *args, **kwargs)
        response.template_name = template
        return HttpResponse(template.render(context, request)) if is_rendered else response

    model_admin = {"render_change_form": render_change_form, "fields": ["title", "summary"]}
    alone(people, Order, model_admin, change(title="x"))
    write = Write("update", Order, 1, {"title": "Theirs"})
    meet(people, Order, model_admin, change(title="x"), write, choices=("mine", "theirs"))


def test_a_page_that_only_logs_out_stays_as_it_is(database: str) -> None:
    page = HttpResponse('<form id="logout-form" method="post" action="/admin/logout/"></form>')
    before = page.content
    complete(page, "/admin/oracle/order/1/change/", "order_form", lambda: False, lambda: "ours")
    assert page.content == before


@pytest.mark.expects_fault
def test_a_change_form_that_names_its_parts_in_its_own_way_is_guarded(people: People) -> None:
    template = engines["django"].from_string("<form method=post>{{ parts.as_p }}</form>")

    def render_change_form(self: Any, request: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        context["parts"] = context.pop("adminform").form
        return HttpResponse(template.render(context, request))

    model_admin = {"render_change_form": render_change_form, "fields": ["title", "summary"]}
    alone(people, Order, model_admin, change(title="x"))
    meet(people, Order, model_admin, change(title="x"), SUMMARY)


class Content(forms.FileInput):
    """Posts what a file holds, as binary columns are filled in."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files[name].read().decode() if name in files else data.get(f"kept-{name}")


def test_a_file_that_a_control_reads_is_read_to_its_end_by_django_too(people: People) -> None:
    class Reading(forms.ModelForm):
        class Meta:
            widgets = {"summary": Content}

    model_admin = {"form": Reading, "fields": ["title", "summary"]}
    seen = alone(people, Order, model_admin, change(title="x", summary="new.txt"))
    assert seen[1].after["oracle.Order"]["1"]["summary"] == "new.txt"


@pytest.mark.parametrize("is_row", [False, True])
def test_a_field_that_the_page_shows_as_disabled_is_not_emptied(people: People, is_row: bool) -> None:
    """Its browser posts nothing of it, and the form that looks at the input would take that for nothing."""

    class Disabling(forms.ModelForm):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.fields["text" if is_row else "summary"].disabled = not self.is_bound

    class Disabled(Lines):
        form = Disabling
        fields = ["sku", "text", "qty"]

    model_admin = {"fields": ["title"], "inlines": [Disabled]}
    if not is_row:
        model_admin = {"form": Disabling, "fields": ["title", "summary"]}
    step = change(lines__0__qty="4") if is_row else change(title="x")
    seen = alone(people, Order, model_admin, step, is_compared=False)[1]
    assert seen.status == 302
    assert seen.after["oracle.Line"]["1"]["qty"] == (4 if is_row else 1)
    assert (seen.after["oracle.Order"]["1"]["summary"], seen.after["oracle.Line"]["1"]["text"]) == ("text", "text")


def again_by_response_change(self: Any, request: Any, obj: Any) -> Any:
    request.method = "GET"
    return self.changeform_view(request, str(obj.pk))


def again_by_changeform_view(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
    response = plain.changeform_view(self, request, *args, **kwargs)
    if response.status_code == 302:
        request.method = "GET"
        return plain.changeform_view(self, request, *args, **kwargs)
    return response


AGAIN = [{"response_change": again_by_response_change}, {"changeform_view": again_by_changeform_view}]


@pytest.mark.parametrize("model_admin", AGAIN, ids=["response_change", "changeform_view"])
def test_a_form_that_is_shown_again_after_its_save_can_be_saved_again(people: People, model_admin: Any) -> None:
    model_admin = {**model_admin, "fields": ["title", "summary"], "inlines": [Lines]}
    meeting = FixedMeeting(people, Order, model_admin, change(), SUMMARY)
    with meeting.side(True) as side:
        page = meeting.open(side)
        for title in ("x", "y"):
            page = side.post(page.url, {**meeting.posted(page, {"title": [title]}), drafts.FIELD: "k3"})
            assert (page.status, page.reason, Order.objects.get(pk=1).title) == (200, "", title)
            assert page.response.cookies[drafts.COOKIE].value == "k3"
        SUMMARY.carry_out()
        answer = side.post(page.url, meeting.posted(page, {"title": ["z"]}))
        assert (answer.status, answer.reason) == (409, "changed")


@pytest.mark.expects_fault
@pytest.mark.parametrize("is_same", [True, False])
def test_an_object_that_gets_a_value_whenever_it_is_found_can_be_saved(people: People, is_same: bool) -> None:
    """What is another each time says nothing of others; what is the same for the same row is compared."""

    def get_object(self: Any, request: Any, object_id: str, from_field: Any = None) -> Any:
        obj = plain.get_object(self, request, object_id, from_field)
        obj.slug = obj.slug.upper() if is_same else secrets.token_hex(4)
        return obj

    model_admin = {"get_object": get_object, "fields": ["title", "slug", "summary"]}
    meeting = FixedMeeting(people, Order, model_admin, change(), SUMMARY)
    with meeting.side(True) as side:
        posted = meeting.posted(meeting.open(side), {"title": ["x"]})
        assert side.post("/admin/oracle/order/1/change/", posted).status == 302
        assert Order.objects.filter(title="x", slug=posted["slug"][0]).exists()
        page = meeting.open(side)
        SUMMARY.carry_out()
        page = side.post(page.url, meeting.posted(page, {"title": ["y"]}))
        assert (page.status, page.reason) == (409, "changed")
        assert side.post(page.url, meeting.posted(page, {"title": ["y"]})).status == 302
        page = meeting.open(side)
        Write("update", Order, 1, {"slug": "theirs"}).carry_out()
        assert side.post(page.url, meeting.posted(page, {"title": ["z"]})).status == (409 if is_same else 302)


@pytest.mark.expects_fault
def test_a_column_is_volatile_only_by_what_its_form_makes_of_one_row(database: str) -> None:
    """The row at hand may be older than what is stored, as it is below the rows of nested inlines."""

    class Filled(forms.ModelForm):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.instance.slug = secrets.token_hex(4)

    form = forms.modelform_factory(Order, form=Filled, fields=["title", "slug"])(instance=Order(title="Mine"))
    stored = reading.Reading(column='"Theirs"', shown='"Theirs"')
    assert not reading.is_volatile(form, "title", stored, Order(title="Mine"))
    assert reading.is_volatile(form, "slug", stored, Order(title="Mine"))


def test_a_field_that_clean_takes_out_is_on_the_page_of_a_refusal(people: People) -> None:
    class Removing(forms.ModelForm):
        def clean(self) -> Any:
            data = super().clean()
            del self.fields["summary"]
            data.pop("summary", None)
            return data

    model_admin = {"form": Removing, "fields": ["title", "summary"]}
    alone(people, Order, model_admin, change(title="x"))
    meet(people, Order, model_admin, change(title="x"), Write("update", Order, 1, {"title": "Theirs"}))
