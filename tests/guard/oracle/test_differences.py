"""What a difference says, so that one that is seen once can be understood."""

from __future__ import annotations

from typing import Any, Dict, List

import pytest

from tests.guard.oracle import log, long_run
from tests.guard.oracle.differences import compare
from tests.guard.oracle.fixed import alone, change, listed, made, rows_of
from tests.guard.oracle.models import Everything, Keyed
from tests.guard.oracle.sequences import Player, Seen
from tests.guard.oracle.sides import Difference, Side, rows


def test_a_difference_has_the_words_of_the_refusal_and_of_the_log(people: Dict[str, str]) -> None:
    def between() -> None:
        Keyed.objects.update(text="Theirs")
        log.OURS.warning("noticed by %s", "the guard")

    seen: List[List[Seen]] = []
    for is_guarded in (False, True):
        with Side(made(Keyed, {}), Keyed, is_guarded).begin(rows_of(Keyed), people["chief"]) as side:
            begin = rows()
            player = Player(side)
            player.play(change("a/b", amount="2"), between)
            seen.append(player.seen)
    with pytest.raises(Difference) as difference:
        compare(*seen, begin)
    text = str(difference.value)
    assert "This keyed was changed while you had it open" in text
    assert "Text : x Theirs" in text
    assert "logged WARNING noticed by the guard" in text


@pytest.mark.expects_fault
def test_a_fault_that_the_guard_logs_is_a_difference(people: Dict[str, str], monkeypatch: Any) -> None:
    def play(draw: Any) -> None:
        try:
            raise KeyError("lost")
        except KeyError:
            log.OURS.exception("the guard could not compare %s", "a row")

    monkeypatch.setattr(long_run, "LONG", 0)
    with pytest.raises(Difference, match=r"ERROR the guard could not compare a row \(KeyError\('lost'\)\)"):
        long_run.run(play, "fault", 0)


def test_a_row_of_a_list_is_not_saved_for_a_coarser_value_alone(people: Dict[str, str]) -> None:
    model_admin = {"list_display": ["id", "char", "nullable_char"], "list_editable": ["char", "nullable_char"]}
    spec = rows_of(Everything, nullable_char="  outer ", image=None)
    (row,) = alone(people, Everything, model_admin, listed(), spec)[-1].after["oracle.Everything"].values()
    assert (row["nullable_char"], row["counter"]) == ("  outer ", 3)
    typed = listed(form__0__char="typed")
    (row,) = alone(people, Everything, model_admin, typed, spec)[-1].after["oracle.Everything"].values()
    assert (row["nullable_char"], row["char"], row["counter"]) == ("  outer ", "typed", 4)
