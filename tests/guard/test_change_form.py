"""A save commits only if the base it was made from equals the row that it has locked."""

from __future__ import annotations

import pytest
from django.db.models import F

from tests.guard.conftest import every_database
from tests.guard.newsdesk import Desk
from tests.guard.press.models import Passage, Section, Story, Topic

pytestmark = every_database


def test_a_save_of_an_unchanged_row_goes_through(ada: Desk, story: Story) -> None:
    form = ada.open(story)
    form["title"] = "Budget 2027"
    assert form.save().was_saved
    story.refresh_from_db()
    assert story.title == "Budget 2027"


def test_the_second_of_two_people_is_shown_what_the_first_has_saved(ada: Desk, ben: Desk, story: Story) -> None:
    adas, bens = ada.open(story), ben.open(story)
    adas["title"] = "Ada's title"
    assert adas.save().was_saved
    bens["title"] = "Ben's title"
    answer = bens.save()
    assert (answer.status, answer.reason) == (409, "changed")
    assert answer["title"] == "Ben's title"
    for text in ("Budget", "Ada's title", "Ben's title", "ada"):
        assert text in answer.panel
    story.refresh_from_db()
    assert story.title == "Ada's title"


def test_the_second_save_after_a_conflict_goes_through_with_mine(ada: Desk, ben: Desk, story: Story) -> None:
    answer = _conflict_in_title(ada, ben, story)
    assert answer.save().was_saved
    story.refresh_from_db()
    assert story.title == "Ben's title"


def test_one_click_takes_theirs(ada: Desk, ben: Desk, story: Story) -> None:
    answer = _conflict_in_title(ada, ben, story)
    answer["_collaborator_take-title"] = "theirs"
    answer["slug"] = "bens-slug"
    assert answer.save().was_saved
    story.refresh_from_db()
    assert (story.title, story.slug) == ("Ada's title", "bens-slug")


def test_a_third_save_in_between_is_a_conflict_again(ada: Desk, ben: Desk, story: Story) -> None:
    answer = _conflict_in_title(ada, ben, story)
    Story.objects.filter(pk=story.pk).update(title="A program's title")
    answer = answer.save()
    assert (answer.status, answer.reason) == (409, "changed")
    assert "A program's title" in answer.panel
    assert answer["title"] == "Ben's title"


def test_disjoint_changes_are_shown_and_taken_over(ada: Desk, ben: Desk, story: Story) -> None:
    adas, bens = ada.open(story), ben.open(story)
    adas["title"] = "Ada's title"
    assert adas.save().was_saved
    bens["body"] = "Ben's body"
    answer = bens.save()
    assert answer.status == 409
    assert (answer["title"], answer["body"]) == ("Ada's title", "Ben's body")
    assert "Take theirs" not in answer.panel
    assert answer.save().was_saved
    story.refresh_from_db()
    assert (story.title, story.body) == ("Ada's title", "Ben's body")


def test_disjoint_changes_are_merged_where_the_project_wants_it(ada: Desk, ben: Desk, story: Story, settings) -> None:
    settings.ADMIN_COLLABORATOR_MERGE_DISJOINT = True
    adas, bens = ada.open(story), ben.open(story)
    adas["title"] = "Ada's title"
    assert adas.save().was_saved
    bens["body"] = "Ben's body"
    bens["passages-1-text"] = "Ben's passage"
    answer = bens.save()
    assert answer.was_saved
    assert any("Title" in message for message in answer.messages)
    story.refresh_from_db()
    assert (story.title, story.body) == ("Ada's title", "Ben's body")
    assert story.passages.get(position=1).text == "Ben's passage"


def test_changes_of_both_are_never_merged_unseen(ada: Desk, ben: Desk, story: Story, settings) -> None:
    settings.ADMIN_COLLABORATOR_MERGE_DISJOINT = True
    answer = _conflict_in_title(ada, ben, story)
    assert answer.status == 409


