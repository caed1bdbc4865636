"""After a fault of ours whoever was told saves once more. What is known is never undone by that."""

from __future__ import annotations

import time
from typing import Any, Callable, List, Tuple

import django
import pytest
from django import forms
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile

from django_admin_collaborator.guard import bulk_write, way_on, write
from django_admin_collaborator.guard.conflict import responses
from django_admin_collaborator.guard.version import confirmation, examination, locks, rowsets
from django_admin_collaborator.guard.views import cascade, change_form
from tests.guard.conftest import Use
from tests.guard.newsdesk import Desk, Form
from tests.guard.press.models import Passage, Story
from tests.guard.tabs import Tab
from tests.guard.test_deletion_without_form import ask
from tests.guard.test_net import as_a_line_of

pytestmark = [
    pytest.mark.parametrize("database", ["postgresql"], indirect=True),
    pytest.mark.expects_fault,
]


def fails(*args: Any, **kwargs: Any) -> Any:
    as_a_line_of("django_admin_collaborator.guard.write", "it")


def mail(self: Any, request: Any, queryset: Any) -> None:
    queryset.update(body="Mailed")


@pytest.fixture
def typed(ada: Desk, story: Story) -> Form:
    form = ada.open(story)
    form["title"] = "Mine"
    return form


def twice(form: Form, send: Callable[[Form], Form] = Form.save) -> List[Tuple[int, str]]:
    """What becomes of a page that is posted, and of its answer."""
    first = send(form)
    second = first.post() if "_save" in first.data else send(first)
    return [(answer.status, answer.reason) for answer in (first, second)]


@pytest.mark.parametrize("answer", ["refused", "drawn"])
class TestWhatIsKnown:
    """Only its answer cannot be made."""

    def test_a_change_is_not_overwritten(self, typed: Form, monkeypatch: Any, answer: str) -> None:
        Story.objects.update(title="Theirs")
        monkeypatch.setattr(responses, answer, fails)
        assert twice(typed) == [(409, "changed")] * 2
        assert Story.objects.get().title == "Theirs"

    def test_nobody_saves_while_somebody_else_edits(
        self, typed: Form, ben: Desk, story: Story, monkeypatch: Any, answer: str
    ) -> None:
        Tab(story, ben.user).claim()
        monkeypatch.setattr(responses, answer, fails)
        assert twice(typed) == [(423, "held")] * 2
        assert Story.objects.get().title == "Budget"


@pytest.mark.parametrize("place", [(confirmation, "remember"), (cascade.Cascade, "of_page")], ids=["cookie", "list"])
@pytest.mark.parametrize("many", [False, True], ids=["one", "many"])
def test_what_is_known_to_be_changed_is_not_deleted(
    ada: Desk, story: Story, use: Use, monkeypatch: Any, place: Any, many: bool
) -> None:
    use(Story)
    page = ask(ada, story, many)
    Story.objects.update(body="Theirs")
    monkeypatch.setattr(*place, fails)
    assert [status for status, _ in twice(page, Form.post)] == [409, 409]
    assert Story.objects.exists()


@pytest.mark.parametrize("place", [(bulk_write, "page_of_values"), (locks, "lock_rows")], ids=["answer", "lock"])
def test_an_action_leaves_alone_what_somebody_else_edits(
    ada: Desk, ben: Desk, story: Story, use: Use, monkeypatch: Any, place: Any
) -> None:
    use(Story, actions=["mail"], mail=mail)
    other = Story.objects.create(title="Other")
    Tab(other, ben.user).claim()
    page = ada.list(Story)
    page["action"], page["_selected_action"] = "mail", [str(story.pk), str(other.pk)]
    monkeypatch.setattr(*place, fails)
    twice(page, Form.post)
    assert Story.objects.get(title="Other").body != "Mailed"


def test_a_list_leaves_alone_what_somebody_else_edits(ada: Desk, ben: Desk, story: Story, monkeypatch: Any) -> None:
    other = Story.objects.create(title="Other")
    page = ada.list(Story)
    page["form-0-title"] = page["form-1-title"] = "Mine"
    Tab(other, ben.user).claim()
    monkeypatch.setattr(locks, "lock_rows", fails)
    assert twice(page) == [(423, "held")] * 2


class Passages(admin.TabularInline):
    """Its rows may be empty."""

    model = Passage
    form = type("PassageForm", (forms.ModelForm,), {"text": forms.CharField(required=False)})
    fields = ["text"]
    extra = 0


@pytest.mark.parametrize("is_over", [False, True], ids=["lasts", "once"])
@pytest.mark.parametrize("place", ["judge", "begin", "keep_shown"])
def test_a_row_that_others_added_is_not_emptied(
    typed: Form, story: Story, use: Use, monkeypatch: Any, place: str, is_over: bool
) -> None:
    use(Story, inlines=[Passages])
    form = typed.desk.open(story)
    form["title"] = "Mine"
    Passage.objects.create(story=story, text="By others", position=9)
    with monkeypatch.context() as patch:
        patch.setattr(examination.Examination, place, fails)
        answer = form.save()
        if not is_over:
            answer = answer.post()
    answer = answer.post({"_save": ["1"]})
    if answer.status == 409:
        answer = answer.save()
    assert answer.was_saved
    assert Passage.objects.filter(text="By others").exists()


@pytest.mark.parametrize("place", [(rowsets, "compared"), (examination.Examination, "judge")], ids=["rows", "all"])
def test_once_a_fault_is_over_the_first_base_counts(typed: Form, monkeypatch: Any, place: Any) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(*place, fails)
        answer = typed.save()
    assert answer.reason == "not-compared"
    Story.objects.update(body="Theirs")
    Passage.objects.filter(text="One").update(text="One of theirs")
    answer = answer.save()
    assert answer.reason == "changed"
    assert answer.save().was_saved
    assert Passage.objects.filter(text="One of theirs").exists()
    assert Story.objects.values_list("title", "body").get() == ("Mine", "Theirs")


