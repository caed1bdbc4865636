from __future__ import annotations

import logging
from typing import Any, Dict, Iterator

import pytest

from tests.guard.oracle import mutations
from tests.guard.oracle.sides import sessions


@pytest.fixture
def people(database: str, settings: Any, monkeypatch: Any) -> Iterator[Dict[str, str]]:
    """Session keys of everybody, by name. What plain Django refuses or breaks is no news, and not logged."""
    mutations.apply(monkeypatch)
    logging.disable(logging.CRITICAL)
    yield sessions()
    logging.disable(logging.NOTSET)
