"""The lock service is away: forms open, say that nothing protects them, and go back under the lock by themselves."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from tests.browser.change_form import eventually

pytestmark = pytest.mark.parametrize("server", ["redis"], indirect=True)


@pytest.fixture
def redis_process(redis_process):
    yield redis_process
    redis_process.thaw()


def test_forms_open_without_protection_and_close_again(open_form, server, redis_process, article, ada, bob, cleo):
    editor = open_form(ada, article).becomes("editing", seconds=8)
    viewer = open_form(bob, article).becomes("viewing")
    editor.fill(title="Written by Ada")
    born = [editor.born, viewer.born]
    redis_process.freeze()
    frozen_at = time.time()
    for form in (editor, viewer):
        form.becomes("unprotected", seconds=8)
        assert form.reached("unprotected") - frozen_at < 5
        assert form.field("body").is_editable()
        expect(form.text).to_contain_text("Not protected by a lock")
    editor.shows(title="Written by Ada")
    viewer.fill(body="Written by Bob")

    late = open_form(cleo, article)
    late.becomes("unprotected", seconds=8)
    late.leave()

    redis_process.thaw()
    editor.becomes("editing", seconds=8)
    viewer.becomes("viewing", seconds=8)
    assert [editor.born, viewer.born] == born
    editor.shows(title="Written by Ada")
    viewer.shows(body="Written by Bob")
    assert not viewer.field("body").is_editable()
    assert "viewing" not in editor.states()


def test_a_save_without_the_lock_service_goes_through_and_says_so(open_form, redis_process, article, ada):
    editor = open_form(ada, article).becomes("editing", seconds=8)
    redis_process.freeze()
    editor.becomes("unprotected", seconds=8)
    editor.fill(title="Saved without a lock").save()
    expect(editor.page.locator(".messagelist")).to_contain_text("was changed successfully")
    expect(editor.page.locator(".messagelist .warning")).to_contain_text("without a lock")
    article.refresh_from_db()
    assert article.title == "Saved without a lock"
    editor.becomes("unprotected", seconds=8)
    redis_process.thaw()
    editor.becomes("editing", seconds=8).shows(title="Saved without a lock")


def test_a_restart_of_redis_that_loses_all_keeps_the_editor(open_form, redis_process, article, ada, bob, cleo):
    editor = open_form(ada, article).becomes("editing", seconds=8)
    viewer = open_form(bob, article).becomes("viewing")
    token = editor.token
    redis_process.client().set("from-before", "1")
    redis_process.restart()
    assert not redis_process.client().exists("from-before")
    editor.fill(title="Typed meanwhile")
    eventually(lambda: redis_process.client().keys("*room:*"), 8, "the room to be put back")
    late = open_form(cleo, article).becomes("viewing", seconds=8)
    expect(late.text).to_contain_text("Ada Lovelace")
    editor.becomes("editing", seconds=8)
    viewer.becomes("viewing", seconds=8)
    assert editor.token == token
    assert "editing" not in viewer.states()
    editor.save()
    editor.becomes("editing", seconds=8)
    viewer.shows(title="Typed meanwhile")