def test_both_making_the_same_change_is_no_conflict(ada: Desk, ben: Desk, story: Story) -> None:
    adas, bens = ada.open(story), ben.open(story)
    adas["title"] = bens["title"] = "The same title"
    assert adas.save().was_saved
    assert bens.save().was_saved


def test_a_button_pressed_twice_is_no_conflict(ada: Desk, story: Story) -> None:
    form = ada.open(story)
    form["title"] = "News"
    form["passages-0-text"] = "One of mine"
    form["passages-1-DELETE"] = "on"
    form["topics"] = []
    assert form.save().was_saved
    assert form.save().was_saved
    assert [passage.text for passage in story.passages.all()] == ["One of mine", "Three"]


def test_counters_and_times_that_set_themselves_raise_no_alarm(ada: Desk, story: Story) -> None:
    form = ada.open(story)
    Story.objects.filter(pk=story.pk).update(views=F("views") + 41)
    story.refresh_from_db()
    story.save(update_fields=["updated_at"])
    form["title"] = "Budget 2027"
    assert form.save().was_saved
    story.refresh_from_db()
    assert (story.title, story.views) == ("Budget 2027", 41)


def test_a_program_that_changes_the_row_is_noticed(ada: Desk, story: Story) -> None:
    form = ada.open(story)
    Story.objects.filter(pk=story.pk).update(price=9)
    form["title"] = "Budget 2027"
    answer = form.save()
    assert answer.status == 409
    assert "Price" in answer.panel
    assert answer["price"] == "9.00"
    assert answer["title"] == "Budget 2027"


def test_many_to_many_is_part_of_the_base(ada: Desk, story: Story) -> None:
    form = ada.open(story)
    food = Topic.objects.get(name="Food")
    story.topics.add(food)
    form["title"] = "Budget 2027"
    answer = form.save()
    assert answer.status == 409
    assert str(food.pk) in answer.data["topics"]
    assert answer.save().was_saved
    assert story.topics.count() == 3


def test_many_to_many_of_both_is_shown_by_name(ada: Desk, story: Story) -> None:
    form = ada.open(story)
    story.topics.add(Topic.objects.get(name="Food"))
    form["topics"] = [str(Topic.objects.get(name="Tax").pk)]
    answer = form.save()
    assert "Before Tax, Rent Theirs Tax, Rent, Food Mine Tax" in answer.panel
    answer["_collaborator_take-topics"] = "theirs"
    assert answer.save().was_saved
    assert story.topics.count() == 3


def test_a_deleted_row_leaves_my_values_and_can_be_saved_as_new(ada: Desk, ben: Desk, story: Story) -> None:
    form = ada.open(story)
    story.delete()
    form["title"] = "Still here"
    form["passages-0-text"] = "Still here too"
    answer = form.save()
    assert (answer.status, answer.reason) == (409, "gone")
    assert (answer["title"], answer["passages-0-text"]) == ("Still here", "Still here too")
    assert 'id="id_title"' in answer.text, "the form itself, and not only a page of its values"
    assert 'name="_saveasnew"' in answer.text
    assert answer.save("_saveasnew").was_saved
    new = Story.objects.get(title="Still here")
    assert [passage.text for passage in new.passages.all()] == ["Still here too", "Two", "Three"]
    assert new.topics.count() == 2


def test_saving_as_new_can_be_tried_again_after_a_mistake(ada: Desk, story: Story) -> None:
    form = ada.open(story.section)
    section = story.section
    Section.objects.filter(pk=section.pk).delete()
    answer = form.save()
    answer["name"] = ""
    answer = answer.save("_saveasnew")
    assert answer.status == 200
    assert 'name="_saveasnew"' in answer.text
    answer["name"] = "Again"
    assert answer.save("_saveasnew").was_saved
    assert Section.objects.get().name == "Again"


