"""An editable list has a base for each row: rows that conflict are named, and the others saved, or none."""

from __future__ import annotations

from typing import List

import pytest

from django_admin_collaborator.guard import lock_service
from tests.guard.conftest import every_database
from tests.guard.newsdesk import Desk
from tests.guard.press.admin import StoryAdmin
from tests.guard.press.models import Story
from tests.guard.tabs import Tab

pytestmark = every_database


@pytest.fixture
def stories(database: str) -> List[Story]:
    return [Story.objects.create(title=title, price=10) for title in ("First", "Second", "Third")]


def titles() -> List[str]:
    return list(Story.objects.order_by("pk").values_list("title", flat=True))


def test_rows_that_nobody_else_has_changed_are_saved(ada: Desk, stories: List[Story]) -> None:
    page = ada.list(Story)
    page["form-0-title"] = "First of mine"
    page["form-2-price"] = "12.50"
    answer = page.save()
    assert answer.was_saved
    assert "2 storys were changed successfully." in answer.messages
    assert titles() == ["First of mine", "Second", "Third"]


def test_a_row_that_conflicts_is_named_and_the_others_are_saved(ada: Desk, ben: Desk, stories: List[Story]) -> None:
    page = ada.list(Story)
    form = ben.open(stories[1])
    form["title"] = "Second of Ben"
    assert form.save().was_saved
    page["form-0-title"] = "First of mine"
    page["form-1-title"] = "Second of mine"
    answer = page.save()
    assert (answer.status, answer.reason) == (409, "changed")
    assert titles() == ["First of mine", "Second of Ben", "Third"]
    assert [answer[f"form-{row}-title"] for row in range(3)] == ["First of mine", "Second of mine", "Third"]
    assert "Changed meanwhile by ben. Title was “Second” and is now “Second of Ben”" in answer.text
    assert "1 story was changed successfully." in answer.text
    assert answer.save().was_saved
    assert titles() == ["First of mine", "Second of mine", "Third"]


def test_a_row_that_i_left_alone_is_not_written_back(ada: Desk, stories: List[Story]) -> None:
    page = ada.list(Story)
    Story.objects.filter(title="Second").update(title="Second of theirs")
    page["form-0-title"] = "First of mine"
    assert page.save().was_saved
    assert titles() == ["First of mine", "Second of theirs", "Third"]


def test_fields_that_are_not_in_the_list_are_no_conflict(ada: Desk, stories: List[Story]) -> None:
    page = ada.list(Story)
    Story.objects.filter(title="Second").update(body="Theirs")
    page["form-1-title"] = "Second of mine"
    assert page.save().was_saved
    assert Story.objects.get(title="Second of mine").body == "Theirs"


@pytest.mark.parametrize("merge", [False, True])
def test_disjoint_changes_of_a_row_are_shown_or_merged(ada: Desk, stories: List[Story], settings, merge) -> None:
    settings.ADMIN_COLLABORATOR_MERGE_DISJOINT = merge
    page = ada.list(Story)
    Story.objects.filter(title="Second").update(price=99)
    page["form-1-title"] = "Second of mine"
    answer = page.save()
    assert answer.was_saved == merge
    if not merge:
        assert "Price was “10" in answer.text
        assert answer["form-1-price"] == "10.00"
        answer["form-1-price"] = "99"
        assert answer.save().was_saved
    assert Story.objects.get(title="Second of mine").price == 99


def test_what_somebody_else_edits_is_named_and_the_others_are_saved(
    ada: Desk, ben: Desk, stories: List[Story]
) -> None:
    tab = Tab(stories[1], ben.user)
    tab.claim()
    page = ada.list(Story)
    page["form-0-title"] = "First of mine"
    page["form-1-title"] = "Second of mine"
    answer = page.save()
    assert (answer.status, answer.reason) == (423, "held")
    assert "ben is editing this, so it was not saved." in answer.text
    assert titles() == ["First of mine", "Second", "Third"]
    tab.leave()
    assert answer.save().was_saved
    assert titles() == ["First of mine", "Second of mine", "Third"]


def test_a_row_that_was_refused_keeps_the_base_it_was_made_from(ada: Desk, ben: Desk, stories: List[Story]) -> None:
    tab = Tab(stories[1], ben.user)
    tab.claim()
    page = ada.list(Story)
    page["form-1-title"] = "Second of mine"
    answer = page.save()
    Story.objects.filter(title="Second").update(title="Second of Ben")
    tab.leave()
    assert answer.save().status == 409


def test_a_project_can_want_all_or_nothing(ada: Desk, stories: List[Story], settings) -> None:
    settings.ADMIN_COLLABORATOR_PARTIAL_BULK = False
    page = ada.list(Story)
    Story.objects.filter(title="Second").update(title="Second of theirs")
    page["form-0-title"] = "First of mine"
    page["form-1-title"] = "Second of mine"
    answer = page.save()
    assert answer.status == 409
    assert titles() == ["First", "Second of theirs", "Third"]
    assert [answer[f"form-{row}-title"] for row in range(3)] == ["First of mine", "Second of mine", "Third"]
    assert answer.save().was_saved
    assert titles() == ["First of mine", "Second of mine", "Third"]


def test_what_was_typed_into_a_row_that_is_gone_is_shown(ada: Desk, stories: List[Story]) -> None:
    page = ada.list(Story)
    stories[1].delete()
    page["form-1-title"] = "Second of mine"
    page["form-2-title"] = "Third of mine"
    answer = page.save()
    assert answer.status == 409
    assert "Second of mine" in answer.panel
    assert titles() == ["First", "Third of mine"]
    assert answer.save().was_saved


