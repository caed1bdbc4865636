"""``python -m benchmarks.polls``: pages without a WebSocket, on gunicorn with four sync workers and the SQL store.

How soon people see each other, and what a poll costs beside a view that only asks who somebody is. This process plays
the pages: each asks again when it was told to, as frontend/http.js does.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import statistics
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Dict, List, Optional

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django
from django.apps import apps

from benchmarks.databases import new_database

CALLS = 400


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.polls", description=__doc__)
    parser.add_argument("--turns", type=int, default=40, help="how often the next person follows a leave")
    parser.add_argument("--crashes", type=int, default=3)
    parser.add_argument(
        "--rounds", type=int, default=6, help="of the project's own writes, without and with open forms"
    )
    arguments = parser.parse_args()
    print("| database | what | n | p50 | p95 | longest |\n| --- | --- | --- | --- | --- | --- |")
    for kind in ("sqlite", "postgresql"):
        with ExitStack() as stack:
            url = _database(kind, stack)
            if arguments.turns:
                _meet(kind, url, arguments.turns, arguments.crashes, stack)
            if arguments.rounds and kind == "sqlite":
                _write(url, arguments.rounds, stack)
            _cost(kind, url)


def _database(kind: str, stack: ExitStack) -> str:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    url = new_database(kind, folder, stack)
    os.environ["TEST_DATABASE_URL"] = url
    if not apps.ready:
        django.setup()
    from tests.support import databases

    stack.enter_context(databases.default_database(url))
    databases.create_tables()
    return url


def _row(*cells: Any) -> None:
    print("| " + " | ".join(map(str, cells)) + " |", flush=True)


def _times(kind: str, what: str, seconds: List[float]) -> None:
    ordered = sorted(seconds)
    p95 = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    _row(kind, what, len(ordered), *(f"{value:.2f} s" for value in (statistics.median(ordered), p95, ordered[-1])))


class Page(threading.Thread):
    """A page that polls at the pace that it is told, until ``is_over``; ``held_at`` is when it got the lease."""

    def __init__(self, tab: Any) -> None:
        super().__init__(daemon=True)
        self.tab = tab
        self.opened_in = self.sees_editor_in = 0.0
        self.held_at: Optional[float] = None
        self.is_over = threading.Event()
        self.polls = 0

    def run(self) -> None:
        began = time.monotonic()
        self.tab.open(self.tab.claim())
        self.sees_editor_in = time.monotonic() - began
        while True:
            if self.tab.lease and self.held_at is None:
                self.held_at = time.monotonic()
            if self.is_over.wait((self.tab.next_ms or 2000) / 1000):
                return
            self.polls += 1
            self.tab.tick()


def _meet(kind: str, url: str, turns: int, crashes: int, stack: ExitStack) -> None:
    from tests.project.newsroom.models import Article
    from tests.support import people
    from tests.support.polls import PollingTab, collaborator_path, over_http
    from tests.support.servers import Server, ServerOptions

    server = Server(ServerOptions(program="gunicorn", database_url=url, store=""), Path(tempfile.mkdtemp()))
    server.start()
    stack.callback(server.stop)
    persons = [people.superuser(name) for name in ("Ada Lovelace", "Bob Brown")]
    article = Article.objects.create(title="Harbour")

    def page(person: people.Person) -> Page:
        made = Page(PollingTab(article, person.user, over_http(server[0].port, collaborator_path(article), person)))
        made.start()
        return made

    seen, followed = [], []
    editor = page(persons[0])
    _until(editor, "held_at")
    for turn in range(turns):
        viewer = page(persons[(turn + 1) % 2])
        _until(viewer, "sees_editor_in")
        seen.append(viewer.sees_editor_in)
        time.sleep(2.5 + 0.37 * (turn % 6))  # both know of each other, at any point of their pace
        editor.is_over.set()
        editor.join()
        left_at = time.monotonic()
        editor.tab.poll({"type": "leave", "reason": "unload"})
        _until(viewer, "held_at")
        followed.append((viewer.held_at or 0.0) - left_at)
        editor = viewer
    _times(kind, "a second person sees who edits", seen)
    _times(kind, "the next person can edit after a leave", followed)
    followed = []
    for turn in range(crashes):
        viewer = page(persons[turn % 2])
        time.sleep(22 + 3 * turn)
        editor.is_over.set()
        crashed_at = time.monotonic()
        _until(viewer, "held_at", 60)
        followed.append((viewer.held_at or 0.0) - crashed_at)
        editor = viewer
    editor.is_over.set()
    if followed:
        _times(kind, "... after a crash", followed)


def _write(url: str, rounds: int, stack: ExitStack) -> None:
    """The project's own saves beside 20 open forms, ten objects with two people each, and beside none, in turns."""
    from django.db import OperationalError

    from tests.project.newsroom.models import Article
    from tests.support import people
    from tests.support.polls import PollingTab, collaborator_path, over_http
    from tests.support.servers import Server, ServerOptions

    server = Server(ServerOptions(program="gunicorn", database_url=url, store=""), Path(tempfile.mkdtemp()))
    server.start()
    stack.callback(server.stop)
    persons = [people.superuser(name) for name in ("Dora Diaz", "Eli Evans")]
    articles = [Article.objects.create(title=f"Open {number}") for number in range(10)]
    written = Article.objects.create(title="Written")
    seconds: Dict[int, List[float]] = {0: [], 20: []}
    refused = 0
    for number in range(2 * rounds):
        pages = []
        for article in articles if number % 2 else ():
            for person in persons:
                tab = PollingTab(article, person.user, over_http(server[0].port, collaborator_path(article), person))
                pages.append(Page(tab))
                pages[-1].start()
        time.sleep(2)  # all are open, and the first page of a worker is not what is measured
        ends_at = time.monotonic() + 10
        while time.monotonic() < ends_at:
            began = time.monotonic()
            try:
                written.save()
            except OperationalError:
                refused += 1
            seconds[len(pages)].append(time.monotonic() - began)
            time.sleep(0.005)
        for page in pages:
            page.is_over.set()
            page.join()
            page.tab.poll({"type": "leave", "reason": "unload"})
    none, twenty = (statistics.median(seconds[count]) for count in (0, 20))
    means = [statistics.mean(seconds[count]) * 1000 for count in (0, 20)]
    _row("sqlite", "a save of the project's own, beside no form", len(seconds[0]), f"{none * 1000:.3f} ms", "", "")
    _row("sqlite", "... beside 20 open forms", len(seconds[20]), f"{twenty * 1000:.3f} ms", "", "")
    print(
        f"slower by {100 * (twenty / none - 1):.1f} % at the median, mean {means[0]:.3f} and {means[1]:.3f} ms; "
        f"{refused} refused as the database was locked"
    )


