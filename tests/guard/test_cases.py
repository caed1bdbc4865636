"""Admins that a guard could harm, each beside what plain Django does: computing models, rows with different forms."""

from __future__ import annotations

import time
from datetime import datetime, timezone
from typing import Any, Callable

import pytest
from django.contrib import admin, messages
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from tests.guard.conftest import both_databases
from tests.guard.newsdesk import Desk
from tests.guard.oracle import forms, inlines
from tests.guard.oracle.models import Everything, Keyed, Line, Order, Shelf, Trace
from tests.guard.oracle.sides import OwnUrls, guarded
from tests.guard.tabs import Tab
from tests.support import people

MOMENT = datetime(2020, 1, 1, 10, 20, 30, 456789, timezone.utc)
Use = Callable[..., None]


@pytest.fixture
def use(settings: Any) -> Use:
    """Make a guarded admin with these attributes the only one of the model, at the usual address."""

    def make(model: Any, is_guarded: bool = True, **attributes: Any) -> None:
        plain = type(f"{model.__name__}Admin", (admin.ModelAdmin,), {"__module__": __name__, **attributes})
        site = admin.AdminSite()
        site.register(model, guarded(plain) if is_guarded else plain)
        settings.ROOT_URLCONF = OwnUrls(site)

    return make


@pytest.fixture
def order(database: str) -> Order:
    return Order.objects.create(title="Two words", slug="before", status="draft")


def save(desk: Desk, obj: Any, **typed: Any) -> None:
    """Open the object's form, type, and save."""
    form = desk.open(obj)
    for name, value in typed.items():
        form[name.replace("__", "-")] = value
    answer = form.save()
    assert answer.was_saved, (answer.status, answer.panel, answer.errors)
    obj.refresh_from_db()


# What Model.clean() computes


@both_databases
def test_a_total_that_the_model_computes_is_saved(ada: Desk, order: Order, use: Use) -> None:
    use(Order)
    save(ada, order, qty="3", price="10")
    assert (order.qty, order.price, order.total) == (3, 10, 30)


@both_databases
def test_a_slug_that_was_left_blank_is_computed(ada: Desk, order: Order, use: Use) -> None:
    use(Order)
    save(ada, order, slug="")
    assert order.slug == "two-words"
    Order.objects.update(slug="")
    save(ada, order)
    assert order.slug == "two-words"


@both_databases
def test_a_date_that_follows_the_status_is_set_and_removed(ada: Desk, order: Order, use: Use) -> None:
    use(Order)
    save(ada, order, status="published")
    assert order.published_at is not None
    save(ada, order, status="draft")
    assert order.published_at is None


@both_databases
def test_a_total_of_a_row_that_the_model_computes_is_saved(ada: Desk, order: Order, use: Use) -> None:
    use(Order, inlines=[inlines.LineInline])
    line = Line.objects.create(order=order, sku="a", qty=1, price=5, total=5)
    save(ada, order, lines__0__qty="4")
    line.refresh_from_db()
    assert (line.qty, line.total) == (4, 20)


@both_databases
def test_a_value_that_the_form_shows_prefilled_is_saved(ada: Desk, order: Order, use: Use) -> None:
    use(Order, form=forms.Suggesting)
    assert ada.open(order)["summary"] == "Suggested: Two words"
    save(ada, order)
    assert order.summary == "Suggested: Two words"


@both_databases
def test_what_nobody_changed_or_computed_keeps_what_its_control_does_not_show(
    ada: Desk, order: Order, use: Use
) -> None:
    use(Order, inlines=[inlines.LineInline])
    Order.objects.update(status="published", published_at=MOMENT, summary=" outer\nand lines ")
    line = Line.objects.create(order=order, sku="a", text=" outer ", qty=1)
    save(ada, order, qty="5", lines__0__qty="2")
    line.refresh_from_db()
    assert (order.qty, order.published_at, order.summary) == (5, MOMENT, " outer\nand lines ")
    assert (line.qty, line.text) == (2, " outer ")


# One row's form is not every row's form


@both_databases
@pytest.mark.parametrize("locked", [0, 1])
def test_a_row_that_others_wrote_is_guarded_whichever_row_has_disabled_fields(
    ada: Desk, order: Order, use: Use, locked: int
) -> None:
    use(Order, inlines=[inlines.LockedLines])
    lines = [Line.objects.create(order=order, sku=sku, text="before", locked=False) for sku in ("a", "b")]
    Line.objects.filter(pk=lines[locked].pk).update(locked=True)
    open_row = 1 - locked
    form = ada.open(order)
    Line.objects.filter(pk=lines[open_row].pk).update(text="theirs")
    form[f"lines-{open_row}-text"] = "mine"
    answer = form.save()
    assert answer.status == 409
    assert Line.objects.get(pk=lines[open_row].pk).text == "theirs"
    assert answer.save().was_saved
    assert Line.objects.get(pk=lines[open_row].pk).text == "mine"
    assert Line.objects.get(pk=lines[locked].pk).text == "before"


@both_databases
def test_a_field_that_a_release_added_to_an_inline_is_not_emptied_by_an_older_page(
    ada: Desk, order: Order, use: Use
) -> None:
    class Before(inlines.LineInline):
        fields = ["sku", "qty"]

    class After(inlines.LineInline):
        fields = ["sku", "qty", "text"]

    Line.objects.create(order=order, sku="a", text="caption")
    use(Order, inlines=[Before])
    form = ada.open(order)
    use(Order, inlines=[After])
    form["title"] = "Mine"
    answer = form.save()
    assert Line.objects.get().text == "caption"
    if answer.status == 409:
        assert answer["title"] == "Mine"
        answer = answer.save()
    assert answer.was_saved
    assert Line.objects.get().text == "caption"
    assert Order.objects.get().title == "Mine"


