"""Every state of the page in every look: nothing of ours is cut, overlaps, leaves the window or covers a button.

``./dev gallery`` takes a picture of each, in all looks and themes, and puts them on sheets; a run of the tests
measures a few looks of the plain admin.
"""

from __future__ import annotations

import itertools
import os
from pathlib import Path
from typing import Any, Dict, List, NamedTuple

import pytest

from tests.browser import faults
from tests.browser.change_form import settle
from tests.browser.scenes import SCENES
from tests.browser.stage import ADA, Stage
from tests.browser.test_layout import LOOKS as CROWDED
from tests.browser.themes import THEMES, themed

FOLDER = os.environ.get("TEST_GALLERY")
PLAIN = "plain"
PARTS = 8
"""Of the scenes, so that no test takes long."""


class Look(NamedTuple):
    """How a page is looked at. sidebar: of Django's own admin, where there is room for one."""

    name: str
    width: int
    height: int
    scheme: str = "light"
    direction: str = "ltr"
    forced: bool = False
    sidebar: bool = True


LOOKS = [
    Look("320", 320, 640),
    Look("320-dark-rtl", 320, 640, "dark", "rtl"),
    Look("375-dark", 375, 667, "dark"),
    Look("768", 768, 900),
    Look("1280", 1280, 720),
    Look("1280-dark-shut", 1280, 720, "dark", sidebar=False),
    Look("1280-rtl", 1280, 720, direction="rtl"),
    Look("1280-forced", 1280, 720, forced=True),
    Look("3840", 3840, 2160),
]
BRIEF = {"320-dark-rtl", "768", "1280-forced"}
"""What every run of the tests looks at, in the plain admin; ``test_layout.py`` has further widths."""
ONLY_PLAIN = {"320-dark-rtl", "768", "1280-rtl", "3840"}


def chatting(stage: Stage) -> None:
    """Editing, with the talk of all who are at the object."""
    stage.i_edit()
    said = {"sender_avatar": None, "sender_id": 9001, "sender_name": ADA["name"]}
    for number, text in enumerate(["Is the headline final?", "Print asks until six."]):
        stage.say("chat_message", message=text, timestamp=f"2027-01-01T10:0{number}:00+00:00", **said)
    stage.form.page.locator("[data-chat-action=toggle]").click()
    stage.form.page.locator('[data-chat-user=""]').click()
    stage.say("chat_typing", sender_id=9001, sender_name=ADA["name"])


SCENES_HERE = {
    **SCENES,
    "crowded": CROWDED["crowded"],
    "promised": CROWDED["promised"],
    "chatting": chatting,
}

LANGUAGES = {"en": "ltr", "ar": "rtl"}
"""Ours has no Arabic, so what it says there is English."""

themes = [PLAIN, *THEMES] if FOLDER else [PLAIN]


@pytest.fixture
def theme(request: Any) -> str:
    return str(request.param)


@pytest.fixture
def server(serve: Any, theme: str) -> Any:
    return themed(serve, "" if theme == PLAIN else theme)


def looks_of(theme: str) -> List[Look]:
    left_out = set() if theme == PLAIN else ONLY_PLAIN
    return [look for look in LOOKS if look.name not in left_out and (FOLDER or look.name in BRIEF)]


def show(page: Any, look: Look, theme: str) -> None:
    page.set_viewport_size({"width": look.width, "height": look.height})
    page.emulate_media(color_scheme=look.scheme, forced_colors="active" if look.forced else "none")
    if theme == "unfold":  # which asks only while it loads
        page.evaluate("(isDark) => document.documentElement.classList.toggle('dark', isDark)", look.scheme == "dark")
    main = page.locator("#main.shifted")
    toggle = page.locator("#toggle-nav-sidebar")
    if toggle.is_visible() and bool(main.count()) != look.sidebar:
        toggle.click()
    page.evaluate("scrollTo(0, 0); dispatchEvent(new Event('focus'))")  # by which the bar is laid out at once
    settle(page)


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("theme", themes, indirect=True)
def test_nothing_of_ours_is_cut_overlaps_leaves_the_window_or_covers_a_button(
    seat, server, article, bob, theme, part
):
    found: Dict[Any, List[str]] = {}
    for name, language in itertools.product(list(SCENES_HERE)[part::PARTS], LANGUAGES):
        some = [look for look in looks_of(theme) if look.direction == LANGUAGES[language]]
        if not some:
            continue
        at = server.url + ("/" if language == "ar" else "")  # a browser of its own for each language
        visitor = seat(bob, at=at, viewport={"width": 1280, "height": 720}, locale=language)
        stage = Stage(visitor, article)
        stage.lease_ms = 600_000
        page = stage.form.page
        SCENES_HERE[name](stage)
        for look in some:
            show(page, look, theme)
            stage.ping()
            found[name, look.name] = [
                fault for what in (faults.LAYOUT, faults.PANELS, faults.COVERED) for fault in page.evaluate(what)
            ]
            if FOLDER:
                page.screenshot(path=str(Path(FOLDER) / f"{theme}_{look.name}_{name}.png"))
        stage.close()
    assert {where: what for where, what in found.items() if what} == {}
