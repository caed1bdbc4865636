"""Admins that a guard could harm, each beside what plain Django does: computing models, rows with different forms."""

from __future__ import annotations

import json
import os
from datetime import datetime, timezone
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.guard.conftest import Use, both_databases
from tests.guard.newsdesk import Desk
from tests.guard.oracle import forms, inlines
from tests.guard.oracle.models import Everything, Line, Order, Shelf

MOMENT = datetime(2020, 1, 1, 10, 20, 30, 456789, timezone.utc)


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
        assert "Changed by others alone; this form cannot show it" in answer.panel
        assert "both of you" not in answer.panel
        assert answer["summary"] == "Mine"
        answer = answer.save()
    assert answer.was_saved, (answer.status, answer.errors)
    assert Order.objects.values(*theirs, "summary").get() == {**theirs, "summary": "Mine"}


@both_databases
def test_what_i_put_in_place_of_a_value_that_my_form_cannot_hold_is_mine(ada: Desk, order: Order, use: Use) -> None:
    Order.objects.update(status="published")
    use(Order, form=forms.Limiting)
    form = ada.open(order)
    Order.objects.update(summary="Theirs")
    form["status"] = "review"
    answer = form.save()
    assert answer.status == 409
    assert "Status" in answer.panel
    assert "cannot show" not in answer.panel
    assert answer.save().was_saved
    assert Order.objects.values("status", "summary").get() == {"status": "review", "summary": "Theirs"}


def test_the_history_of_a_merged_save_names_what_i_changed_alone(
    ada: Desk, order: Order, use: Use, settings: Any
) -> None:
    settings.ADMIN_COLLABORATOR_MERGE_DISJOINT = True
    use(Order)
    form = ada.open(order)
    Order.objects.update(price=8)
    form["summary"] = "Mine"
    assert form.save().was_saved
    assert json.loads(LogEntry.objects.get().change_message) == [{"changed": {"fields": ["Summary"]}}]


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


class Remote(Storage):
    """A storage that takes long to answer, and keeps nothing apart but a name."""

    def _asked(self, *args: Any, **kwargs: Any) -> Any:
        raise AssertionError("the network was asked")

    exists = size = get_modified_time = _open = _asked

    def url(self, name: Any) -> str:
        return f"https://files.example.com/{name}"


@both_databases
@pytest.mark.parametrize("has_hook", [True, False])
@pytest.mark.parametrize("in_list", [True, False])
def test_a_content_that_was_put_under_the_name_of_a_remote_file_is_a_conflict_where_the_admin_knows_it(
    ada: Desk, database: str, use: Use, monkeypatch: Any, has_hook: bool, in_list: bool
) -> None:
    def version(self: Any, file: Any) -> str:
        return str(file.instance.stamp)

    monkeypatch.setattr(Everything._meta.get_field("file"), "storage", Remote())
    listed = {"list_display": ["id", "slug", "file"], "list_editable": ["slug", "file"]}
    hook = {"get_collaborator_file_version": version} if has_hook else {}
    use(Everything, fields=["slug", "file", "required_shelf"], **listed, **hook)
    shelf = Shelf.objects.create(name="Shelf", code="shelf")
    row = Everything.objects.create(file="oracle/a.txt", required_shelf=shelf, slug="before")
    Everything.objects.update(stamp="etag 1")
    form = ada.list(Everything) if in_list else ada.open(row)
    form["form-0-slug" if in_list else "slug"] = "mine"
    Everything.objects.update(stamp="etag 2")
    assert form.save().status == (409 if has_hook else 302)


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


def test_a_copy_of_a_file_with_another_time_is_no_conflict_where_the_admin_knows_its_version(
    ada: Desk, database: str, use: Use, tmp_path: Any, monkeypatch: Any
) -> None:
    """Several machines may each have a copy."""
    storage = FileSystemStorage(location=str(tmp_path))
    monkeypatch.setattr(Everything._meta.get_field("file"), "storage", storage)
    use(Everything, fields=["slug", "file", "required_shelf"], get_collaborator_file_version=lambda self, file: "1")
    name = storage.save("a.txt", ContentFile(b"same"))
    row = Everything.objects.create(file=name, required_shelf=Shelf.objects.create(name="Shelf", code="shelf"))
    form = ada.open(row)
    os.utime(storage.path(name), (1, 1))
    form["slug"] = "mine"
    assert form.save().was_saved
