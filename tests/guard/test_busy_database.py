"""A row that somebody else holds locked keeps nobody waiting for ever, and nobody's input is lost."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import Any, Iterator

import pytest
from django.db import connection, connections, transaction

from django_admin_collaborator.guard.version import locks
from tests.guard.conftest import every_database
from tests.guard.newsdesk import Desk
from tests.guard.press.admin import StoryAdmin
from tests.guard.press.models import Story

pytestmark = every_database


LIMITS = {  # a limit of 7 s: how to set it, how to read it, what is read
    "postgresql": ("SET LOCAL lock_timeout = '7s'", "SHOW lock_timeout", "7s"),
    "mysql": ("SET innodb_lock_wait_timeout = 7", "SELECT @@innodb_lock_wait_timeout", 7),
}


@contextmanager
def held_by_another_process(story: Story) -> Iterator[None]:
    """Its row, or on SQLite the right to write, until the block ends."""
    is_held, may_end = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                Story.objects.filter(pk=story.pk).update(views=99)
                is_held.set()
                may_end.wait(30)
        finally:
            connections.close_all()

    thread = threading.Thread(target=hold)
    thread.start()
    assert is_held.wait(10)
    try:
        yield
    finally:
        may_end.set()
        thread.join()


@pytest.fixture(autouse=True)
def impatient(_database: None, monkeypatch: Any) -> None:
    monkeypatch.setattr(locks, "WAIT_SECONDS", 0.3)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 300")


def test_a_save_is_refused_after_a_while_with_everything_that_was_typed(ada: Desk, story: Story) -> None:
    form = ada.open(story)
    form["title"] = "Typed"
    with held_by_another_process(story):
        started = time.monotonic()
        answer = form.save()
        assert time.monotonic() - started < 5
    assert (answer.status, answer.reason, answer["title"]) == (423, "database-busy", "Typed")
    assert answer.save().was_saved


def test_a_deletion_is_refused_after_a_while(ada: Desk, story: Story) -> None:
    page = ada.open(story, "delete")
    with held_by_another_process(story):
        answer = page.post()
    assert (answer.status, answer.reason) == (423, "database-busy")
    assert answer.post().was_saved


def test_a_list_and_an_action_are_refused_after_a_while(ada: Desk, story: Story) -> None:
    page = ada.list(Story)
    page["form-0-title"] = "Typed"
    action = {"action": "make_urgent", "_selected_action": [story.pk], "index": "0"}
    with held_by_another_process(story):
        answer = page.save()
        assert (answer.status, answer.reason, answer["form-0-title"]) == (423, "database-busy", "Typed")
        assert ada.client.post("/admin/press/story/", action).status_code == 423
    assert answer.post().was_saved
    story.refresh_from_db()
    assert story.title == "Typed"


def test_a_copy_is_saved_while_others_write(ada: Desk, story: Story, monkeypatch: Any) -> None:
    """On SQLite a transaction that has read cannot write any more while another one is about to write."""
    has_written = threading.Event()
    thread = threading.Thread(target=_write, args=(has_written,))
    save_model = StoryAdmin.save_model

    def read_and_save(*args: Any) -> None:
        Story.objects.exists()
        thread.start()
        has_written.wait(0.5)
        save_model(*args)

    monkeypatch.setattr(StoryAdmin, "save_model", read_and_save)
    answer = ada.open(story).save("_saveasnew")
    thread.join()
    assert answer.was_saved
    assert Story.objects.filter(views=7).exists()


def _write(has_written: threading.Event) -> None:
    try:
        with transaction.atomic():
            Story.objects.update(views=7)
            has_written.set()
    finally:
        connections.close_all()


def test_a_limit_of_the_projects_own_stays(database: str, story: Story, monkeypatch: Any) -> None:
    if connection.vendor == "sqlite":
        return
    monkeypatch.setattr(locks, "WAIT_SECONDS", 9)
    change, show, limit = LIMITS[connection.vendor]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
        locks.begin(Story, "default")
        cursor.execute(show)
        assert cursor.fetchone()[0] == limit
