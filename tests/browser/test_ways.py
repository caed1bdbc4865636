"""Which way a page goes: sockets, or HTTP where a proxy lets none through; and how it gets on over HTTP."""

from __future__ import annotations

import time
from typing import Any, Callable, Iterator, List

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from tests.browser.change_form import ChangeForm, eventually
from tests.browser.conftest import URLCONF
from tests.project.newsroom.models import Article
from tests.support.proxy import SocketsProxy

WAYS = ["400", "403", "404", "426", "swallow", "buffer", "kill 100", "kill 500"]
QUIET = {"connecting", "editing", "promoting"}
SHORT_MINUTES = """
    const { setTimeout } = window;
    window.setTimeout = (run, ms, ...rest) => setTimeout(run, ms === 60000 ? 2000 : ms, ...rest);
"""
OVER_HTTP = pytest.mark.parametrize("server", ["http"], indirect=True)


@pytest.fixture
def sockets_proxy(server: Any) -> Iterator[Callable[[str], SocketsProxy]]:
    proxies: List[SocketsProxy] = []

    def start(sockets: str) -> SocketsProxy:
        proxies.append(SocketsProxy(server[0].port, sockets))
        return proxies[-1]

    yield start
    for proxy in proxies:
        proxy.close()


def behind(proxy: SocketsProxy) -> str:
    return f"http://127.0.0.1:{proxy.port}"


def requests_of(form: ChangeForm) -> List[Any]:
    """The requests of our own that this tab makes from now on, as ``(time, status)``."""
    answers: List[Any] = []

    def note(response: Any) -> None:
        if response.url.endswith("/collaborator/"):
            answers.append((time.time(), response.status))

    form.page.on("response", note)
    return answers


@pytest.mark.parametrize("server", ["sql"], indirect=True)
@pytest.mark.parametrize("sockets", WAYS)
def test_a_proxy_that_lets_no_socket_through_costs_nobody_their_turn(
    open_form, article, ada, bob, sockets_proxy, sockets
):
    """One person is behind it, and the other not: both are in the same room."""
    proxy = sockets_proxy(sockets)
    first = open_form(ada, article, at=behind(proxy)).becomes("editing")
    expect(first.root.locator("[data-collaborator-pace]")).to_contain_text("over HTTP")
    assert set(first.states()) <= QUIET, first.states()
    second = open_form(bob, article).becomes("viewing")
    expect(first.person("BB")).to_have_attribute("data-state", "viewing")
    first.leave()
    second.becomes("editing")
    third = open_form(ada, article, at=behind(proxy)).becomes("viewing")
    second.fill(title="Bob was here").save()
    third.shows(title="Bob was here")
    second.becomes("editing").leave()
    third.becomes("editing")


@pytest.mark.parametrize("server", ["sql"], indirect=True)
def test_a_reload_begins_with_what_worked(open_form, article, ada, sockets_proxy):
    proxy = sockets_proxy("404")
    form = open_form(ada, article, at=behind(proxy)).becomes("editing")
    assert proxy.tried == 2
    token = form.token
    form.page.reload()
    form.becomes("editing")
    assert (proxy.tried, form.token) == (2, token)
    expect(form.root.locator("[data-collaborator-pace]")).to_contain_text("over HTTP")


@pytest.mark.parametrize("server", ["sql"], indirect=True)
def test_a_server_changes_from_asgi_to_wsgi_under_an_open_page_and_back(
    open_form, seat, article, ada, bob, sockets_proxy, server, serve
):
    others = serve(program="gunicorn", store="sql", settings={"ROOT_URLCONF": URLCONF})
    proxy = sockets_proxy("pass")
    seat(ada, behind(proxy)).context.add_init_script(SHORT_MINUTES)
    first = open_form(ada, article, at=behind(proxy)).becomes("editing")
    pace = first.root.locator("[data-collaborator-pace]")
    expect(pace).to_contain_text("at once, over a WebSocket.")
    token = first.token
    proxy.target_port = others[0].port
    proxy.cut()
    expect(pace).to_contain_text("Updates every 15 seconds.", timeout=20_000)
    first.becomes("editing").fill(title="Typed over HTTP")
    second = open_form(bob, article, at=others.url).becomes("viewing")
    expect(pace).to_contain_text("Updates every 2 seconds.", timeout=20_000)
    proxy.target_port = server[0].port
    expect(pace).to_contain_text("at once, over a WebSocket.", timeout=20_000)
    first.becomes("editing").shows(title="Typed over HTTP")
    assert first.token == token
    assert not {"unprotected", "viewing", "waiting", "ended"} & set(first.states()), first.states()
    first.save()
    second.shows(seconds=20, title="Typed over HTTP")


