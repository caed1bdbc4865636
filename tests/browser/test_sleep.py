"""A laptop sleeps: every process of a browser stands still, and its connections stay open and silent."""

from __future__ import annotations

import os
import secrets
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any, Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.change_form import WITNESS, ChangeForm
from tests.support import people
from tests.support.browser import FLAGS, Visitor
from tests.support.processes import family
from tools import services

LEASE_SECONDS = 7
pytestmark = pytest.mark.parametrize(
    "server_settings",
    [{"ADMIN_COLLABORATOR_LEASE_SECONDS": LEASE_SECONDS, "ADMIN_COLLABORATOR_HEARTBEAT_SECONDS": 2}],
)


class Laptop:
    """A browser of its own that can be put to sleep."""

    def __init__(self, browser: Any) -> None:
        name = "--laptop-" + secrets.token_hex(8)  # which Chromium ignores, and we know it by
        self.browser = browser.browser_type.launch(executable_path=services.chromium(), args=[*FLAGS, name])
        ours = family(os.getpid())
        self.pid = next(pid for pid in ours if name in Path(f"/proc/{pid}/cmdline").read_text())

    def send(self, number: int) -> None:
        for pid in [self.pid, *family(self.pid)]:
            with suppress(ProcessLookupError):  # ended while we looked
                os.kill(pid, number)

    def sleep(self) -> None:
        self.send(signal.SIGSTOP)

    def wake(self) -> None:
        self.send(signal.SIGCONT)


@pytest.fixture
def laptop(browser) -> Iterator[Laptop]:
    laptop = Laptop(browser)
    yield laptop
    laptop.wake()
    laptop.browser.close()


@pytest.fixture
def editor(laptop, server, article, ada) -> ChangeForm:
    """Ada at her laptop, with text that is not saved."""
    visitor = Visitor(laptop.browser, server.url, ada)
    visitor.context.add_init_script(WITNESS)
    return ChangeForm.open(visitor, article).becomes("editing").fill(title="Not saved")


def test_others_edit_soon_and_who_wakes_up_is_locked_with_the_text_kept(
    laptop, editor, open_form, article, bob, cleo
):
    second = open_form(bob, article).becomes("viewing")
    third = open_form(cleo, article).becomes("viewing")
    laptop.sleep()
    second.becomes("editing", seconds=LEASE_SECONDS + 3).fill(title="Written by Bob").save()
    third.becomes("viewing").shows(title="Written by Bob")
    laptop.wake()
    editor.becomes("viewing", seconds=20).shows(title="Not saved")
    # Typing was possible while the lease was live, and never again.
    assert [entry for entry in editor.states() if entry in ("editing", "unprotected")] == ["editing"]
    expect(editor.text).to_contain_text("Bob Brown")


def test_where_nobody_else_edits_who_wakes_up_goes_on_under_the_same_token(laptop, editor, open_form, article):
    watcher = open_form(people.staff("Vera View", "newsroom.view_article"), article).becomes("observer")
    editing = watcher.root.locator(".collaborator-discs [data-state=editing]")
    token, born = editor.token, editor.born
    laptop.sleep()
    expect(editing).to_have_count(0, timeout=1000 * (LEASE_SECONDS + 3))
    laptop.wake()
    expect(editing).to_have_count(1, timeout=20000)
    editor.becomes("editing", seconds=20).shows(title="Not saved")
    assert (editor.token, editor.born) == (token, born)
    editor.save()
    expect(watcher.page.locator(".field-title .readonly")).to_have_text("Not saved")
