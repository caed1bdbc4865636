"""A change form on the screen of somebody, as the stories speak of it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Callable, List

from playwright.sync_api import Locator, Page, expect

from tests.support.browser import Visitor, change_path
from tests.support.processes import wait_until

PATIENCE_SECONDS = 7.5
"""For a busy machine, and yet shorter than a heartbeat, with which a page would learn of all that it was not told."""
WITNESS = Path(__file__).with_name("witness.js").read_text()


class ChangeForm:
    """One tab with the change form of one object."""

    def __init__(self, visitor: Visitor, page: Page) -> None:
        self.visitor = visitor
        self.page = page
        self.root = page.locator("#admin-collaborator")
        self.status = self.root.locator("[role=status]").first
        self.text = self.root.locator("[data-collaborator-text]")
        self.line = self.root.locator("[data-collaborator-line]")
        self.detail = self.root.locator("[data-collaborator-detail]")
        self.menu = self.root.locator(".collaborator-menu > summary")
        self.chip = self.root.locator("[data-collaborator-promise]")
        self.time = self.root.locator(".collaborator-time")
        self.late = self.root.locator("[data-collaborator-late]")

    @classmethod
    def open(cls, visitor: Visitor, obj: Any, site: str = "stories", query: str = "") -> ChangeForm:
        return cls(visitor, visitor.open(change_path(obj, site) + query))

    def becomes(self, state: str, seconds: float = PATIENCE_SECONDS) -> ChangeForm:
        """Wait until the page says that it is in ``state``."""
        timeout = (seconds + self.visitor.slack) * 1000
        expect(self.root).to_have_attribute("data-collaborator-state", state, timeout=timeout)
        return self

    @property
    def state(self) -> str:
        return self.root.get_attribute("data-collaborator-state") or ""

    def field(self, name: str) -> Locator:
        return self.page.locator("#id_" + name)

    def shows(self, seconds: float = PATIENCE_SECONDS, **values: str) -> ChangeForm:
        """Wait until the controls have these values."""
        for name, value in values.items():
            expect(self.field(name)).to_have_value(value, timeout=(seconds + self.visitor.slack) * 1000)
        return self

    def fill(self, **values: str) -> ChangeForm:
        for name, value in values.items():
            self.field(name).fill(value)
        return self

    def save(self, button: str = "_continue", wait: bool = True) -> None:
        # A theme may have several of it, one for each width of a window.
        self.page.locator("[name={}]:visible".format(button)).first.click(no_wait_after=not wait)

    def action(self, name: str) -> Locator:
        return self.root.locator("[data-collaborator-action={}]".format(name))

    def press(self, name: str) -> None:
        """Press a button of the bar, or of its menu."""
        button = self.action(name)
        button.wait_for(state="attached", timeout=(PATIENCE_SECONDS + self.visitor.slack) * 1000)
        if not button.is_visible():
            self.menu.click()
        button.click()

    def notice(self, name: str) -> Locator:
        return self.root.locator("[data-collaborator-notice={}]".format(name))

    def hide(self, hidden: bool = True) -> ChangeForm:
        """Another tab is in front of this one, or no longer; to a driven browser every tab is in front."""
        self.page.evaluate(
            """(hidden) => {
                Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
                document.dispatchEvent(new Event("visibilitychange"));
            }""",
            hidden,
        )
        return self

    def person(self, initials: str) -> Locator:
        """The disc of somebody who is here; ``data-state`` says what they do."""
        return self.root.locator(".collaborator-discs .collaborator-avatar", has_text=initials)

    @property
    def born(self) -> float:
        """Differs for every document that is loaded."""
        return self.page.evaluate("witness.born")

    def states(self) -> List[str]:
        """All states that this document has been in, in order."""
        return [entry["state"] for entry in self.page.evaluate("witness.states")]

    def reached(self, state: str) -> float:
        """When this document last came into ``state``, as ``time.time()``."""
        times = [entry["at"] for entry in self.page.evaluate("witness.states") if entry["state"] == state]
        assert times, "never {}: {}".format(state, self.states())
        return times[-1] / 1000

    @property
    def token(self) -> str:
        """The fencing token that a save would carry."""
        return self.page.locator("[name=_collaborator_token]").input_value()

    def attempts(self, kind: str = "newsroom") -> List[float]:
        """When this document tried to connect to the edit socket, or to the one of ``kind``; as ``time.time()``."""
        sockets = self.page.evaluate("witness.sockets")
        return [entry["at"] / 1000 for entry in sockets if "/collaboration/{}/".format(kind) in entry["url"]]

    def posted_values(self) -> Any:
        """What would be saved now, without our own fields."""
        return self.page.evaluate(
            """() => {
                const form = document.querySelector("form[id$=_form]");
                const chosen = [...form.querySelectorAll("select[id$=_to] option")];
                return [...new FormData(form)]
                    .filter(([name]) => !/^(_collaborator_|csrfmiddlewaretoken$|tags)/.test(name))
                    .map(([name, value]) => [name, String(value.name ?? value)])
                    .concat(chosen.map((option) => ["tags", option.value]));
            }"""
        )

    def leave(self, way: str = "close") -> float:
        """Close the tab, or follow the link to the list; returns when."""
        at = time.time()
        if way == "close":
            self.page.close()
        else:
            self.page.locator(".breadcrumbs a").last.click(no_wait_after=True)
        return at


def eventually(condition: Callable[[], object], seconds: float = PATIENCE_SECONDS, what: str = "") -> None:
    wait_until(condition, seconds, what)


SETTLED = """async () => {
    const drawn = async () => { for (const _ of [1, 2]) await new Promise(requestAnimationFrame); };
    await drawn();
    const moving = document.getAnimations().filter((each) => each.effect.getComputedTiming().endTime < Infinity);
    const finished = Promise.all(moving.map((each) => each.finished.catch(() => {})));
    const patience = new Promise((resolve) => setTimeout(resolve, 2000)); // one that a theme starts may never end
    await Promise.race([finished, patience]);
    await drawn();
}"""


def settle(page: Page) -> None:
    """Until the page has heard that it was scrolled or resized, and all that moves has come to rest."""
    page.evaluate(SETTLED)
