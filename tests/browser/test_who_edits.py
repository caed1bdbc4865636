"""The lease moves between people: to an own other tab, down the line, when asked for, by a take-over."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect


@pytest.mark.parametrize("server", ["memory", "redis"], indirect=True)
def test_edit_here_moves_the_lease_to_this_tab_and_the_other_keeps_its_text(open_form, article, ada):
    first = open_form(ada, article).becomes("editing").fill(title="Typed in the first tab")
    second = open_form(ada, article).becomes("viewing")
    button = second.action("transfer-lease")
    expect(button).to_have_text("Edit here")
    button.press("Enter")
    second.becomes("editing", seconds=10)
    first.becomes("viewing").shows(title="Typed in the first tab")
    expect(first.text).to_contain_text("You are editing this in another tab.")
    assert first.field("title").evaluate("(field) => field.readOnly")
    second.fill(title="From the second tab").save()
    second.becomes("editing")
    expect(first.detail).to_contain_text("The saved values have changed meanwhile. What you typed is kept.")
    first.shows(title="Typed in the first tab")
    first.action("transfer-lease").click()
    first.becomes("stale", seconds=10).shows(title="Typed in the first tab")
    first.action("load-saved").click()
    first.becomes("editing").shows(title="From the second tab")
