"""Everybody who writes in the race, each in their own way; all write what ``oracle`` can follow."""

from __future__ import annotations

import itertools
import random
from typing import Any, Dict, List, Set

from django.db import OperationalError, transaction

from tests.guard.press.models import Journal, Register
from tests.guard.race.browser import Broken, Browser, Page
from tests.guard.tabs import Tab

LIST = "/admin/press/register/"

_numbers = itertools.count(1)


class Writer:
    """A person with a browser. ``accepted``: tokens that they were told are saved."""

    def __init__(self, name: str, user: Any, browser: Browser, pks: List[int], chance: random.Random) -> None:
        self.name = name
        self.user = user
        self.browser = browser
        self.pks = pks
        self.chance = chance
        self.accepted: Set[str] = set()

    def write_once(self) -> None:
        """One attempt in a way of chance."""
        self.browser.use(self.chance.choice(self.browser.ports))
        ways = [self.by_form, self.by_lease, self.by_list, self.by_action, self.by_program]
        way = self.chance.choices(ways, [50, 10, 20, 15, 5])[0]
        try:
            way()
        except Broken:
            pass  # the journal knows whether it was saved

    def by_form(self) -> None:
        """Open, type, save; after a conflict look at theirs and save again."""
        self._by_form(self.chance.choice(self.pks), {})

    def by_lease(self) -> None:
        """As a page with JavaScript does: become the editor first, and say so in the form."""
        pk = self.chance.choice(self.pks)
        tab = Tab(Register(pk=pk), self.user, f"race-{self.name}-{pk}-0123456789")
        tab.claim()
        try:
            self._by_form(pk, tab.fields if tab.token else {})
        finally:
            if tab.token:
                tab.leave()

    def _by_form(self, pk: int, fields: Dict[str, str]) -> None:
        path = f"{LIST}{pk}/change/"
        page = self.browser.get(path)
        if page.status != 200:
            return
        data = page.form()
        tokens = self._type(data)
        for _ in range(4):
            page = self.browser.post(path, {**data, **fields, "_save": "1"})
            if page.status == 302:
                self.accepted |= tokens
            if page.status not in (409, 423):
                return
            data = page.form()
            self._look(data, page)

    def by_list(self) -> None:
        page = self.browser.get(f"{LIST}?p={self.chance.randint(1, max(1, len(self.pks) // 10))}")
        data = page.form()
        if page.status != 200 or "form-TOTAL_FORMS" not in data:
            return
        rows = int(data["form-TOTAL_FORMS"][0])
        tokens = {self._put(data, f"form-{row}-") for row in self.chance.sample(range(rows), min(rows, 3))}
        if self.browser.post(LIST, {**data, "_save": "1"}).status == 302:
            self.accepted |= tokens

    def by_action(self) -> None:
        page = self.browser.get(LIST + "?all=")
        pks = self.chance.sample(self.pks, 2)
        data: Dict[str, Any] = {name: value for name, value in page.form().items() if name == "csrfmiddlewaretoken"}
        token = self._token()
        data.update(action="write", _selected_action=pks, index="0", token=token)
        self.browser.post(LIST, data)  # which of them were left out, the journal knows

    def by_program(self) -> None:
        """As a careful program does: under a lock of its own, in another process than the admin."""
        pk, token = self.chance.choice(self.pks), self._token()
        try:
            with transaction.atomic():
                Register.objects.filter(pk=pk).update(filler="left alone")  # a lock, on SQLite too
                register = Register.objects.get(pk=pk)
                if self.chance.random() < 0.5:
                    register.seen, register.token = register.token, token
                    register.save()
                else:
                    seen = register.token
                    Register.objects.filter(pk=pk).update(seen=seen, token=token)
                    Journal.objects.create(about=register.name, seen=seen, token=token)
        except OperationalError:
            return
        self.accepted.add(token)

    def _type(self, data: Dict[str, List[str]]) -> Set[str]:
        """Write a token into the row, or into some rows of its inline, or into both."""
        tokens = set()
        slots = [f"slots-{row}-" for row in range(int(data["slots-TOTAL_FORMS"][0]))]
        if self.chance.random() < 0.7:
            tokens.add(self._put(data, ""))
        for prefix in slots:
            if self.chance.random() < 0.3:
                tokens.add(self._put(data, prefix))
        return tokens

    def _look(self, data: Dict[str, List[str]], page: Page) -> None:
        """Keep mine where others have written too, and say that I have seen theirs."""
        for choice, theirs in page.theirs().items():
            for name, value in theirs.items():
                if name.endswith("token"):
                    data[name[: -len("token")] + "seen"] = value
            data[choice] = ["mine"]

    def _put(self, data: Dict[str, List[str]], prefix: str) -> str:
        token = self._token()
        data[prefix + "seen"] = data[prefix + "token"]
        data[prefix + "token"] = [token]
        return token

    def _token(self) -> str:
        return f"{self.name}.{next(_numbers)}"