@pytest.mark.parametrize("server", ["sql"], indirect=True)
def test_a_page_on_http_tries_a_socket_every_minute(open_form, seat, article, ada, sockets_proxy):
    proxy = sockets_proxy("404")
    seat(ada, behind(proxy)).context.add_init_script(SHORT_MINUTES)
    form = open_form(ada, article, at=behind(proxy)).becomes("editing")
    pace = form.root.locator("[data-collaborator-pace]")
    expect(pace).to_contain_text("over HTTP")
    token = form.token
    for minute in (1, 2):
        eventually(lambda minute=minute: proxy.tried == 2 + minute)
        expect(pace).to_contain_text("over HTTP")
    proxy.sockets = "pass"
    expect(pace).to_contain_text("at once, over a WebSocket.")
    assert proxy.tried == 5
    assert (form.becomes("editing").token, set(form.states()) <= QUIET) == (token, True), form.states()


@pytest.mark.parametrize("server", ["bare"], indirect=True)
def test_uvicorn_without_a_websocket_library_serves_over_http(open_form, article, ada, bob):
    first = open_form(ada, article).becomes("editing")
    second = open_form(bob, article).becomes("viewing")
    for form in (first, second):
        expect(form.root.locator("[data-collaborator-pace]")).to_contain_text("at once, over HTTP.")
        assert "unprotected" not in form.states()
    first.leave()
    second.becomes("editing")


@pytest.mark.parametrize("server", ["sql"], indirect=True)
def test_an_asgi_server_holds_requests_so_that_pages_hear_at_once(open_form, article, ada, bob, sockets_proxy):
    form = open_form(ada, article, at=behind(sockets_proxy("404"))).becomes("editing")
    expect(form.root.locator("[data-collaborator-pace]")).to_contain_text(
        "Changes by others show at once, over HTTP."
    )
    answers = requests_of(form)
    form.page.wait_for_timeout(4000)
    assert len(answers) <= 2, answers
    other = open_form(bob, article).becomes("viewing")
    expect(form.person("BB")).to_have_attribute("data-state", "viewing")
    form.fill(title="Held")
    other.leave()
    expect(form.person("BB")).to_have_count(0)
    form.becomes("editing")


@OVER_HTTP
@pytest.mark.usefixtures("at_real_pace")
def test_a_page_alone_asks_every_fifteen_seconds_and_in_company_every_two(open_form, article, ada, bob):
    first = open_form(ada, article).becomes("editing")
    expect(first.late).to_have_text("Updates every 15 seconds.")
    answers = requests_of(first)
    first.page.wait_for_timeout(10_000)
    assert len(answers) <= 1, answers
    second = open_form(bob, article).becomes("viewing")
    expect(first.late).to_have_text("Updates every 2 seconds.")
    del answers[:]
    second.page.wait_for_timeout(10_000)
    assert len(answers) >= 4, answers
    polls = [at for at, status in answers if status == 200]  # what is told to a viewer may be answered with 204
    assert len(polls) <= 6, answers


@OVER_HTTP
@pytest.mark.usefixtures("at_real_pace")
def test_two_tabs_of_one_browser_make_hardly_more_requests_than_one(open_form, article, ada, bob):
    """The other person sits in another browser, so that the pages ask every two seconds."""
    other = Article.objects.create(title="Second", category=article.category)
    forms = [open_form(ada, article).becomes("editing"), open_form(ada, other).becomes("editing")]
    for obj in (article, other):
        open_form(bob, obj).becomes("viewing")
    for form in forms:
        expect(form.late).to_have_text("Updates every 2 seconds.")
    answers = [requests_of(form) for form in forms]
    forms[0].page.wait_for_timeout(12_000)
    assert 5 <= len(answers[0]) + len(answers[1]) <= 9, answers
    forms[1].leave()
    del answers[0][:]
    eventually(lambda: forms[0].page.evaluate("1") and len(answers[0]) >= 2, seconds=10)