@pytest.mark.parametrize("kind", ["change", "delete"])
def test_whoever_was_told_nothing_is_asked_first(
    ada: Desk, story: Story, use: Use, monkeypatch: Any, kind: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(change_form, "base_of_page", lambda *args: "")
        patch.setattr(confirmation, "remember", fails)
        page = ada.open(story, kind)
    Story.objects.update(body="Theirs", title="Theirs")
    page["title"] = "Mine"
    assert (page.save() if kind == "change" else page.post()).status == 409
    assert Story.objects.get().title == "Theirs"


def test_a_note_that_does_not_count_makes_room_for_one_that_does(typed: Form, ben: Desk, monkeypatch: Any) -> None:
    monkeypatch.setattr(write.Attempt, "__init__", fails)
    answer = typed.save()
    answer.desk = ben  # logged in as somebody else in the same browser
    answer = answer.post()
    assert answer.reason == "not-compared"
    now = time.time
    monkeypatch.setattr(signing.time, "time", lambda: now() + 2 * 24 * 60 * 60)
    answer = answer.post()
    assert answer.reason == "not-compared"
    assert answer.post().was_saved


@pytest.mark.parametrize("is_over", [False, True], ids=["lasts", "once"])
def test_a_mistake_can_be_corrected(ada: Desk, typed: Form, monkeypatch: Any, is_over: bool) -> None:
    typed["price"] = "abc"
    with monkeypatch.context() as patch:
        patch.setattr(locks, "lock_row", fails)
        answer = typed.save().save()
    assert answer.status == 200
    assert answer.errors
    answer["price"] = "2"
    if not is_over:
        monkeypatch.setattr(locks, "lock_row", fails)
    assert answer.save().was_saved


def test_the_rows_of_a_list_with_a_mistake_are_compared_once_a_fault_is_over(
    ada: Desk, story: Story, monkeypatch: Any
) -> None:
    page = ada.list(Story)
    page["form-0-title"], page["form-0-price"] = "Mine", "abc"
    with monkeypatch.context() as patch:
        patch.setattr(locks, "lock_rows", fails)
        page = page.save().save()
    assert page.status == 200
    assert page.errors
    Story.objects.update(title="Theirs")
    page["form-0-price"] = "2"
    assert page.save().status == 409
    assert Story.objects.get().title == "Theirs"


def test_a_key_that_is_exchanged_meanwhile_is_nobodys_change(
    ada: Desk, story: Story, monkeypatch: Any, settings: Any
) -> None:
    form = ada.open(story)
    form["title"] = "Mine"
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another " * 8, [settings.SECRET_KEY]
    ada.client.force_login(ada.user)
    with monkeypatch.context() as patch:
        patch.setattr(examination.Examination, "judge", fails)
        answer = form.save()
    assert answer.reason == "not-compared"
    assert answer.save().was_saved


def test_a_file_that_has_to_be_chosen_again_is_named(typed: Form, monkeypatch: Any) -> None:
    typed.data["picture"] = SimpleUploadedFile("harbour.txt", b"x")
    monkeypatch.setattr(write.Attempt, "__init__", fails)
    assert "please choose harbour.txt again" in typed.save().text


def test_a_large_file_is_moved_once(typed: Form, monkeypatch: Any, settings: Any) -> None:
    """What was undone has moved it to where it belongs, so Django alone would look for it in vain."""
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0
    with monkeypatch.context() as patch:
        patch.setattr(write.Attempt, "examine_foreign_rows", fails)
        answer = typed
        for _ in range(2):
            answer.data["picture"] = SimpleUploadedFile("harbour.txt", b"a large file")
            answer = answer.save()
            assert (answer.status, answer.reason) == (409, "not-compared")
    answer.data["picture"] = SimpleUploadedFile("harbour.txt", b"a large file")
    assert answer.save().was_saved
    assert Story.objects.get().picture.read() == b"a large file"


def test_what_was_saved_is_not_logged_as_refused(typed: Form, monkeypatch: Any, caplog: Any) -> None:
    monkeypatch.setattr(locks, "lock_row", fails)
    answer = typed.save()
    assert "event=save-not-compared" in caplog.text
    assert LogEntry.objects.get().change_message == "A part of this story could not be compared"
    caplog.clear()
    assert answer.save().was_saved
    assert "refused: event=" not in caplog.text


def test_who_was_told_of_a_list_was_not_told_of_an_action(
    ada: Desk, story: Story, use: Use, monkeypatch: Any
) -> None:
    use(Story, actions=["mail"], mail=mail, list_display=["id", "title"], list_editable=["title"])
    page = ada.list(Story)
    page["form-0-title"] = "Mine"
    monkeypatch.setattr(locks, "lock_rows", fails)
    answer = page.save()
    assert answer.status == 409
    page[way_on.FIELD] = answer[way_on.FIELD]
    page["action"], page["_selected_action"] = "mail", [str(story.pk)]
    assert page.post().status == 409
    assert Story.objects.get().body != "Mailed"


def test_the_note_is_in_no_form_that_goes_elsewhere(typed: Form, monkeypatch: Any) -> None:
    monkeypatch.setattr(locks, "lock_row", fails)
    answer = typed.save()
    assert answer.text.count("<form") > (django.VERSION >= (4, 1))  # then that of the log-out button, too
    assert answer.text.count(way_on.FIELD) == 1
