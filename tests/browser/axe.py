"""What axe-core has against a part of a page."""

from __future__ import annotations

from typing import List, Tuple

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def violations(page: Page, context: str) -> List[Tuple[str, str, str]]:
    """Rule, selector and markup of each fault."""
    response = Axe().run(page, context=context).response
    assert response["passes"], "nothing was looked at"
    return [
        (violation["id"], str(node["target"]), node["html"])
        for violation in response["violations"]
        for node in violation["nodes"]
    ]
