"""What the editor types is seen by the others while it is typed, in their own form, and is never a value of it."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.places import played_at


@played_at("memory", "redis", "sql")
def test_a_viewer_sees_what_the_editor_types_and_where(open_form, article, ada, bob):
    first = open_form(ada, article).becomes("editing")
    second = open_form(bob, article).becomes("viewing")
    first.field("title").press_sequentially("New ")
    first.fill(body="It snows.")
    second.shows(title=first.field("title").input_value(), body="It snows.")
    expect(second.page.locator(".field-body.collaborator-live-here")).to_contain_text("Ada Lovelace is typing here")
    expect(second.page.locator(".field-title.collaborator-live")).to_have_count(1)
    first.fill(title="Budget")
    second.shows(title="Budget")
    expect(second.page.locator(".field-title.collaborator-live")).to_have_count(0)
