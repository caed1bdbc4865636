"""Another writer commits between GET and POST: refused with nothing written, or as if the page came after them."""

from __future__ import annotations

from typing import Any, Dict

import pytest

from tests.guard.oracle import fixed, forms, long_run
from tests.guard.oracle.meetings import Meeting
from tests.guard.oracle.models import Order
from tests.guard.oracle.writers import Write


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("chunk", long_run.chunks("others"))
def test_another_writer_is_never_undone_and_never_in_the_way_for_ever(people: Dict[str, str], chunk: int) -> None:
    long_run.run(lambda draw: Meeting(draw, people).play(), "others", chunk)


@pytest.mark.parametrize("theirs", [{"qty": 5}, {"price": 5}, {"status": "review"}], ids=str)
def test_a_form_computes_with_what_others_wrote(people: Dict[str, str], theirs: Dict[str, Any]) -> None:
    """As in the long run, where it is too rare."""
    spec, write = fixed.rows_of(Order, summary=""), Write("update", Order, 1, theirs)
    fixed.meet(people, Order, {"form": forms.Computing, "inlines": []}, fixed.change(slug="mine"), write, spec)


@pytest.mark.timeout(1800)
def test_another_writer_is_never_undone_in_several_databases(people: Dict[str, str], several: Any) -> None:
    long_run.run(lambda draw: Meeting(draw, people, several).play(), "others-several", 0)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_another_writer_is_never_undone_on_postgresql(people: Dict[str, str]) -> None:
    long_run.run(lambda draw: Meeting(draw, people).play(), "others-postgresql", 0)
