"""The bar, laid out by its own width: nothing is cut, overlaps, leaves the window or covers a button that saves."""

from __future__ import annotations

import time

import pytest

from tests.browser import pictures
from tests.browser.scenes import SCENES
from tests.browser.stage import ADA, Stage

NAMES = ["Ann", "Bo", "Cy", "Di", "Ed", "Flo", "Gus", "Hal", "Ida", "Jo", "Kim"]
FAULTS = """() => {
    const faults = [];
    const seen = (element) => element.getClientRects().length && getComputedStyle(element).visibility !== "hidden";
    const name = (element) => element.dataset.collaboratorAction || element.className || element.textContent;
    const bar = document.querySelector("#admin-collaborator .collaborator-bar");
    const parts = [...bar.querySelectorAll("button, a, summary, [role=status], .collaborator-time")]
        .filter((part) => seen(part) && !part.closest(".collaborator-unfolded"));
    const box = bar.getBoundingClientRect();
    for (const part of parts) {
        const { top, left, right, bottom } = part.getBoundingClientRect();
        if (left < box.left || right > box.right || top < box.top - 1 || bottom > box.bottom + 1)
            faults.push("outside of the bar: " + name(part));
        if (part.scrollWidth > part.clientWidth + 1 && !part.matches(".collaborator-chip, .collaborator-hidden"))
            faults.push("cut: " + name(part));
        for (const other of parts) {
            const its = other.getBoundingClientRect();
            const beside = left >= its.right - 1 || its.left >= right - 1;
            const isOver = !beside && top < its.bottom - 1 && its.top < bottom - 1;
            if (other !== part && isOver && !part.contains(other) && !other.contains(part))
                faults.push(`${name(part)} lies on ${name(other)}`);
        }
    }
    const status = bar.querySelector("[role=status]");
    const isStuck = document.querySelector(".collaborator-stuck");
    if (!isStuck && status.scrollHeight > status.clientHeight + 1) faults.push("cut: " + status.textContent);
    const open = [...document.querySelectorAll(".collaborator-unfolded, .collaborator-notices > *")].filter(seen);
    for (const each of [bar, ...open]) {
        const { left, right } = each.getBoundingClientRect();
        if (left < 0 || right > innerWidth + 1) faults.push("outside of the window: " + name(each));
    }
    if (document.documentElement.scrollWidth > innerWidth) faults.push("the page got wider");
    return faults;
}"""
COVERED = """() => {
    const form = document.querySelector("form[id$=_form]");
    return [...form.elements, ...document.querySelectorAll("a[href$='/delete/']")]
        .filter((each) => each.matches("[type=submit], a"))
        .filter((each) => {
            const { left, top, width, height } = each.getBoundingClientRect();
            const hit = width && document.elementFromPoint(left + width / 2, top + height / 2);
            return hit && hit.closest("#admin-collaborator, #admin-collaborator-chat");
        })
        .map((each) => each.value || each.textContent);
}"""


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
                    page.wait_for_timeout(60)
                    where = (name, sidebar, fold, place)
                    pictures.take(page, ("-".join((name, sidebar, fold[14:], place)), width, direction), "bar")
                    faults[where] = page.evaluate(FAULTS) + page.evaluate(COVERED)
                page.keyboard.press("Escape")
        stage.close()
    assert {where: found for where, found in faults.items() if found} == {}
