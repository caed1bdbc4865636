"""Every function of the guard raises once: on GET, on POST, and while a refusal is drawn. Nobody loses anything."""

from __future__ import annotations

import functools
import importlib
import inspect
import sys
import types
from contextlib import ExitStack, contextmanager
from typing import Any, Callable, Collection, Dict, Iterator, List, Sequence, Tuple

import pytest
from django import forms
from django.contrib import admin
from django.contrib.admin.models import LogEntry

from django_admin_collaborator.guard.write import Attempt
from tests.guard.conftest import Use
from tests.guard.newsdesk import Desk, Form
from tests.guard.press.models import Passage, Section, Story, Topic

pytestmark = [
    pytest.mark.parametrize("database", ["postgresql"], indirect=True),
    pytest.mark.expects_fault,
    pytest.mark.slow,
]

MODULES = (
    "conflict.responses",
    "version.base",
    "conflict.items",
    "version.digest",
    "conflict.display",
    "conflict.history",
    "conflict.texts",
    "current_write",
    "lock_service",
    "row",
    "save_signals",
    "turn",
    "version.fillable",
    "version.form_input",
    "version.locks",
    "version.places",
    "version.submission",
    "version.verdicts",
    "version.examination",
    "version.guarded_forms",
    "version.snapshot",
    "version.reading",
    "version.rowsets",
    "version.shapes",
    "version.values",
    "way_on",
    "write",
    "views.change_form",
    "version.compare",
    "save",
)

THE_NET_ITSELF = {
    "bulk_write.Bulk._end",
    "bulk_write.Bulk.tell_if_unprotected",
    "write.of",
    "views.change_form.ChangeFormGuard.change_view",
    "views.change_form.ChangeFormGuard.changeform_view",
    "views.change_form.Place.inside",
    "views.change_form._name_draft",
    "views.change_form._saved",
    "views.changelist.ListGuard.changelist_view",
    "views.list_formset._base_of_page",
    "version.examination._initial",
    "save._write_down",
    "save.telling",
    "save._messages",
    "save._refusal_of",
    "save.is_alone",
    "save.netted",
    "way_on.is_taken",
    "way_on.offer",
}
"""The outermost hooks, what answers when anything else has raised, and what a template or a commit calls."""

CALLED_BY_DJANGO = {
    "views.change_form.ChangeFormGuard._create_formsets",
    "views.change_form.ChangeFormGuard._changeform_view",
    "views.change_form.ChangeFormGuard.get_form",
    "views.change_form.ChangeFormGuard.get_object",
    "views.change_form.ChangeFormGuard.render_change_form",
    "views.change_form.ChangeFormGuard.save_form",
    "views.change_form.ChangeFormGuard.save_related",
    "views.change_form.rendered_object",
    "views.change_form.unwrapped",
    "views.actions.ActionGuard.response_action",
    "views.changelist.ListGuard.get_changelist_formset",
    "views.delete.DeleteGuard._delete_view",
    "views.delete.DeleteGuard.get_deleted_objects",
    "views.delete.DeleteGuard.render_delete_form",
    "views.delete._net",
    "save.left_out",
}
"""With a fault in these that lasts, no page can go on without the package: they are what Django calls."""

PACKAGE = "django_admin_collaborator.guard."

Way = Callable[[Any, Form, Story], None]
"""Called with what is to be armed, a page to post, and its object."""


class Fault(Exception):
    """What no function of the guard expects."""


def as_a_line_of(module: str, name: str) -> None:
    """Raise a Fault where no net of that module can be around it: at the entry of the function."""
    types.FunctionType(_raise.__code__, {"__name__": module, "Fault": Fault})(name)


def _raise(name: str) -> None:
    raise Fault(name)


def functions(modules: Sequence[str] = MODULES, besides: Collection[str] = ()) -> List[Tuple[Any, str]]:
    """(where it is defined, its name) of every function, method and property, ``besides`` some."""
    found: List[Tuple[Any, str]] = []
    for name in modules:
        module = importlib.import_module(PACKAGE + name)
        for attribute, value in vars(module).items():
            if getattr(value, "__module__", "") != module.__name__:
                continue
            if inspect.isfunction(value):
                found.append((module, attribute))
            elif inspect.isclass(value) and not issubclass(value, Exception):
                found += [(value, method) for method in vars(value) if _is_own(value, method)]
    return [function for function in found if title(function) not in {*THE_NET_ITSELF, *besides}]


def _is_own(cls: type, name: str) -> bool:
    value = inspect.getattr_static(cls, name)
    value = getattr(value, "__func__", getattr(value, "fget", value))
    if not inspect.isfunction(value):
        return False
    return not name.startswith("__") or (name == "__init__" and value.__qualname__ == f"{cls.__name__}.__init__")


def title(function: Tuple[Any, str]) -> str:
    where, name = function
    module = where.__name__ if inspect.ismodule(where) else where.__module__
    return ".".join([module[len(PACKAGE) :], *([] if inspect.ismodule(where) else [where.__name__]), name])


