"""What is beside the form: permissions before the guard, long saves and actions, deletions, keys of any letters."""

from __future__ import annotations

import time
from typing import Any, Dict
from urllib.parse import quote

import django
import pytest
import redis
from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.contrib import admin, messages
from django.core.handlers.asgi import ASGIHandler
from django.db import transaction
from django.test import Client

from tests.guard.conftest import Use, both_databases
from tests.guard.newsdesk import Desk
from tests.guard.oracle import forms
from tests.guard.oracle.browser import Browser
from tests.guard.oracle.models import Keyed, Line, Order, Trace
from tests.guard.tabs import Tab
from tests.support import people, saves


@pytest.fixture
def order(database: str) -> Order:
    return Order.objects.create(title="Two words", slug="before", status="draft")


@pytest.mark.parametrize("kind", ["held", "there", "never there", "deleted"])
def test_who_may_not_change_anything_is_refused_in_the_words_of_django(
    ada: Desk, order: Order, use: Use, kind: str, settings: Any, redis_url: str
) -> None:
    settings.ADMIN_COLLABORATOR_REDIS_URL = redis_url
    pk = order.pk + (100 if kind == "never there" else 0)
    if kind == "held":
        Tab(order, ada.user).claim()
    elif kind == "deleted":
        order.delete()
    saves.until_told()
    client = client_of("Nobody")
    rooms = redis.Redis.from_url(redis_url)
    keys = rooms.keys("*")
    answers = []
    for is_guarded in (False, True):
        use(Order, is_guarded)
        answer = client.post(f"/admin/oracle/order/{pk}/change/", {"title": "Mine", "_save": "1"})
        answers.append((answer.status_code, answer.content))
    assert answers[0] == answers[1]
    assert answers[1][0] == 403
    assert rooms.keys("*") == keys


@pytest.mark.parametrize("kind", ["change", "delete"])
def test_a_row_outside_of_what_a_person_sees_is_not_there(ada: Desk, order: Order, use: Use, kind: str) -> None:
    def get_queryset(self: Any, request: Any) -> Any:
        return admin.ModelAdmin.get_queryset(self, request).none()

    Tab(order, ada.user).claim()
    client = client_of("Editor", "oracle.change_order", "oracle.view_order", "oracle.delete_order")
    answers = []
    for is_guarded in (False, True):
        use(Order, is_guarded, get_queryset=get_queryset)
        client.cookies.pop("messages", None)
        answer = client.post(f"/admin/oracle/order/{order.pk}/{kind}/", {"post": "yes", "title": "Mine"})
        said = [str(message) for message in messages.get_messages(answer.wsgi_request)]
        answers.append((answer.status_code, answer.get("Location"), said))
    assert answers[0] == answers[1]
    assert Order.objects.get().title == "Two words"


@pytest.mark.parametrize("kind", ["change", "delete"])
def test_a_field_that_django_lets_nobody_look_for_is_refused_by_django(
    ada: Desk, order: Order, use: Use, kind: str
) -> None:
    """Whatever the page was, its address may have been changed."""
    use(Order)
    form = ada.open(order)
    answer = ada.client.post(
        f"/admin/oracle/order/{order.pk}/{kind}/?_to_field=summary", {**form.data, "post": "yes"}
    )
    assert (answer.status_code, Order.objects.get().title) == (400, "Two words")


def client_of(name: str, *permissions: str) -> Client:
    client = Client()
    client.force_login(people.staff(name, *permissions).user)
    return client


class SlowClock:
    """A way to let time pass without waiting."""

    def __init__(self, monkeypatch: Any) -> None:
        self.passed = 0.0
        for name in ("time", "monotonic"):
            real = getattr(time, name)
            monkeypatch.setattr(time, name, lambda real=real: real() + self.passed)


@both_databases
@pytest.mark.parametrize("seconds", [25, 40])
def test_a_save_that_takes_longer_than_the_hold_is_saved(
    ada: Desk, order: Order, use: Use, seconds: int, monkeypatch: Any
) -> None:
    clock = SlowClock(monkeypatch)

    def save_model(self: Any, request: Any, obj: Any, form: Any, change: bool) -> None:
        clock.passed += seconds
        obj.save()

    use(Order, save_model=save_model)
    form = ada.open(order)
    form["title"] = "Mine"
    answer = form.save()
    assert answer.was_saved, (answer.status, answer.panel)
    assert Order.objects.get().title == "Mine"


@both_databases
@pytest.mark.parametrize("seconds", [26, 40])
def test_an_action_that_takes_longer_than_the_hold_is_done_once(
    ada: Desk, order: Order, use: Use, seconds: int, monkeypatch: Any
) -> None:
    clock, sent = SlowClock(monkeypatch), []

    def mail(self: Any, request: Any, queryset: Any) -> None:
        sent.extend(queryset)
        clock.passed += seconds
        queryset.update(title="Mailed")

    use(Order, actions=["mail"], mail=mail)
    assert act(ada, "mail", order).was_saved
    assert (len(sent), Order.objects.get().title) == (1, "Mailed")


