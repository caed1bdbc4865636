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
        cells = [pytest.param(case, other, id=f"{case.name}-{other}") for case in cases for other in case.others]
        metafunc.parametrize("case, other", cells)
    elif "machine" in names:
        cells = [(case, name) for case in cases for name in case.written_by_machines]
        metafunc.parametrize("case, machine", [pytest.param(*cell, id=f"{cell[0].name}-{cell[1]}") for cell in cells])
    elif "same" in names:
        cells = [(case, number) for case in cases for number in range(len(case.same))]
        metafunc.parametrize("case, same", [pytest.param(*cell, id=f"{cell[0].name}-{cell[1]}") for cell in cells])
    else:
        metafunc.parametrize("case", [pytest.param(case, id=case.name) for case in cases])


@pytest.fixture
def obj(case: Case, ada: Desk) -> Any:
    """The object as it stands before anybody opens it."""
    return case.make()
