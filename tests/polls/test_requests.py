"""The requests of a page without a WebSocket: who may ask, what they cost, and what they leave alone."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.polls.conftest import Tab
from tests.project.newsroom.models import Article
from tests.support import people
from tests.support.polls import PollingTab, collaborator_path, over_client, signed_page
from tests.support.processes import wait_until
from tests.support.sockets import edit_path


def queries(tab: PollingTab, *frames: Any) -> int:
    with CaptureQueriesContext(connection) as captured:
        tab.poll(*frames)
    return len([one for one in captured.captured_queries if "BEGIN" not in one["sql"]])


def test_a_poll_without_news_asks_for_session_and_user_alone(tab: Tab, ada: people.Person):
    page = tab(ada)
    page.open(page.claim())
    page.poll()
    assert queries(page) == 2, "the room is read over the store's own connection"
    assert (page.status, page.body) == (204, b"")


def test_a_poll_with_a_sign_of_life_is_answered_in_100_bytes(tab: Tab, ada: people.Person):
    page = tab(ada)
    page.open(page.claim())
    page.tick()
    page.tick()
    assert page.kinds(page.heard)[-1] == "alive"
    assert len(page.body) <= 100, page.body


def test_without_its_ticket_a_poll_looks_up_object_and_permissions(tab: Tab, bob: people.Person):
    staff = people.staff("Cay", "newsroom.view_article", "newsroom.change_article")
    page = tab(staff)
    page.open()
    page.ticket = None
    assert queries(page) > 2
    assert page.ticket, "a new one was given"


def test_a_ticket_is_for_one_user_one_object_and_one_kind(article: Article, tab: Tab, ada: Any, bob: Any):
    first, second = tab(ada), tab(bob)
    first.open()
    second.open()
    second.ticket = first.ticket
    assert queries(second) > 2
    other = Article.objects.create(title="Bridge")
    first.obj = other
    first.open()
    assert first.room["people_count"] == 1, "of the other object"


def test_who_is_not_logged_in_is_answered_401_in_json(article: Article, ada: people.Person):
    page = PollingTab(article, ada.user, over_client(Client(), collaborator_path(article)))
    page.open()
    assert (page.status, json.loads(page.body)) == (401, {"close": 4401})


def test_who_is_not_staff_is_answered_403_in_json(article: Article, tab: Tab, ada: people.Person):
    page = tab(ada)
    page.open()
    type(ada.user).objects.filter(pk=ada.user.pk).update(is_staff=False)
    page.poll()
    assert (page.status, json.loads(page.body)) == (403, {"close": 4403})


def test_who_logged_out_is_told_at_the_next_poll(article: Article, ada: people.Person):
    client = Client()
    client.force_login(ada.user)
    page = PollingTab(article, ada.user, over_client(client, collaborator_path(article)))
    page.open()
    Session.objects.all().delete()
    page.poll()
    assert page.status == 401


def test_whoever_logged_out_is_not_waited_for(article: Article, tab: Tab, ada: people.Person, bob: people.Person):
    client = Client()
    client.force_login(ada.user)
    first = PollingTab(article, ada.user, over_client(client, collaborator_path(article)))
    second = tab(bob)
    first.open(first.claim())
    second.open(second.claim())
    Session.objects.filter(session_key=client.session.session_key).delete()
    PollingTab(article, ada.user, first.send, connection=first.connection, ticket=first.ticket).poll()
    assert not second.tick()[1:], "only the tab's own secret shows whose place it is"
    first.poll()
    assert first.status == 401
    second.tick()
    assert second.lease


def test_a_body_that_is_too_large_is_refused(article: Article, ada: people.Person, settings: Any, caplog: Any):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    client = Client()
    client.force_login(ada.user)
    answer = client.post(collaborator_path(article), "x" * 200, content_type="application/json")
    assert answer.status_code == 400
    assert "could not be answered" not in caplog.text


def test_who_may_not_see_the_object_is_told_so(tab: Tab):
    page = tab(people.staff("Cay", "newsroom.view_category"))
    page.open()
    assert page.closed == 4403


def test_who_may_only_look_is_not_granted_the_lease(tab: Tab):
    page = tab(people.staff("Cay", "newsroom.view_article"))
    messages = page.open(page.claim())
    assert not page.lease
    assert {"forbidden"} == {message.get("code") for message in messages if message["type"] == "error"}


def test_a_permission_that_is_taken_away_ends_the_lease(article: Article, tab: Tab, settings: Any):
    cay = people.staff("Cay", "newsroom.view_article", "newsroom.change_article")
    page = tab(cay)
    page.open(page.claim())
    assert page.lease
    cay.user.user_permissions.remove(Permission.objects.get(codename="change_article"))
    page.ticket = None  # as after ADMIN_COLLABORATOR_RIGHTS_SECONDS
    assert "lease_lost" in page.kinds(page.poll())
    assert not page.lease


def test_who_may_no_longer_see_the_object_gives_the_lease_back_at_once(tab: Tab, ada: Any, settings: Any):
    settings.ADMIN_COLLABORATOR_RIGHTS_SECONDS = 0
    cay = people.staff("Cay", "newsroom.view_article", "newsroom.change_article")
    first, second = tab(cay), tab(ada)
    first.open(first.claim())
    second.open(second.claim())
    assert second.editor == "Cay"
    time.sleep(1.1)  # tickets tell whole seconds
    cay.user.user_permissions.clear()
    first.poll()
    assert first.closed == 4403
    second.poll()
    assert second.lease


def test_one_user_has_no_more_tabs_in_a_room_than_sockets(tab: Tab, ada: Any, bob: Any, settings: Any):
    settings.ADMIN_COLLABORATOR_SOCKETS_PER_USER = 2
    settings.ADMIN_COLLABORATOR_HANDSHAKES_PER_USER = 100_000  # which is another limit
    tabs = [tab(ada) for _ in range(3)]
    for page in tabs:
        page.open()
    assert [page.closed for page in tabs] == [None, None, 4429]
    tabs[0].open()
    assert tabs[0].closed is None
    other = tab(bob)
    other.open()
    assert other.closed is None


def test_a_page_of_another_user_is_not_served(article: Article, tab: Tab, ada: Any, bob: Any):
    page = tab(ada)
    page.user = bob.user
    page.open()
    assert page.closed == 4410


@pytest.mark.parametrize(
    "change",
    [
        {"page": "forged"},
        {"member": "short"},
        {"connection": "x" * 16},
        {"kind": "tea"},
        {"frames": 7},
        {"at": "newest"},
        {"at": [1, 2, 3, 4, 5, 6, 7]},
        {"at": [1, None, "", None, ["x"], True, None]},
        {"ticket": 7},
        {"site": [1]},
    ],
)
def test_what_is_no_request_of_our_page_is_refused(article: Article, ada: people.Person, change: Any):
    client = Client()
    client.force_login(ada.user)
    page = PollingTab(article, ada.user, over_client(client, collaborator_path(article)), connection="0" * 16)
    status, body = page.send({"hold": 0, "clients": [{**page.asking(()), **change}]})
    assert status == 400
    assert "error" in json.loads(body)


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"clients": []}', '{"clients": [7]}', "[" * 9999, '{"clients": 7}']
)
def test_a_body_that_is_none_of_ours_is_refused(article: Article, ada: people.Person, body: str):
    client = Client()
    client.force_login(ada.user)
    answer = client.post(collaborator_path(article), body, content_type="application/json")
    assert answer.status_code == 400


def test_a_forged_cursor_gives_nobody_a_lease(tab: Tab, ada: Any, bob: Any):
    first, second = tab(ada), tab(bob)
    first.open(first.claim())
    second.open(second.claim())
    token = first.lease["token"]
    second.at[1], second.at[2] = token, first.lease["proof"]
    second.tick()
    assert second.editor == "Ada Lovelace"
    second.poll({"type": "release_lock"})
    first.tick()
    assert first.lease["token"] == token


def test_a_frame_that_is_too_large_ends_the_connection(tab: Tab, ada: people.Person, settings: Any):
    settings.ADMIN_COLLABORATOR_LARGEST_FRAME = 500
    page = tab(ada)
    page.open()
    page.poll({"type": "draft", "values": {"title": "x" * 600}, "rows": {}})
    assert page.closed == 1009


def test_who_asks_too_much_has_to_wait(tab: Tab, ada: people.Person, settings: Any, monkeypatch: Any):
    settings.ADMIN_COLLABORATOR_MESSAGES_PER_USER = 1
    monkeypatch.setattr("django_admin_collaborator.transport.rate_limits._usages", {})
    page = tab(ada)
    page.open()
    for _ in range(12):
        page.tick()
    assert page.status == 429


def test_a_request_without_the_token_is_refused_and_a_new_one_can_be_fetched(article: Article, ada: people.Person):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada.user)
    path = collaborator_path(article)
    body = {"hold": 0, "clients": []}
    refused = client.post(path, json.dumps(body), content_type="application/json")
    assert refused.status_code == 403
    assert not refused.content.startswith(b"{")
    token = client.get(path).json()["csrf"]
    answer = client.post(path, json.dumps(body), content_type="application/json", HTTP_X_CSRFTOKEN=token)
    assert answer.status_code == 400, "let in, and only without clients"


@pytest.mark.parametrize("engine", ["db", "signed_cookies", "cached_db", "cache"])
@pytest.mark.parametrize("csrf_in_session", [False, True])
def test_a_poll_is_no_activity(engine: str, csrf_in_session: bool, article: Article, ada: Any, settings: Any):
    settings.SESSION_ENGINE = "django.contrib.sessions.backends." + engine
    settings.SESSION_SAVE_EVERY_REQUEST = True
    settings.CSRF_USE_SESSIONS = csrf_in_session
    client = Client()
    client.force_login(ada.user)
    page = PollingTab(article, ada.user, over_client(client, collaborator_path(article)))
    page.open(page.claim())
    assert page.lease
    before = list(Session.objects.values_list("session_data", "expire_date"))
    answer = client.post(
        collaborator_path(article),
        json.dumps({"hold": 0, "clients": [page.asking(({"type": "pong", "n": 1},))]}),
        content_type="application/json",
    )
    assert answer.status_code == 200
    assert not answer.cookies
    assert answer["Cache-Control"] == "no-store"
    assert before == list(Session.objects.values_list("session_data", "expire_date"))


def test_polls_do_not_hold_off_a_log_out_for_idleness(article: Article, ada: people.Person, settings: Any):
    """With a package whose middleware notes the time of every request in the session."""
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "django_auto_logout.middleware.auto_logout"]
    settings.AUTO_LOGOUT = {"IDLE_TIME": 600}
    client = Client()
    client.force_login(ada.user)
    client.get("/admin/")
    page = PollingTab(article, ada.user, over_client(client, collaborator_path(article)))
    noted = client.session["django_auto_logout_last_request"]
    page.open(page.claim())
    page.tick()
    assert page.lease
    assert client.session["django_auto_logout_last_request"] == noted
    session = client.session
    session["django_auto_logout_last_request"] = "2026-01-01T00:00:00+00:00"
    session.save()
    page.tick()
    assert (page.status, json.loads(page.body)) == (401, {"close": 4401})


def test_a_token_that_no_script_can_read_in_its_cookie_comes_from_the_form(article: Article, ada: Any, settings: Any):
    settings.CSRF_COOKIE_HTTPONLY = True
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada.user)
    path = collaborator_path(article)
    form = client.get(path[: -len("collaborator/")]).content.decode()
    token = form.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    page = PollingTab(article, ada.user, lambda body: (0, b""), connection="0" * 16)
    body = {"hold": 0, "clients": [page.asking(())]}
    answer = client.post(path, json.dumps(body), content_type="application/json", HTTP_X_CSRFTOKEN=token)
    assert answer.status_code == 200


def test_a_poll_shows_no_message_of_django(article: Article, ada: people.Person):
    client = Client()
    client.force_login(ada.user)
    client.post("/admin/newsroom/category/add/", {"name": "News"})  # leaves a message for the next page
    page = PollingTab(article, ada.user, over_client(client, collaborator_path(article)))
    page.open()
    page.poll()
    assert b"was added successfully" in client.get("/admin/").content


def test_a_poll_is_in_no_transaction(article: Article, ada: people.Person, tab: Tab, settings: Any, monkeypatch: Any):
    from django_admin_collaborator.transport import http

    seen = []
    answer = http.Poll.answer
    monkeypatch.setattr(http.Poll, "answer", lambda *args: seen.append(connection.in_atomic_block) or answer(*args))
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    page = tab(ada)
    page.open()
    assert seen == [False]


def test_a_fault_of_ours_is_logged_and_the_page_comes_again(
    tab: Tab, ada: people.Person, monkeypatch: Any, caplog: Any
):
    from django_admin_collaborator.transport import http

    monkeypatch.setattr(http.Poll, "serve", lambda self, asking: 1 / 0)
    monkeypatch.setattr(http, "_logged", {})
    page = tab(ada)
    page.open()
    page.open()
    assert page.status == 503
    assert caplog.text.count("could not be answered") == 1, "not for each of its polls"


def test_the_form_names_address_and_transports(article: Article, ada: people.Person):
    client = Client()
    client.force_login(ada.user)
    text = client.get(collaborator_path(article)[: -len("collaborator/")]).content.decode()
    config = json.loads(
        text.split('id="admin-collaborator-config" type="application/json">')[1].split("</script>")[0]
    )
    assert config["http_path"] == collaborator_path(article)
    assert config["transports"] == ["websocket", "http"]
    page = PollingTab(article, ada.user, over_client(client, config["http_path"]))
    assert config["socket_path"].split("page=")[1][:20] == signed_page(article, ada.user)[:20]
    page.open()
    assert page.room


PLACES = {
    "admin:newsroom_article_changelist_collaborator": "/admin/newsroom/article/collaborator/",
    "admin:django_admin_collaborator_editing_collaborator": "/admin/django_admin_collaborator/editing/collaborator/",
    "backoffice:newsroom_article_changelist_collaborator": "/backoffice/newsroom/article/collaborator/",
}


@pytest.mark.parametrize("name", PLACES)
def test_lists_and_sites_have_an_address_that_answers_as_an_object_does(
    name: str, article: Article, tab: Tab, ada: people.Person, bob: people.Person
):
    assert reverse(name) == PLACES[name]
    first = tab(ada)
    first.open(first.claim())
    visitor = Client()
    visitor.force_login(bob.user)
    mount = "/" + name.partition(":")[0] + "/"
    second = PollingTab(article, bob.user, over_client(visitor, PLACES[name]), mount=mount)
    second.open(second.claim())
    assert second.editor == "Ada Lovelace"
    stranger = Client()
    assert stranger.post(PLACES[name], "{}", content_type="application/json").json() == {"close": 4401}


def test_the_development_server_prints_no_line_for_a_poll_or_a_socket(serve: Any, tab_at: Tab, ada: people.Person):
    worker = serve(program="wsgi", store="sql")[0]
    page = tab_at(worker, ada)
    page.open(page.claim())
    page.tick()
    assert page.lease
    before = worker.log_tail()
    page.send({"hold": 0, "clients": []})
    for path in (edit_path(page.obj, page.member), "/admin/collaboration-of-others/"):
        request = urllib.request.Request(worker.url(path), headers={"Cookie": ada.cookie})
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(request, timeout=20)
    wait_until(
        lambda: worker.log_tail().count("/admin/collaboration-of-others/") == 2, what="lines of the last request"
    )
    log = worker.log_tail()
    assert "collaborator/" not in before
    assert "/admin/collaboration/" not in log, "a socket that is tried in vain"
    assert '/change/collaborator/ HTTP/1.1" 400' in log, "what goes wrong is printed"


def test_a_page_is_told_that_migrate_has_not_run(tab: Tab, ada: people.Person, monkeypatch: Any):
    from django_admin_collaborator.rooms import store, sync
    from django_admin_collaborator.stores.base import StoreUnavailable
    from django_admin_collaborator.stores.memory import MemoryStore

    class WithoutTable(MemoryStore):
        is_unmigrated = True

        def read_now(self, key: str) -> Any:
            raise StoreUnavailable("no such table")

    without = WithoutTable(lambda: 0.0)
    for module in (store, sync):
        monkeypatch.setattr(module, "open_store", lambda: without)
    page = tab(ada)
    page.open()
    assert page.heard[-1] == {"type": "lock_service", "available": False, "reason": "unmigrated"}
