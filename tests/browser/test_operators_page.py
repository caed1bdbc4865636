"""An operator sees who edits, and ends it; the editor is told why."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import expect

from tests.browser.axe import violations

PLACE = "/admin/django_admin_collaborator/editing/"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_operator_ends_an_editing_and_the_editor_reads_why(open_form, seat, server, article, ada, bob, scheme):
    editor = open_form(bob, article).becomes("editing")
    page = seat(ada, at=server.url, color_scheme=scheme).open(PLACE)
    row = page.locator("#collaborator-who-edits tbody tr")
    expect(row).to_have_count(1)
    expect(row.locator("td").first).to_contain_text("Bob Brown, since")
    assert violations(page, "#content-main") == []
    if os.environ.get("PICTURES"):
        page.screenshot(path=os.path.join(os.environ["PICTURES"], f"who-edits-{scheme}.png"))

    page.get_by_label("Reason").fill("Print is waiting")
    page.get_by_role("button", name="End the editing of Bob Brown").click()

    expect(page.locator(".messagelist")).to_contain_text("Bob Brown no longer edits")
    expect(editor.root).to_contain_text("Print is waiting")