class Fuse:
    """Raises in one function, at one of the calls while it is armed.

    at: which call, from 1; 0: none, they are only counted. lasts: at all calls that follow, too.
    calls: how many there were.
    """

    def __init__(self, where: Any, name: str, at: int = 0, lasts: bool = False) -> None:
        self.calls = 0
        self._at = at
        self._lasts = lasts
        self._is_armed = False
        self._where, self._name = where, name
        self._before = inspect.getattr_static(where, name)

    def arm(self) -> None:
        self._is_armed, self.calls = True, 0

    def disarm(self) -> None:
        self._is_armed = False
        assert self.calls >= self._at, "it did not raise"

    @contextmanager
    def put_in(self) -> Iterator[None]:
        changed = [(self._where, self._name)]
        if inspect.ismodule(self._where):
            changed += [
                (module, attribute)
                for title, module in list(sys.modules.items())
                if title.startswith("django_admin_collaborator.")
                for attribute, value in vars(module).items()
                if value is self._before and module is not self._where
            ]
        fused = self._fused(self._before)
        for where, name in changed:
            setattr(where, name, fused)
        try:
            yield
        finally:
            for where, name in changed:
                setattr(where, name, self._before)

    def _fused(self, value: Any) -> Any:
        if isinstance(value, property):
            return property(self._fused(value.fget))
        if isinstance(value, (staticmethod, classmethod)):
            return type(value)(self._fused(value.__func__))

        @functools.wraps(value)
        def raises(*args: Any, **kwargs: Any) -> Any:
            if self._is_armed:
                self.calls += 1
                if self._at and (self.calls == self._at or (self._lasts and self.calls > self._at)):
                    self._is_armed = self._lasts
                    as_a_line_of(value.__module__, self._name)
            return value(*args, **kwargs)

        return raises


class Rehearsal:
    """A fuse in every function, none of which raises: counts how often each is called in a way."""

    def __init__(self, modules: Sequence[str] = MODULES) -> None:
        self._fuses = {title(function): Fuse(*function) for function in functions(modules)}

    def arm(self) -> None:
        for fuse in self._fuses.values():
            fuse.arm()

    def disarm(self) -> None:
        for fuse in self._fuses.values():
            fuse.disarm()

    def play(self, way: Callable[..., None], *arguments: Any) -> Dict[str, int]:
        with ExitStack() as stack:
            for fuse in self._fuses.values():
                stack.enter_context(fuse.put_in())
            way(self, *arguments)
        return {title: fuse.calls for title, fuse in self._fuses.items()}


class Drawn(forms.TextInput):
    """A widget that is not drawn as Django draws its own."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> str:
        return "<b>" + str(super().render(name, value, attrs, renderer)) + "</b>"


class StoryForm(forms.ModelForm):
    note = forms.CharField(required=False)

    class Meta:
        model = Story
        exclude: Tuple[str, ...] = ()
        widgets = {"slug": Drawn}


class Passages(admin.TabularInline):
    model = Passage
    extra = 1


@pytest.fixture
def story(use: Use) -> Story:
    use(Story, form=StoryForm, inlines=[Passages])
    story = Story.objects.create(
        title="Budget", slug="budget", body="Before", section=Section.objects.create(name="Politics")
    )
    story.topics.set([Topic.objects.create(name=name) for name in ("Tax", "Rent", "Food")][:2])
    for text in ("One", "Two", "Three"):
        Passage.objects.create(story=story, text=text)
    return story


@pytest.fixture
def page(ada: Desk, story: Story) -> Form:
    """What every way posts that does not open a page itself."""
    return fill_in(ada.open(story))


def write_back(story: Story) -> None:
    """The rows as they were when ``page`` was opened."""
    columns = ("title", "slug", "body", "updated_at")
    Story.objects.update(**{column: getattr(story, column) for column in columns})
    Passage.objects.filter(text="Four of mine").delete()
    Passage.objects.filter(text="One of mine").update(text="One")
    LogEntry.objects.all().delete()


MINE = {"title": "Mine", "passages-0-text": "One of mine", "passages-3-text": "Four of mine"}

OF_OTHERS = {"changed", "gone", "held", "database-busy", "base-forged", "base-old"}
"""Reasons that speak of somebody's doing, or of an update."""


def stored(story: Story) -> Tuple[str, List[str]]:
    return (
        Story.objects.values_list("title", flat=True).get(pk=story.pk),
        list(Passage.objects.order_by("pk").values_list("text", flat=True)),
    )


BEFORE = ("Budget", ["One", "Two", "Three"])
AFTER = ("Mine", ["One of mine", "Two", "Three", "Four of mine"])


def fill_in(form: Form) -> Form:
    for name, value in MINE.items():
        form[name] = value
    return form


