"""Another writer commits between GET and POST: refused with nothing written, or as if the page came after them."""

from __future__ import annotations

from typing import Any, Dict

import pytest

from tests.guard.oracle import long_run
from tests.guard.oracle.meetings import Meeting


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("chunk", long_run.chunks("others"))
def test_another_writer_is_never_undone_and_never_in_the_way_for_ever(people: Dict[str, str], chunk: int) -> None:
    long_run.run(lambda draw: Meeting(draw, people).play(), "others", chunk)


@pytest.mark.timeout(1800)
def test_another_writer_is_never_undone_in_several_databases(people: Dict[str, str], several: Any) -> None:
    long_run.run(lambda draw: Meeting(draw, people, several).play(), "others-several", 0)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_another_writer_is_never_undone_on_postgresql(people: Dict[str, str]) -> None:
    long_run.run(lambda draw: Meeting(draw, people).play(), "others-postgresql", 0)
