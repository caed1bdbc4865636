"""The guard holds in the admins of other packages: each ends as it would without the mixin, and nothing is lost."""

from __future__ import annotations

from typing import Any, Dict, Tuple

import pytest

from tests.guard.newsdesk import Desk, Form
from tests.guard.packages.case import Case
from tests.guard.packages.rows import Rows, log, rows, undone


def enter(form: Form, typed: Dict[str, Any]) -> None:
    for name, value in typed.items():
        # A control that nothing is chosen in is not posted.
        assert name in form.data or isinstance(value, list) or value == "on", (name, sorted(form.data))
        form[name] = value() if callable(value) else value


def without_the_guard(case: Case, desk: Desk, obj: Any, typed: Dict[str, Any], other: Any = None) -> Tuple[Rows, Any]:
    """The rows, and what is told, if I open the page after the other has saved, and save."""
    with undone():
        if other:
            case.commit(other, obj)
        before = len(log())
        form = case.open(desk, obj, "plain")
        enter(form, typed)
        answer = case.save(form)
        assert answer.was_saved, answer.errors
        return rows(case.not_compared), (
            log()[before:],
            answer.response["Location"].replace("/plain/", "/admin/"),
            answer.messages,
        )


def test_an_untouched_save_changes_nothing(case: Case, ada: Desk, obj: Any) -> None:
    expected, told = without_the_guard(case, ada, obj, {})
    before = rows(case.not_compared)
    answer = case.save(case.open(ada, obj))
    assert answer.was_saved, (answer.status, answer.panel, answer.errors)
    after = rows(case.not_compared)
    assert after in (before, expected)
    assert (log(), answer.response["Location"], answer.messages) == told


def test_what_i_change_is_saved_as_without_the_guard(case: Case, ada: Desk, obj: Any) -> None:
    expected, told = without_the_guard(case, ada, obj, case.typed)
    form = case.open(ada, obj)
    enter(form, case.typed)
    answer = case.save(form)
    assert answer.was_saved, (answer.status, answer.panel, answer.errors)
    assert rows(case.not_compared) == expected
    assert (log(), answer.response["Location"], answer.messages) == told


@pytest.mark.parametrize(("typing", "merge"), [(True, False), (True, True), (False, False)])
def test_what_another_saved_meanwhile_is_kept(
    case: Case, other: str, typing: bool, merge: bool, ada: Desk, obj: Any, settings: Any
) -> None:
    """At once, or by the page of the refusal, saved as it came: as if I had opened the page after the other."""
    settings.ADMIN_COLLABORATOR_MERGE_DISJOINT = merge
    typed = case.typed if typing else {}
    expected, _ = without_the_guard(case, ada, obj, typed, case.others[other])
    form = case.open(ada, obj)
    enter(form, typed)
    case.commit(case.others[other], obj)
    theirs = rows(case.not_compared)
    answer = case.save(form)
    if merge and case.refuses_itself and answer.status == 200:
        assert answer.errors
        assert rows(case.not_compared) == theirs
        return
    if not answer.was_saved:
        assert (answer.status, answer.reason) == (409, "changed")
        assert rows(case.not_compared) == theirs
        for name, value in typed.items():
            assert answer[name] == value
        answer = case.save(answer)
        assert answer.was_saved, (answer.status, answer.panel, answer.errors)
    assert rows(case.not_compared) == expected


def test_what_both_changed_is_asked(case: Case, same: int, ada: Desk, obj: Any) -> None:
    other, typed, words = case.same[same]
    expected, _ = without_the_guard(case, ada, obj, typed, other)
    form = case.open(ada, obj)
    enter(form, typed)
    case.commit(other, obj)
    theirs = rows(case.not_compared)
    answer = case.save(form)
    assert (answer.status, answer.reason) == (409, "changed")
    assert rows(case.not_compared) == theirs
    for word in words:
        assert word in answer.panel
    answer = case.save(answer)
    assert answer.was_saved, (answer.status, answer.panel, answer.errors)
    assert rows(case.not_compared) == expected


def test_what_machines_write_does_not_get_in_my_way(case: Case, machine: str, ada: Desk, obj: Any) -> None:
    write = case.written_by_machines[machine]
    expected, _ = without_the_guard(case, ada, obj, case.typed, write)
    form = case.open(ada, obj)
    enter(form, case.typed)
    case.commit(write, obj)
    answer = case.save(form)
    assert answer.was_saved, (answer.status, answer.panel, answer.errors)
    assert rows(case.not_compared) == expected


def test_it_can_be_deleted(case: Case, ada: Desk, obj: Any) -> None:
    with undone():
        expected = delete(case, ada, obj, "plain"), rows(case.not_compared)
    assert (delete(case, ada, obj, "admin"), rows(case.not_compared)) == expected


def delete(case: Case, desk: Desk, obj: Any, site: str) -> int:
    """The status; 403 where the package forbids it."""
    url = case.url(obj, site, "delete")
    page = desk.client.get(url)
    return Form(desk, url, page).save("post").status if page.status_code == 200 else page.status_code
