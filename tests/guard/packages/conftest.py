from __future__ import annotations

from typing import Any

import pytest

from tests.guard.newsdesk import Desk
from tests.guard.packages.case import CASES, Case


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """``case`` stands for each of them; ``other``, ``machine`` and ``same`` for each of what its others do."""
    if "case" not in metafunc.fixturenames:
        return
    names = set(metafunc.fixturenames)
    cases = list(CASES.values())
    if "other" in names:
        cells = [_param(case, other) for case in cases for other in case.others]
        metafunc.parametrize("case, other", cells)
    elif "machine" in names:
        cells = [_param(case, name) for case in cases for name in case.written_by_machines]
        metafunc.parametrize("case, machine", cells)
    elif "same" in names:
        cells = [_param(case, number) for case in cases for number in range(len(case.same))]
        metafunc.parametrize("case, same", cells)
    else:
        metafunc.parametrize("case", [_param(case) for case in cases])


def _param(case: Case, *more: Any) -> Any:
    marks = [pytest.mark.expects_fault] if case.is_reported else []
    return pytest.param(case, *more, id="-".join(map(str, [case.name, *more])), marks=marks)


@pytest.fixture
def obj(case: Case, ada: Desk) -> Any:
    """The object as it stands before anybody opens it."""
    return case.make()
