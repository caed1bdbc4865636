"""Who is in which model, seen by somebody who looks at the index of the admin, or at a list with its sidebar."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import pictures
from tests.browser.axe import violations
from tests.browser.change_form import eventually
from tests.browser.places import played_at

FOLLOWS_MS = 30_000


def in_model(page, place):
    return page.locator(f"{place} .collaborator-in-model")


@played_at("redis")
def test_the_index_and_the_sidebar_say_who_is_in_which_model(seat, open_form, article, ada, bob):
    visitor = seat(ada)
    index, tags = visitor.open("/stories/"), visitor.open("/stories/newsroom/tag/")
    before = index.locator("#content-main").inner_text()
    form = open_form(bob, article).becomes("editing")
    for page, place in ((index, "#content-main"), (tags, "#nav-sidebar")):
        expect(in_model(page, place)).to_have_text(["1 person editing"], timeout=FOLLOWS_MS)
    assert violations(index, "#content-main") == violations(index, "#content-main .module")
    expect(index.locator(".collaborator-own-open")).to_have_count(0)
    mine = open_form(ada, article).becomes("viewing")
    own = index.locator(".collaborator-own-open a")
    expect(own).to_have_text([str(article)], timeout=FOLLOWS_MS)
    mine.leave()
    form.leave()
    expect(index.locator(".collaborator-in-model, .collaborator-own-open")).to_have_count(0, timeout=FOLLOWS_MS)
    assert index.locator("#content-main").inner_text() == before
    assert own.count() == 0


@pytest.mark.parametrize("server", ["memory"], indirect=True)
def test_a_hidden_index_asks_for_nothing(seat, open_form, article, ada, bob):
    page = seat(ada).context.new_page()
    page.clock.install()
    asked = []
    page.on("request", lambda request: request.url.endswith("/collaborator/") and asked.append(request.method))
    with page.expect_response("**/collaborator/"):
        page.goto("/stories/")
    count = len(asked)
    hide = """(hidden) => {
        Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
        document.dispatchEvent(new Event("visibilitychange"));
    }"""
    page.evaluate(hide, True)
    page.clock.run_for(120_000)
    assert len(asked) == count
    open_form(bob, article).becomes("editing")
    with page.expect_response("**/collaborator/"):  # at once
        page.evaluate(hide, False)
        page.clock.run_for(10)

    def seen():
        """The server looks at all rooms every three seconds, and the page asks every ten of its own."""
        page.clock.run_for(10_000)
        return in_model(page, "#content-main").all_inner_texts() == ["1 person editing"]

    eventually(seen, seconds=15)


@pytest.mark.parametrize("seen", [*pictures.SEEN, (320, "light", "en"), (320, "dark", "de")], ids=str)
def test_it_fits_in_every_width_and_scheme(seat, open_form, article, ada, bob, seen):
    width, scheme, language = seen
    open_form(bob, article).becomes("editing")
    options = {"viewport": {"width": width, "height": 700}, "color_scheme": scheme, "locale": language}
    open_form(ada, article, **options).becomes("viewing")
    page = seat(ada).open("/stories/")
    expect(page.locator(".collaborator-own-open a")).to_have_count(1, timeout=FOLLOWS_MS)
    pictures.take(page, seen, "index")
    assert violations(page, ".collaborator-own-open") == []
    assert violations(page, ".app-newsroom") == []
    assert page.evaluate("document.querySelector('.collaborator-own-open').scrollWidth <= innerWidth")
