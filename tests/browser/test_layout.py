"""The bar, laid out by its own width: nothing is cut, overlaps, leaves the window or covers a button that saves."""

from __future__ import annotations

import time

import pytest

from tests.browser import faults as faults_of
from tests.browser import pictures
from tests.browser.change_form import settle
from tests.browser.scenes import SCENES
from tests.browser.stage import ADA, Stage

NAMES = ["Ann", "Bo", "Cy", "Di", "Ed", "Flo", "Gus", "Hal", "Ida", "Jo", "Kim"]


def crowded(stage: Stage) -> None:
    """Twelve people; one edits for twelve minutes, and we are next and may take over."""
    stage.others = [dict(ADA, user_id=9100 + i, name=name, state="viewing") for i, name in enumerate(NAMES)]
    editor = dict(stage.others[0], member_id="other" * 4, since=time.time() - 730)
    line = [{"member_id": "m" * 32, "user_id": 0, "name": "Bob"}]
    stage.welcome(editor, may_take_over=True, queue=line)
    stage.form.becomes("viewing")
    stage.form.root.locator(".collaborator-rest").wait_for()


def promised(stage: Stage) -> None:
    """Editing, with one question and a promise to somebody else."""
    stage.i_edit()
    ask = {"member_id": "x", "user_id": 9001, "name": ADA["name"], "at": time.time(), "minutes": None, "text": ""}
    soon = dict(ask, user_id=9002, name="Wolfeschlegelsteinhausenbergerdorff", answer="later", minutes=5)
    requests = [dict(ask, answer=None, until=time.time() + 60), dict(soon, until=time.time() + 300)]
    stage.say("room", **stage.room(dict(stage.me, member_id="m" * 32, since=time.time()), requests=requests))
    stage.form.chip.wait_for()
    stage.form.notice("request").wait_for()


LOOKS = {
    "crowded": crowded,
    "promised": promised,
    "editing": SCENES["editing"],
    "held-back": SCENES["held-back"],
    "stale": SCENES["stale"],
    "offered": SCENES["offered"],
}
SIZES = [(320, 640), (375, 667), (768, 800), (900, 700), (1280, 700)]


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_of_the_bar_is_cut_overlaps_or_leaves_the_window(seat, article, bob, width, height, direction):
    scheme = "dark" if direction == "rtl" else "light"
    visitor = seat(bob, viewport={"width": width, "height": height}, color_scheme=scheme)
    faults = {}
    for name, scene in LOOKS.items():
        stage = Stage(visitor, article)
        page = stage.form.page
        page.evaluate("(direction) => document.documentElement.dir = direction", direction)
        scene(stage)
        toggle = page.locator("#toggle-nav-sidebar")
        for sidebar in ("open", "shut") if toggle.is_visible() else ("none",):
            if sidebar == "shut":
                toggle.click()
            for fold in ("", ".collaborator-menu", ".collaborator-people"):
                summary = stage.form.root.locator(fold + " > summary")
                if fold and summary.is_visible():
                    summary.click()
                for place in ("top", "end"):
                    page.evaluate("(y) => scrollTo(0, y)", 0 if place == "top" else 99999)
                    settle(page)
                    stage.ping()
                    where = (name, sidebar, fold, place)
                    pictures.take(page, ("-".join((name, sidebar, fold[14:], place)), width, direction), "bar")
                    faults[where] = page.evaluate(faults_of.LAYOUT) + page.evaluate(faults_of.COVERED)
                page.keyboard.press("Escape")
        stage.close()
    assert {where: found for where, found in faults.items() if found} == {}
