"""What a page is given besides the guard may raise for ever: it opens without its lock, and its save is compared."""

from __future__ import annotations

from typing import Any, List

import pytest

from django_admin_collaborator import admin_templates, translation
from django_admin_collaborator.access import security_log
from django_admin_collaborator.guard.conflict import history, responses, texts
from django_admin_collaborator.guard.version import confirmation, snapshot
from django_admin_collaborator.guard.views import change_form, list_formset
from django_admin_collaborator.operators.doctor import report
from django_admin_collaborator.page import changelist, configuration, drafts, media, site_index
from tests.guard.conftest import Use
from tests.guard.newsdesk import Desk
from tests.guard.press.models import Story

pytestmark = [pytest.mark.parametrize("database", ["sqlite"], indirect=True), pytest.mark.expects_fault]


def fail(*args: Any, **kwargs: Any) -> Any:
    raise LookupError("a fault of ours")


@pytest.mark.parametrize("name", ["config", "script", "add_to", "add_to_new", "rendered_at"])
def test_a_page_whose_configuration_cannot_be_made_opens_and_is_guarded(
    ada: Desk, story: Story, monkeypatch: Any, caplog: Any, name: str
) -> None:
    monkeypatch.setattr(configuration, name, fail)
    form = ada.open(story)
    assert ada.client.get("/admin/press/story/add/").status_code == 200
    assert "a page of press.Story opens without its lock" in caplog.text
    late = form.copy()
    form["title"], late["title"] = "Mine", "Late"
    assert form.save().was_saved
    answer = late.save()
    assert (answer.status, answer["title"]) == (409, "Late")


def test_a_list_whose_configuration_cannot_be_made_opens_and_is_guarded(
    ada: Desk, story: Story, use: Use, monkeypatch: Any, caplog: Any
) -> None:
    use(Story, list_display=["id", "title"], list_editable=["title"])
    monkeypatch.setattr(changelist, "add_to", fail)
    page = ada.list(Story)
    late = page.copy()
    assert "a page of press.Story opens without its lock" in caplog.text
    page["form-0-title"], late["form-0-title"] = "Mine", "Late"
    assert page.save().was_saved
    assert late.save().status == 409
    assert Story.objects.get().title == "Mine"


def test_a_save_whose_draft_cannot_be_named_is_done(ada: Desk, story: Story, monkeypatch: Any, caplog: Any) -> None:
    monkeypatch.setattr(drafts, "after", fail)
    form = ada.open(story)
    form["title"] = "Mine"
    assert form.save().was_saved
    assert Story.objects.get().title == "Mine"
    assert "a draft that was saved could not be named" in caplog.text


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (admin_templates, "_form_of"),
        (change_form, "values_for_page"),
        (change_form.Place, "inside"),
        (confirmation, "remember"),
        (media, "addresses_depend_on"),
        (list_formset, "guarded"),
        (report, "add_to"),
        (site_index, "variables"),
        (snapshot, "whole"),
    ],
)
def test_no_page_needs_a_function_of_ours_to_open(
    ada: Desk, story: Story, use: Use, monkeypatch: Any, module: Any, name: str
) -> None:
    use(Story, list_display=["id", "title"], list_editable=["title"])
    monkeypatch.setattr(module, name, fail)
    for url in ("", "press/story/", "press/story/add/", *(f"press/story/{story.pk}/{page}/" for page in PAGES)):
        assert ada.client.get("/admin/" + url).status_code == 200, url


PAGES = ("change", "delete", "history")


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (change_form, "values_for_page"),
        (change_form.Place, "inside"),
        (configuration, "parts"),
        (history, "History"),
        (responses, "base_and_page"),
        (responses, "_prepared"),
        (responses, "posted"),
        (security_log, "refused"),
        (texts, "_told"),
        (translation, "pgettext"),
    ],
)
def test_a_refusal_needs_no_function_of_ours_to_show_what_was_typed(
    ada: Desk, story: Story, monkeypatch: Any, module: Any, name: str
) -> None:
    form = ada.open(story)
    form["title"] = "Mine"
    Story.objects.update(title="Theirs")
    with monkeypatch.context() as patch:
        patch.setattr(module, name, fail)
        answer = form.save()
    assert (answer.status, answer["title"]) == (409, "Mine")
    if "_save" in answer.data:  # a page with no form but the button that was pressed
        answer = answer.post()
        assert (answer.status, answer.reason, answer["title"]) == (409, "changed", "Mine")
    assert answer.save().was_saved


def test_what_the_project_raises_while_a_page_is_drawn_comes_through_and_is_not_told_as_ours(
    ada: Desk, story: Story, use: Use, caplog: Any
) -> None:
    use(Story, fields=["title", "computed"], readonly_fields=["computed"], computed=fail)
    with pytest.raises(LookupError):
        ada.open(story)
    assert "could not be drawn" not in caplog.text


def test_what_the_project_raises_while_a_refusal_is_drawn_loses_nothing_of_what_was_typed(
    ada: Desk, story: Story, use: Use, monkeypatch: Any
) -> None:
    is_broken: List[bool] = []

    def computed(self: Any, obj: Any) -> str:
        return fail() if is_broken else "computed"

    use(Story, fields=["title", "computed"], readonly_fields=["computed"], computed=computed)
    form = ada.open(story)
    form["title"] = "Mine"
    Story.objects.update(title="Theirs")
    is_broken.append(True)
    answer = form.save()
    assert (answer.status, answer.reason, answer["title"]) == (409, "changed", "Mine")
