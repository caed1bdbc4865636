"""Meetings in the admins of other packages, drawn: what others commit while I type, and how I go on after that."""

from __future__ import annotations

from typing import Any, Dict

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.guard.newsdesk import Desk, Form
from tests.guard.oracle import long_run
from tests.guard.packages.case import Case
from tests.guard.packages.rows import rows, undone
from tests.guard.packages.test_packages import enter

TAKE = "_collaborator_take-"
MEETINGS = 25 if long_run.LONG else 3


def test_however_we_meet_it_ends_as_if_i_had_opened_the_page_later(
    case: Case, ada: Desk, obj: Any, settings: Any
) -> None:
    options: Any = {
        "max_examples": MEETINGS,
        "database": None,
        "deadline": None,
        "phases": [Phase.generate],
        "suppress_health_check": list(HealthCheck),
        "print_blob": False,
    }

    @seed(case.name)
    @options_of(options)
    @given(st.data())
    def play(data: Any) -> None:
        with undone():
            meet(case, ada, obj, data.draw, settings)

    if case.others:
        play()


def options_of(options: Dict[str, Any]) -> Any:
    return settings(**options)


def meet(case: Case, ada: Desk, obj: Any, draw: Any, project: Any) -> None:
    names = draw(st.lists(st.sampled_from(sorted(case.others)), min_size=1, max_size=2, unique=True), label="others")
    typed = {name: case.typed[name] for name in draw(st.sets(st.sampled_from(sorted(case.typed))), label="typed")}
    project.ADMIN_COLLABORATOR_MERGE_DISJOINT = draw(st.booleans(), label="merges")
    choice = draw(st.sampled_from(["", "mine"]), label="choice")

    def commit() -> None:
        for name in names:
            case.commit(case.others[name], obj)

    with undone():
        commit()
        form = case.open(ada, obj, "plain")
        later = keys(form)
        enter(form, typed)
        assert case.save(form).was_saved
        expected = rows(case.not_compared)
    form = case.open(ada, obj)
    has_same_rows = keys(form) == later
    enter(form, typed)
    commit()
    theirs = rows(case.not_compared)
    answer = case.save(form)
    if answer.status == 200:
        assert case.refuses_itself
        return
    if not answer.was_saved:
        assert (answer.status, rows(case.not_compared)) == (409, theirs)
        choose(answer, choice)
        answer = case.save(answer)
    assert answer.was_saved, (answer.status, answer.panel, answer.errors)
    if has_same_rows:  # else I would have typed into another row
        assert rows(case.not_compared) == expected


def keys(form: Form) -> Dict[str, Any]:
    """Which row stands where."""
    return {name: value for name, value in form.data.items() if name.endswith("-id")}


def choose(form: Form, choice: str) -> None:
    for name in [name for name in form.data if name.startswith(TAKE)]:
        form[name] = choice or form[name]