@pytest.mark.parametrize("kind", ["missing", "forged", "old"])
def test_without_a_base_that_can_be_relied_on_nothing_is_saved(
    ada: Desk, ben: Desk, story: Story, kind: str, monkeypatch
) -> None:
    from django_admin_collaborator.guard.version import base

    if kind == "old":
        monkeypatch.setattr(base, "FORMAT", 0)
    form = ada.open(story)
    monkeypatch.undo()
    if kind == "missing":
        del form["_collaborator_base"]
    elif kind == "forged":
        form["_collaborator_base"] = ben.open(story)["_collaborator_base"]
    form["title"] = "Budget 2027"
    answer = form.save()
    assert (answer.status, answer.reason) == (409, f"base-{kind}")
    assert answer["title"] == "Budget 2027"
    story.refresh_from_db()
    assert story.title == "Budget"
    assert answer.save().was_saved
    story.refresh_from_db()
    assert story.title == "Budget 2027"


def test_a_base_of_another_row_is_not_accepted(ada: Desk, story: Story) -> None:
    other = Story.objects.create(title="Other")
    form = ada.open(story)
    form["_collaborator_base"] = ada.open(other)["_collaborator_base"]
    assert form.save().reason == "base-forged"


def test_mistakes_in_the_input_keep_the_base(ada: Desk, story: Story) -> None:
    form = ada.open(story)
    form["title"] = ""
    answer = form.save()
    assert answer.status == 200
    Story.objects.filter(pk=story.pk).update(slug="theirs")
    answer["title"] = "Budget 2027"
    assert answer.save().status == 409


def test_input_that_is_no_value_is_kept_in_a_conflict(ada: Desk, story: Story) -> None:
    form = ada.open(story)
    Story.objects.filter(pk=story.pk).update(price=9)
    form["price"] = "nine or so"
    answer = form.save()
    assert answer.status == 409
    assert answer["price"] == "nine or so"
    assert "Theirs 9" in answer.panel
    assert "Mine nine or so" in answer.panel


def test_untouched_fields_are_not_written_back(ada: Desk, story: Story) -> None:
    """Widgets know no microseconds, and browsers rewrite line ends."""
    from django.utils import timezone

    embargo = timezone.now().replace(microsecond=123456)
    Story.objects.filter(pk=story.pk).update(embargo=embargo)
    form = ada.open(story)
    form["body"] = form["body"].replace("\n", "\r\n")
    form["title"] = "Budget 2027"
    assert form.save().was_saved
    story.refresh_from_db()
    assert (story.title, story.embargo, story.body) == ("Budget 2027", embargo, "First line\nSecond line")


def test_what_the_browser_rewrites_is_not_my_change(ada: Desk, story: Story) -> None:
    form = ada.open(story)
    Story.objects.filter(pk=story.pk).update(body="Theirs\nalone")
    form["body"] = form["body"].replace("\n", "\r\n")
    answer = form.save()
    assert "Take theirs" not in answer.panel
    assert answer["body"] == "Theirs\nalone"


def test_save_as_new_needs_no_base(ada: Desk, story: Story) -> None:
    form = ada.open(story)
    Story.objects.filter(pk=story.pk).update(title="Changed")
    form["title"] = "A copy"
    assert form.save("_saveasnew").was_saved
    assert Story.objects.count() == 2
    assert Passage.objects.count() == 6


def test_a_popup_is_guarded_too(ada: Desk, story: Story) -> None:
    url = ada.open(story.section).url + "?_popup=1&_to_field=id"
    form = ada.get(url)
    Section.objects.update(name="Theirs")
    form["name"] = "Mine"
    answer = form.save()
    assert (answer.status, answer["_popup"]) == (409, "1")
    answer = answer.save()
    assert answer.status == 200
    assert "popup_response" in answer.text
    assert Section.objects.get().name == "Mine"


def _conflict_in_title(ada: Desk, ben: Desk, story: Story):
    adas, bens = ada.open(story), ben.open(story)
    adas["title"] = "Ada's title"
    assert adas.save().was_saved
    bens["title"] = "Ben's title"
    return bens.save()
