"""While the lock service answers, a save also needs that no other member holds a live lease."""

from __future__ import annotations

import time

import pytest
from django.contrib.admin.sites import site
from django.db import transaction

from django_admin_collaborator.guard import lock_service
from tests.guard.newsdesk import Desk
from tests.guard.press.models import Story
from tests.guard.tabs import Tab


def test_a_live_lease_of_somebody_else_refuses_the_save(ada: Desk, ben: Desk, story: Story) -> None:
    Tab(story, ada.user).claim()
    form = ben.open(story)
    form["title"] = "Ben's title"
    form["passages-3-text"] = "A new passage"
    answer = form.save()
    assert (answer.status, answer.reason) == (423, "held")
    assert "ada is editing this story" in answer.panel
    assert (answer["title"], answer["passages-3-text"]) == ("Ben's title", "A new passage")
    story.refresh_from_db()
    assert story.title == "Budget"


def test_the_refused_form_can_be_saved_when_the_lease_has_ended(ada: Desk, ben: Desk, story: Story) -> None:
    tab = Tab(story, ada.user)
    tab.claim()
    form = ben.open(story)
    form["title"] = "Ben's title"
    answer = form.save()
    tab.leave()
    assert answer.save().was_saved


def test_the_refused_form_keeps_the_base_it_was_made_from(ada: Desk, ben: Desk, story: Story) -> None:
    tab = Tab(story, ada.user)
    tab.claim()
    form = ben.open(story)
    form["title"] = "Ben's title"
    answer = form.save()
    adas = ada.open(story)
    adas["title"] = "Ada's title"
    adas.data.update({name: [value] for name, value in tab.fields.items()})
    assert adas.save().was_saved
    answer = answer.save()
    assert (answer.status, answer.reason) == (409, "changed")


def test_my_own_other_tab_refuses_the_save(ada: Desk, story: Story) -> None:
    Tab(story, ada.user).claim()
    form = ada.open(story)
    form.data.update({name: [value] for name, value in Tab(story, ada.user).fields.items()})
    answer = form.save()
    assert (answer.status, answer.reason) == (423, "own-tab")


def test_the_holder_saves_and_an_older_token_of_theirs_does_not(ada: Desk, story: Story) -> None:
    tab = Tab(story, ada.user)
    tab.claim()
    form = ada.open(story)
    form.data.update({name: [value] for name, value in tab.fields.items()})
    form["_collaborator_token"] = str((tab.token or 0) - 1)
    assert form.save().status == 423
    form["_collaborator_token"] = str(tab.token)
    assert form.save().was_saved


def test_a_post_without_a_member_counts_as_its_users(ada: Desk, ben: Desk, story: Story) -> None:
    tab = Tab(story, ada.user)
    tab.claim()
    assert ben.open(story).save().status == 423
    assert ada.open(story).save().was_saved
    tab.leave()
    assert ben.open(story).save().was_saved


def test_the_room_is_told_after_the_commit(ada: Desk, story: Story, monkeypatch) -> None:
    seen = []
    monkeypatch.setattr(
        lock_service,
        "saved",
        lambda model, pk, user, member, token, release, hold_id, realm: seen.append(
            (pk, user.pk, release, transaction.get_connection().in_atomic_block, Story.objects.get(pk=pk).title)
        ),
    )
    form = ada.open(story)
    form["title"] = "Budget 2027"
    form.save("_continue")
    form = ada.open(story)
    form.save()
    form = ada.open(story)
    form["title"] = ""
    assert form.save().status == 200
    assert seen == [
        (story.pk, ada.user.pk, False, False, "Budget 2027"),
        (story.pk, ada.user.pk, True, False, "Budget 2027"),
    ]


def test_saving_and_continuing_keeps_the_lease_and_saving_ends_it(ada: Desk, story: Story) -> None:
    tab = Tab(story, ada.user)
    tab.claim()
    for button, is_kept in [("_continue", True), ("_save", False)]:
        form = ada.open(story)
        form.data.update({name: [value] for name, value in tab.fields.items()})
        assert form.save(button).was_saved
        assert (tab.room.lease is not None) == is_kept
        assert not tab.room.holds


def test_no_lease_is_granted_between_the_check_of_a_save_and_its_commit(
    ada: Desk, ben: Desk, story: Story, monkeypatch
) -> None:
    bens = Tab(story, ben.user)
    replies = []
    admin = site._registry[Story]
    save_model = admin.save_model

    def claim_meanwhile(*arguments) -> None:
        replies.extend(bens.claim())
        save_model(*arguments)

    monkeypatch.setattr(admin, "save_model", claim_meanwhile)
    assert ada.open(story).save().was_saved
    assert next(reply["type"] for reply in replies) == "error"
    assert bens.claim()[0]["type"] == "lease"


@pytest.mark.parametrize("input_", [{"title": ""}, {"_collaborator_base": ""}])
def test_a_save_that_does_not_commit_lets_the_lease_move_at_once(
    ada: Desk, ben: Desk, story: Story, input_: dict
) -> None:
    form = ada.open(story)
    form.data.update({name: [value] for name, value in input_.items()})
    assert not form.save().was_saved
    assert Tab(story, ben.user).claim()[0]["type"] == "lease"


def test_a_fault_while_saving_lets_the_lease_move_at_once(ada: Desk, ben: Desk, story: Story, monkeypatch) -> None:
    def fail(*arguments) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(site._registry[Story], "save_model", fail)
    form = ada.open(story)
    with pytest.raises(ZeroDivisionError):
        form.save()
    assert Tab(story, ben.user).claim()[0]["type"] == "lease"


def test_without_the_lock_service_saves_rest_on_the_base_and_say_so(ada: Desk, story: Story, monkeypatch) -> None:
    stale = ada.open(story)
    form = ada.open(story)
    monkeypatch.setattr(lock_service, "_apply", lambda *arguments: None)
    form["title"] = "Budget 2027"
    answer = form.save()
    assert answer.was_saved
    assert any("without a lock" in message for message in answer.messages)
    stale["title"] = "Stale"
    assert stale.save().status == 409


def test_a_project_can_refuse_saves_without_the_lock_service(ada: Desk, story: Story, monkeypatch, settings) -> None:
    settings.ADMIN_COLLABORATOR_REFUSE_WITHOUT_LOCK_SERVICE = True
    form = ada.open(story)
    monkeypatch.setattr(lock_service, "_apply", lambda *arguments: None)
    form["title"] = "Budget 2027"
    answer = form.save()
    assert (answer.status, answer.reason) == (423, "lock-service-unavailable")
    assert answer["title"] == "Budget 2027"


def test_a_save_that_outlives_its_hold_goes_on(ada: Desk, story: Story, monkeypatch) -> None:
    """The row lock and the comparison decide then; a project's own save may take as long as it likes."""
    from django_admin_collaborator.core import saving

    monkeypatch.setattr(saving, "HOLD_SECONDS", 0.05)
    save = Story.save

    def slowly(self: Story, *arguments, **options) -> None:
        time.sleep(0.2)
        save(self, *arguments, **options)

    monkeypatch.setattr(Story, "save", slowly)
    form = ada.open(story)
    form["title"] = "Budget 2027"
    assert form.save().was_saved
    story.refresh_from_db()
    assert story.title == "Budget 2027"