@pytest.mark.parametrize("server", ["sql"], indirect=True)
def test_a_held_request_is_held_for_all_tabs_of_a_browser(open_form, article, ada, bob, sockets_proxy):
    other = Article.objects.create(title="Second", category=article.category)
    at = behind(sockets_proxy("404"))
    forms = [open_form(ada, obj, at=at).becomes("editing") for obj in (article, other)]
    answers = [requests_of(form) for form in forms]
    forms[0].page.wait_for_timeout(6000)
    assert len(answers[0]) + len(answers[1]) <= 5, answers
    for form, obj in zip(forms, (article, other)):
        open_form(bob, obj).becomes("viewing")
        expect(form.person("BB")).to_have_attribute("data-state", "viewing")
    forms[0].leave()
    expect(forms[1].person("BB")).to_have_attribute("data-state", "viewing")
    forms[1].fill(title="Still mine").save()
    forms[1].becomes("editing").shows(title="Still mine")


@OVER_HTTP
def test_after_the_session_has_ended_a_page_asks_once_and_says_what_to_do(open_form, article, ada, bob):
    form = open_form(ada, article).becomes("editing")
    other = open_form(bob, article).becomes("viewing")
    expect(form.late).to_have_text("Updates every 2 seconds.")
    form.fill(title="Not saved")
    answers = requests_of(form)
    Session.objects.filter(session_key=ada.session_key).delete()
    form.becomes("ended")
    expect(form.text).to_have_text("You are no longer logged in. What you typed is kept.")
    form.action("log-in").wait_for()
    other.page.wait_for_timeout(2000)
    assert [status for _, status in answers if status != 200 and status != 204] == [401]
    form.shows(title="Not saved")


@OVER_HTTP
def test_who_has_logged_in_again_in_another_tab_goes_on_and_saves(open_form, article, ada, bob):
    form = open_form(ada, article).becomes("editing")
    open_form(bob, article).becomes("viewing")
    expect(form.late).to_have_text("Updates every 2 seconds.")
    token = form.page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    states = form.states()
    form.visitor.context.add_cookies([{"name": "csrftoken", "value": "x" * 32, "url": form.visitor.base_url}])
    eventually(lambda: form.page.locator("[name=csrfmiddlewaretoken]").first.input_value() != token)
    form.page.wait_for_timeout(1500)
    assert form.states() == states
    form.fill(title="Saved with a new token").save()
    eventually(lambda: Article.objects.get(pk=article.pk).title == "Saved with a new token")


@OVER_HTTP
def test_a_page_out_of_sight_loses_its_turn_to_whoever_asks_and_keeps_its_text(open_form, article, ada, bob):
    first = open_form(ada, article).becomes("editing")
    second = open_form(bob, article).becomes("viewing")
    expect(first.late).to_have_text("Updates every 2 seconds.")
    first.fill(title="Typed by Ada").hide()
    first.page.wait_for_timeout(1000)
    first.hide(False)
    first.becomes("editing").shows(title="Typed by Ada")
    assert "promoting" in first.states(), "locked until it was confirmed"
    first.hide()
    first.page.wait_for_timeout(1000)
    second.press("request-attention")
    second.becomes("editing")
    first.hide(False)
    first.becomes("viewing")
    assert not first.page.get_by_role("textbox", name="Title:").is_editable()


@OVER_HTTP
def test_a_server_that_restarts_keeps_the_editor(open_form, article, ada, server):
    form = open_form(ada, article).becomes("editing")
    token = form.token
    server[0].stop()
    form.becomes("offline")
    server[0].start()
    form.becomes("editing")
    assert form.token == token
    form.fill(title="After the restart").save()
    eventually(lambda: Article.objects.get(pk=article.pk).title == "After the restart")
