"""Unsaved text that the project keeps goes on at another device, and with the next editor."""

from __future__ import annotations

from typing import Any, Dict

import pytest
from playwright.sync_api import expect

from tests.browser.change_form import eventually
from tests.browser.drafts import press

EVERYWHERE = pytest.mark.parametrize("server", ["redis", "http"], indirect=True)


@pytest.fixture
def server_settings() -> Dict[str, Any]:
    return {"ADMIN_COLLABORATOR_DRAFTS": "server"}


def offered(form: Any, panel: str) -> Any:
    return form.notice(panel).locator(".collaborator-lines").first


@EVERYWHERE
def test_who_goes_to_another_device_finds_there_what_they_had_typed(server, open_form, article, ada):
    desk = open_form(ada, article).becomes("editing")
    desk.fill(title="Budget, second draft")
    desk.leave("list")

    phone = open_form(ada, article, at=server[-1]).becomes("editing", seconds=30)

    expect(offered(phone, "draft")).to_contain_text("second draft")
    press(phone, "restore-draft")
    phone.shows(title="Budget, second draft")


@EVERYWHERE
def test_the_next_editor_is_offered_what_the_one_before_left_and_decides_once(open_form, article, ada, bob, cleo):
    first = open_form(ada, article).becomes("editing")
    first.fill(title="Budget, second draft")
    first.leave("list")

    second = open_form(bob, article).becomes("editing", seconds=30)
    expect(offered(second, "handed")).to_contain_text("second draft")
    press(second, "discard-draft", "handed")
    expect(second.notice("handed")).to_have_count(0)
    second.leave("list")

    third = open_form(cleo, article).becomes("editing", seconds=30)
    expect(third.notice("handed")).to_have_count(0)


def test_what_was_saved_is_offered_nowhere(server, open_form, article, ada, bob):
    other = open_form(bob, article).becomes("editing")
    other.fill(body="It snows.").leave("list")
    desk = open_form(ada, article).becomes("editing", seconds=10)
    expect(desk.notice("handed")).to_be_visible()
    desk.fill(title="Budget, second draft").hide().hide(False)  # which keeps it at once
    desk.save("_save")
    eventually(lambda: type(article).objects.get(pk=article.pk).title == "Budget, second draft")

    phone = open_form(ada, article, at=server[-1]).becomes("editing", seconds=10)

    expect(offered(phone, "handed")).to_contain_text("snows")  # and what is their own comes before that
    expect(phone.notice("draft")).to_have_count(0)
