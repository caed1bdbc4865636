"""An operator sees who edits, and ends it; the editor is told why."""

from __future__ import annotations

import os
import re

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
    expect(row.locator("td").first).to_contain_text(re.compile(r"Bob Brown,\s+(now|[0-9]+ seconds? ago)"))
    assert violations(page, "#content-main") == []
    if os.environ.get("PICTURES"):
        page.screenshot(path=os.path.join(os.environ["PICTURES"], f"who-edits-{scheme}.png"))

    page.get_by_label("Reason").fill("Print is waiting")
    page.get_by_role("button", name="End the editing of Bob Brown").click()

    expect(page.locator(".messagelist")).to_contain_text("Bob Brown no longer edits")
    expect(editor.root).to_contain_text("Print is waiting")


def test_the_page_follows_by_itself_but_not_under_a_reason_that_is_typed(open_form, seat, server, article, ada, bob):
    page = seat(ada, at=server.url).open(PLACE)
    expect(page.locator("#collaborator-who-edits")).to_contain_text("Nobody is in any object.")
    editor = open_form(bob, article).becomes("editing")
    row = page.locator("#collaborator-who-edits tbody tr")
    expect(row).to_have_count(1, timeout=15_000)
    page.get_by_label("Reason").fill("Print is")
    editor.page.close()
    page.wait_for_timeout(11_000)
    expect(page.get_by_label("Reason")).to_have_value("Print is")
    page.get_by_label("Reason").fill("")
    page.get_by_label("Reason").blur()
    expect(page.locator("#collaborator-who-edits")).to_contain_text("Nobody is in any object.", timeout=15_000)


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_the_page_fits_a_phone(open_form, seat, server, article, ada, bob, cleo, direction):
    open_form(bob, article).becomes("editing")
    open_form(cleo, article).becomes("viewing")
    page = seat(ada, at=server.url, viewport={"width": 320, "height": 640}).open(PLACE)
    page.evaluate("direction => { document.documentElement.dir = direction; }", direction)
    button = page.get_by_role("button", name="End the editing of Bob Brown")
    expect(button).to_be_visible()
    if os.environ.get("PICTURES"):
        page.screenshot(path=os.path.join(os.environ["PICTURES"], f"who-edits-320-{direction}.png"), full_page=True)
    boxes = [
        one.bounding_box()
        for one in (button, page.get_by_label("Reason"), page.locator("#content-main th[scope=row]"))
    ]
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= 320 for box in boxes), boxes
    assert all(box["height"] >= 44 for box in boxes[:2])
    assert violations(page, "#content-main") == []
