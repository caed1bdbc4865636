"""Whoever has an object open is told of what programs save, and of the admin's own saves once."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace
from typing import Any, Callable, Iterator

import pytest
from django.db import transaction

from django_admin_collaborator.guard import current_write, lock_service, save_signals
from django_admin_collaborator.guard.bulk_write import Bulk
from django_admin_collaborator.rooms import sync
from tests.guard.newsdesk import Desk
from tests.guard.press.models import LongRead, Passage, Story, StoryProxy, Topic
from tests.guard.tabs import Tab


def within_a_second(condition: Callable[[], Any]) -> bool:
    deadline = time.monotonic() + 1
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def number(tab: Tab) -> int:
    """How many saves the room was told of since the tab was opened."""
    return count(tab) - tab.before


def count(tab: Tab) -> int:
    saved = tab.room.saved
    return saved.number if saved else 0


def open_tab(story: Story, ben: Desk) -> Tab:
    assert within_a_second(lambda: not save_signals._is_telling)  # of how the story was made
    tab = Tab(story, ben.user)
    tab.before = count(tab)
    return tab


@pytest.fixture
def tab(ben: Desk, story: Story) -> Tab:
    return open_tab(story, ben)


def test_a_save_is_told_within_a_second_of_its_commit(story: Story, tab: Tab) -> None:
    with transaction.atomic():
        story.title = "By a program"
        story.save()
        time.sleep(0.05)
        assert number(tab) == 0
    assert within_a_second(lambda: number(tab) == 1)
    assert tab.room.saved.name == ""


def test_what_was_rolled_back_is_not_told(story: Story, tab: Tab) -> None:
    with transaction.atomic():
        story.save()
        transaction.set_rollback(True)
    time.sleep(0.1)
    assert number(tab) == 0


def test_a_deletion_is_told(story: Story, tab: Tab) -> None:
    Story.objects.filter(pk=story.pk).delete()
    assert within_a_second(lambda: tab.room.deleted)


@pytest.mark.parametrize("model", [StoryProxy, LongRead])
def test_a_row_is_told_under_each_of_its_names(ben: Desk, story: Story, model: Any) -> None:
    if model is LongRead:
        long_read = LongRead(story_ptr=story, teaser="A teaser")
        long_read.__dict__.update({k: v for k, v in story.__dict__.items() if k != "_state"})
        long_read.save()
    tab = open_tab(story, ben)
    model.objects.get(pk=story.pk).save()
    assert within_a_second(lambda: number(tab) == 1)


@pytest.mark.parametrize("kind", ["save", "delete", "create"])
def test_a_row_of_an_inline_is_part_of_its_parent(story: Story, tab: Tab, kind: str) -> None:
    if kind == "create":
        Passage.objects.create(story=story, text="New")
    else:
        getattr(story.passages.first(), kind)()
    assert within_a_second(lambda: number(tab) == 1)


def test_a_change_of_many_to_many_is_told(story: Story, tab: Tab) -> None:
    story.topics.add(Topic.objects.get(name="Food"))
    assert within_a_second(lambda: number(tab) == 1)


def test_a_save_in_the_admin_is_told_once_and_by_name(ada: Desk, story: Story, tab: Tab) -> None:
    form = ada.open(story)
    form["title"] = "By Ada"
    form["passages-0-text"] = "By Ada"
    form["topics"] = []
    assert form.save().was_saved
    time.sleep(0.2)
    assert number(tab) == 1
    assert tab.room.saved.name == "ada"


def test_what_a_save_in_the_admin_saves_besides_is_told_by_name(ada: Desk, ben: Desk, story: Story) -> None:
    other = Story.objects.create(title="Other")
    tab = open_tab(other, ben)

    def save_other(sender: Any, instance: Story, **kwargs: Any) -> None:
        if instance.pk == story.pk:
            other.save()

    save_signals.post_save.connect(save_other, sender=Story)
    try:
        assert ada.open(story).save().was_saved
    finally:
        save_signals.post_save.disconnect(save_other, sender=Story)
    assert within_a_second(lambda: number(tab) == 1)
    assert tab.room.saved.name == "ada"


def test_many_saves_do_not_wait_for_a_lock_service_that_does_not_answer(story: Story, monkeypatch) -> None:
    monkeypatch.setattr(sync, "run", lambda work: time.sleep(0.2))
    started = time.monotonic()
    for _ in range(20):
        story.save()
    assert time.monotonic() - started < 1
    within_a_second(lambda: not save_signals._is_telling)


def test_a_fault_while_telling_does_not_silence_later_saves(story: Story, tab: Tab, monkeypatch) -> None:
    def fail(*arguments: Any) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(lock_service, "end_all", fail)
        story.save()
        assert within_a_second(lambda: not save_signals._is_telling)
    story.save()
    assert within_a_second(lambda: number(tab) == 1)


def test_update_says_nothing_and_is_caught_by_the_base(ada: Desk, story: Story, tab: Tab) -> None:
    form = ada.open(story)
    Story.objects.update(title="By a program")
    form["title"] = "By Ada"
    assert form.save().status == 409


@pytest.mark.expects_fault
def test_a_fault_of_ours_never_ends_a_save_of_the_project(story: Story, tab: Tab, monkeypatch: Any) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(save_signals, "realm_of", lambda *arguments: 1 / 0)
        story.save()
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", no_thread)
        story.save()
    assert number(tab) == 0
    story.save()
    assert within_a_second(lambda: number(tab) == 1)


def no_thread(thread: threading.Thread) -> None:
    raise RuntimeError("can't create new thread at interpreter shutdown")


def test_a_block_that_is_left_open_ends_with_the_one_around_it(database: str) -> None:
    request: Any = SimpleNamespace(user=None)
    outer, inner = Bulk(request, Story, "default"), Bulk(request, Story, "default")

    def left_open() -> Iterator[None]:
        with current_write.under(inner):
            yield

    with current_write.under(outer):
        block = left_open()
        next(block)
        assert current_write.under_way() is inner
    assert current_write.under_way() is None
    block.close()  # as the garbage collector does, whenever it comes
    assert current_write.under_way() is None
