"""Whoever has scrolled down still sees the bar: slim, below headers that stay in view, and in every theme."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.scenes import SCENES
from tests.browser.stage import Stage
from tests.browser.themes import THEMES, themed

pytestmark = pytest.mark.once

BAR = "#admin-collaborator .collaborator-bar"
END = """() => {
    for (const each of document.querySelectorAll("*")) if (each.clientHeight) each.scrollTop = each.scrollHeight;
}"""
SIZE = "[document.documentElement.scrollHeight, document.documentElement.scrollWidth]"
SEEN = """() => {
    const bar = document.querySelector("#admin-collaborator .collaborator-bar");
    const { top, left, height } = bar.getBoundingClientRect();
    const status = bar.querySelector("[role=status]").getBoundingClientRect();
    const hit = document.elementFromPoint(status.left + 5, status.top + status.height / 2);
    return { top, height, seen: bar.contains(hit) };
}"""


@pytest.fixture
def server(request, serve):
    return themed(serve, request.param)


@pytest.mark.parametrize("server", ["", *THEMES], indirect=True)
@pytest.mark.parametrize(("width", "height"), [(1280, 700), (375, 667)])
def test_the_bar_is_in_view_at_the_end_of_the_page_and_moves_nothing(seat, article, bob, width, height):
    visitor = seat(bob, viewport={"width": width, "height": height})
    for scene in ("viewing", "held-back", "observer", "stale"):
        stage = Stage(visitor, article)
        page = stage.form.page
        SCENES[scene](stage)
        page.evaluate("document.activeElement.blur(), scrollTo(0, 0)")
        size = page.evaluate(SIZE)
        page.evaluate(END)
        expect(stage.form.root).to_have_class(re.compile("collaborator-stuck"))
        found = page.evaluate(SEEN)
        assert found["seen"], (scene, found)
        assert 0 <= found["top"] < 100, (scene, found)
        assert found["height"] <= (100 if width < 640 else 45), (scene, found)
        assert page.evaluate(SIZE) == size
        page.emulate_media(media="print")
        expect(page.locator(BAR)).to_be_hidden()
        page.emulate_media(media="screen")
        page.evaluate(END.replace("each.scrollHeight", "0"))
        expect(stage.form.root).not_to_have_class(re.compile("collaborator-stuck"))
        stage.close()
