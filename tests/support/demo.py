"""The demo as its user meets it: a program in a terminal, and people who log in over HTTP."""

from __future__ import annotations

import html
import json
import re
import signal
import sys
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any, Dict, List

from tests.support.processes import Process, family
from tests.support.sockets import Socket

ROOT = Path(__file__).resolve().parent.parent.parent


class Demo(Process):
    """``python -m example`` with its database in ``folder``; Ctrl+C ends it."""

    def __init__(self, folder: Path, port: int, *options: str) -> None:
        self.folder = folder
        arguments = ["--folder", str(folder), "--port", str(port), *options]
        log = folder.parent / f"demo-{folder.name}.log"
        command = [sys.executable, "-m", "example", *arguments]
        super().__init__(command, log, lambda: "Ctrl+C" in self.printed(), stop_signal=signal.SIGINT, cwd=ROOT)

    def __enter__(self) -> Demo:
        self.start()
        return self

    def __exit__(self, *error: Any) -> None:
        self.stop()

    def start(self, seconds: float = 60) -> None:
        if self.log.exists():
            self.log.unlink()
        super().start(seconds)

    def printed(self) -> str:
        """What it printed since its start."""
        return self.log_tail(1_000_000)

    @property
    def url(self) -> str:
        """The address that it printed last, without a slash at its end."""
        return re.findall(r"is open:\s+(http://\S+)/", self.printed())[-1]

    async def socket(self, path: str, visitor: Visitor) -> Socket:
        """A connection to ``path`` from the browser of ``visitor``."""
        return await Socket.connect(self.url.replace("http", "ws", 1) + path, visitor, origin=self.url)

    def family(self) -> List[int]:
        """The processes that it has started, and theirs."""
        return family(self.pid)


class Visitor:
    """One person's browser, as far as HTTP goes: cookies, the log-in form, and sockets."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.cookies = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def get(self, path: str) -> str:
        """Raises: urllib.error.HTTPError, unless the answer is 200 after redirects."""
        with self.opener.open(self.url + path, timeout=20) as answer:
            return str(answer.read().decode())

    def worker(self) -> str:
        """Which worker answers this time."""
        with self.opener.open(self.url + "/admin/login/", timeout=20) as answer:
            return str(answer.headers["X-Worker"])

    def post(self, path: str, **fields: str) -> str:
        """Fill in the form at ``path`` and send it. Returns the address of the page that follows."""
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.get(path))
        assert token, "no form at " + path
        data = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": token.group(1)}).encode()
        with self.opener.open(self.url + path, data, timeout=20) as answer:
            return str(answer.geturl())

    def log_in(self, username: str, password: str) -> Visitor:
        page = self.post("/admin/login/", username=username, password=password, next="/admin/")
        assert page == self.url + "/admin/", "not logged in: " + username
        return self

    def page_config(self, path: str) -> Any:
        """The configuration that the change form at ``path`` gives to the browser."""
        return configuration(self.get(path))

    def links(self, path: str, start: str) -> List[str]:
        """The addresses on the page at ``path`` that begin with ``start``."""
        return [html.unescape(link) for link in re.findall(f'href="({start}[^"]*)"', self.get(path))]

    def headers(self, origin: str = "") -> Dict[str, str]:
        """What a socket of this browser is opened with."""
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.cookies)
        return {"Cookie": cookies, "Origin": origin}


def configuration(page: str) -> Any:
    """What the scripts read in a change form, or in the script element alone."""
    block = re.search(r'<script[^>]* id="admin-collaborator-config"[^>]*>(.*?)</script>', page)
    assert block, "no configuration"
    return json.loads(block.group(1))
