"""Deleting needs no change form: what the project raises where one is made keeps nobody from it."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Type

import pytest
from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied

from django_admin_collaborator.guard.version import reading
from tests.guard.conftest import Use
from tests.guard.newsdesk import Desk, Form
from tests.guard.press.models import Passage, Story

pytestmark = [
    pytest.mark.parametrize("database", ["postgresql"], indirect=True),
    pytest.mark.expects_fault,
]


class Failing:
    """Raises in one hook: always, or only while somebody is asked or confirms."""

    def __init__(self, when: str, error: Type[Exception]) -> None:
        self.when, self.error = when, error
        self.confirms = False

    def __call__(self, request: Any = None) -> None:
        is_confirmed = self.confirms if request is None else "post" in request.POST
        if self.when == "always" or (self.when == "confirmed") == is_confirmed:
            raise self.error("of the project")


Place = Callable[[Failing], Dict[str, Any]]


def get_form(failing: Failing) -> Dict[str, Any]:
    def hook(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        failing(request)
        return admin.ModelAdmin.get_form(self, request, *args, **kwargs)

    return {"get_form": hook}


def get_fields(failing: Failing) -> Dict[str, Any]:
    def hook(self: Any, request: Any, obj: Any = None) -> Any:
        failing(request)
        return ["title"]

    return {"get_fields": hook}


def form_init(failing: Failing) -> Dict[str, Any]:
    class StoryForm(forms.ModelForm):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            failing()
            super().__init__(*args, **kwargs)

    return {"form": StoryForm}


def inline_queryset(failing: Failing) -> Dict[str, Any]:
    class Passages(admin.TabularInline):
        model = Passage

        def get_queryset(self, request: Any) -> Any:
            failing(request)
            return super().get_queryset(request)

    return {"inlines": [Passages]}


def inline_formset(failing: Failing) -> Dict[str, Any]:
    class Passages(admin.TabularInline):
        model = Passage

        def get_formset(self, request: Any, obj: Any = None, **kwargs: Any) -> Any:
            failing(request)
            return super().get_formset(request, obj, **kwargs)

    return {"inlines": [Passages]}


PLACES: List[Place] = [get_form, get_fields, form_init, inline_queryset, inline_formset]


def ask(desk: Desk, story: Story, many: bool) -> Form:
    if not many:
        return desk.open(story, "delete")
    page = desk.list(Story)
    page["action"], page["_selected_action"] = "delete_selected", [str(story.pk)]
    return page.post()


@pytest.mark.parametrize("many", [False, True], ids=["one", "many"])
@pytest.mark.parametrize("error", [ValueError, PermissionDenied])
@pytest.mark.parametrize("place", PLACES)
class TestHooks:
    def test_what_raises_always_keeps_nobody_from_deleting(
        self, ada: Desk, story: Story, use: Use, place: Place, error: Type[Exception], many: bool
    ) -> None:
        use(Story, **place(Failing("always", error)))
        assert ask(ada, story, many).post().was_saved
        assert not Story.objects.exists()

    def test_what_raises_then_is_no_reason_to_delete_what_was_not_shown(
        self, ada: Desk, story: Story, use: Use, place: Place, error: Type[Exception], many: bool
    ) -> None:
        use(Story, **place(Failing("always", error)))
        page = ask(ada, story, many)
        for body in ("Theirs", "Theirs again"):
            Story.objects.filter(pk=story.pk).update(body=body)
            page = page.post()
            assert page.status == 409
            assert "could not be compared" not in page.text
            assert Story.objects.exists()

    def test_what_raises_for_whoever_confirms_is_asked_once_more(
        self, ada: Desk, story: Story, use: Use, place: Place, error: Type[Exception], many: bool
    ) -> None:
        failing = Failing("confirmed", error)
        use(Story, **place(failing))
        page = ask(ada, story, many)
        failing.confirms = place is form_init
        answer = page.post()
        assert answer.status == 409
        assert "could not be compared" in answer.text
        assert "Changed since" not in answer.text
        assert Story.objects.exists()
        assert answer.post().was_saved
        assert not Story.objects.exists()

    @pytest.mark.parametrize("when", ["asked", "confirmed"])
    def test_a_change_in_between_is_seen_whenever_it_raises(
        self, ada: Desk, story: Story, use: Use, place: Place, error: Type[Exception], many: bool, when: str
    ) -> None:
        failing = Failing(when, error)
        use(Story, **place(failing))
        page = ask(ada, story, many)
        failing.confirms = place is form_init
        if when == "confirmed":
            page = page.post()
            assert page.status == 409
        Story.objects.filter(pk=story.pk).update(body="Theirs")
        assert page.post().status == 409
        assert Story.objects.exists()


def test_what_cannot_be_read_is_not_told_as_changed(ada: Desk, story: Story, use: Use, monkeypatch: Any) -> None:
    use(Story)
    page = ask(ada, story, many=False)
    read = reading.read_field

    def read_others(form: Any, name: str) -> Any:
        if name == "slug":
            raise LookupError("no such alphabet")
        return read(form, name)

    monkeypatch.setattr(reading, "read_field", read_others)
    Story.objects.update(body="Theirs")
    answer = page.post()
    assert "(body)" in answer.panel
    assert answer.post().was_saved


@pytest.mark.parametrize("many", [False, True], ids=["one", "many"])
@pytest.mark.parametrize("methods", [("GET",), ("GET", "POST")], ids="+".join)
def test_what_the_project_fills_in_for_a_page_is_nobodys_change(
    ada: Desk, story: Story, use: Use, methods: Any, many: bool
) -> None:
    def get_object(self: Any, request: Any, *args: Any) -> Any:
        obj = admin.ModelAdmin.get_object(self, request, *args)
        if obj is not None and request.method in methods:
            obj.body = "Filled in"
        return obj

    use(Story, get_object=get_object)
    page = ask(ada, story, many)
    Story.objects.update(body="Theirs")
    page = page.post()
    assert page.status == 409
    assert page.post().was_saved
    story.pk = None
    story.save()
    assert ask(ada, Story.objects.get(), many).post().was_saved


def test_of_many_that_are_deleted_one_may_be_gone(ada: Desk, story: Story, use: Use) -> None:
    use(Story, list_per_page=200)
    Story.objects.bulk_create(Story(title=f"Story {number}", section=story.section) for number in range(100))
    page = ada.list(Story)
    page["action"] = "delete_selected"
    page["_selected_action"] = [str(pk) for pk in Story.objects.values_list("pk", flat=True)]
    page = page.post()
    Story.objects.filter(title="Story 7").delete()
    page = page.post()
    if page.status == 409:  # what would go along is another list now
        page = page.post()
    assert page.was_saved
    assert not Story.objects.exists()
