"""Actions leave out what somebody else is editing and name it, or do nothing at all."""

from __future__ import annotations

from typing import List

import django
import pytest
from django.urls import reverse

from django_admin_collaborator.guard import lock_service
from tests.guard.conftest import every_database
from tests.guard.newsdesk import Desk, Form
from tests.guard.press.models import Passage, Story, Topic
from tests.guard.tabs import Tab

pytestmark = every_database

URL = "/admin/press/story/"


@pytest.fixture
def stories(database: str) -> List[Story]:
    return [Story.objects.create(title=title, price=10) for title in ("First", "Second", "Third")]


def act(desk: Desk, action: str, stories: List[Story], **more: str) -> Form:
    data = {"action": action, "_selected_action": [story.pk for story in stories], "index": "0", **more}
    return Form(desk, URL, desk.client.post(URL, data))


def test_what_somebody_else_edits_is_left_out_and_named(ada: Desk, ben: Desk, stories: List[Story]) -> None:
    Tab(stories[1], ben.user).claim()
    answer = act(ada, "make_urgent", stories)
    assert answer.was_saved
    assert answer.messages == ["Left out, because somebody is editing them: Second (ben)"]
    assert list(Story.objects.order_by("pk").values_list("urgent", flat=True)) == [True, False, True]


def test_what_i_edit_myself_takes_part(ada: Desk, stories: List[Story]) -> None:
    Tab(stories[1], ada.user).claim()
    act(ada, "make_urgent", stories)
    assert Story.objects.filter(urgent=True).count() == 3


def test_a_project_can_want_all_or_nothing(ada: Desk, ben: Desk, stories: List[Story], settings) -> None:
    settings.ADMIN_COLLABORATOR_PARTIAL_BULK = False
    Tab(stories[1], ben.user).claim()
    answer = act(ada, "make_urgent", stories, reason="typed by hand")
    assert (answer.status, answer.reason) == (423, "held")
    assert "Second (ben)" in answer.panel
    assert answer["reason"] == "typed by hand"
    assert not Story.objects.filter(urgent=True).exists()


def test_nothing_is_done_where_all_are_being_edited(ada: Desk, ben: Desk, stories: List[Story]) -> None:
    tabs = [Tab(story, ben.user) for story in stories]
    for tab in tabs:
        tab.claim()
    answer = act(ada, "make_urgent", stories)
    assert answer.status == 423
    for tab in tabs:
        tab.leave()
    assert answer.post().was_saved
    assert Story.objects.filter(urgent=True).count() == 3


def test_selecting_across_pages_leaves_out_the_same(ada: Desk, ben: Desk, stories: List[Story]) -> None:
    Tab(stories[1], ben.user).claim()
    act(ada, "double_price", stories[:1], select_across="1")
    assert list(Story.objects.order_by("pk").values_list("price", flat=True)) == [20, 10, 20]


def test_an_action_that_only_reads_takes_all(ada: Desk, ben: Desk, stories: List[Story]) -> None:
    Tab(stories[1], ben.user).claim()
    assert act(ada, "count", stories).messages == ["3 stories"]


def test_rooms_of_changed_objects_are_told_and_no_others(ada: Desk, ben: Desk, stories: List[Story]) -> None:
    stories[0].urgent = True
    stories[0].save()
    tabs = [Tab(story, ben.user) for story in stories]
    saves = [tab.room.saved for tab in tabs]
    act(ada, "make_urgent", stories[:2])
    assert [tab.room.saved != before for tab, before in zip(tabs, saves)] == [False, True, False]
    assert tabs[1].room.saved.name == "ada"
    assert not any(tab.room.holds for tab in tabs)


def test_selected_rows_are_deleted_after_their_confirmation(ada: Desk, ben: Desk, stories: List[Story]) -> None:
    tab = Tab(stories[0], ben.user)
    page = act(ada, "delete_selected", stories[:2])
    assert page.status == 200
    assert page.post().was_saved
    assert list(Story.objects.all()) == [stories[2]]
    assert tab.room.deleted


def test_what_somebody_edits_is_not_even_proposed_for_deletion(ada: Desk, ben: Desk, stories: List[Story]) -> None:
    Tab(stories[1], ben.user).claim()
    page = act(ada, "delete_selected", stories)
    assert "Left out, because somebody is editing them: Second (ben)" in page.text
    assert page.data["_selected_action"] == [str(stories[0].pk), str(stories[2].pk)]


def test_what_has_changed_since_the_confirmation_is_left_out(ada: Desk, ben: Desk, stories: List[Story]) -> None:
    page = act(ada, "delete_selected", stories)
    form = ben.open(stories[1])
    form["title"] = "Second, by Ben"
    assert form.save().was_saved
    answer = page.post()
    assert answer.was_saved
    assert any("Second, by Ben" in message for message in answer.messages)
    assert list(Story.objects.all()) == [stories[1]]


