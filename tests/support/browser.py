"""People in front of a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any, List

from django.conf import settings
from django.contrib.admin.utils import quote
from django.urls import reverse
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright

from tests.support.people import Person
from tools import services

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def launch(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=services.chromium(), args=FLAGS)


def change_path(obj: Any, site: str = "admin") -> str:
    name = f"{site}:{obj._meta.app_label}_{obj._meta.model_name}_change"
    return reverse(name, args=[quote(obj.pk)])


class Visitor:
    """One person's browser profile: cookies, storage and any number of tabs."""

    def __init__(self, browser: Browser, base_url: str, person: Person, **context_options: Any) -> None:
        self.person = person
        self.base_url = base_url
        self.slack = 0.0  # seconds that pages may be late, because they have no connection
        self.errors: List[str] = []
        self.console: List[str] = []
        self.context = browser.new_context(base_url=base_url, **context_options)
        self.context.set_default_timeout(10_000)
        self.context.set_default_navigation_timeout(30_000)  # the first page of a server on a busy machine
        self.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": person.session_key, "url": base_url}]
        )
        self.context.on("page", self._watch)

    def open(self, path: str) -> Page:
        """A new tab."""
        page = self.context.new_page()
        page.goto(path)
        return page

    def change_form(self, obj: Any, site: str = "admin") -> Page:
        """A new tab with the change form of ``obj``."""
        return self.open(change_path(obj, site))

    def offline(self, is_offline: bool = True) -> None:
        """Pull out the network cable, or plug it in again."""
        self.context.set_offline(is_offline)

    def close(self) -> None:
        self.context.close()

    def screenshots(self, folder: Path) -> List[Path]:
        paths = []
        for number, page in enumerate(self.context.pages):
            path = folder / f"{self.person.user.get_username()}-{number}.png"
            page.screenshot(path=str(path))
            paths.append(path)
        return paths

    def _watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._note)

    def _note(self, message: ConsoleMessage) -> None:
        self.console.append(f"{message.type}: {message.text}")
        if message.type == "error" and ("Content Security Policy" in message.text or "Trusted" in message.text):
            self.errors.append(message.text)
