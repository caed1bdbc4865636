"""What single packages do beside a save of the whole form."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from django_admin_collaborator.editing import editing
from tests.guard.conftest import both_databases
from tests.guard.newsdesk import Desk
from tests.guard.packages.cabinet.fsm import Permit
from tests.guard.packages.cabinet.parler import Notice
from tests.guard.packages.cabinet.plain import Booking, Letter, Turnover, make_turnover, make_view
from tests.guard.packages.cabinet.polymorphic import ArtProject, Project
from tests.guard.packages.case import CASES


def test_a_program_edits_a_row_whose_state_is_protected(database: str) -> None:
    permit = Permit.objects.create(title="Before")
    with editing(permit, name="Import") as edit:
        permit.title = "After"
        permit.grant()
        edit.save()
    permit = Permit.objects.get()
    assert (permit.title, permit.state) == ("After", "granted")


@pytest.mark.parametrize("merge", [False, True])
def test_a_row_that_was_softly_deleted_meanwhile_leaves_my_values(ada: Desk, merge: bool, settings: Any) -> None:
    settings.ADMIN_COLLABORATOR_MERGE_DISJOINT = merge
    form = CASES["soft-deletion"].open(ada, Letter.objects.create(title="Before"))
    form["title"] = "Mine"
    Letter.objects.update(is_deleted=True)
    answer = form.save()
    assert (answer.status, answer.reason, answer["title"]) == (409, "gone", "Mine")
    letter = Letter.everything.get()
    assert (letter.title, letter.is_deleted) == ("Before", True)


@both_databases
def test_a_row_of_a_view_is_saved_and_compared(ada: Desk, database: str) -> None:
    """It cannot be locked."""
    make_view()
    case = CASES["view"]
    form = case.open(ada, make_turnover())
    late = case.open(ada, Turnover.objects.get())
    form["amount"] = "10"
    assert form.save().was_saved
    assert Turnover.objects.get().amount == 10
    assert Booking.objects.count() == 3
    late["amount"] = "11"
    answer = late.save()
    assert (answer.status, answer.reason, answer["amount"]) == (409, "changed", "11")
    assert Turnover.objects.get().amount == 10
    assert answer.save().was_saved
    assert Turnover.objects.get().amount == 11


def test_the_password_of_a_user_who_logs_in_meanwhile_can_be_set(ada: Desk, database: str) -> None:
    """Django's own view of a user, beside the change form."""
    user = CASES["user"].make()
    form = ada.get(f"/admin/auth/user/{user.pk}/password/")
    User.objects.filter(pk=user.pk).update(last_login="2030-01-01T00:00:00Z")
    form["password1"] = form["password2"] = "k3hg-w92n"
    assert form.save("set-password").was_saved
    assert User.objects.get(pk=user.pk).check_password("k3hg-w92n")


def test_each_language_of_an_object_is_guarded_by_itself(ada: Desk, database: str) -> None:
    notice = Notice.objects.create(title="Before")
    notice.create_translation("de", title="Vorher")
    url = CASES["parler"].url(notice, "admin", "change")
    english, german = ada.get(f"{url}?language=en"), ada.get(f"{url}?language=de")
    english["title"], german["title"] = "Mine", "Meins"
    assert english.save().was_saved
    german = german.save()
    assert german.was_saved or (german.status == 409 and german["title"] == "Meins" and german.save().was_saved)
    titles = Notice.objects.get().translations.values_list("language_code", "title")
    assert sorted(titles) == [("de", "Meins"), ("en", "Mine")]


def test_a_row_is_one_whether_it_is_opened_as_its_parent_or_as_itself(ada: Desk, database: str) -> None:
    """The page of the parent's admin and that of the child's."""
    child = ArtProject.objects.create(title="Before", artist="Artist")
    as_parent = CASES["polymorphic-parent"].open(ada, Project.objects.non_polymorphic().get())
    as_child = CASES["polymorphic-child"].open(ada, child)
    as_parent["artist"], as_child["artist"] = "Mine", "Mine too"
    assert as_parent.save().was_saved
    answer = as_child.save()
    assert (answer.status, answer["artist"]) == (409, "Mine too")
    assert ArtProject.objects.get().artist == "Mine"
