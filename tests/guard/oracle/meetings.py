"""One person with a page open, and one writer who commits before that page is posted."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cached_property
from typing import Any, Collection, Dict, NamedTuple, Optional, Sequence, Set, Tuple

from django.test import override_settings
from hypothesis import strategies as st

from tests.guard.oracle import admins, shown, values
from tests.guard.oracle.differences import differing, is_coarser, value_at
from tests.guard.oracle.pages import Page, Values, not_ours, sanitised
from tests.guard.oracle.sequences import ACTIONS, Player, Step, upload
from tests.guard.oracle.sides import PEOPLE, WORLDS, Difference, Rows, Side, rows
from tests.guard.oracle.writers import Write, writes

POSTS_TO_THE_END = 3
TAKE = "_collaborator_take-"
VOLATILE = {"opened_at", "initial-opened_at"}
CLOCK = {"updated_at", "published_at", "created_at", "history_date"}


class Later(NamedTuple):
    """What plain Django does where a page is opened later: the page, the rows then, what is typed, and the end."""

    page: Page
    stored: Rows
    touched: Set[str]
    answer: Page
    after: Rows


class Meeting:
    """told: what the guarded side has said, see ``Side``."""

    told: Sequence[str] = ()

    def __init__(self, draw: Any, people: Dict[str, str], worlds: Sequence[Any] = WORLDS) -> None:
        self.draw = draw
        self.model, self.model_admin = draw(admins.admins(), label="admin")
        self.spec = draw(values.specs(self.model), label="rows")
        self.session = people[draw(st.sampled_from(["chief", "editor", "chief", *PEOPLE]), label="person")]
        pks = st.sampled_from([row[self.model._meta.pk.name] for row in self.spec[self.model]])
        self.step = Step(
            draw(st.sampled_from(["change"] * 6 + ["list", "list", "delete", "action"])),
            pk=draw(pks),
            button=draw(st.sampled_from(["_save", "_continue"])),
            action=draw(st.sampled_from(ACTIONS)),
            pks=draw(st.lists(pks, min_size=1, unique=True)),
        )
        self.write: Write = draw(writes(self.spec, self.model, self.step.pk), label="write")
        self.settings = {
            "ADMIN_COLLABORATOR_MERGE_DISJOINT": draw(st.sampled_from([False, False, True]), label="merges"),
            "ADMIN_COLLABORATOR_PARTIAL_BULK": False,
        }
        self.world = draw(st.sampled_from(worlds), label="settings")

    typed: Values = {}
    """By control, what its page did not show."""

    retyped: Collection[str] = ()
    """Controls into which the value was typed that the row had, written in another way."""

    def side(self, is_guarded: bool) -> Any:
        return Side(self.model_admin, self.model, is_guarded).begin(self.spec, self.session, self.world)

    def open(self, side: Side) -> Page:
        """The page that is to be posted."""
        page = side.get(Player(side).url(self.step))
        if self.step.kind == "action" and self.step.action == "delete_selected" and page.form.values():
            page = side.post(page.url, {**page.form.values(), **self.selection})
        return page

    @property
    def selection(self) -> Values:
        return {"action": [self.step.action], "_selected_action": [str(pk) for pk in self.step.pks]}

    def posted(self, page: Page, typed: Values) -> Dict[str, Any]:
        data: Dict[str, Any] = {name: found for name, found in page.form.values().items() if "__prefix__" not in name}
        data.update({name: upload(found[0]) if name in page.form.files else found for name, found in typed.items()})
        for name, control in page.form.controls.items():  # where the page asks, mine
            if name.startswith(TAKE) and not control.values:
                data.setdefault(name, ["mine"])
        if self.step.kind == "action":
            data.update(self.selection)
        elif page.form.buttons:
            data[self.step.button if self.step.button in page.form.buttons else "_save"] = ["1"]
        return data

    def typing(self, side: Side, page: Page) -> Values:
        return Player(side, self.draw).typed(self.step, page.form)

    def play(self) -> None:
        try:
            self._play()
        except Difference as difference:
            told = "\n".join(self.told)
            raise Difference(f"{difference}\nafter {self.step}\nand {self.write}\n{told}") from None

    @cached_property
    def without_the_guard(self) -> Optional[Tuple[Page, Page, Rows]]:
        """The page, what plain Django answers when it is posted, and the rows then; None where there is no form."""
        with self.side(False) as side:
            page = self.open(side)
            if page.status != 200 or not page.form.values():
                return None
            before = dict(page.form.values())  # typing may add rows
            typed = self.typing(side, page)
            self.typed = {name: found for name, found in typed.items() if found != before.get(name, [])}
            self.retyped = shown.unchanged(page, self.typed)
            self.write.carry_out()
            plain = side.post(page.url, self.posted(page, self.typed))
            plain_after = rows()
        with self.side(False) as side:
            self.write.carry_out()
            self.fresh = self.open(side)
        return page, plain, plain_after

    def _play(self) -> None:
        if self.without_the_guard is None:
            return
        page, plain, plain_after = self.without_the_guard
        with override_settings(**self.settings), self.side(True) as side:
            self.told = side.told
            stale = self.open(side)
            begin = rows()
            self.write.carry_out()
            before = rows()
            answer = side.post(stale.url, self.posted(stale, self.typed))
            after = rows()
            if answer.was_refused:
                no_difference("a refusal wrote", before, after)
                expect(plain.status != 403, "refused before Django could forbid it")
                if plain.status >= 500 and not answer.form.buttons:
                    return  # Django cannot draw what was typed, and it is shown without the form
                # What a control cannot show would be lost by a save, though the page looks the same.
                is_unshowable = self.write.where in shown.unshowable(self.fresh, (), before)
                expect(is_unshowable or self.looks_otherwise(page), "refused, although the page would look the same")
                self.shows_what_was_typed(page, answer)
                self.shows_what_is_stored(page, answer)
                self.resolve(side, answer)
            else:
                is_dropped = self.may_be_dropped(page) and (plain.status, answer.status) == (200, 302)
                is_same = answer.status == plain.status or is_dropped
                expect(is_same or self.is_as_later(stale, answer), f"plain {plain.status}, guarded {answer.status}")
                if answer.status == 302:
                    self.accepted(stale, after, has_written=begin != before)
                else:
                    expected = plain_after if answer.status == plain.status else before
                    no_difference("an answer that is no refusal", expected, after)

    def is_as_later(self, stale: Page, answer: Page) -> bool:
        """Whether plain Django answers so where the page was opened after the other writer, who may have put right
        what is a mistake in the older page, or the other way round."""
        typed = self.typed_later(stale)
        is_form = self.step.kind in ("change", "list")
        if not is_form or typed is None or answer.status not in (200, 302):
            return False
        return self.opened_later(typed).answer.status == answer.status

    def may_be_dropped(self, page: Page) -> bool:
        """Whether plain Django minds a row that another took away, for ever, and the guard goes on without it: below
        an object where the project merges, and in a list where nobody touched it."""
        if self.step.kind == "list":
            return bool(set(self.numbers_of_rows(page)) - set(self.numbers_of_rows(self.fresh)))
        return bool(self.settings["ADMIN_COLLABORATOR_MERGE_DISJOINT"]) and self.write.kind == "delete"

    def numbers_of_rows(self, page: Page) -> Dict[str, str]:
        """Of a list, by key."""
        end = f"-{self.model._meta.pk.name}"
        found = page.form.values().items()
        return {
            value[0]: name[len("form-") : -len(end)]
            for name, value in found
            if name.startswith("form-") and name.endswith(end)
        }

    def typed_later(self, stale: Page) -> Optional[Values]:
        """What was typed, by the controls of the page of now; None where these are others."""
        now, before = not_ours(self.fresh.form.values()), not_ours(stale.form.values())
        typed = {name: value for name, value in self.typed.items() if name not in self.retyped}
        if self.step.kind != "list":
            return typed if set(now) == set(before) else None
        numbers, found = self.numbers_of_rows(self.fresh), {}
        keys = {number: key for key, number in self.numbers_of_rows(stale).items()}
        for name, value in typed.items():
            prefix, number, column = name.split("-", 2)
            if keys[number] not in numbers:
                return None
            found[f"{prefix}-{numbers[keys[number]]}-{column}"] = value
        return found

    def looks_otherwise(self, page: Page) -> bool:
        """Whether the page shows something else after the other writer."""
        if self.step.kind not in ("change", "list"):
            return True
        now, then = (
            {
                name: (control.as_posted(), control.options)
                for name, control in one.form.controls.items()
                if name not in VOLATILE and not_ours({name: []})
            }
            for one in (self.fresh, page)
        )
        return now != then or self.fresh.status != page.status

    def shows_what_was_typed(self, page: Page, answer: Page) -> None:
        for name, found in self.typed.items():
            control = page.form.controls.get(name)
            if control is None or "-" in name:
                continue  # rows may have moved
            wanted = [sanitised(control.kind, value) for value in found]
            now = answer.form.values().get(name, [])
            if name in self.retyped and now == self.fresh.form.values().get(name, []):
                continue
            expect(now == wanted or not answer.form.buttons, f"{name}: typed {wanted}, the refusal shows {now}")

    def shows_what_is_stored(self, page: Page, answer: Page) -> None:
        """What I left alone is shown as the row has it now."""
        now, stored, before = (not_ours(one.form.values()) for one in (answer, self.fresh, page))
        if self.step.kind != "change" or set(stored) != set(before):
            return  # rows have moved
        for name, found in stored.items():
            if not self.is_touched(name, before) and name not in VOLATILE:
                expect(now.get(name) == found, f"{name}: stored {found}, the refusal shows {now.get(name)}")

    def is_touched(self, name: str, before: Values) -> bool:
        """Whether a control, or another part of the same field, was typed into; or that of a hidden control, which
        has what its field showed at first."""
        name = name[len("initial-") :] if name.startswith("initial-") else name
        stem = name[:-2] if name[-2:] in ("_0", "_1") else name
        return any(one.startswith(stem) and found != before.get(one, []) for one, found in self.typed.items())

    def accepted(self, stale: Page, after: Rows, has_written: bool) -> None:
        """has_written: what the other writer wrote was not there before."""
        where = self.write.where
        # What is merged is computed with: see as_if_opened_later().
        has_written = has_written and not self.settings["ADMIN_COLLABORATOR_MERGE_DISJOINT"]
        if where is not None and has_written and self.step.kind in ("change", "list") and where in shown.shown(stale):
            theirs, wanted = value_at(after, where), next(iter(self.write.values.values()))
            expect(theirs == wanted, f"{where} was written as {wanted!r}, and is {theirs!r}")
        is_deletion = self.step.kind == "delete" or (
            self.step.kind == "action" and self.step.action == "delete_selected"
        )
        if is_deletion and self.write.kind == "create":
            label = self.write.model._meta.label
            expect(bool(after[label]), f"a {label} that was added after the confirmation is deleted")
        if is_deletion:
            shown_before, shown_now = self.forms_of_deleted(is_later=False), self.forms_of_deleted(is_later=True)
            changed = [pk for pk, form in shown_before.items() if shown_now.get(pk, form) != form]
            expect(not changed, f"{changed} were changed after the confirmation was asked for, and are deleted")
        now, before = not_ours(self.fresh.form.values()), not_ours(stale.form.values())
        if self.step.kind == "change" and not self.settings["ADMIN_COLLABORATOR_MERGE_DISJOINT"]:
            for name in {**now, **before}:
                is_other = now.get(name) != before.get(name) and name not in VOLATILE
                expect(not is_other or self.is_touched(name, before), f"saved although {name} was changed by others")
        typed = self.typed_later(stale)
        if typed is not None:
            self.as_if_opened_later(typed, after)

    def forms_of_deleted(self, is_later: bool) -> Dict[Any, Values]:
        """What the change forms of all that is to be deleted show before and after the other writer, by key."""
        pks = self.step.pks if self.step.kind == "action" else [self.step.pk]
        found: Dict[Any, Values] = {}
        with self.side(False) as side:
            if is_later:
                self.write.carry_out()
            for pk in pks:
                page = side.get(Player(side).url(replace(self.step, kind="change", pk=pk)))
                if page.status == 200:
                    form = not_ours(page.form.values())
                    found[pk] = {name: value for name, value in form.items() if name not in VOLATILE}
        return found

    def as_if_opened_later(self, typed: Values, after: Rows) -> None:
        """Compare with plain Django where the page was opened after the other writer."""
        later = self.opened_later(typed)
        fresh, stored, touched = later.page, later.stored, later.touched
        hidden = shown.unshowable(fresh, touched, stored)
        # Plain Django may fail over what it would write in place of a value that is kept.
        # A list without rows has no form.
        is_form = self.step.kind == "change" or (self.step.kind == "list" and bool(fresh.form.buttons))
        is_saved = later.answer.status == 302 or not is_form or bool(hidden)
        expect(is_saved, f"saved, and {later.answer.status} where the page was opened later")
        for where in hidden:
            kept, guarded = value_at(stored, where), value_at(after, where)
            expect(kept == guarded, f"{where}: {kept!r} became {guarded!r}, although its control does not offer it")
            return
        untouched = shown.untouched(fresh, touched)
        for where, plain, guarded in differing(later.after, after):
            kept = value_at(stored, where)
            is_kept = where in untouched and is_coarser(kept, plain) and guarded == kept
            is_later = where[2] in CLOCK and plain is not None and guarded is not None
            if not is_kept and not is_later and not self.is_history_of_merge(where, plain, guarded):
                raise Difference(f"{where}: plain {plain!r}, guarded {guarded!r}, before {kept!r}")

    def is_history_of_merge(self, where: shown.Where, plain: Any, guarded: Any) -> bool:
        """Whether Django names what others wrote and we took over, as the line ends of a browser are others."""
        if where[2] != "change_message" or not self.settings["ADMIN_COLLABORATOR_MERGE_DISJOINT"]:
            return False
        named, ours = _named(plain), _named(guarded)
        return ours < named and self.write.where is not None and named - ours == {self.write.where[2]}

    def computed(self, where: shown.Where) -> Any:
        """What plain Django makes of this column, as the model computes it, where nobody types into its control."""
        controls = shown.shown(self.fresh)[where]
        typed = {
            name: found
            for name, found in self.typed.items()
            if not any(name == control or name.startswith(control + "_") for control in controls)
        }
        return value_at(self.opened_later(typed).after, where)

    def opened_later(self, typed: Values) -> Later:
        """What plain Django does where the page is opened after the other writer, and this is typed."""
        with self.side(False) as side:
            self.write.carry_out()
            page, stored = self.open(side), rows()
            now = page.form.values()
            typed = {name: found for name, found in typed.items() if name not in VOLATILE}  # both are posted later
            touched = {name for name, found in typed.items() if found != now.get(name, [])}
            answer = side.post(page.url, self.posted(page, typed))
            return Later(page, stored, touched, answer, rows())

    def resolve(self, side: Side, page: Page) -> None:
        """Save what the page of the refusal shows, until it is saved."""
        choice = self.draw(st.sampled_from(["mine", "theirs", ""]), label="choice")
        answer: Optional[Page] = None
        for _ in range(POSTS_TO_THE_END):
            may_go_on = "_saveasnew" in page.form.buttons or page.reason != "gone"  # the person may not add one
            if not page.form.values() or not may_go_on:
                is_gone = self.write.kind == "delete" or side.get(page.url).status == 302  # or out of their sight
                expect(is_gone, "a refusal without a form")
                return
            chosen = {
                name: [choice]
                for name, control in page.form.controls.items()
                if name.startswith(TAKE) and choice in control.options
            }
            if page.reason == "undecided":  # what nothing was chosen for
                asked = [name for name in page.form.controls if name.startswith(TAKE)]
                data = self.posted(page, {name: ["mine"] for name in asked if name not in page.form.values()})
            else:
                data = self.posted(page, chosen)
            if "_saveasnew" in page.form.buttons and (self.write.kind == "delete" or page.reason == "gone"):
                data = {
                    **{name: found for name, found in data.items() if name != self.step.button},
                    "_saveasnew": ["1"],
                }
            before = rows()
            answer = side.post(page.url, data)
            if answer.status == 302:
                break
            no_difference("a refusal wrote", before, rows())
            if not answer.was_refused:
                return  # a mistake in the form, for which plain Django has the words
            page = answer
        assert answer is not None
        expect(answer.status == 302, f"refused again: {answer.status} {answer.reason}")
        where = self.write.where
        if choice == "theirs" and chosen and where is not None and where in shown.shown(self.fresh):
            theirs, wanted = value_at(rows(), where), next(iter(self.write.values.values()))
            is_theirs = theirs == wanted or theirs == self.computed(where)
            expect(is_theirs, f"{where}: theirs was {wanted!r} and chosen, and it is {theirs!r}")
        elif not chosen and "_saveasnew" not in data and self.write.kind != "delete" and self.step.kind == "change":
            shown_there = {name: control.as_posted() for name, control in page.form.controls.items()}
            self.as_if_opened_later(not_ours(shown_there), rows())


def _named(message: str) -> Set[str]:
    """Fields of the object itself that an entry of its history names as changed."""
    changes = [change.get("changed", {}) for change in json.loads(message)] if message.startswith("[") else []
    names = [name for change in changes if "object" not in change for name in change.get("fields", ())]
    return {name.lower().replace(" ", "_") for name in names}


def no_difference(what: str, before: Rows, after: Rows) -> None:
    found = [f"{where}: {one!r} became {other!r}" for where, one, other in differing(before, after)]
    expect(not found, "\n".join([what, *found]))


def expect(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Difference(otherwise)