@pytest.mark.parametrize("change", ["added", "changed", "deleted", "linked"])
def test_what_belongs_to_a_row_counts_in_its_confirmation(ada: Desk, stories: List[Story], change: str) -> None:
    Passage.objects.create(story=stories[1], text="One")
    page = act(ada, "delete_selected", stories)
    if change == "added":
        Passage.objects.create(story=stories[1], text="Unseen")
    elif change == "changed":
        Passage.objects.update(text="Unseen")
    elif change == "deleted":
        Passage.objects.all().delete()
    else:
        stories[1].topics.add(Topic.objects.create(name="Unseen"))
    assert page.post().was_saved
    assert list(Story.objects.all()) == [stories[1]]


def test_if_all_have_changed_the_confirmation_is_asked_again(ada: Desk, stories: List[Story]) -> None:
    page = act(ada, "delete_selected", stories[:1])
    Story.objects.update(title="Changed")
    answer = page.post()
    assert answer.status == 409
    assert "Changed since you were asked, so look once more: Changed" in answer.text
    assert Story.objects.count() == 3
    assert answer.post().was_saved
    assert Story.objects.count() == 2


def test_a_damaged_confirmation_is_asked_again(ada: Desk, stories: List[Story]) -> None:
    page = act(ada, "delete_selected", stories[:1])
    name = next(name for name in ada.client.cookies if name.startswith("collaborator_"))
    ada.client.cookies[name] = ada.client.cookies[name].value + "x"
    answer = page.post()
    assert answer.status == 409
    assert Story.objects.count() == 3
    assert answer.post().was_saved
    assert Story.objects.count() == 2


def test_many_rows_are_confirmed_with_one_digest(ada: Desk, database: str) -> None:
    many = Story.objects.bulk_create([Story(title=f"Story {number}") for number in range(600)])
    del many
    page = act(ada, "delete_selected", [Story.objects.first()], select_across="1")
    Story.objects.filter(title="Story 17").update(title="Changed")
    answer = page.post()
    assert answer.status == 409
    assert Story.objects.count() == 600
    assert answer.post().was_saved
    assert Story.objects.count() == 0


def test_without_the_lock_service_actions_go_on_and_say_so(ada: Desk, stories: List[Story], monkeypatch) -> None:
    monkeypatch.setattr(lock_service, "_apply_all", lambda model, steps, realm=None: dict.fromkeys(steps))
    assert any("without a lock" in message for message in act(ada, "make_urgent", stories).messages)


def test_a_project_can_refuse_actions_without_the_lock_service(
    ada: Desk, stories: List[Story], monkeypatch, settings
) -> None:
    settings.ADMIN_COLLABORATOR_REFUSE_WITHOUT_LOCK_SERVICE = True
    monkeypatch.setattr(lock_service, "_apply_all", lambda model, steps, realm=None: dict.fromkeys(steps))
    assert act(ada, "make_urgent", stories).reason == "lock-service-unavailable"


def test_a_fault_in_an_action_rolls_it_back_and_lets_the_leases_move(
    ada: Desk, ben: Desk, stories: List[Story], monkeypatch
) -> None:
    def fail(story: Story, *arguments, **options) -> None:
        if story.title == "Second":
            raise ZeroDivisionError
        super(Story, story).save(*arguments, **options)

    monkeypatch.setattr(Story, "save", fail)
    with pytest.raises(ZeroDivisionError):
        act(ada, "double_price", stories)
    assert not Story.objects.filter(price=20).exists()
    assert Tab(stories[0], ben.user).claim()[0]["type"] == "lease"


def test_selecting_nothing_is_djangos_to_tell(ada: Desk, stories: List[Story]) -> None:
    assert "Items must be selected" in act(ada, "make_urgent", []).messages[0]
    assert reverse("admin:press_story_changelist") == URL


if django.VERSION >= (6, 1):

    def run_from_form(desk: Desk, story: Story, action: str = "make_urgent", **typed: str) -> Form:
        form = desk.open(story)
        form["CHANGE_FORM-action"] = action
        form["title"] = "Typed"
        form.data.update({name: [value] for name, value in typed.items()})
        return form.post()

    def test_an_action_runs_from_the_change_form(ada: Desk, ben: Desk, story: Story) -> None:
        tab = Tab(story, ben.user)
        before = tab.room.saved
        assert run_from_form(ada, story).was_saved
        assert Story.objects.get().urgent
        assert tab.room.saved != before
        assert tab.room.saved.name == "ada"

    def test_an_action_from_the_form_is_refused_while_another_edits(ada: Desk, ben: Desk, story: Story) -> None:
        Tab(story, ben.user).claim()
        answer = run_from_form(ada, story)
        assert (answer.status, answer.reason, answer["title"]) == (423, "held", "Typed")
        assert not Story.objects.get().urgent

    def test_an_action_from_a_form_that_is_out_of_date_is_refused(ada: Desk, story: Story) -> None:
        form = ada.open(story)
        Story.objects.update(title="Theirs")
        form["CHANGE_FORM-action"] = "make_urgent"
        answer = form.post()
        assert (answer.status, answer.reason, answer["title"]) == (409, "changed", "Theirs")
        assert not Story.objects.get().urgent

    def test_a_page_of_the_actions_own_needs_no_base(ada: Desk, ben: Desk, story: Story) -> None:
        assert run_from_form(ada, story, _collaborator_base="").was_saved
        assert Story.objects.get().urgent
        Tab(story, ben.user).claim()
        assert run_from_form(ada, story, _collaborator_base="").status == 423
