"""Fixtures of the stories: where they are played, who sits there, and what is on the desk."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterator, Tuple

import pytest
from playwright.sync_api import expect

from tests.browser.change_form import PATIENCE_SECONDS, WITNESS, ChangeForm
from tests.project.newsroom.models import Article, Category, Paragraph, Tag
from tests.support import people
from tests.support.browser import Visitor
from tests.support.servers import Server

URLCONF = "tests.browser.newsroom"

PLACES: Dict[str, Dict[str, Any]] = {
    "memory": {"store": "memory"},
    "redis": {"store": "redis", "workers": 2},
    "daphne": {"store": "redis", "program": "daphne", "workers": 2},
    "hypercorn": {"store": "redis", "program": "hypercorn", "workers": 2},
    "granian": {"store": "redis", "program": "granian", "workers": 2},
    "sql": {"store": "sql"},
    "sql-twice": {"store": "sql", "workers": 2},
    "bare": {"store": "sql", "program": "bare"},  # uvicorn without a WebSocket library
    "http": {"store": "sql", "program": "gunicorn"},  # four sync workers
    "http-redis": {"store": "redis", "program": "gunicorn --preload"},
    "runserver": {"store": "sql", "program": "wsgi"},
}
HTTP_SLACK_SECONDS = 15.0
"""So much later everything may happen where pages ask for it."""
ASKS_OFTEN = """
    const { setTimeout } = window;
    window.setTimeout = (run, ms, ...rest) =>
        setTimeout(run, run.constructor.name === "AsyncFunction" ? Math.min(ms, 400) : ms, ...rest);
"""
"""Runs before the scripts of a page that asks over HTTP, which then does so sooner than the server wants."""


@pytest.fixture(autouse=True)
def _our_urls(settings: Any) -> None:
    settings.ROOT_URLCONF = URLCONF


@pytest.fixture
def at_real_pace() -> None:
    """Of a test about how often pages ask over HTTP; to all others two to fifteen seconds are only a wait."""


@pytest.fixture
def server_settings() -> Dict[str, Any]:
    """Further settings of the server; a module or a parametrisation says others."""
    return {}


@pytest.fixture
def server(
    request: pytest.FixtureRequest, serve: Callable[..., Server], server_settings: Dict[str, Any]
) -> Iterator[Server]:
    """One process with the store in memory; parametrised with the name of another place, that one."""
    options = dict(PLACES[getattr(request, "param", "memory")])
    if options["store"] == "redis":
        # Not emptied as ``redis_server`` is: in an empty store nobody is granted a lease for some seconds.
        process = request.getfixturevalue("redis_process")
        if not process.is_running():
            process.start()
        process.thaw()
        options["redis_url"] = process.url
    slack = HTTP_SLACK_SECONDS if asks(options.get("program", "")) else 0.0
    expect.set_options(timeout=(PATIENCE_SECONDS + slack) * 1000)
    yield serve(settings={"ROOT_URLCONF": URLCONF, **server_settings}, **options)
    expect.set_options(timeout=PATIENCE_SECONDS * 1000)


def asks(program: str) -> bool:
    """Whether pages that this program serves have no connection."""
    return program.partition(" ")[0] in ("gunicorn", "wsgi")


@pytest.fixture
def seat(request: pytest.FixtureRequest, visit: Callable[..., Visitor], server: Server) -> Callable[..., Visitor]:
    """A function (person) that gives the browser of this person; each new one is served by the next worker."""
    taken: Dict[Tuple[Any, Any], Visitor] = {}

    def sit(person: people.Person, at: Any = None, **options: Any) -> Visitor:
        if (person.id, at) not in taken:
            where = at or server[len(taken) % len(server.workers)]
            visitor = visit(where, person, **options)
            visitor.context.add_init_script(WITNESS)
            if asks(server.options.program):
                if "at_real_pace" not in request.fixturenames:
                    visitor.context.add_init_script(ASKS_OFTEN)
                visitor.slack = HTTP_SLACK_SECONDS
                visitor.context.set_default_timeout(10_000 + 1000 * HTTP_SLACK_SECONDS)
            taken[person.id, at] = visitor
        return taken[person.id, at]

    return sit


@pytest.fixture
def open_form(seat: Callable[..., Visitor]) -> Callable[..., ChangeForm]:
    """A function (person, object) that opens the change form in a new tab of this person's browser."""

    def open_tab(person: people.Person, obj: Any, at: Any = None, query: str = "", **options: Any) -> ChangeForm:
        return ChangeForm.open(seat(person, at, **options), obj, query=query)

    return open_tab


@pytest.fixture
def cleo(database: str) -> people.Person:
    return people.superuser("Cleo Crane")


@pytest.fixture
def article(database: str) -> Article:
    """A row with something in every kind of field."""
    article = Article.objects.create(
        title="Budget", body="It rains.\n" * 3, category=Category.objects.create(name="City")
    )
    article.tags.add(Tag.objects.create(name="money"))
    Tag.objects.create(name="weather")
    Category.objects.create(name="World")
    Paragraph.objects.create(article=article, position=1, text="First paragraph")
    return article
