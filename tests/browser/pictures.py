"""Pictures of states for people to look at, in the folder that TEST_SCREENSHOTS names."""

from __future__ import annotations

import itertools
import os
from typing import Any

from playwright.sync_api import Page

FOLDER = os.environ.get("TEST_SCREENSHOTS")

SEEN = [(1000, "light", "en"), (375, "dark", "en"), (375, "light", "de"), (375, "dark", "fr")]
"""Width in pixels, colour scheme and language in which tests see the page; with pictures, more."""

if FOLDER:
    SEEN = list(itertools.product([1000, 375], ["light", "dark"], ["en", "de"]))


def take(page: Page, seen: Any, name: str) -> None:
    if FOLDER:
        page.screenshot(path="{}/{}-{}-{}-{}.png".format(FOLDER, seen[2], seen[0], seen[1], name))
