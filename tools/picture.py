"""``python -m tools.picture``: take the README's picture, of two people in the demo, anew."""

from __future__ import annotations

import base64
import os
import re
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

PICTURE = Path(__file__).resolve().parent.parent / "docs" / "images" / "two-people.png"
ARTICLE = "/admin/newsroom/article/1/change/"
WINDOW = {"width": 880, "height": 620}
FRAME = """<!doctype html>
<style>
  body {{ display: flex; align-items: start; gap: 20px; width: 1560px;
          margin: 0; padding: 20px; background: #dfe7ea }}
  figure {{ margin: 0; overflow: hidden; border-radius: 8px; box-shadow: 0 2px 10px #0004 }}
  figcaption {{ padding: 9px 14px; font: 600 15px sans-serif; color: #33454d; background: #fff }}
  img {{ display: block; width: 770px }}
</style>
<figure><figcaption>Maren</figcaption><img src="data:image/png;base64,{}"></figure>
<figure><figcaption>Tomasz</figcaption><img src="data:image/png;base64,{}"></figure>
"""


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"  # the helpers of the browser stories ask for it
    import django
    from playwright.sync_api import sync_playwright

    django.setup()
    from tests.support.browser import launch
    from tests.support.demo import Demo
    from tests.support.processes import free_port

    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "newsroom"
        playwright = stack.enter_context(sync_playwright())
        demo = stack.enter_context(Demo(folder, free_port()))
        browser = stack.enter_context(launch(playwright))
        maren, tomasz = (log_in(browser, demo.url, name) for name in ("maren", "tomasz"))
        for page, state in ((maren, "editing"), (tomasz, "viewing")):
            page.goto(ARTICLE)
            page.wait_for_selector(f"[data-collaborator-state={state}]")
        maren.fill("#id_standfirst", "From May the crossing leaves Saltmere at 22:15 and")
        tomasz.get_by_role("button", name="Ask to edit").click()
        maren.wait_for_selector("text=asks to edit")
        tomasz.wait_for_selector("text=Request sent")
        windows = [base64.b64encode(page.screenshot()).decode() for page in (maren, tomasz)]
        page = browser.new_page(viewport={"width": 1600, "height": 100})
        page.set_content(FRAME.format(*windows))
        PICTURE.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(PICTURE), full_page=True)
    print(f"{PICTURE}: {PICTURE.stat().st_size // 1024} KB")


def log_in(browser: Any, url: str, name: str) -> Any:
    context = browser.new_context(base_url=url, viewport=WINDOW)
    # Room for what the picture is about: the admin's list of models folded away.
    context.add_init_script("localStorage.setItem('django.admin.navSidebarIsOpen', 'false')")
    page = context.new_page()
    page.goto("/admin/login/?next=/admin/")
    page.fill("#id_username", name)
    page.fill("#id_password", "harbour-" + name)
    page.click("[type=submit]")
    page.wait_for_url(re.compile("/admin/$"))
    return page


if __name__ == "__main__":
    main()
