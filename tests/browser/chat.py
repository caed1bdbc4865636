"""The chat panel on the screen of somebody."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.support.people import Person


class Chat:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.root = page.locator("#admin-collaborator-chat")
        self.panel = self.root.locator("[data-chat-panel]")
        self.input = self.root.locator("[data-chat-input]")
        self.error = self.root.locator("[data-chat-error]")

    def action(self, name: str) -> Locator:
        root = self.page if name == "toggle" else self.root  # which is in the bar
        return root.locator("[data-chat-action={}]".format(name))

    @property
    def everybody(self) -> Locator:
        return self.root.locator('[data-chat-user=""]')

    def person(self, person: Person) -> Locator:
        return self.root.locator('[data-chat-user="{}"]'.format(person.id))

    def talk_to(self, person: Person) -> Chat:
        """Open the talk with this person, whatever is shown now."""
        if not self.panel.is_visible():
            self.action("toggle").click()
        if self.action("back").is_visible():
            self.action("back").click()
        self.person(person).click()
        expect(self.input).to_be_focused()
        return self

    def talk_about(self, name: str) -> Chat:
        """Open the talk of all who are at the object of this name."""
        if not self.panel.is_visible():
            self.action("toggle").click()
        if self.action("back").is_visible():
            self.action("back").click()
        self.everybody.click()
        expect(self.panel.locator("strong")).to_have_text("About " + name)
        return self

    def say(self, text: str) -> None:
        self.input.fill(text)
        self.input.press("Enter")

    def hears(self, *texts: Any) -> None:
        """Wait until the talk that is shown consists of these lines."""
        expect(self.root.locator("[data-chat-log] p > span")).to_have_text(list(texts))