def check_refusal(answer: Form, story: Story, of_others: bool) -> None:
    assert answer.status in (409, 423), answer.status
    assert stored(story) == BEFORE, "something was half saved"
    missing = [value for value in MINE.values() if not any(value in values for values in answer.data.values())]
    assert not missing, f"typed, and not in the answer ({answer.reason}): {missing}"
    assert of_others or answer.reason not in OF_OTHERS, f"told as somebody's doing: {answer.reason}"


def go_on(answer: Form, story: Story, of_others: bool = False) -> None:
    """Post the answered page again, at most twice."""
    for _ in range(2):
        if answer.was_saved:
            break
        check_refusal(answer, story, of_others)
        answer = answer.post() if "_save" in answer.data else answer.save()
    assert answer.was_saved, f"no way on: {answer.reason} {answer.panel} {answer.errors}"
    assert stored(story) == AFTER, "not saved as typed"


def on_get(fuse: Any, page: Form, story: Story) -> None:
    fuse.arm()
    form = page.desk.open(story)
    fuse.disarm()
    go_on(fill_in(form).save(), story)


def on_post(fuse: Any, page: Form, story: Story) -> None:
    fuse.arm()
    answer = page.save()
    fuse.disarm()
    go_on(answer, story)


def on_post_while_others_changed_it(fuse: Any, page: Form, story: Story) -> None:
    Story.objects.update(body="Theirs")
    fuse.arm()
    answer = page.save()
    fuse.disarm()
    assert not answer.was_saved
    go_on(answer, story, of_others=True)


def while_it_lasts(fuse: Any, page: Form, story: Story) -> None:
    fuse.arm()
    go_on(page.save(), story)
    fuse.disarm()


def from_the_beginning(fuse: Any, page: Form, story: Story) -> None:
    fuse.arm()
    go_on(fill_in(page.desk.open(story)).save(), story)
    fuse.disarm()


def on_conflict_page(fuse: Any, page: Form, story: Story) -> None:
    Story.objects.update(body="Theirs")
    refuse = Attempt.refuse

    def refuse_and_arm(attempt: Attempt, refusal: Any) -> None:
        refuse(attempt, refusal)
        fuse.arm()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Attempt, "refuse", refuse_and_arm)
        answer = page.save()
    fuse.disarm()
    assert not answer.was_saved
    go_on(answer, story, of_others=True)
    assert Story.objects.get().body == "Theirs" or "could not be compared" in answer.panel


WAYS: Dict[str, Way] = {
    "GET": on_get,
    "POST": on_post,
    "POST, others changed it": on_post_while_others_changed_it,
    "conflict page": on_conflict_page,
}

LASTING: Dict[str, Way] = {"POST": while_it_lasts, "GET and POST": from_the_beginning}
"""With a fault that comes at each call."""

CALLS: Dict[str, Dict[str, int]] = {}
"""By way and function; rehearsed once."""


def rehearse(page: Form, story: Story) -> None:
    for name, way in {**WAYS, **{f"lasting, {name}": way for name, way in LASTING.items()}}.items():
        CALLS[name] = Rehearsal().play(way, page, story)
        write_back(story)


def faults(function: str) -> Iterator[Tuple[str, Way, int]]:
    """(what it is, the way, at which call) of every fault of this function that can be had."""
    calls = {name: CALLS[name][function] for name in WAYS}
    if calls["POST, others changed it"] == calls["conflict page"]:
        del calls["POST, others changed it"]  # the first call is that of the conflict page
    yield from ((name, WAYS[name], 1) for name in calls if calls[name])
    if calls["POST"] > 1:
        yield "POST, last call", on_post, calls["POST"]


@contextmanager
def noting(symptoms: List[str], what: str) -> Iterator[None]:
    """Whatever is raised in this block is a symptom, and the next one is tried all the same."""
    try:
        yield
    except Exception as error:
        symptoms.append(f"{what}: {type(error).__name__}: {str(error).splitlines()[:1]}")


@pytest.mark.parametrize("function", functions(), ids=title)
def test_a_fault_of_ours_loses_nothing(function: Tuple[Any, str], page: Form, story: Story) -> None:
    if not CALLS:
        rehearse(page, story)
    symptoms: List[str] = []
    for name, way, call in faults(title(function)):
        fuse = Fuse(*function, at=call)
        with fuse.put_in(), noting(symptoms, name):
            way(fuse, page, story)
        write_back(story)
    assert not symptoms


@pytest.mark.parametrize("function", functions(besides=CALLED_BY_DJANGO), ids=title)
def test_a_fault_of_ours_that_lasts_keeps_nobody_from_saving(
    function: Tuple[Any, str], page: Form, story: Story
) -> None:
    if not CALLS:
        rehearse(page, story)
    symptoms: List[str] = []
    for name, way in LASTING.items():
        if not CALLS[f"lasting, {name}"][title(function)]:
            continue
        fuse = Fuse(*function, at=1, lasts=True)
        with fuse.put_in(), noting(symptoms, name):
            way(fuse, page, story)
        write_back(story)
    assert not symptoms
