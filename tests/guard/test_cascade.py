"""What goes along with a deletion: it is covered by the confirmation, and nobody else edits it."""

from __future__ import annotations

import itertools
from typing import Any, Dict, Iterator, List

import pytest
import redis
from django.contrib import admin
from django.contrib.admin.sites import all_sites
from django.test import Client
from django.utils.html import format_html

from django_admin_collaborator.core import saving as rules
from django_admin_collaborator.guard.version import confirmation
from django_admin_collaborator.guard.views import cascade
from tests.guard.conftest import both_databases
from tests.guard.newsdesk import Desk, Form
from tests.guard.oracle.models import Line, Order
from tests.guard.oracle.sides import OwnUrls, guarded
from tests.guard.tabs import Tab
from tests.support import people

WAYS = ["delete view", "delete_selected"]
in_both_ways = pytest.mark.parametrize("way", WAYS)


@pytest.fixture
def register(settings: Any) -> Iterator[Any]:
    """Guarded admins of orders and of their lines, in one site."""
    sites: List[admin.AdminSite] = []

    def make(guard: Any = guarded, **attributes: Any) -> None:
        site = admin.AdminSite()
        for model, more in ((Order, attributes), (Line, {})):
            plain = type(f"{model.__name__}Admin", (admin.ModelAdmin,), {"__module__": __name__, **more})
            site.register(model, guard(plain))
        settings.ROOT_URLCONF = OwnUrls(site)
        sites.append(site)

    make()
    yield make
    for site in sites:
        all_sites.discard(site)


@pytest.fixture
def order(database: str, register: Any) -> Order:
    order = Order.objects.create(title="Two words", slug="before", status="draft")
    Line.objects.create(order=order, sku="first")
    return order


def ask(desk: Desk, way: str, *orders: Order) -> Form:
    if way == "delete view":
        return desk.open(orders[0], "delete")
    page = desk.list(Order)
    page["action"] = "delete_selected"
    page["_selected_action"] = [str(one.pk) for one in orders]
    return page.post()


@both_databases
@in_both_ways
def test_what_somebody_edits_does_not_go_along(ada: Desk, ben: Desk, order: Order, way: str) -> None:
    page = ask(ada, way, order)
    assert "ben" not in page.text
    tab = Tab(order.lines.get(), ben.user)
    tab.claim()
    answer = page.post()
    assert (answer.status, answer.reason) == (423, "held")
    assert "first (ben)" in answer.panel
    assert Line.objects.exists()
    assert "first (ben)" in ask(ada, way, order).text
    tab.leave()
    assert ask(ada, way, order).post().was_saved
    assert not Line.objects.exists()


@in_both_ways
def test_what_i_edit_myself_goes_along(ada: Desk, order: Order, way: str) -> None:
    Tab(order.lines.get(), ada.user).claim()
    assert ask(ada, way, order).post().was_saved
    assert not Line.objects.exists()


@in_both_ways
def test_who_edits_is_not_told_to_those_who_may_not_view_it(ben: Desk, order: Order, way: str) -> None:
    Tab(order.lines.get(), ben.user).claim()
    desk = desk_of("Deleter", "view_order", "delete_order", "delete_line")
    page = ask(desk, way, order)
    answer = page.post()
    assert answer.status == 423
    assert "first" in answer.panel
    assert "ben" not in page.text + answer.text


@in_both_ways
def test_a_long_list_is_asked_about_in_part(ada: Desk, ben: Desk, order: Order, way: str, monkeypatch: Any) -> None:
    Line.objects.bulk_create([Line(order=order, sku=f"line {number}") for number in range(150)])
    asked: List[str] = []
    monkeypatch.setattr(cascade, "_editors", lambda keys: asked.extend(keys) or {})
    ask(ada, way, order)
    assert len(asked) == cascade.MOST_ASKED


