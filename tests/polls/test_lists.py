"""Who is in each row of a list: what its page is given, and what it is told when it asks."""

from __future__ import annotations

import json
import re
import time
from typing import Any, Callable, Dict, Tuple

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from django_admin_collaborator.core import closing
from django_admin_collaborator.rooms import sync
from django_admin_collaborator.stores.fallback import UnavailableStore
from tests.polls.conftest import Tab
from tests.project.newsroom.models import Article
from tests.support import people
from tests.support.polls import needs_holding, over_client, over_http

LIST = "/admin/newsroom/article/"
PATH = LIST + "collaborator/"
Looker = Callable[..., "List_"]


def configuration(page: bytes) -> Dict[str, Any]:
    found = re.search(rb'<script id="admin-collaborator-config"[^>]*>(.*?)</script>', page)
    return dict(json.loads(found.group(1))) if found else {}


class List_:
    """A list that somebody has open."""

    def __init__(self, page: bytes, send: Any) -> None:
        self.page, self.send = configuration(page), send
        self.seen: Any = None

    def ask(self, **more: Any) -> Tuple[int, Dict[str, Any]]:
        status, body = self.send({"rows": self.page["list"]["rows"], "seen": self.seen, **more})
        told = json.loads(body) if body else {}
        self.seen = told.get("seen", self.seen)
        return status, told


@pytest.fixture
def looker(article: Article) -> Looker:
    def look(person: people.Person, query: str = "") -> List_:
        browser = Client()
        browser.force_login(person.user)
        return List_(browser.get(LIST + query).content, over_client(browser, PATH))

    return look


def test_a_list_says_who_is_in_its_rows(looker: Looker, tab: Tab, article: Article, ada: Any, bob: Any):
    other = Article.objects.create(title="Bridge")
    seen = looker(ada)
    assert seen.page["http_path"] == PATH
    assert seen.page["list"]["count"] == 2
    status, told = seen.ask()
    assert (status, told["people"], told["rows"], told["next"]) == (200, [], {}, 10_000)
    assert seen.ask() == (204, {})

    tab(bob).become_editor()
    tab(ada).open()
    status, told = seen.ask()

    order = [row.pk for row in sorted([article, other], key=lambda row: -row.pk)]
    place = str(order.index(article.pk))
    assert told["people"] == [[bob.user.pk, "Bob Brown", None], [ada.user.pk, "Ada Lovelace", None]]
    assert told["rows"] == {place: [[0, 1], 2, 1]}
    assert seen.ask() == (204, {})


def test_more_people_than_have_room_are_counted(looker: Looker, tab: Tab, ada: Any):
    for number in range(6):
        tab(people.superuser(f"Person {number}")).open()
    _, told = looker(ada).ask()
    (row,) = told["rows"].values()
    assert (len(told["people"]), row) == (4, [[0, 1, 2, 3], 6, 0])


def test_an_update_of_a_busy_list_is_small(looker: Looker, tab: Tab, ada: Any):
    several = [people.superuser(f"Person {number}") for number in range(8)]
    for number in range(25):
        article = Article.objects.create(title=f"Article {number}")
        for person in several[number % 4 : number % 4 + 3]:
            opened = tab(person)
            opened.obj = article
            opened.open()
    told = looker(ada).ask()[1]
    assert len(told["rows"]) == 25
    assert len(json.dumps(told, separators=(",", ":"))) <= 2048


def test_rows_are_those_of_the_page_and_of_its_person(looker: Looker, ada: Any, bob: Any):
    own, others = looker(ada), looker(bob)
    own.page["list"]["rows"] = others.page["list"]["rows"]
    assert own.ask() == (403, {"close": closing.OTHER_USER})
    own.page["list"]["rows"] = "made:up"
    assert own.ask()[0] == 400


def test_who_may_not_see_the_model_any_more_is_told_nothing(looker: Looker, article: Article):
    cyd = people.staff("Cyd Charisse", "newsroom.view_article")
    seen = looker(cyd)
    assert seen.ask()[0] == 200
    cyd.user.user_permissions.clear()
    assert seen.ask() == (403, {"close": closing.ACCESS})


def test_a_list_asks_the_store_once_and_no_permission_of_a_row(looker: Looker, tab: Tab, ada: Any):
    for number in range(30):
        opened = tab(ada)
        opened.obj = Article.objects.create(title=f"Article {number}")
        opened.open()
    seen = looker(ada)
    with CaptureQueriesContext(connections["default"]) as queries:
        assert len(seen.ask()[1]["rows"]) == 30
    assert len(queries) == 2, "session and user"


def test_the_page_of_a_list_makes_no_further_query(looker: Looker, ada: Any, settings: Any):
    with CaptureQueriesContext(connections["default"]) as with_rows:
        assert looker(ada).page
    settings.ADMIN_COLLABORATOR_LISTS = False
    with CaptureQueriesContext(connections["default"]) as without:
        assert not looker(ada).page
    assert len(with_rows) == len(without)


@pytest.mark.parametrize("query", ["?id__exact=0", "?_popup=1"])
def test_every_list_opens_as_it_is(looker: Looker, ada: Any, query: str):
    assert bool(looker(ada, query).page) == (query != "?id__exact=0")


def test_a_list_can_be_left_out(looker: Looker, ada: Any, monkeypatch: Any):
    from django.contrib.admin.sites import site

    monkeypatch.setattr(type(site._registry[Article]), "collaborator_list", False, raising=False)
    assert not looker(ada).page


@needs_holding
@pytest.mark.parametrize("store", ["sql", "redis", "memory"])
def test_a_held_list_hears_within_a_second(store: str, serve: Any, tab_at: Tab, ada: Any, bob: Any):
    worker = serve(store=store)[0]
    send = over_http(worker.port, PATH, ada)
    browser = Client()
    browser.force_login(ada.user)
    seen = List_(browser.get(LIST).content, send)
    status, told = seen.ask(hold=10)
    assert (status, told["next"]) == (200, 0)

    began = time.monotonic()
    assert seen.ask(hold=1) == (200, {})
    assert time.monotonic() - began > 0.9

    tab_at(worker, bob).open()
    began = time.monotonic()
    status, told = seen.ask(hold=10)
    while not told:
        status, told = seen.ask(hold=10)
    assert time.monotonic() - began < 5
    assert told["people"][0][1] == "Bob Brown"


def test_without_a_store_a_list_shows_nobody(looker: Looker, ada: Any, monkeypatch: Any):
    seen = looker(ada)
    monkeypatch.setattr(sync, "open_store", lambda: UnavailableStore("it is away"))
    status, told = seen.ask()
    assert (status, told["people"], told["rows"]) == (200, [], {})
