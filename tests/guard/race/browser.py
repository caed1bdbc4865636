"""As much of a browser as the race needs: a session, a kept connection, forms read off pages."""

from __future__ import annotations

import http.client
import re
from dataclasses import dataclass
from typing import Any, Dict, List
from urllib.parse import urlencode

from django_admin_collaborator.guard.version.form_data import Controls

SECONDS = 60.0
"""How long an answer may take; a frozen worker answers when it is thawed."""


_FORM = re.compile(r"<form[^>]*method=\"post\".*?</form>", re.DOTALL)
_TEMPLATE = re.compile(r"<template.*?</template>", re.DOTALL)
_CONTROL = re.compile(r"<input\b[^>]*>|<select\b.*?</select>|<textarea\b.*?</textarea>", re.DOTALL)


class Broken(Exception):
    """No answer came: whether the request was carried out is not known."""


@dataclass
class Page:
    """``location``: where the answer leads to, if it leads elsewhere."""

    status: int
    text: str
    location: str = ""

    def form(self) -> Dict[str, List[str]]:
        """What a browser would post, by name."""
        forms = _FORM.findall(_TEMPLATE.sub("", self.text))
        # Parsing nothing but the controls takes a third of the time, and the race is measured in hours.
        values: Dict[str, List[str]] = Controls("".join(_CONTROL.findall(forms[-1]))).values if forms else {}
        return {name: value for name, value in values.items() if "__prefix__" not in name}

    @property
    def reason(self) -> str:
        """Why a save was refused, in the one word that the page has for scripts."""
        found = re.search(r'data-collaborator-reason="(\w+)"', self.text)
        return found.group(1) if found else ""

    def theirs(self) -> Dict[str, Dict[str, List[str]]]:
        """What others have written meanwhile, by the name of the choice, as the page has it for scripts."""
        found = re.findall(
            r'<template[^>]* data-collaborator-choice="([^"]+)">(.*?)</template>', self.text, re.DOTALL
        )
        return {choice: Controls(widget).values for choice, widget in found}


class Browser:
    """One person at one worker. ``counts``: answers by status."""

    def __init__(self, ports: List[int], session: str) -> None:
        self.ports = ports
        self.port = ports[0]
        self.cookies = {"sessionid": session}
        self.counts: Dict[str, int] = {}
        self._connection: Any = None

    def get(self, path: str) -> Page:
        return self._request("GET", path)

    def post(self, path: str, data: Dict[str, Any]) -> Page:
        return self._request("POST", path, urlencode(data, doseq=True))

    def use(self, port: int) -> None:
        if port != self.port:
            self.port = port
            self._hang_up()

    def _request(self, method: str, path: str, body: str = "") -> Page:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
            text = response.read().decode()
        except (OSError, http.client.HTTPException):
            self._hang_up()
            self._count("no answer")
            raise Broken from None
        for cookie in response.headers.get_all("Set-Cookie") or ():
            self._take(cookie)
        self._count(f"{method} {response.status}")
        return Page(response.status, text, response.headers.get("Location", ""))

    def _take(self, cookie: str) -> None:
        name, _, value = cookie.partition(";")[0].partition("=")
        if "Max-Age=0" in cookie:
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = value

    def _count(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None
