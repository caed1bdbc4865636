"""With nobody else there, a guarded admin ends exactly as the same admin without the guard."""

from __future__ import annotations

from typing import Any, Dict, Sequence

import pytest
from hypothesis import strategies as st

from tests.guard.oracle import admins, long_run, mutations, values
from tests.guard.oracle.differences import compare
from tests.guard.oracle.sequences import KINDS, Player, steps
from tests.guard.oracle.sides import PEOPLE, WORLDS, Side


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("chunk", long_run.chunks("alone"))
def test_a_person_alone_finds_no_difference(people: Dict[str, str], chunk: int) -> None:
    long_run.run(lambda draw: play(draw, people, guarded=True), "alone", chunk)


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("chunk", long_run.chunks("picky")[:2])
def test_a_person_alone_finds_no_difference_in_values_that_no_form_shows(people: Dict[str, str], chunk: int) -> None:
    long_run.run(lambda draw: play(draw, people, True, admins.picky_admins(), ["change"]), "picky", chunk)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_person_alone_finds_no_difference_on_postgresql(people: Dict[str, str]) -> None:
    long_run.run(lambda draw: play(draw, people, guarded=True), "alone-postgresql", 0)


def test_plain_django_does_not_differ_from_itself(people: Dict[str, str]) -> None:
    long_run.run(lambda draw: play(draw, people, guarded=False), "plain", 0)


@pytest.mark.timeout(1800)
def test_a_person_alone_finds_no_difference_in_several_databases(people: Dict[str, str], several: Any) -> None:
    long_run.run(lambda draw: play(draw, people, guarded=True, worlds=several), "alone-several", 0)


def play(
    draw: Any,
    people: Dict[str, str],
    guarded: bool,
    of: Any = None,
    kinds: Sequence[str] = KINDS,
    worlds: Sequence[Any] = WORLDS,
) -> None:
    model, model_admin = draw(admins.admins() if of is None else of, label="admin")
    spec = draw(values.specs(model), label="rows")
    person = draw(st.sampled_from(["chief", "editor", "chief", "editor", "chief", *PEOPLE]), label="person")
    world = draw(st.sampled_from(worlds), label="settings")
    done = draw(steps(model, spec, kinds), label="steps")
    with Side(model_admin, model, is_guarded=False).begin(spec, people[person], world) as side:
        begin = side.rows()
        plain = Player(side, draw)
        for step in done:
            plain.play(step)
    with Side(model_admin, model, is_guarded=guarded).begin(spec, people[person], world) as side:
        other = Player(side)
        for step in done:
            other.play(step)
    compare(plain.seen, other.seen, begin, keeps=guarded)


@pytest.mark.parametrize("name", mutations.MUTATIONS)
def test_every_rule_that_a_mutation_breaks_is_where_it_says(name: str, monkeypatch: Any) -> None:
    mutations.MUTATIONS[name][1](monkeypatch)