@both_databases
@in_both_ways
def test_who_may_not_delete_what_goes_along_is_answered_as_without_the_guard(
    ada: Desk, order: Order, way: str
) -> None:
    desk = desk_of("Deleter", "view_order", "delete_order")
    data = {"post": "yes"}
    url = f"/admin/oracle/order/{order.pk}/delete/"
    if way == "delete_selected":
        data = {"post": "yes", "action": "delete_selected", "_selected_action": str(order.pk)}
        url = "/admin/oracle/order/"
    assert desk.client.post(url, data).status_code == 403
    ask(desk, way, order)
    Order.objects.update(title="Changed")
    assert desk.client.post(url, data).status_code == 403
    assert Order.objects.exists()


@both_databases
@pytest.mark.parametrize("name", ["delete_selected", "never", "no such action"])
def test_an_action_without_permission_is_answered_as_without_the_guard(
    ada: Desk, order: Order, register: Any, settings: Any, redis_url: str, name: str
) -> None:
    def never(self: Any, request: Any, queryset: Any) -> None:
        raise AssertionError

    def write(self: Any, request: Any, queryset: Any) -> None:
        pass

    never.allowed_permissions = ["delete"]  # type: ignore[attr-defined]
    settings.ADMIN_COLLABORATOR_REDIS_URL = redis_url
    Tab(order, ada.user).claim()
    desk = desk_of("Changer", "view_order", "change_order")
    rooms = redis.Redis.from_url(redis_url)
    keys = rooms.keys("*")
    answers = []
    for guard in (lambda plain: plain, guarded):
        register(guard, actions=["never", "write"], never=never, write=write)
        data = {"post": "yes", "action": name, "_selected_action": str(order.pk)}
        answer = Form(desk, "/admin/oracle/order/", desk.client.post("/admin/oracle/order/", data))
        answers.append((answer.status, answer.messages))
    assert answers[0] == answers[1] == (302, ["No action selected."])
    assert rooms.keys("*") == keys
    assert Order.objects.exists()


@both_databases
def test_a_line_that_is_new_is_told_with_all_that_was_selected(ada: Desk, order: Order) -> None:
    other = Order.objects.create(title="Another", slug="another", status="draft")
    page = ask(ada, "delete_selected", order, other)
    Line.objects.create(order=order, sku="second")
    answer = page.post()
    assert answer.status == 409
    assert "so look once more: Order: Two words" in answer.text
    assert Order.objects.count() == 2
    assert answer.post().was_saved
    assert not Order.objects.exists()


@both_databases
def test_what_is_left_out_takes_nothing_from_the_confirmation_of_the_rest(ada: Desk, order: Order) -> None:
    other = Order.objects.create(title="Another", slug="another", status="draft")
    page = ask(ada, "delete_selected", order, other)
    Order.objects.filter(pk=other.pk).update(title="Changed")
    assert page.post().was_saved
    assert list(Order.objects.all()) == [other]


@both_databases
@in_both_ways
def test_a_line_that_took_the_place_of_another_is_not_deleted_unseen(ada: Desk, order: Order, way: str) -> None:
    page = ask(ada, way, order)
    order.lines.all().delete()
    Line.objects.create(order=order, sku="first")
    assert page.post().status == 409


@in_both_ways
def test_a_text_that_is_another_each_time_is_no_reason_to_ask_again(
    ada: Desk, order: Order, way: str, monkeypatch: Any
) -> None:
    numbers = itertools.count()
    monkeypatch.setattr(Line, "__str__", lambda line: f"Line {next(numbers)}")
    assert ask(ada, way, order).post().was_saved


@in_both_ways
def test_a_text_that_never_stays_the_same_cannot_keep_an_order_for_ever(
    ada: Desk, order: Order, way: str, monkeypatch: Any
) -> None:
    now = [0]
    monkeypatch.setattr(Line, "__str__", lambda line: f"Line, {now[0]} seconds old")
    page = ask(ada, way, order)
    for _ in range(cascade.MOST_REFUSALS):
        now[0] += 1
        page = page.post()
        assert page.status == 409
    now[0] += 1
    assert page.post().was_saved


