"""What an editor types reaches those who watch, each as far as their own form shows it."""

from __future__ import annotations

import json
from typing import Any, Callable, Dict, List

import pytest
from django.contrib import admin
from django.test import Client

from django_admin_collaborator.access import shown_controls
from django_admin_collaborator.rooms import live_values
from tests.polls.conftest import Tab
from tests.polls.test_held import waiting
from tests.project.newsroom.models import Article, Paragraph
from tests.support.live import configured, proof
from tests.support.people import Person, staff
from tests.support.polls import PollingTab, collaborator_path, needs_holding
from tests.support.sockets import edit_path, new_member

ARTICLE = ("newsroom.view_article", "newsroom.change_article")
ROWS = ("newsroom.view_paragraph", "newsroom.change_paragraph")
Live = Callable[..., Any]


@pytest.fixture
def live(article: Article) -> Live:
    """What the page of a person has of the live view in its configuration."""

    def read(person: Person) -> Any:
        browser = Client()
        browser.force_login(person.user)
        page = browser.get(collaborator_path(article)[: -len("collaborator/")]).content.decode()
        return configured(page)

    return read


@pytest.fixture
def shown(live: Live) -> Callable[[Person], Any]:
    """A function that says which controls the page of a person shows."""
    return lambda person: shown_controls.read(live(person)["shows"]).shown


@pytest.fixture
def rows(article: Article) -> List[Paragraph]:
    return [Paragraph.objects.create(article=article, text=text) for text in ("Open", "Secret")]


def typed(n: int, all: bool = False, **values: Any) -> Dict[str, Any]:
    return {"type": "typed", "n": n, "values": values, "focus": None, **({"all": True} if all else {})}


def heard(tab: PollingTab) -> List[Any]:
    found = [(message["n"], message["values"]) for message in tab.heard if message["type"] == "typed"]
    tab.heard.clear()
    return found


def watch(tab: PollingTab, shows: str) -> None:
    tab.shows = shows
    tab.poll({"type": "watch", "shows": shows})


def test_a_page_says_which_controls_it_shows(shown: Any, article: Article, rows: Any, ada: Person):
    page = shown(ada)
    first = rows[0].pk
    names = ("title", "body", "published_at_0", "published_at_1", "tags", "featured", "attachment")
    inlines = (f"paragraphs-@{first}-text", f"paragraphs-@{first}-DELETE", "paragraphs-+3-text")
    for name in (*names, *inlines, "paragraphs-TOTAL_FORMS"):
        assert page.shows(name), name
    for name in ("updated_at", "id", f"paragraphs-@{first}-id", f"paragraphs-@{first}-article", "published_at"):
        assert not page.shows(name), name


def test_forms_that_differ_by_permission_show_different_controls(shown: Any, rows: Any):
    reader = shown(staff("Eve", "newsroom.view_article"))
    writer = shown(staff("Fay", *ARTICLE))
    looker = shown(staff("Gil", *ARTICLE, "newsroom.view_paragraph"))
    changer = shown(staff("Hal", *ARTICLE, *ROWS))
    row = f"paragraphs-@{rows[0].pk}-text"
    assert not reader.shows("title")
    assert writer.shows("title")
    assert [one.shows(row) for one in (reader, writer, looker, changer)] == [False, False, False, True]
    assert not changer.shows("paragraphs-+0-text")
    assert not changer.shows(f"paragraphs-@{rows[0].pk}-DELETE")


def test_fields_and_rows_that_an_admin_keeps_from_somebody(monkeypatch: Any, shown: Any, rows: Any, ada: Person):
    desk = admin.site._registry[Article]
    inline = desk.inlines[0]

    def fields(self: Any, request: Any, obj: Any = None) -> Any:
        return ["title", "body"] if request.user.is_superuser else ["title"]

    def readonly(self: Any, request: Any, obj: Any = None) -> Any:
        return [] if request.user.is_superuser else ["position"]

    def queryset(self: Any, request: Any) -> Any:
        found = super(inline, self).get_queryset(request)
        return found if request.user.is_superuser else found.exclude(text="Secret")

    monkeypatch.setattr(type(desk), "get_fields", fields, raising=False)
    monkeypatch.setattr(inline, "get_readonly_fields", readonly)
    monkeypatch.setattr(inline, "get_queryset", queryset)
    chief, writer = shown(ada), shown(staff("Hal", *ARTICLE, *ROWS))
    names = ["title", "body", *(f"paragraphs-@{row.pk}-{name}" for row in rows for name in ("text", "position"))]
    assert [chief.shows(name) for name in names] == [True] * 6
    assert [writer.shows(name) for name in names] == [True, False, True, False, False, False]