@both_databases
def test_an_action_that_opens_a_durable_transaction_runs_once(ada: Desk, order: Order, use: Use) -> None:
    def alone(self: Any, request: Any, queryset: Any) -> None:
        Trace.objects.create(event="before the block")
        with transaction.atomic(durable=True):
            queryset.update(title="Alone")

    use(Order, actions=["alone"], alone=alone)
    assert act(ada, "alone", order).was_saved
    assert Order.objects.get().title == "Alone"
    assert Trace.objects.filter(event="before the block").count() == 1


@both_databases
def test_a_fault_after_a_durable_transaction_undoes_the_whole_action(ada: Desk, order: Order, use: Use) -> None:
    told = []

    def alone(self: Any, request: Any, queryset: Any) -> None:
        with transaction.atomic(durable=True):
            queryset.update(title="Alone")
            transaction.on_commit(lambda: told.append("committed"))
        raise ZeroDivisionError

    use(Order, actions=["alone"], alone=alone)
    with pytest.raises(ZeroDivisionError):
        act(ada, "alone", order)
    assert Order.objects.get().title == "Two words"
    assert not told


if django.VERSION >= (4, 1):  # the ones before have no mark of a single block

    def test_a_durable_transaction_within_another_one_is_refused_as_without_the_guard(
        ada: Desk, order: Order, use: Use
    ) -> None:
        def within(self: Any, request: Any, queryset: Any) -> None:
            with transaction.atomic(), transaction.atomic(durable=True):
                queryset.update(title="Within")

        use(Order, actions=["within"], within=within)
        with pytest.raises(RuntimeError, match="durable"):
            act(ada, "within", order)
        assert Order.objects.get().title == "Two words"


@both_databases
@pytest.mark.parametrize("way", ["delete view", "delete_selected"])
def test_what_was_added_since_a_confirmation_is_not_deleted_unseen(
    ada: Desk, order: Order, use: Use, way: str
) -> None:
    use(Order)
    Line.objects.create(order=order, sku="first")
    page = ada.open(order, "delete") if way == "delete view" else act(ada, "delete_selected", order)
    assert "first" in page.text
    Line.objects.create(order=order, sku="second")
    answer = page.post()
    assert answer.status == 409
    assert Line.objects.count() == 2
    assert "second" in answer.text
    assert answer.post().was_saved
    assert not Order.objects.exists()


def test_a_deletion_can_be_confirmed_where_a_control_differs_each_time(ada: Desk, order: Order, use: Use) -> None:
    use(Order, form=forms.Extra)
    assert ada.open(order, "delete").post().was_saved
    assert not Order.objects.exists()


@pytest.mark.parametrize("typed", [{}, {"form-1-title": "Mine"}])
def test_a_mistake_in_a_row_of_a_list_that_nobody_touched_is_shown_as_django_does(
    ada: Desk, order: Order, use: Use, typed: Dict[str, str]
) -> None:
    Order.objects.create(title="Unlucky", qty=13)
    answers = []
    for is_guarded in (False, True):
        use(Order, is_guarded, list_display=["id", "title", "qty"], list_editable=["title", "qty"], ordering=["-pk"])
        page = ada.list(Order)
        for name, value in typed.items():
            page[name] = value
        answer = page.save()
        answers.append((answer.status, answer.errors, sorted(Order.objects.values_list("title", flat=True))))
    assert answers[0] == answers[1]
    assert answers[0][0] == 200


@pytest.mark.parametrize("key", ["with space", "café", "a/b", "semi;colon", "q?x=1&y", "100%"])
def test_whatever_a_key_is_made_of_its_deletion_can_be_confirmed(
    ada: Desk, database: str, use: Use, key: str
) -> None:
    use(Keyed)
    row = Keyed.objects.create(key=key)
    ada.client = Browser(ada.client)
    page = ada.open(row, "delete")
    assert page.post().was_saved
    assert not Keyed.objects.exists()


@pytest.mark.parametrize("key", ["with space", "café"])
def test_the_cookie_of_a_confirmation_is_for_the_path_of_the_request_under_asgi(
    ada: Desk, database: str, use: Use, key: str
) -> None:
    use(Keyed)
    Keyed.objects.create(key=key)
    path = f"/admin/oracle/keyed/{key}/delete/"
    cookie = f"{settings.SESSION_COOKIE_NAME}={ada.client.cookies[settings.SESSION_COOKIE_NAME].value}"
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": quote(path).encode(),
        "query_string": b"",
        "headers": [(b"host", b"testserver"), (b"cookie", cookie.encode())],
    }

    async def answer() -> Any:
        browser = ApplicationCommunicator(ASGIHandler(), scope)
        await browser.send_input({"type": "http.request", "body": b""})
        return await browser.receive_output(10)

    start = async_to_sync(answer)()
    cookies = [value.decode("ascii") for name, value in start["headers"] if name.lower() == b"set-cookie"]
    assert start["status"] == 200
    assert any(f"Path={quote(path)};" in cookie for cookie in cookies if cookie.startswith("collaborator_"))


def act(desk: Desk, name: str, *rows: Any) -> Any:
    page = desk.list(type(rows[0]))
    page["action"] = name
    page["_selected_action"] = [str(row.pk) for row in rows]
    return page.post()
