"""How many people are in each model, and what one has open: what an index is given, and what it is told."""

from __future__ import annotations

import json
import re
from typing import Any, Callable, Dict, Iterator, Tuple

import pytest
from django.contrib.admin.sites import site
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from django_admin_collaborator.rooms import open_rooms, sync
from django_admin_collaborator.stores.fallback import UnavailableStore
from tests.polls.conftest import Tab
from tests.project.newsroom.models import Article
from tests.support import people
from tests.support.polls import over_client

LIST = "/admin/newsroom/article/"
Index = Callable[..., Callable[[], Tuple[int, Dict[str, Any]]]]


@pytest.fixture(autouse=True)
def _a_look_for_each_question(clock: Any, monkeypatch: Any) -> Iterator[None]:
    """In a store that has no rooms of tests before."""
    monkeypatch.setattr(open_rooms, "open_store", lambda: clock.store)
    monkeypatch.setattr(open_rooms, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(open_rooms, "REST", 0)
    open_rooms.forget()
    yield
    open_rooms.forget()


def configuration(page: bytes) -> Dict[str, Any]:
    found = re.search(rb'<script id="admin-collaborator-site"[^>]*>(.*?)</script>', page)
    return dict(json.loads(found.group(1))) if found else {}


@pytest.fixture
def index() -> Index:
    """A function (person) that opens the index, and gives another one that asks for what it shows."""

    def look(person: people.Person, address: str = "/admin/") -> Any:
        browser = Client()
        browser.force_login(person.user)
        send = over_client(browser, configuration(browser.get(address).content)["path"])
        seen = None

        def ask() -> Tuple[int, Dict[str, Any]]:
            nonlocal seen
            status, body = send({"models": True, "seen": seen})
            told = json.loads(body) if body else {}
            seen = told.get("seen", seen)
            return status, told

        return ask

    return look


@pytest.mark.parametrize("address", ["/admin/", "/admin/newsroom/", LIST])
def test_an_index_says_how_many_edit_and_what_one_has_open(
    index: Index, tab: Tab, article: Article, ada: Any, bob: Any, address: str
):
    ask = index(ada, address)
    status, told = ask()
    assert (status, told["models"], told["own"], told["next"]) == (200, [], [], 10_000)
    assert ask() == (204, {})
    tab(ada).open()
    tab(bob).become_editor()
    other = tab(bob)
    other.obj = Article.objects.create(title="Bridge")
    other.open()
    told = ask()[1]
    assert told["models"] == [[LIST, 1, 2]]
    assert told["own"] == [[str(article), f"{LIST}{article.pk}/change/", False]]
    assert [own[2] for own in index(bob)()[1]["own"]] == [False, True]
    assert ask() == (204, {})


def test_nobody_is_told_of_objects_that_they_may_not_see(index: Index, tab: Tab, ada: Any, monkeypatch: Any):
    hidden = Article.objects.create(title="secret")
    other = tab(ada)
    other.obj = hidden
    other.become_editor()
    cyd = people.staff("Cyd Charisse", "newsroom.view_article")
    assert index(cyd)()[1]["models"] == [[LIST, 1, 1]]
    model_admin = site._registry[Article]
    everything = model_admin.get_queryset
    monkeypatch.setattr(model_admin, "get_queryset", lambda request: everything(request).exclude(title="secret"))
    assert index(cyd)()[1]["models"] == []
    ask = index(cyd)
    cyd.user.user_permissions.clear()
    monkeypatch.setattr(model_admin, "get_queryset", everything)
    assert ask()[1]["models"] == []


def test_an_index_costs_one_query_for_each_model_and_people_are_counted_once(index: Index, tab: Tab, ada: Any):
    for number in range(10):
        opened = tab(ada)
        opened.obj = Article.objects.create(title=f"Article {number}")
        opened.become_editor()
    ask = index(ada)
    with CaptureQueriesContext(connections["default"]) as queries:
        told = ask()[1]
    assert told["models"] == [[LIST, 1, 1]]
    assert len(told["own"]) == 10
    assert len(queries) == 3, [query["sql"] for query in queries]


def test_one_look_is_for_all_who_ask(index: Index, tab: Tab, ada: Any, bob: Any, monkeypatch: Any):
    monkeypatch.setattr(open_rooms, "LOOK_SECONDS", 60.0)
    looks = []
    look = open_rooms.now
    monkeypatch.setattr(open_rooms, "now", lambda: looks.append(1) or look())
    for person in (ada, bob, ada):
        index(person)()
    assert len(looks) == 1
    monkeypatch.setattr(open_rooms, "REST", 1e9)  # as if it had taken a minute
    monkeypatch.setattr(open_rooms, "LOOK_SECONDS", 0.0)
    open_rooms.forget()
    for person in (ada, bob):
        index(person)()
    assert len(looks) == 2


def test_an_index_opens_and_says_nothing_while_the_store_is_unavailable(
    index: Index, article: Article, ada: Any, monkeypatch: Any
):
    ask = index(ada)
    monkeypatch.setattr(sync, "open_store", lambda: UnavailableStore("away"))
    monkeypatch.setattr(open_rooms, "open_store", lambda: UnavailableStore("away"))
    assert ask()[1]["models"] == []


def test_it_can_be_left_out(index: Index, tab: Tab, ada: Any, settings: Any, monkeypatch: Any):
    tab(ada).open()
    monkeypatch.setattr(type(site._registry[Article]), "collaborator_index", False, raising=False)
    assert index(ada)()[1]["models"] == []
    settings.ADMIN_COLLABORATOR_INDEX = False
    browser = Client()
    browser.force_login(ada.user)
    for address in ("/admin/", LIST):
        assert configuration(browser.get(address).content) == {}


def test_an_index_makes_no_further_query(ada: Any, settings: Any):
    counts = []
    for wanted in (True, False):
        settings.ADMIN_COLLABORATOR_INDEX = wanted
        browser = Client()
        browser.force_login(ada.user)
        with CaptureQueriesContext(connections["default"]) as queries:
            assert browser.get("/admin/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
