"""Another writer commits between GET and POST: refused with nothing written, or as if the page came after them."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

import pytest
from django.test import override_settings
from hypothesis import strategies as st

from tests.guard.oracle import admins, long_run, values
from tests.guard.oracle.differences import Difference, differing, is_coarser, value_at
from tests.guard.oracle.pages import Page, not_ours
from tests.guard.oracle.sequences import Player, Step, any_of, shown
from tests.guard.oracle.sides import PEOPLE, Rows, Side, rows
from tests.guard.oracle.writers import Write, writes

POSTS_TO_THE_END = 2
TAKE = "_collaborator_take-"


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("chunk", long_run.chunks("others"))
def test_another_writer_is_never_undone_and_never_in_the_way_for_ever(people: Dict[str, str], chunk: int) -> None:
    long_run.run(lambda draw: Meeting(draw, people).play(), "others", chunk)


class Meeting:
    """One person with a page open, one writer who comes in between."""

    def __init__(self, draw: Any, people: Dict[str, str]) -> None:
        self.draw = draw
        self.model, self.model_admin = draw(admins.admins(), label="admin")
        self.spec = draw(values.specs(self.model), label="rows")
        self.session = people[draw(st.sampled_from(["chief", "editor", "chief", *PEOPLE]), label="person")]
        key = self.model._meta.pk
        pks = [row.get(key.name) for row in self.spec[self.model]]
        self.step = Step(
            "change", draw(st.sampled_from(pks), label="row"), draw(st.sampled_from(["_save", "_continue"]))
        )
        self.write: Write = draw(writes(self.spec, self.model, self.step.pk), label="write")
        self.merges = draw(st.sampled_from([False, False, True]), label="merges")

    def side(self, is_guarded: bool) -> Any:
        return Side(self.model_admin, self.model, is_guarded).begin(self.spec, self.session)

    def play(self) -> None:
        with self.side(False) as side:
            plain = Player(side, self.draw)
            plain.play(self.step, self.write.carry_out)
        with override_settings(ADMIN_COLLABORATOR_MERGE_DISJOINT=self.merges), self.side(True) as side:
            stale = side.get(Player(side).url(self.step))
            self.write.carry_out()
            before = rows()
            if stale.status != 200 or not stale.form.values():
                return
            data = posted(stale, self.step.typed[0] if self.step.typed else {}, self.step.button)
            answer = side.post(stale.url, data)
            after = rows()
            if not answer.was_refused:
                self.accepted(stale, answer, after, plain.seen)
                return
            no_difference("a refusal wrote", before, after)
            self.resolve(side, answer, before)

    def accepted(self, stale: Page, answer: Page, after: Rows, plain: List[Any]) -> None:
        post = next(seen for seen in plain if seen.request.startswith("POST"))
        expect(answer.status == post.status, f"plain {post.status}, guarded {answer.status}")
        if answer.status != 302:
            no_difference("an answer that is no refusal", post.after, after)
            return
        where = self.write.where
        if where in shown(stale):
            theirs = value_at(after, (where[0], where[1], where[2]))  # type: ignore[index]
            wanted = next(iter(self.write.values.values()))
            expect(theirs == wanted, f"{where} was {wanted!r}, and is {theirs!r}")
        typed = self.step.typed[0] if self.step.typed else {}
        self.as_if_opened_later(typed, after, set(not_ours(stale.form.values())))

    def as_if_opened_later(self, typed: Any, after: Rows, names: Optional[set] = None) -> None:
        """Compare with plain Django where the page was opened after the other writer."""
        with self.side(False) as side:
            self.write.carry_out()
            fresh = side.get(Player(side).url(self.step))
            if names is not None and set(not_ours(fresh.form.values())) != names:
                return  # a row more or less: names of controls mean something else
            begin = rows()
            side.clock.tick()
            side.post(fresh.url, posted(fresh, typed, self.step.button))
            expected = rows()
        now = fresh.form.values()
        touched = {name for name, found in typed.items() if found != now.get(name, [])}
        untouched = [where for where, controls in shown(fresh).items() if not any_of(controls, touched)]
        for where, plain, guarded in differing(expected, after):
            kept = value_at(begin, where)
            if where in untouched and is_coarser(kept, plain) and guarded == kept:
                continue
            if where[2] in ("updated_at", "published_at") and plain is not None and guarded is not None:
                continue  # the clock has gone on for longer
            raise Difference(f"{where}: plain {plain!r}, guarded {guarded!r}, before {kept!r}")

    def resolve(self, side: Side, page: Page, before: Rows) -> None:
        """Save what the page of the refusal shows, until it is saved."""
        choice = self.draw(st.sampled_from(["mine", "theirs", ""]), label="choice")
        for _ in range(POSTS_TO_THE_END):
            chosen = {
                name: [choice]
                for name, control in page.form.controls.items()
                if name.startswith(TAKE) and choice in control.options
            }
            is_new = "_saveasnew" in page.form.buttons and self.step.pk is not None and self.write.kind == "delete"
            button = "_saveasnew" if is_new else self.step.button
            data = posted(page, chosen, button)
            before = rows()
            answer = side.post(page.url, data)
            if answer.status == 302:
                break
            no_difference("a refusal wrote", before, rows())
            if not answer.was_refused:
                return  # a mistake in the form, for which plain Django has the words
            page = answer
        where_to_go = page.form.values() and page.form.buttons
        if answer.was_refused and not where_to_go:
            return  # gone, and nothing that could be saved as new
        expect(answer.status == 302, f"refused again: {answer.status} {answer.reason}")
        if not chosen and not is_new:
            kept = {name: list(found) for name, found in not_ours(page.form.values()).items()}
            self.as_if_opened_later(kept, rows())


def posted(page: Page, typed: Dict[str, List[str]], button: str) -> Dict[str, Any]:
    data: Dict[str, Any] = {name: found for name, found in page.form.values().items() if "__prefix__" not in name}
    data.update(typed)
    data[button if button in page.form.buttons else "_save"] = ["1"]
    return data


def no_difference(what: str, before: Rows, after: Rows) -> None:
    found = [f"{where}: {one!r} became {other!r}" for where, one, other in differing(before, after)]
    expect(not found, "\n".join([what, *found]))


def expect(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Difference(otherwise)
