"""Everybody who writes in the race, each in their own way; all write what ``oracle`` can follow."""

from __future__ import annotations

import random
import re
import time
from typing import Any, Dict, List, Set

from tests.guard.press.traced import LANGUAGES, Register
from tests.guard.press.traced_admin import traces_on
from tests.guard.race import program
from tests.guard.race.browser import Broken, Browser
from tests.guard.race.hand import Hand
from tests.guard.race.rows import Rows
from tests.guard.tabs import Tab

LIST = "/admin/press/register/"
WAYS = {
    "by_form": 45,
    "by_lease": 10,
    "by_list": 18,
    "by_action": 10,
    "by_copying": 5,
    "by_deleting": 3,
    "by_deleting_many": 2,
    "by_program": 7,
}
"""How often each way is taken, in percent."""

TRIES = 4
"""How often a person saves again what was refused, before they give up."""


class Writer:
    """A person with a browser. ``saves``: how often they were told that all is saved; ``accepted``: tokens."""

    def __init__(self, name: str, user: Any, browser: Browser, rows: Rows, chance: random.Random) -> None:
        self.name = name
        self.user = user
        self.browser = browser
        self.rows = rows
        self.chance = chance
        self.hand = Hand(name, chance, rows.topics)
        self.saves = 0
        self.accepted: Set[str] = set()

    def write_once(self) -> None:
        """One attempt in a way of chance."""
        self.browser.use(self.chance.choice(self.browser.ports))
        way = self.chance.choices(list(WAYS), list(WAYS.values()))[0]
        try:
            getattr(self, way)()
        except (Broken, TimeoutError):  # the journal knows whether it was saved
            time.sleep(0.1)  # whoever is refused a connection would try thousands of times a second

    def by_form(self) -> None:
        """Open, type, save; after a conflict look at theirs and save again."""
        self._by_form(self.rows.any(self.chance), {})

    def by_lease(self) -> None:
        """As a page with JavaScript does: become the editor first, and say so in the form."""
        pk = self.rows.any(self.chance)
        tab = Tab(Register(pk=pk), self.user, f"race-{self.name}-{pk}-0123456789")
        tab.claim()
        try:
            self._by_form(pk, tab.fields if tab.token else {})
        finally:
            if tab.token:
                tab.leave()

    def by_copying(self) -> None:
        """Save as new what somebody else may be writing."""
        if self.rows.are_enough():
            self.by_form()
            return
        path = self._change_path(self.rows.any(self.chance))
        page = self.browser.get(path)
        if page.status == 200:
            data = page.form()
            self._save_as_new(path, data)

    def by_list(self) -> None:
        path = f"{LIST}?p={self.chance.randint(1, self.rows.pages(10))}"
        page = self.browser.get(path)
        data = page.form()
        if page.status != 200 or "form-TOTAL_FORMS" not in data:
            return
        rows = int(data["form-TOTAL_FORMS"][0])
        chosen = self.chance.sample(range(rows), min(rows, 3))
        tokens = {self.hand.put_token(data, f"form-{row}-") for row in chosen}
        page = self.browser.post(path, {**data, "_save": "1"})
        if page.status == 302 and page.location.startswith(LIST):
            self._accept(tokens)

    def by_action(self) -> None:
        data = {**self._csrf(), "action": "write", "index": "0", "token": self.hand.token()}
        self.browser.post(LIST, {**data, "_selected_action": [self.rows.any(self.chance) for _ in range(2)]})
        # Which of them were left out, the journal knows.

    def by_deleting(self) -> None:
        if not self.rows.are_enough():
            self.by_form()
            return
        path = f"{LIST}{self.rows.any(self.chance)}/delete/"
        page = self.browser.get(path)
        for _ in range(TRIES):
            if page.status not in (200, 409, 423):
                return
            token = self.hand.token()
            page = self.browser.post(path, {**self._csrf(), "post": "yes", "token": token, **traces_on(page.text)})
            if page.status == 302 and page.location.endswith(LIST):  # elsewhere when it was gone already
                self._accept({self.hand.deleted(token)})
                return

    def by_deleting_many(self) -> None:
        if not self.rows.are_enough():
            self.by_form()
            return
        chosen = {"action": "delete_selected", "_selected_action": [self.rows.any(self.chance) for _ in range(2)]}
        page = self.browser.post(LIST, {**self._csrf(), **chosen, "index": "0"})
        if page.status == 200 and 'name="post"' in page.text:
            told = {"post": "yes", "token": self.hand.token(), **traces_on(page.text)}
            self.browser.post(LIST, {**self._csrf(), **chosen, **told})

    def by_program(self) -> None:
        may_delete = self.rows.are_enough()
        pk = self.rows.any(self.chance)
        token = program.write(pk, self.hand.token(), self.rows.topics, self.chance, may_delete)
        if token:
            self._accept({token})

    def _by_form(self, pk: int, fields: Dict[str, str]) -> None:
        path = self._change_path(pk)
        page = self.browser.get(path)
        if page.status != 200:
            self.rows.forget(pk)
            return
        data = page.form()
        tokens = self.hand.type_into(data)
        for _ in range(TRIES):
            page = self.browser.post(path, {**data, **fields, "_save": "1"})
            if page.status == 302:
                self._accept(tokens)
                return
            if page.status not in (409, 423):
                return
            data = page.form()
            if page.reason == "gone":
                self._save_as_new(path, data)
                return
            self.hand.insist(data, page.theirs())

    def _save_as_new(self, path: str, data: Dict[str, List[str]]) -> None:
        tokens = self.hand.type_anew(data)
        page = self.browser.post(path, {**data, "_saveasnew": "1"})
        new = re.search(LIST + r"(\d+)/change/", page.location)
        if page.status == 302 and new:
            self._accept(tokens)
            self.rows.add(int(new.group(1)))

    def _change_path(self, pk: int) -> str:
        return f"{LIST}{pk}/change/?language={self.chance.choice(LANGUAGES)}"

    def _csrf(self) -> Dict[str, Any]:
        """What an action needs of the list that it is chosen in."""
        if "csrftoken" not in self.browser.cookies:
            self.browser.get(LIST)
        return {"csrfmiddlewaretoken": self.browser.cookies.get("csrftoken", "")}

    def _accept(self, tokens: Set[str]) -> None:
        self.saves += 1
        self.accepted |= tokens
