from __future__ import annotations

from typing import Any, Dict, Iterator, List

import pytest

from tests.guard.oracle import log, mutations, routers
from tests.guard.oracle.sides import Sessions


@pytest.fixture
def several(other_databases: None) -> List[Dict[str, Any]]:
    """Settings by which the rows are in a database of their own, or are read from a copy."""
    return [{"DATABASE_ROUTERS": [routers.Apart()]}, {"DATABASE_ROUTERS": [routers.FromCopy()]}]


@pytest.fixture
def people(database: str, settings: Any, monkeypatch: Any) -> Iterator[Dict[str, str]]:
    """Session keys of everybody, by name."""
    mutations.apply(monkeypatch)
    with log.silence_of_django():
        yield Sessions()
