"""The guard holds with other packages behind the mixin, and a refusal rolls back what they do."""

from __future__ import annotations

import pytest
import reversion
from import_export.resources import modelresource_factory
from reversion.models import Version
from tablib import Dataset

from django_admin_collaborator.guard.version import snapshot
from django_admin_collaborator.guard.views import versions
from tests.guard.newsdesk import Desk
from tests.guard.stacked.archive.admin import ReportAdmin
from tests.guard.stacked.archive.models import Chapter, Figure, Minutes, Report
from tests.guard.tabs import Tab
from tests.guard.test_programs import within_a_second
from tests.guard.test_way_on import fails


@pytest.fixture
def report(database: str) -> Report:
    with reversion.create_revision():
        report = Report.objects.create(title="First version")
        Chapter.objects.create(report=report, text="First chapter")
    return report


def change(desk: Desk, obj, **values: str) -> None:
    form = desk.open(obj)
    for name, value in values.items():
        form[name] = value
    assert form.save().was_saved


def first_version(desk: Desk, report: Report):
    version = Version.objects.get_for_object(report).last()
    return desk.get(f"/admin/archive/report/{report.pk}/history/{version.pk}/")


def test_a_refused_save_makes_no_revision(ada: Desk, report: Report) -> None:
    form = ada.open(report)
    Report.objects.update(title="Theirs")
    form["title"] = "Mine"
    versions = Version.objects.count()
    answer = form.save()
    assert (answer.status, answer["title"]) == (409, "Mine")
    assert Version.objects.count() == versions
    assert answer.save().was_saved
    assert Version.objects.count() > versions


def test_a_save_while_another_edits_makes_no_revision(ada: Desk, ben: Desk, report: Report) -> None:
    Tab(report, ben.user).claim()
    versions = Version.objects.count()
    assert ada.open(report).save().status == 423
    assert Version.objects.count() == versions


def test_a_version_can_be_brought_back(ada: Desk, report: Report) -> None:
    change(ada, report, title="Second version")
    page = first_version(ada, report)
    assert page["title"] == "First version"
    assert page.save().was_saved
    report.refresh_from_db()
    assert report.title == "First version"
    assert report.chapters.get().text == "First chapter"


def test_a_version_does_not_overwrite_what_was_saved_since_it_was_opened(
    ada: Desk, ben: Desk, report: Report
) -> None:
    change(ada, report, title="Second version")
    page = first_version(ada, report)
    change(ben, report, title="Third version")
    versions = Version.objects.count()
    answer = page.save()
    assert (answer.status, answer.reason) == (409, "changed")
    assert "Before Second version Theirs Third version Mine First version" in answer.panel
    assert answer["title"] == "First version"
    report.refresh_from_db()
    assert report.title == "Third version"
    assert Version.objects.count() == versions
    assert answer.save().was_saved
    report.refresh_from_db()
    assert report.title == "First version"


@pytest.mark.expects_fault
@pytest.mark.parametrize("place", [(snapshot.Whole, "differs"), (versions, "_reverted")], ids=["compare", "all"])
def test_a_version_that_was_typed_into_is_brought_back_after_a_fault_that_lasts(
    ada: Desk, report: Report, monkeypatch, place
) -> None:
    change(ada, report, title="Second version")
    page = first_version(ada, report)
    page["title"], page["chapters-0-text"] = "Edited", "Edited chapter"
    monkeypatch.setattr(*place, fails)
    answer = page.save()
    assert (answer.status, answer.reason) == (409, "not-compared")
    assert answer.save().was_saved
    report.refresh_from_db()
    assert (report.title, report.chapters.get().text) == ("Edited", "Edited chapter")


@pytest.mark.expects_fault
def test_a_version_opens_though_no_form_of_the_row_of_now_can_be_made(ada: Desk, report: Report, monkeypatch) -> None:
    change(ada, report, title="Second version")
    make = ReportAdmin.get_form

    def get_form(self, request, obj=None, **kwargs):
        return 1 / 0 if obj is not None and obj.title == "Second version" else make(self, request, obj, **kwargs)

    monkeypatch.setattr(ReportAdmin, "get_form", get_form)
    answer = first_version(ada, report).save()
    assert answer.was_saved or answer.save().was_saved
    report.refresh_from_db()
    assert report.title == "First version"


@pytest.mark.expects_fault
def test_what_was_deleted_is_recovered_though_its_page_has_no_base(ada: Desk, report: Report, monkeypatch) -> None:
    version = Version.objects.get_for_object(report).first()
    report.delete()
    monkeypatch.setattr(versions, "_base_of_row", fails)
    assert ada.get(f"/admin/archive/report/recover/{version.pk}/").save().was_saved
    assert Report.objects.get().title == "First version"


def test_a_version_is_not_brought_back_while_another_edits(ada: Desk, ben: Desk, report: Report) -> None:
    change(ada, report, title="Second version")
    page = first_version(ada, report)
    tab = Tab(report, ben.user)
    tab.claim()
    answer = page.save()
    assert (answer.status, answer.reason, answer["title"]) == (423, "held", "First version")
    report.refresh_from_db()
    assert report.title == "Second version"
    tab.leave()
    assert answer.save().was_saved


