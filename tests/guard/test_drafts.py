"""Under what name a browser keeps unsaved text, and which answer says that it was saved."""

from __future__ import annotations

from django.contrib.auth import get_user_model

from django_admin_collaborator.page import drafts
from tests.guard.conftest import both_databases
from tests.guard.newsdesk import Desk
from tests.guard.press.models import Story

pytestmark = both_databases


def cookie(form) -> str:
    """What the answers so far have told this browser."""
    kept = form.desk.client.cookies.get(drafts.COOKIE)
    return kept.value if kept else ""


def test_a_save_that_was_done_names_its_draft(ada: Desk, story: Story) -> None:
    form = ada.open(story)
    form[drafts.FIELD] = "k3"
    assert form.save().was_saved
    assert cookie(form) == "k3"


def test_a_refused_save_and_an_invalid_one_name_nothing(ada: Desk, ben: Desk, story: Story) -> None:
    adas, bens = ada.open(story), ben.open(story)
    adas["title"] = "Ada's title"
    assert adas.save().was_saved
    bens["title"] = "Ben's title"
    bens[drafts.FIELD] = "k3"
    answer = bens.save()
    assert answer.status == 409
    assert cookie(bens) == ""
    answer["title"] = ""
    assert not answer.save().was_saved
    assert cookie(bens) == ""


def test_what_is_no_name_of_a_draft_is_not_repeated(ada: Desk, story: Story) -> None:
    form = ada.open(story)
    form[drafts.FIELD] = "k3; Path=/admin\r\nX: y"
    assert form.save().was_saved
    assert cookie(form) == ""


def test_the_name_is_of_one_user_and_one_row_and_needs_the_secret(story: Story, settings) -> None:
    users = [get_user_model()(pk=pk) for pk in (1, 2, 11)]
    stories = [Story(pk=pk) for pk in (1, 11)]
    names = {drafts.name(user, each) for user in users for each in stories}
    assert len(names) == 6
    settings.SECRET_KEY = "another"
    assert drafts.name(users[0], stories[0]) not in names


def test_there_is_no_name_where_drafts_are_switched_off(story: Story, settings) -> None:
    settings.ADMIN_COLLABORATOR_DRAFTS = False
    assert drafts.name(get_user_model()(pk=1), story) is None
