"""The documented blocks for nginx work as they stand there, with each kind of server behind them."""

from __future__ import annotations

import re
from typing import Any, Callable, Dict
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest

from tests.guard.race.browser import Page
from tests.project.newsroom.models import Tag
from tests.support.nginx import documented
from tests.support.servers import ASGI_SERVERS

WHOLE, BELOW_ASGI, BELOW_WSGI = documented()
SUB_PATH = {"FORCE_SCRIPT_NAME": "/cms", "STATIC_URL": "/cms/static/"}


class Visitor:
    """A person without a session yet, who keeps cookies and follows redirects."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.opener = build_opener(HTTPCookieProcessor())

    def get(self, path: str) -> str:
        return self._open(Request(self.url + path))

    def post(self, values: Dict[str, str]) -> str:
        """The form of the page that is shown, with these values."""
        form = {**self.page.form(), **{name: [value] for name, value in values.items()}}
        body = urlencode(form, doseq=True).encode()
        return self._open(Request(self.place, body, {"Referer": self.place}))

    def _open(self, request: Request) -> str:
        with self.opener.open(request, timeout=30) as answer:
            assert answer.status == 200
            self.place = answer.geturl()
            self.page = Page(200, answer.read().decode())
            return self.page.text


@pytest.fixture
def behind(nginx: Any) -> Callable[..., str]:
    """A function that gives the public address of a server, behind the documented blocks."""

    def start(server: Any, location: str = "") -> str:
        blocks = WHOLE
        if location:
            headers = re.search(r"location / \{\n +proxy_pass [^\n]+\n(.*?)\}", WHOLE, re.DOTALL)
            assert headers
            whole = location.replace("# … the same headers as above", headers.group(1))
            blocks = re.sub(r"location / \{.*?\}", lambda match: whole, WHOLE, flags=re.DOTALL)
        blocks = blocks.replace("listen 443 ssl;", "listen 127.0.0.1:{port};")
        return str(nginx(blocks.replace("http://127.0.0.1:8000", server.url)).url)

    return start


def log_in_and_save(url: str, path: str, ada: Any) -> None:
    ada.user.set_password("secret")
    ada.user.save()
    tag = Tag.objects.create(name="harbour")
    visitor = Visitor(url)
    visitor.get(f"{path}/admin/newsroom/tag/harbour/change/")
    assert f"{path}/admin/login/?next={path}/admin/newsroom/tag/harbour/change/" in visitor.place
    visitor.post({"username": "ada.lovelace", "password": "secret"})
    assert visitor.place == f"{url}{path}/admin/newsroom/tag/harbour/change/"
    visitor.post({"note": "Of ships", "_continue": "Save and continue editing"})
    assert visitor.place == f"{url}{path}/admin/newsroom/tag/harbour/change/"
    tag.refresh_from_db()
    assert tag.note == "Of ships"


@pytest.mark.parametrize("program", [*ASGI_SERVERS, "gunicorn"])
def test_at_the_root(serve: Any, behind: Any, command: Any, ada: Any, program: str) -> None:
    url = behind(serve(store="sql", program=program))
    log_in_and_save(url, "", ada)
    code, said = command("doctor", "--url", url)
    assert code == 0, said


@pytest.mark.parametrize("program", [*ASGI_SERVERS, "gunicorn"])
def test_below_a_sub_path(serve: Any, behind: Any, command: Any, ada: Any, settings: Any, program: str) -> None:
    server = serve(store="sql", program=program, settings=SUB_PATH)
    url = behind(server, BELOW_WSGI if program == "gunicorn" else BELOW_ASGI)
    log_in_and_save(url, "/cms", ada)
    code, said = command("doctor", "--url", url + "/cms")
    assert "A page without a WebSocket is answered, and welcome." in said
    if program != "gunicorn":
        assert "A WebSocket opens, and is welcome" in said
        assert code == 0, said