def test_a_row_that_is_gone_and_was_left_alone_does_not_matter(ada: Desk, stories: List[Story]) -> None:
    page = ada.list(Story)
    stories[1].delete()
    page["form-2-title"] = "Third of mine"
    assert page.save().was_saved
    assert titles() == ["First", "Third of mine"]


@pytest.mark.parametrize("kind", ["missing", "forged"])
def test_without_a_base_nothing_is_saved(ada: Desk, ben: Desk, stories: List[Story], kind: str) -> None:
    page = ada.list(Story)
    if kind == "missing":
        del page["form-_collaborator_base"]
    else:
        page["form-_collaborator_base"] = ben.list(Story)["form-_collaborator_base"]
    page["form-1-title"] = "Second of mine"
    answer = page.save()
    assert (answer.status, answer.reason) == (409, f"base-{kind}")
    assert titles() == ["First", "Second", "Third"]
    assert answer["form-1-title"] == "Second of mine"
    assert answer.save().was_saved
    assert titles() == ["First", "Second of mine", "Third"]


def test_mistakes_are_djangos_to_mark_and_save_nothing(ada: Desk, stories: List[Story]) -> None:
    page = ada.list(Story)
    page["form-0-title"] = "First of mine"
    page["form-1-title"] = ""
    answer = page.save()
    assert answer.status == 200
    assert "This field is required." in answer.text
    assert (answer["form-0-title"], answer["form-1-title"]) == ("First of mine", "")
    Story.objects.filter(title="First").update(title="First of theirs")
    answer["form-1-title"] = "Second of mine"
    answer = answer.save()
    assert answer.status == 409
    assert titles() == ["First of theirs", "Second of mine", "Third"]


def test_mistakes_and_conflicts_are_shown_together(ada: Desk, stories: List[Story]) -> None:
    page = ada.list(Story)
    Story.objects.filter(title="First").update(title="First of theirs")
    page["form-0-title"] = "First of mine"
    page["form-1-price"] = "ten"
    answer = page.save()
    assert answer.status == 409
    assert "Enter a number." in answer.text
    assert "First of theirs" in answer.text
    assert (answer["form-0-title"], answer["form-1-price"]) == ("First of mine", "ten")


def test_saving_without_a_change_is_no_conflict_with_anybody(ada: Desk, stories: List[Story]) -> None:
    page = ada.list(Story)
    Story.objects.update(title="Theirs")
    assert page.save().was_saved
    assert titles() == ["Theirs"] * 3


@pytest.mark.parametrize("kind", ["right guess", "wrong guess", "edited", "never there"])
def test_a_row_outside_of_what_a_person_sees_is_answered_as_none(
    ada: Desk, ben: Desk, stories: List[Story], monkeypatch, kind: str
) -> None:
    everything = StoryAdmin.get_queryset
    monkeypatch.setattr(StoryAdmin, "get_queryset", lambda *given: everything(*given).exclude(title="Second"))
    if kind == "edited":
        Tab(stories[1], ben.user).claim()
    pk = stories[1].pk + (100 if kind == "never there" else 0)
    answers = []
    for foreign in (pk, stories[2].pk + 1000):
        page = ada.list(Story)
        assert "Second" not in page.text
        page["form-0-id"] = str(foreign)
        page["form-0-title"] = "Second" if kind != "wrong guess" else "A guess"
        answer = page.save()
        answers.append((answer.status, answer.reason, answer.panel.replace(str(foreign), "")))
    assert answers[0] == answers[1]
    assert titles() == ["First", "Second", "Third"]


def test_rooms_of_saved_rows_are_told(ada: Desk, ben: Desk, stories: List[Story]) -> None:
    tabs = [Tab(story, ben.user) for story in stories]
    page = ada.list(Story)
    page["form-1-title"] = "Second of mine"
    assert page.save().was_saved
    assert [tab.room.saved is not None for tab in tabs] == [False, True, False]
    assert not any(tab.room.holds for tab in tabs)


def test_without_the_lock_service_the_base_stays(ada: Desk, stories: List[Story], monkeypatch) -> None:
    stale, page = ada.list(Story), ada.list(Story)
    monkeypatch.setattr(lock_service, "_apply_all", lambda model, steps, realm=None: dict.fromkeys(steps))
    page["form-1-title"] = stale["form-1-title"] = "Second of mine"
    answer = page.save()
    assert any("without a lock" in message for message in answer.messages)
    stale["form-1-title"] = "Stale"
    assert stale.save().status == 409


def test_a_list_without_editable_columns_is_left_alone(ada: Desk, story: Story) -> None:
    assert ada.client.post("/admin/press/section/", {"_save": "1"}).status_code == 200


@pytest.mark.parametrize("conflicts", [False, True])
def test_what_was_typed_on_a_page_that_is_gone_is_not_lost(
    ada: Desk, stories: List[Story], monkeypatch, conflicts: bool
) -> None:
    monkeypatch.setattr(StoryAdmin, "list_per_page", 1)
    page = ada.list(Story, "?p=3")
    page["form-0-title"] = "Third of mine"
    stories[0].delete()  # so that two pages are enough
    if conflicts:
        Story.objects.filter(title="Third").update(title="Third of theirs")
    answer = page.save()
    if conflicts:
        assert (answer.status, answer.reason) == (409, "changed")
        assert "Third of mine" in answer.text
    else:
        assert answer.was_saved
        assert titles() == ["Second", "Third of mine"]