def test_secrets_are_shown_by_no_page(monkeypatch: Any, live: Live, shown: Any, ada: Person):
    from django import forms

    desk = type(admin.site._registry[Article])
    widgets = {
        "title": forms.PasswordInput(render_value=True),
        "body": forms.Textarea(attrs={"data-collaborator-secret": ""}),
        "status": forms.TextInput(attrs={"autocomplete": "cc-number"}),
        "published_on": forms.TextInput(attrs={"autocomplete": "new-password"}),
    }

    def field(self: Any, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name in widgets:
            kwargs["widget"] = widgets[db_field.name]
        return super(desk, self).formfield_for_dbfield(db_field, request, **kwargs)

    monkeypatch.setattr(desk, "formfield_for_dbfield", field)
    page = shown(ada)
    assert not [name for name in widgets if page.shows(name)]
    assert page.shows("featured")
    assert "hidden" not in live(ada)


def test_excluded_fields_are_shown_by_no_page_and_told_by_none(
    monkeypatch: Any, live: Live, shown: Any, rows: Any, ada: Person
):
    desk = type(admin.site._registry[Article])
    monkeypatch.setattr(desk, "collaborator_live_exclude", ["body", "published_at"], raising=False)
    monkeypatch.setattr(desk.inlines[0], "collaborator_live_exclude", ["text"], raising=False)
    page = shown(ada)
    row = rows[0].pk
    for name in ("body", "published_at_0", f"paragraphs-@{row}-text", "paragraphs-+0-text"):
        assert not page.shows(name), name
    assert page.shows("title")
    assert page.shows(f"paragraphs-@{row}-position")
    assert live(ada)["hidden"] == ["body", "paragraphs--text", "published_at_0", "published_at_1"]


def test_it_can_be_switched_off(monkeypatch: Any, settings: Any, live: Live, tab: Tab, ada: Person, bob: Person):
    shows = live(bob)["shows"]
    settings.ADMIN_COLLABORATOR_LIVE_VIEW = False
    assert live(ada) is None
    editor, viewer = tab(ada), tab(bob)
    editor.become_editor()
    viewer.open()
    watch(viewer, shows)
    editor.poll(typed(1, all=True, title="Mine"))
    viewer.tick()
    assert heard(viewer) == []
    settings.ADMIN_COLLABORATOR_LIVE_VIEW = True
    monkeypatch.setattr(type(admin.site._registry[Article]), "collaborator_live", False, raising=False)
    assert live(ada) is None


def test_two_hundred_rows_take_little_room(article: Article, live: Live, ada: Person):
    Paragraph.objects.bulk_create(Paragraph(article=article, text="x") for _ in range(200))
    assert len(json.dumps(live(ada))) < 1500


def test_it_costs_no_query(settings: Any, article: Article, rows: Any, ada: Person, django_assert_num_queries: Any):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser = Client()
    browser.force_login(staff("Hal", *ARTICLE, *ROWS).user)
    path = collaborator_path(article)[: -len("collaborator/")]
    counts = []
    for is_on in (True, False, True):
        settings.ADMIN_COLLABORATOR_LIVE_VIEW = is_on
        with CaptureQueriesContext(connection) as queries:
            browser.get(path)
        counts.append(len(queries))
    assert counts[1] == counts[2]


def test_who_polls_is_told_what_is_kept_once(tab: Tab, live: Live, ada: Person, bob: Person):
    editor, viewer = tab(ada), tab(bob)
    editor.become_editor()
    viewer.open()
    watch(viewer, live(bob)["shows"])
    editor.tick()
    assert editor.room
    assert editor.room["editor"]["watched"] == 2
    editor.poll(typed(5, all=True, title="Mine", salary="1000"))
    viewer.tick()
    assert heard(viewer) == [(5, {"title": "Mine"})]
    viewer.tick()
    assert heard(viewer) == []
    editor.poll(typed(6, all=True, title="Mine, too"))
    viewer.tick()
    assert heard(viewer) == [(6, {"title": "Mine, too"})]
    watch(viewer, viewer.shows or "")
    assert heard(viewer) == [(6, {"title": "Mine, too"})]


def test_who_does_not_watch_is_told_nothing(tab: Tab, live: Live, ada: Person, bob: Person):
    editor, viewer = tab(ada), tab(bob)
    editor.become_editor()
    viewer.open()
    editor.poll(typed(5, all=True, title="Mine"))
    viewer.tick()
    assert heard(viewer) == []
    viewer.poll({"type": "watch", "shows": None})
    viewer.tick()
    assert heard(viewer) == []


def test_a_proof_of_another_user_or_object_or_none_is_worth_nothing(
    tab: Tab, live: Live, ada: Person, bob: Person, article: Article
):
    editor, viewer = tab(ada), tab(bob)
    editor.become_editor()
    viewer.open()
    for text in (live(ada)["shows"], "forged", shown_controls.sign(bob.user, "another room", ["title"], [])):
        watch(viewer, text)
        editor.poll(typed(5, all=True, title="Mine"))
        viewer.tick()
        assert heard(viewer) == []


def test_only_the_editor_is_heard(tab: Tab, live: Live, ada: Person, bob: Person):
    editor, viewer, liar = tab(ada), tab(bob), tab(ada)
    editor.become_editor()
    viewer.open()
    watch(viewer, live(bob)["shows"])
    liar.open()
    liar.poll(typed(5, all=True, title="Not Ada's"))
    viewer.tick()
    assert heard(viewer) == []


def test_what_is_kept_goes_with_the_lease(
    tab: Tab, live: Live, ada: Person, bob: Person, article: Article, monkeypatch: Any
):
    forgotten: List[str] = []
    forget = live_values.forget
    monkeypatch.setattr(live_values, "forget", lambda key: forgotten.append(key) or forget(key))
    editor, viewer = tab(ada), tab(bob)
    editor.become_editor()
    viewer.open()
    watch(viewer, live(bob)["shows"])
    editor.poll(typed(5, all=True, title="Mine"))
    editor.poll({"type": "release_lock"})
    assert len(forgotten) == 1
    viewer.tick()
    assert heard(viewer) == []
    editor.poll(editor.claim())
    viewer.tick()
    assert heard(viewer) == []


def test_other_permissions_take_the_proof_away(tab: Tab, live: Live, ada: Person, settings: Any):
    from django.contrib.auth.models import Permission

    settings.ADMIN_COLLABORATOR_RIGHTS_SECONDS = 0  # no ticket is as young
    hal = staff("Hal", *ARTICLE, *ROWS)
    editor, viewer = tab(ada), tab(hal)
    editor.become_editor()
    viewer.open()
    watch(viewer, live(hal)["shows"])
    editor.poll(typed(5, all=True, title="Mine"))
    viewer.tick()
    assert heard(viewer) == [(5, {"title": "Mine"})]
    hal.user.user_permissions.remove(Permission.objects.get(codename="change_paragraph"))
    editor.poll(typed(6, all=True, title="Mine, too"))
    viewer.tick()
    assert [message["type"] for message in viewer.heard if message["type"] in ("typed", "unwatched")] == ["unwatched"]
    viewer.heard.clear()
    watch(viewer, live(hal)["shows"])
    assert heard(viewer) == [(6, {"title": "Mine, too"})]


STORES = pytest.mark.parametrize("store", ["sql", "redis", "memory"])


def opened(sync_socket: Any, worker: Any, article: Article, person: Person) -> Any:
    socket = sync_socket(worker, edit_path(article, new_member()), person)
    socket.expect("welcome")
    return socket


@STORES
def test_an_editor_on_a_socket_and_viewers_of_both_kinds(
    store: str, serve: Any, tab_at: Tab, sync_socket: Any, article: Article, rows: Any, ada: Person, bob: Person
):
    worker = serve(store=store)[0]
    hal = staff("Hal", *ARTICLE)
    editor = opened(sync_socket, worker, article, ada)
    editor.send("claim_editor", wait=True, n=1)
    editor.expect("lease")
    viewer, other = opened(sync_socket, worker, article, bob), opened(sync_socket, worker, article, hal)
    row = f"paragraphs-@{rows[0].pk}-text"
    viewer.send("watch", shows=proof(worker, article, bob))
    editor.expect("watched")
    other.send("watch", shows=proof(worker, article, hal))
    editor.expect("watched")
    said = {"n": 1, "values": {"title": "Mine", row: "A row"}, "focus": row}
    editor.send("typed", **said)
    assert viewer.expect("typed").items() >= said.items()
    told = other.expect("typed")
    assert (told["values"], told["focus"], told["n"]) == ({"title": "Mine"}, None, 1)
    poller = tab_at(worker, bob)
    poller.open()
    watch(poller, proof(worker, article, bob))
    editor.expect("watched")
    editor.send("typed", n=2, all=True, values={"title": "Yours"}, focus=None)
    viewer.expect("typed", n=2)
    poller.tick()
    assert heard(poller) == [(2, {"title": "Yours"})]
    viewer.send("watch", shows=None)
    other.send("watch", shows=None)
    editor.send("typed", n=3, all=True, values={}, focus=None)
    poller.tick()
    poller.tick()
    assert (3, {}) in heard(poller)
    bare = sync_socket(worker, edit_path(article), bob)
    bare.expect("editor_status")
    editor.send("typed", n=4, values={"title": "x"}, focus=None)
    editor.send("release_lock")
    assert bare.expect("typed", "lock_released")["type"] == "lock_released"


@needs_holding
def test_a_held_request_ends_when_something_is_typed(
    serve: Any, tab_at: Tab, sync_socket: Any, article: Article, ada: Person, bob: Person
):
    worker = serve(store="sql")[0]
    editor = opened(sync_socket, worker, article, ada)
    editor.send("claim_editor", wait=True, n=1)
    editor.expect("lease")
    poller = tab_at(worker, bob)
    poller.open()
    watch(poller, proof(worker, article, bob))
    editor.expect("watched")
    poller.poll(hold=10)
    results: List[Any] = []
    thread = waiting(worker, poller, results)
    editor.send("typed", n=1, all=True, values={"title": "Mine"}, focus=None)
    thread.join()
    assert results[0][1] == 200
    poller.poll(hold=10)
    assert heard(poller) == [(1, {"title": "Mine"})]
