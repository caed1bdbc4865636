"""Another person holds the lease of a row while its page is posted: refused, and afterwards as in plain Django."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Dict

from django.contrib.auth import get_user_model
from hypothesis import assume
from hypothesis import strategies as st

from tests.guard.oracle import admins, values
from tests.guard.oracle.differences import compare
from tests.guard.oracle.meetings import expect, no_difference
from tests.guard.oracle.pages import Page
from tests.guard.oracle.sequences import Player, Step, steps
from tests.guard.oracle.sides import WORLDS, Difference, Side, rows
from tests.guard.tabs import Tab

HOLDER = "adder"


class Patient(Player):
    """Posts, and where another person holds the lease of ``held``, posts the answered page again when they let go."""

    held: Any = None
    refusals = 0

    def _post(self, step: Step, page: Page, attempt: int) -> Page:
        obj = self.side.model._base_manager.filter(pk=self.held).first()
        if obj is None:
            return super()._post(step, page, attempt)
        tab = Tab(obj, get_user_model()._default_manager.get(username=HOLDER))
        tab.claim()
        before, said = rows(), len(self.seen)
        answer = super()._post(step, page, attempt)
        tab.leave()
        if not answer.was_refused:
            return answer
        self.refusals += 1
        expect(answer.status == 423, f"refused as {answer.status} {answer.reason}")
        no_difference("a refusal wrote", before, rows())
        del self.seen[said:]
        self.side.clock.now -= timedelta(seconds=1)
        return super()._post(step, answer if answer.form.buttons else page, attempt)


def play(draw: Any, people: Dict[str, str]) -> None:
    model, model_admin = draw(admins.admins(), label="admin")
    spec = draw(values.specs(model), label="rows")
    person = draw(st.sampled_from(["chief", "editor"]), label="person")
    world = draw(st.sampled_from(WORLDS), label="settings")
    # An action leaves out what others edit, and names it: tests/guard/test_actions.py.
    done = [step for step in draw(steps(model, spec), label="steps") if step.kind != "action"][:1]
    assume(done)
    with Side(model_admin, model, is_guarded=False).begin(spec, people[person], world) as side:
        begin = rows()
        plain = Player(side, draw)
        for step in done:
            plain.play(step)
    assert people[HOLDER], "who is there then"
    with Side(model_admin, model, is_guarded=True).begin(spec, people[person], world) as side:
        patient = Patient(side)
        patient.held = done[0].pk
        for step in done:
            patient.play(step)
        expect(_must_refuse(done[0], plain) <= patient.refusals, "not refused, although another held the lease")
    try:
        compare(plain.seen, patient.seen, begin)
    except Difference as difference:
        raise Difference(f"{difference}\nafter {done}, while {patient.held} was held by another") from None


def _must_refuse(step: Step, plain: Player) -> bool:
    """Whether plain Django has written the row of a form, or deleted it."""
    is_write = step.kind in ("change", "delete") and step.button != "_saveasnew"
    return is_write and any(seen.request.startswith("POST") and seen.status == 302 for seen in plain.seen)
