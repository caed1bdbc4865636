"""The guard holds in the admins of other packages: each ends as it would without the mixin, and nothing is lost."""

from __future__ import annotations

from typing import Any, Dict, List, Tuple

from tests.guard.newsdesk import Desk, Form
from tests.guard.packages.case import Case
from tests.guard.packages.rows import Rows, log, rows, undone


def enter(form: Form, typed: Dict[str, Any]) -> None:
    for name, value in typed.items():
        # A control that nothing is chosen in is not posted.
        assert name in form.data or isinstance(value, list) or value == "on", (name, sorted(form.data))
        form[name] = value() if callable(value) else value


def save(case: Case, form: Form, typed: Dict[str, Any]) -> Form:
    enter(form, typed)
    answer = case.save(form)
    assert answer.was_saved, (answer.status, answer.panel, answer.errors)
    return answer


def without_the_guard(case: Case, desk: Desk, obj: Any, other: Any, *inputs: Dict[str, Any]) -> List[Rows]:
    """The rows after each of the inputs, if I open the page after the other has saved."""
    with undone():
        case.commit(other, obj)
        form = case.open(desk, obj, "plain")
        found = []
        for typed in inputs:
            with undone():
                save(case, form.copy(), typed)
                found.append(rows(case.not_compared))
        return found


def what_is_told(case: Case, desk: Desk, obj: Any, typed: Dict[str, Any], site: str) -> Tuple[Rows, Any]:
    """The rows, and what is told, after a save with nobody else there."""
    answer = save(case, case.open(desk, obj, site), typed)
    told = log(), answer.response["Location"].replace(f"/{site}/", "/"), answer.messages
    return rows(case.not_compared), told


def test_an_untouched_save_changes_nothing(case: Case, ada: Desk, obj: Any) -> None:
    with undone():
        expected, told = what_is_told(case, ada, obj, {}, "plain")
    before = rows(case.not_compared)
    after, told_here = what_is_told(case, ada, obj, {}, "admin")
    assert after in (before, expected)
    assert told_here == told


def test_what_i_change_is_saved_as_without_the_guard(case: Case, ada: Desk, obj: Any) -> None:
    with undone():
        expected = what_is_told(case, ada, obj, case.typed, "plain")
    assert what_is_told(case, ada, obj, case.typed, "admin") == expected


def test_what_another_saved_meanwhile_is_kept(case: Case, other: str, ada: Desk, obj: Any, settings: Any) -> None:
    """At once, or by the page of the refusal, saved as it came: as if I had opened the page after the other."""
    untouched, changed = without_the_guard(case, ada, obj, case.others[other], {}, case.typed)
    form = case.open(ada, obj)

    def meet(typed: Dict[str, Any], expected: Rows, merge: bool = False) -> None:
        settings.ADMIN_COLLABORATOR_MERGE_DISJOINT = merge
        mine = form.copy()
        enter(mine, typed)
        case.commit(case.others[other], obj)
        theirs = rows(case.not_compared)
        answer = case.save(mine)
        if merge and case.refuses_itself and answer.status == 200:
            assert answer.errors
            assert rows(case.not_compared) == theirs
            return
        if not answer.was_saved:
            assert (answer.status, answer.reason) == (409, "changed")
            assert rows(case.not_compared) == theirs
            for name, value in typed.items():
                assert answer[name] == value
            save(case, answer, {})
        assert rows(case.not_compared) == expected

    with undone():
        meet({}, untouched)
    with undone():
        meet(case.typed, changed, merge=True)
    meet(case.typed, changed)


def test_what_both_changed_is_asked(case: Case, same: int, ada: Desk, obj: Any) -> None:
    other, typed, words = case.same[same]
    (expected,) = without_the_guard(case, ada, obj, other, typed)
    form = case.open(ada, obj)
    enter(form, typed)
    case.commit(other, obj)
    theirs = rows(case.not_compared)
    answer = case.save(form)
    assert (answer.status, answer.reason) == (409, "changed")
    assert rows(case.not_compared) == theirs
    for word in words:
        assert word in answer.panel
    save(case, answer, {})
    assert rows(case.not_compared) == expected


def test_what_machines_write_does_not_get_in_my_way(case: Case, machine: str, ada: Desk, obj: Any) -> None:
    write = case.written_by_machines[machine]
    (expected,) = without_the_guard(case, ada, obj, write, case.typed)
    form = case.open(ada, obj)
    case.commit(write, obj)
    save(case, form, case.typed)
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