@in_both_ways
def test_the_list_of_an_admin_that_makes_its_own_counts_too(ada: Desk, order: Order, register: Any, way: str) -> None:
    def get_deleted_objects(self: Any, objs: Any, request: Any) -> Any:
        lines = [str(line) for one in objs for line in one.lines.all()]
        return [*map(str, objs), lines], {"lines": len(lines)}, set(), []

    register(get_deleted_objects=get_deleted_objects)
    page = ask(ada, way, order)
    Line.objects.create(order=order, sku="second")
    answer = page.post()
    assert answer.status == 409
    assert answer.post().was_saved


@both_databases
@in_both_ways
def test_objects_are_collected_once_for_each_page(ada: Desk, order: Order, way: str, monkeypatch: Any) -> None:
    calls = []
    collect = admin.ModelAdmin.get_deleted_objects
    monkeypatch.setattr(admin.ModelAdmin, "get_deleted_objects", lambda *given: calls.append(1) or collect(*given))
    page = ask(ada, way, order)
    assert page.post().was_saved
    assert len(calls) == 2


def test_a_hundred_orders_fit_into_a_cookie(ada: Desk, database: str, register: Any) -> None:
    orders = [Order.objects.create(pk=100000 + number, title=f"Order {number}") for number in range(100)]
    page = ask(ada, "delete_selected", *orders)
    cookie = next(cookie for name, cookie in ada.client.cookies.items() if name.startswith("collaborator_"))
    assert len(cookie.OutputString()) < 4096
    Order.objects.filter(pk=100007).update(title="Changed")
    assert page.post().was_saved
    assert Order.objects.get().title == "Changed"


def test_the_order_in_which_rows_are_read_is_no_change() -> None:
    there = ["Order: A", ["Line: 1", ["Part: x"], "Line: 2"]]
    assert cascade._digests(there) == cascade._digests(["Order: A", ["Line: 2", "Line: 1", ["Part: x"]]])
    assert cascade._digests(there) != cascade._digests(["Order: A", ["Line: 2", ["Part: x"], "Line: 1"]])


def test_what_stands_behind_the_path_of_a_link_is_no_change() -> None:
    def listed(url: str) -> Dict[str, str]:
        return cascade._digests([format_html('Order: <a href="{}">A</a>', url)])

    assert listed("/order/1/?token=a&b=c") == listed("/order/1/?token=d")
    assert listed("/order/1/") != listed("/order/2/")
    assert list(listed("/order/1/").values()) == ["Order: A"]


def test_more_parts_than_a_cookie_holds_have_one_digest() -> None:
    parts = [confirmation.short_part(str(number)) for number in range(101)]
    assert len(confirmation.bounded_parts(parts[:100])) == 100
    assert len(confirmation.bounded_parts(parts)) == 1


def test_a_deletion_that_never_fetched_its_page_is_for_tests_alone(ada: Desk, order: Order, settings: Any) -> None:
    url = f"/admin/oracle/order/{order.pk}/delete/"
    assert ada.client.post(url, {"post": "yes"}).status_code == 409
    ada.client.cookies.pop(next(name for name in ada.client.cookies if name.startswith("collaborator_")))
    settings.ADMIN_COLLABORATOR_MISSING_BASE = "accept"
    assert ada.client.post(url, {"post": "yes"}).status_code == 302


@both_databases
@in_both_ways
def test_a_deletion_goes_on_when_its_hold_has_ended_and_another_has_begun_to_edit(
    ada: Desk, ben: Desk, order: Order, register: Any, way: str, monkeypatch: Any
) -> None:
    monkeypatch.setattr(rules, "HOLD_SECONDS", 0.0)
    claims = []

    def delete(self: Any, request: Any, what: Any) -> None:
        claims.append(tab.claim()[0]["type"])
        what.delete()

    register(delete_model=delete, delete_queryset=delete)
    tab = Tab(order, ben.user)
    assert ask(ada, way, order).post().was_saved
    assert claims == ["lease"]
    assert not Order.objects.exists()


def desk_of(name: str, *permissions: str) -> Desk:
    person = people.staff(name, *(f"oracle.{permission}" for permission in permissions))
    client = Client()
    client.force_login(person.user)
    return Desk(client, person.user)