# "Theirs" that my own form cannot hold


@both_databases
@pytest.mark.parametrize("merges", [False, True])
@pytest.mark.parametrize("kind", ["choice", "key"])
def test_a_value_that_my_form_cannot_hold_stays_theirs_unless_i_choose(
    ada: Desk, order: Order, use: Use, settings: Any, kind: str, merges: bool
) -> None:
    settings.ADMIN_COLLABORATOR_MERGE_DISJOINT = merges
    shelves = [Shelf.objects.create(name=name, code=name, is_open=name == "open") for name in ("open", "shut")]
    Order.objects.update(status="review", shelf=shelves[0])
    use(Order, form=forms.Limiting)
    form = ada.open(order)
    theirs = {"status": "published"} if kind == "choice" else {"shelf_id": shelves[1].pk}
    Order.objects.update(**theirs)
    form["summary"] = "Mine"
    answer = form.save()
    assert Order.objects.values(*theirs).get() == theirs
    if not answer.was_saved:
        assert answer.status == 409
        assert answer["summary"] == "Mine"
        answer = answer.save()
    assert answer.was_saved, (answer.status, answer.errors)
    assert Order.objects.values(*theirs, "summary").get() == {**theirs, "summary": "Mine"}


# Permissions come first


@pytest.mark.parametrize("kind", ["held", "there", "never there", "deleted"])
def test_who_may_not_change_anything_is_refused_in_the_words_of_django(
    ada: Desk, order: Order, use: Use, kind: str, settings: Any, redis_url: str
) -> None:
    import redis

    settings.ADMIN_COLLABORATOR_REDIS_URL = redis_url
    pk = order.pk + (100 if kind == "never there" else 0)
    if kind == "held":
        Tab(order, ada.user).claim()
    elif kind == "deleted":
        order.delete()
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
        answer = client.post(f"/admin/oracle/order/{order.pk}/{kind}/", {"post": "yes", "title": "Mine"})
        said = [str(message) for message in messages.get_messages(answer.wsgi_request)]
        answers.append((answer.status_code, answer.get("Location"), said))
    assert answers[0] == answers[1]
    assert Order.objects.get().title == "Two words"


def client_of(name: str, *permissions: str) -> Client:
    client = Client()
    client.force_login(people.staff(name, *permissions).user)
    return client


# Long saves, deletions, actions


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
    save(ada, order, title="Mine")
    assert order.title == "Mine"


@both_databases
def test_an_action_that_takes_longer_than_the_hold_is_done_once(
    ada: Desk, order: Order, use: Use, monkeypatch: Any
) -> None:
    clock, sent = SlowClock(monkeypatch), []

    def mail(self: Any, request: Any, queryset: Any) -> None:
        sent.extend(queryset)
        clock.passed += 26
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


class Browser:
    """A test client that sends a cookie back where a browser would: to the paths that it was set for."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def get(self, url: str) -> Any:
        return self._request("get", url)

    def post(self, url: str, data: Any) -> Any:
        return self._request("post", url, data)

    def _request(self, method: str, url: str, *arguments: Any) -> Any:
        path = url.partition("?")[0]
        kept = self.client.cookies
        self.client.cookies = type(kept)()
        for name, cookie in kept.items():
            if path.startswith(cookie["path"] or "/"):
                self.client.cookies[name] = cookie.value
        response = getattr(self.client, method)(url, *arguments)
        for cookie in response.cookies.values():
            cookie.output(header="").encode("ascii")  # as servers write it
        kept.update(response.cookies)
        self.client.cookies = kept
        return response


def act(desk: Desk, name: str, *rows: Any) -> Any:
    page = desk.list(type(rows[0]))
    page["action"] = name
    page["_selected_action"] = [str(row.pk) for row in rows]
    return page.post()


# Equal values


@both_databases
def test_a_number_that_both_changed_to_the_same_value_is_refused(
    ada: Desk, ben: Desk, order: Order, use: Use
) -> None:
    Order.objects.update(qty=10)
    use(Order)
    adas, bens = ada.open(order), ben.open(order)
    adas["qty"] = bens["qty"] = "9"
    assert adas.save().was_saved
    answer = bens.save()
    assert answer.status == 409
    answer["qty"] = "8"
    assert answer.save().was_saved
    assert Order.objects.get().qty == 8


@both_databases
def test_a_text_that_both_changed_to_the_same_is_no_conflict(ada: Desk, ben: Desk, order: Order, use: Use) -> None:
    use(Order)
    adas, bens = ada.open(order), ben.open(order)
    adas["title"] = bens["title"] = "The same"
    assert adas.save().was_saved
    assert bens.save().was_saved


class Overwriting(FileSystemStorage):
    def get_available_name(self, name: str, max_length: Any = None) -> str:
        self.delete(name)
        return name


@both_databases
def test_a_file_that_was_replaced_under_its_own_name_is_a_conflict(
    ada: Desk, database: str, use: Use, tmp_path: Any, monkeypatch: Any
) -> None:
    storage = Overwriting(location=str(tmp_path))
    monkeypatch.setattr(Everything._meta.get_field("file"), "storage", storage)
    use(Everything, fields=["slug", "file", "required_shelf"])
    storage.save("oracle/a.txt", ContentFile(b"before"))
    shelf = Shelf.objects.create(name="Shelf", code="shelf")
    row = Everything.objects.create(file="oracle/a.txt", required_shelf=shelf)
    form = ada.open(row)
    storage.save("oracle/a.txt", ContentFile(b"of theirs"))
    form["file"] = SimpleUploadedFile("a.txt", b"mine")
    assert form.save().status == 409
    assert storage.open("oracle/a.txt").read() == b"of theirs"
