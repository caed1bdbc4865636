"""The admins of the test projects, alone and with another writer, beside the same admins without the mixin."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from typing import Any, Dict, Iterator, List, Sequence, Type

import pytest
from django.apps import apps
from django.db import models
from hypothesis import strategies as st

from tests.guard.oracle import long_run, shown, sides, values
from tests.guard.oracle.differences import compare, value_at
from tests.guard.oracle.fixed import FixedMeeting
from tests.guard.oracle.meetings import expect
from tests.guard.oracle.pages import Form, Page, Values, not_ours, sanitised
from tests.guard.oracle.project_admins import ProjectSide, guarded_admins, key_of, spec_of, written
from tests.guard.oracle.sequences import BUTTONS, Player, Seen, Step, is_typed
from tests.guard.oracle.sides import BEGIN, Difference, Rows, Spec, fill, plain_value, rows
from tests.guard.oracle.writers import Write

MEETINGS = long_run.CHUNK if long_run.LONG else 2

every_admin = pytest.mark.parametrize("model", [pytest.param(one, id=one._meta.label) for one in guarded_admins()])


@pytest.fixture(autouse=True)
def _rows_of_its_app(model: Type[models.Model], monkeypatch: Any) -> None:
    monkeypatch.setattr(sides, "APPS", [model._meta.app_label])


@dataclass
class Typing(Step):
    """names: the controls that are typed into. types_all: into all of them. grows: a row is added to each inline.
    once: the form is posted once, and where it leads to is not opened."""

    names: Sequence[str] = ()
    types_all: bool = False
    grows: bool = False
    once: bool = False


class Typist(Player):
    """Types what is asked for, and begins each step with the same rows, so that a page is opened once for all. Where
    there was a mistake, it types into those controls alone the next time.

    pick: chooses one of several values. other: a page of the same kind, whose values are typed here.
    """

    def __init__(self, side: Any, spec: Spec, pick: Any = None, other: Any = None) -> None:
        super().__init__(side, pick)
        self.spec = spec
        self.other: Form = other
        self.opened: Dict[Any, Any] = {}
        self.mistaken: List[str] = []

    def played(self, step: Any) -> List[Seen]:
        fill(self.spec)
        self.side.clock.now = BEGIN
        self.seen = []
        if step.once:
            self._post(step, self._open(step), 0)
            self.side.browser.client.cookies.pop("messages", None)  # other steps go on and read them
        else:
            self.play(step)
        return self.seen

    def _open(self, step: Any) -> Page:
        key = (step.kind, self.url(step))
        if key not in self.opened:
            self.opened[key] = super()._open(step), self.seen[-1]
        page, seen = self.opened[key]
        self.seen = [seen]
        return page

    def _post(self, step: Any, page: Page, attempt: int) -> Page:
        self.mistaken = shown.mistaken(page)
        return super()._post(step, page, attempt)

    def typed(self, step: Any, form: Form) -> Values:
        typed: Values = {}
        for prefix in form.patterns if step.grows and not step.typed else ():
            typed.update(form.add_row(prefix))
        names = [name for name in names_of(form) if not is_taken_away(name)] if step.types_all else step.names
        found = {name: choices(name, form, self.other) for name in names}
        mistakes = [name for name in names if any(is_part(name, control) for control in self.mistaken)]
        if mistakes:  # to leave it empty may have been one
            found = {name: sorted(found[name], key=lambda value: value in ([], [""])) for name in mistakes}
        typed.update({name: self.draw(one) for name, one in found.items()})
        if step.kind in ("delete", "action"):
            typed["token"] = ["typed"]  # hooks read it there
        step.typed.append(typed)
        return typed


def names_of(form: Form) -> List[str]:
    """What can be typed into."""
    controls = [name for name, control in form.controls.items() if control.kind != "hidden"]
    return [name for name in [*controls, *form.files] if is_typed(name)]


def is_taken_away(name: str) -> bool:
    return name.endswith(("-DELETE", "-clear"))


def choices(name: str, form: Form, other: Form) -> List[List[str]]:
    """Other values for a control: first those of other rows, or of other options."""
    if name in form.files:
        return [["pixel.gif"], ["new.txt"]]
    control = form.controls[name]
    if control.kind == "checkbox" and len(control.options) == 1:
        return [[] if control.values else control.options]
    if control.kind == "select-multiple" or control.kind == "checkbox":
        found = [control.options[1:], control.options[:1], []]
    elif control.options:
        found = [[option] for option in control.options]
    else:
        field, column = name.rpartition("-")[2], re.sub(r"-\d+-", "-0-", name)
        found = [
            value
            for one in (other, form)
            for key, value in one.values().items()
            if re.sub(r"-\d+-", "-0-", key) == column and value != [""]
        ]
        found += [
            [sanitised(control.kind, text)]
            for text in [*values.VALID.get(field, values.TEXTS), *values.INVALID.get(field, [])]
        ]
    return [value for value in found if value != control.as_posted()] or [control.as_posted()]


def is_part(name: str, control: str) -> bool:
    return name == control or name.startswith((control + "_", control + "-"))


def simplest(found: List[Any]) -> Any:
    return found[0]


def steps_of(model: Type[models.Model], page: Form, listed: Form) -> Iterator[Typing]:
    """Everything that can be done with the first row."""
    key, other = key_of(model, 1), key_of(model, 2)
    yield Typing("change", key)
    for name in names_of(page):
        if not re.search(r"-[1-9]\d*-", name):  # of an inline, those of its first row
            yield Typing("change", key, names=[name], once=True)
    for button in BUTTONS[1:]:
        if button in page.buttons:
            yield Typing("change", key, button, types_all=True, grows=button == "_continue")
    yield Typing("add", once=True)
    yield Typing("add", types_all=True, grows=True)
    if names_of(listed):
        yield Typing("list")
        yield Typing("list", types_all=True)
        yield Typing("list", names=names_of(listed)[:1], once=True)
    for action in listed.controls["action"].options:
        yield Typing("action", action=action, pks=[other])
    for number in (1, 3):  # others belong to the first, and may protect it
        yield Typing("delete", key_of(model, number))


def begun(model: Type[models.Model], is_guarded: bool, spec: Spec, session: str, media: str) -> Any:
    return ProjectSide(guarded_admins()[model], model, is_guarded).begin(spec, session, {"MEDIA_ROOT": media})


@every_admin
@pytest.mark.timeout(300)
def test_whatever_is_done_alone_ends_as_without_the_mixin(people: Dict[str, str], model: Any, tmp_path: Any) -> None:
    spec = spec_of()
    with begun(model, False, spec, people["chief"], str(tmp_path / "plain")) as side:
        begin = rows()
        shown_first = [*(Step("change", key_of(model, number)) for number in (1, 2)), Step("list")]
        first, second, listed = (side.get(Player(side).url(step)).form for step in shown_first)
        steps = list(steps_of(model, first, listed))
        typist = Typist(side, spec, simplest, second)
        plain = [typist.played(step) for step in steps]
    with begun(model, True, spec, people["chief"], str(tmp_path / "guarded")) as side:
        typist = Typist(side, spec)
        guarded = [typist.played(step) for step in steps]
    for step, one, other in zip(steps, plain, guarded):
        try:
            compare(one, other, begin)
        except Difference as difference:
            raise Difference(f"{difference}\nafter {step}") from None
    saved = [step for step, seen in zip(steps, plain) if any(one.status == 302 for one in seen)]
    assert {"change", "add", "delete", "action"} <= {step.kind for step in saved}
    assert len(saved) > len(steps) / 2


def field_of(where: Any) -> Any:
    return apps.get_model(where[0])._meta.get_field(where[2])


class ProjectMeeting(FixedMeeting):
    """Another writes a column of the page.

    choice: of the column that both have written, "mine" or "theirs"; with nothing, I type into another.
    """

    def __init__(self, model: Type[models.Model], session: str, draw: Any, choice: str, media: str) -> None:
        self.chance, self.choice, self.is_same = draw, choice, bool(choice)
        self.model = model
        self.spec = spec_of(draw(st.integers(0, 2), label="shift"))
        self.session = session
        self.step = Step("change", key_of(model, 1), draw(st.sampled_from(["_save", "_continue"]), label="button"))
        self.settings = {
            "ADMIN_COLLABORATOR_MERGE_DISJOINT": draw(st.booleans(), label="merges"),
            "ADMIN_COLLABORATOR_PARTIAL_BULK": False,
        }
        self.media = media

    def side(self, is_guarded: bool) -> Any:
        return begun(self.model, is_guarded, self.spec, self.session, tempfile.mkdtemp(dir=self.media))

    def typing(self, side: Any, page: Page) -> Values:
        """Decides what I type and, as it is asked before the other writes, what they write."""
        names = [name for name in names_of(page.form) if not is_taken_away(name)]
        found = {
            where: [name for name in names if any(is_part(name, control) for control in controls)]
            for where, controls in sorted(shown.shown(page).items())
            if len(written(field_of(where), self.model)) > 1
        }
        where = self.chance(st.sampled_from([one for one, controls in found.items() if controls]), label="theirs")
        before = value_at(rows(), where)
        values_of_theirs = map(plain_value, reversed(written(field_of(where), self.model)))
        theirs = [value for value in values_of_theirs if value != before]
        self.write = Write(
            "update",
            apps.get_model(where[0]),
            where[1],
            {where[2]: self.chance(st.sampled_from(theirs), label="value")},
        )
        others = [[name] for name in names if name not in found[where]]
        mine = found[where] if self.is_same else self.chance(st.sampled_from(others or [[]]), label="mine")
        other = side.get(Player(side).url(Step("change", key_of(self.model, 2)))).form
        return {name: self.chance(st.sampled_from(choices(name, page.form, other)), label=name) for name in mine}

    def looks_otherwise(self, page: Page) -> bool:
        is_file = isinstance(field_of(self.write.where), models.FileField)
        return is_file or super().looks_otherwise(page)  # a link, which is no control

    @property
    def is_conflict(self) -> bool:
        """Whether both have entered something in one column, and not the same."""
        known = [not_ours(page.form.values()) for page in (self.without_the_guard[0], self.fresh)]
        is_new = all(value not in [one.get(name, []) for one in known] for name, value in self.typed.items())
        return self.is_same and bool(set(self.typed) - set(self.retyped)) and is_new

    def accepted(self, stale: Page, after: Rows, has_written: bool) -> None:
        expect(not self.is_conflict, "saved, although another has changed what was typed into")
        super().accepted(stale, after, has_written)

    def resolve(self, side: Any, page: Page) -> None:
        expect((page.status, page.reason) == (409, "changed"), f"refused as {page.status} {page.reason}")
        merges = self.settings["ADMIN_COLLABORATOR_MERGE_DISJOINT"]
        makes_another_row = self.model._meta.pk.name in self.typed
        expect(
            self.is_same or not merges or makes_another_row,
            "refused, although the project merges what others wrote elsewhere",
        )
        super().resolve(side, page)
        _, plain, plain_after = self.without_the_guard
        is_file = set(self.typed) & set(page.form.files)  # which a browser leaves out the second time
        if self.is_conflict and self.choice != "theirs" and plain.status == 302 and not is_file:
            mine, wanted = (value_at(found, self.write.where) for found in (rows(), plain_after))
            expect(mine == wanted, f"{self.write.where}: mine was {wanted!r} and chosen, and it is {mine!r}")


@every_admin
@pytest.mark.timeout(300)
def test_what_another_writes_meanwhile_is_kept_or_asked(people: Dict[str, str], model: Any, tmp_path: Any) -> None:
    def play(draw: Any) -> None:
        for choice in (draw(st.sampled_from(["theirs", "mine"]), label="choice"), ""):
            ProjectMeeting(model, people["chief"], draw, choice, str(tmp_path)).play()

    what = f"project {guarded_admins()[model].__module__}.{model.__name__}"  # several projects have one of this model
    long_run.run(play, what, 0, MEETINGS)
