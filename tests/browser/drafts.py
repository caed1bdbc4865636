"""What the stories of drafts do again and again: look into the browser's storage, and kill a tab."""

from __future__ import annotations

import json

from playwright.sync_api import Error

from tests.browser.change_form import ChangeForm, eventually

STORED = """() => Object.keys(localStorage).filter((key) => key.startsWith("admin-collaborator:draft:"))
    .map((key) => localStorage[key])"""


def kept(form):
    """The drafts in this browser."""
    return [json.loads(text) for text in form.page.evaluate(STORED)]


def keeps(form, **values):
    """Wait until the draft in the browser has these values."""
    eventually(lambda: kept(form) and values.items() <= values_of(form).items(), 10, f"a draft with {values}")


def values_of(form):
    return {name: entry[0] for name, entry in kept(form)[0]["values"].items()}


def kill(form):
    """End the tab's process, without a word to the page. Its profile is what is on the disk."""
    with form.page.expect_event("crash"):
        try:
            form.page.goto("chrome://crash")
        except Error:
            pass  # nothing answers any more


def reopened(form, article):
    """The same person opens the object again, in a new tab."""
    return ChangeForm.open(form.visitor, article).becomes("editing", seconds=15)


def press(form, action, name="draft"):
    form.notice(name).locator(f"[data-collaborator-action={action}]").click()
