"""Where stories are played in which people meet; ``server`` in conftest.py has the places."""

from __future__ import annotations

from typing import Any

import pytest

OVER_HTTP = pytest.param("http", marks=pytest.mark.slow)


def played_at(*places: Any) -> Any:
    """Play a story in these places, and over HTTP. Two workers with Redis have all that one with its memory has."""
    return pytest.mark.parametrize("server", [*places, OVER_HTTP], indirect=True)
