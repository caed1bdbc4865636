"""While another person holds the lease, a save is refused; when they let go, it ends as in plain Django."""

from __future__ import annotations

from typing import Dict

import pytest

from tests.guard.oracle import leases, long_run


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("chunk", long_run.chunks("leases"))
def test_the_lease_of_another_delays_a_save_and_changes_nothing_else(people: Dict[str, str], chunk: int) -> None:
    long_run.run(lambda draw: leases.play(draw, people), "leases", chunk)