def _until(page: Page, name: str, seconds: float = 20) -> None:
    """Wait until the page has this attribute."""
    deadline = time.monotonic() + seconds
    while not getattr(page, name):
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.005)


def _cost(kind: str, url: str) -> None:
    """Processor time in this process, straight into the WSGI handler."""
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from django.db import connection, reset_queries

    from tests.project.newsroom.models import Article
    from tests.support import people
    from tests.support.polls import CSRF, PollingTab, collaborator_path

    settings.ROOT_URLCONF = "benchmarks.polls_urls"
    settings.ADMIN_COLLABORATOR_MESSAGES_PER_USER = 1_000_000
    settings.ADMIN_COLLABORATOR_RIGHTS_SECONDS = 1000  # the tickets of these bodies stay valid
    application = get_wsgi_application()
    article = Article.objects.create(title="Bridge")
    person = people.staff(f"Cay {kind}", "newsroom.view_article", "newsroom.change_article")

    def call(path: str, body: bytes) -> Any:
        answered: Dict[str, Any] = {}
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": path,
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.url_scheme": "http",
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_COOKIE": f"{person.cookie}; csrftoken={CSRF}",
            "HTTP_X_CSRFTOKEN": CSRF,
        }
        response = application(environ, lambda status, headers: answered.update(status=int(status[:3])))
        answered["body"] = b"".join(response)
        response.close()
        return answered["status"], answered["body"]

    tab = PollingTab(article, person.user, lambda body: call(collaborator_path(article), json.dumps(body).encode()))
    tab.open(tab.claim())
    tab.tick()
    silent = json.dumps({"hold": 0, "clients": [tab.asking(())]}).encode()
    pong = {"type": "pong", "n": 7, "idle_ms": 0, "hidden": False, "unsaved": False}
    alive = json.dumps({"hold": 0, "clients": [tab.asking((pong,))]}).encode()
    bare = [("a view that only authenticates", "/bare/", b"{}")]
    polls = [("a poll without news", silent), ("a poll with a sign of life", alive)]
    works = bare + [(what, collaborator_path(article), body) for what, body in polls]
    costs: Dict[str, List[float]] = {what: [] for what, _, _ in works}
    for _ in range(CALLS):  # they take turns, so that what else the machine does hits all alike
        for what, path, body in works:
            began = time.process_time()
            call(path, body)
            costs[what].append(time.process_time() - began)
    base = statistics.median(costs[works[0][0]])
    settings.DEBUG = True
    for what, path, body in works:
        reset_queries()
        status, answer = call(path, body)
        asked = len([one for one in connection.queries_log if not one["sql"].startswith(("BEGIN", "SET"))])
        middle = statistics.median(costs[what])
        figures = f"{middle * 1000:.2f} ms CPU, {middle / base:.2f} ×"
        _row(kind, what, CALLS, figures, f"{asked} queries of the request", f"{status}, {len(answer)} bytes")
    settings.DEBUG = False


if __name__ == "__main__":
    main()
