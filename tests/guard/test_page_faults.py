"""What a page is given besides the guard may raise for ever: it opens without its lock, and its save is compared."""

from __future__ import annotations

from typing import Any

import pytest

from django_admin_collaborator.page import changelist, configuration, drafts
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