def test_what_was_deleted_can_be_recovered_once(ada: Desk, ben: Desk, report: Report) -> None:
    change(ada, report, title="Second version")
    version = Version.objects.get_for_object(report).first()
    pk = report.pk
    report.delete()
    url = f"/admin/archive/report/recover/{version.pk}/"
    page, bens = ada.get(url), ben.get(url)
    assert page.save().was_saved
    assert Report.objects.get(pk=pk).title == "Second version"
    change(ada, Report.objects.get(pk=pk), title="Third version")
    answer = bens.save()
    assert (answer.status, answer.reason) == (409, "changed")
    assert Report.objects.get(pk=pk).title == "Third version"


def test_an_editable_list_makes_revisions_of_saved_rows_only(ada: Desk, report: Report) -> None:
    other = Report.objects.create(title="Other")
    page = ada.list(Report)
    Report.objects.filter(pk=other.pk).update(title="Theirs")
    data = {page[f"form-{row}-id"]: row for row in range(2)}
    page[f"form-{data[str(report.pk)]}-title"] = "Mine"
    page[f"form-{data[str(other.pk)]}-title"] = "Mine too"
    assert page.save().status == 409
    assert Version.objects.get_for_object(report).first().field_dict["title"] == "Mine"
    assert not Version.objects.get_for_object(other)


@pytest.fixture
def minutes(ada: Desk) -> Minutes:
    minutes = Minutes.objects.create(title="First version", body="As it was")
    change(ada, minutes, title="Second version")
    return minutes


def history(desk: Desk, minutes: Minutes):
    version = minutes.history.earliest()
    return desk.get(f"/admin/archive/minutes/{minutes.pk}/history/{version.pk}/")


def test_simple_history_can_revert(ada: Desk, minutes: Minutes) -> None:
    page = history(ada, minutes)
    assert page["title"] == "First version"
    assert page.save().was_saved
    minutes.refresh_from_db()
    assert minutes.title == "First version"
    assert minutes.history.first().history_user == ada.user


def test_simple_history_does_not_overwrite_what_was_saved_meanwhile(ada: Desk, ben: Desk, minutes: Minutes) -> None:
    page = history(ada, minutes)
    change(ben, minutes, title="Third version")
    versions = minutes.history.count()
    answer = page.save()
    assert (answer.status, answer.reason, answer["title"]) == (409, "changed", "First version")
    assert "Third version" in answer.panel
    minutes.refresh_from_db()
    assert minutes.title == "Third version"
    assert minutes.history.count() == versions
    assert answer.save().was_saved
    minutes.refresh_from_db()
    assert minutes.title == "First version"


def test_simple_history_does_not_revert_while_another_edits(ada: Desk, ben: Desk, minutes: Minutes) -> None:
    page = history(ada, minutes)
    Tab(minutes, ben.user).claim()
    assert page.save().reason == "held"
    minutes.refresh_from_db()
    assert minutes.title == "Second version"


def test_a_refused_save_leaves_no_history(ada: Desk, minutes: Minutes) -> None:
    form = ada.open(minutes)
    Minutes.objects.update(body="Theirs")
    form["title"] = "Mine"
    versions = minutes.history.count()
    assert form.save().status == 409
    assert minutes.history.count() == versions


def test_an_import_is_caught_by_the_base_and_told(ada: Desk, ben: Desk, database: str) -> None:
    figure = Figure.objects.create(title="Old", number=1)
    form = ada.open(figure)
    tab = Tab(figure, ben.user)
    table = Dataset([figure.pk, "Imported", 2], headers=["id", "title", "number"])
    modelresource_factory(Figure)().import_data(table, raise_errors=True)
    assert within_a_second(lambda: tab.room.saved is not None)
    form["title"] = "Mine"
    answer = form.save()
    assert answer.status == 409
    assert "Imported" in answer.panel


def test_an_object_action_is_caught_by_the_base_and_told(ada: Desk, ben: Desk, database: str) -> None:
    figure = Figure.objects.create(title="Old", number=2)
    form = ada.open(figure)
    tab = Tab(figure, ben.user)
    ada.client.post(f"/admin/archive/figure/{figure.pk}/actions/double/")
    figure.refresh_from_db()
    assert figure.number == 4
    assert within_a_second(lambda: tab.room.saved is not None)
    form["title"] = "Mine"
    assert form.save().status == 409


def test_an_export_takes_what_others_edit_too(ada: Desk, ben: Desk, database: str) -> None:
    figures = [Figure.objects.create(title=title) for title in ("One", "Two")]
    Tab(figures[0], ben.user).claim()
    answer = ada.client.post(
        "/admin/archive/figure/",
        {"action": "export_admin_action", "_selected_action": [figure.pk for figure in figures], "index": "0"},
    )
    assert b"One" in answer.content or answer.status_code == 302
    assert b"Left out" not in answer.content
