"""Every function of the guard raises once while a list, an action or a deletion is asked for or done.

None is a 500, nothing is half done, what was typed is in the answer, and the next attempt goes through.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Callable, Dict, List

import pytest

from tests.guard.conftest import Use
from tests.guard.newsdesk import Desk, Form
from tests.guard.press.models import Section, Story
from tests.guard.test_net import CALLED_BY_DJANGO, Fuse, Rehearsal, functions, noting, title

pytestmark = [
    pytest.mark.parametrize("database", ["postgresql"], indirect=True),
    pytest.mark.expects_fault,
]

MODULES = (
    "bulk_write",
    "conflict.history",
    "lock_service",
    "save",
    "turn",
    "version.base",
    "version.compare",
    "version.confirmation",
    "version.digest",
    "version.examination",
    "version.guarded_forms",
    "version.locks",
    "version.reading",
    "version.rowsets",
    "version.shapes",
    "version.snapshot",
    "version.submission",
    "views.actions",
    "views.cascade",
    "views.changelist",
    "views.delete",
    "views.list_formset",
    "views.list_rows",
    "write",
)


def mail(self: Any, request: Any, queryset: Any) -> None:
    queryset.update(body="Mailed")


@pytest.fixture(autouse=True)
def _admin(database: str, use: Use) -> None:
    use(Story, list_display=["id", "title"], list_editable=["title"], actions=["mail"], mail=mail)


def new_story() -> Story:
    Story.objects.all().delete()
    section = Section.objects.get_or_create(name="Politics")[0]
    for name in ("First", "Second"):
        Story.objects.create(title=name, slug=name.lower(), body="Before", section=section)
    return Story.objects.get(title="First")


def all_rows() -> Any:
    return list(Story.objects.order_by("slug").values_list("title", "body"))


BEFORE = [("First", "Before"), ("Second", "Before")]


def go_on(answer: Form, typed: str = "") -> None:
    """Nothing was done by a POST that was refused, and what was typed is there; it is done after at most two more."""
    for _ in range(2):
        if answer.was_saved:
            return
        assert answer.status == 409, answer.status
        assert all_rows() == BEFORE, "something was half done"
        assert "by somebody else" not in answer.text, "told as somebody's doing"
        assert not typed or any(typed in values for values in answer.data.values()), "what was typed is lost"
        is_whole = {"_save", "post"} & set(answer.data) or answer.data.get("action", [""])[0]
        answer = answer.post() if is_whole else answer.save()
    assert answer.was_saved, (answer.reason, answer.errors)


def typed_into(desk: Desk, story: Story) -> Form:
    page = desk.list(Story)
    (row,) = [name for name, value in page.data.items() if value == [story.title] and name.endswith("-title")]
    page[row] = "Mine"
    return page


def chosen(desk: Desk, story: Story, action: str) -> Form:
    page = desk.list(Story)
    page["action"], page["_selected_action"] = action, [str(story.pk)]
    return page


def list_is_opened(fuse: Any, desk: Desk, story: Story) -> None:
    fuse.arm()
    page = typed_into(desk, story)
    fuse.disarm()
    go_on(page.save())
    assert all_rows() == [("Mine", "Before"), ("Second", "Before")]


def list_is_saved(fuse: Any, desk: Desk, story: Story) -> None:
    page = typed_into(desk, story)
    fuse.arm()
    answer = page.save()
    fuse.disarm()
    go_on(answer, "Mine")
    assert all_rows() == [("Mine", "Before"), ("Second", "Before")]


def list_is_refused(fuse: Any, desk: Desk, story: Story) -> None:
    page = typed_into(desk, story)
    Story.objects.filter(pk=story.pk).update(title="Theirs")
    fuse.arm()
    answer = page.save()
    fuse.disarm()
    assert answer.status == 409
    assert all_rows() == [("Theirs", "Before"), ("Second", "Before")]
    assert any("Mine" in values for values in answer.data.values()), "what was typed is lost"


def action_is_run(fuse: Any, desk: Desk, story: Story) -> None:
    page = chosen(desk, story, "mail")
    fuse.arm()
    answer = page.post()
    fuse.disarm()
    go_on(answer)
    assert all_rows() == [("First", "Mailed"), ("Second", "Before")]


def deletion_of_many_is_asked(fuse: Any, desk: Desk, story: Story) -> None:
    page = chosen(desk, story, "delete_selected")
    fuse.arm()
    answer = page.post()
    fuse.disarm()
    if "post" not in answer.data:  # it was refused, and is asked for again
        assert answer.status == 409
        answer = answer.post()
    assert all_rows() == BEFORE
    go_on(answer.post())
    assert all_rows() == BEFORE[1:]


def deletion_of_many_is_confirmed(fuse: Any, desk: Desk, story: Story) -> None:
    page = chosen(desk, story, "delete_selected").post()
    fuse.arm()
    answer = page.post()
    fuse.disarm()
    go_on(answer)
    assert all_rows() == BEFORE[1:]


def deletion_is_asked(fuse: Any, desk: Desk, story: Story) -> None:
    fuse.arm()
    page = desk.open(story, "delete")
    fuse.disarm()
    go_on(page.post())
    assert all_rows() == BEFORE[1:]


def deletion_is_confirmed(fuse: Any, desk: Desk, story: Story) -> None:
    page = desk.open(story, "delete")
    fuse.arm()
    answer = page.post()
    fuse.disarm()
    go_on(answer)
    assert all_rows() == BEFORE[1:]


WAYS: Dict[str, Callable[[Any, Desk, Story], None]] = {
    way.__name__: way
    for way in (
        list_is_opened,
        list_is_saved,
        list_is_refused,
        action_is_run,
        deletion_of_many_is_asked,
        deletion_of_many_is_confirmed,
        deletion_is_asked,
        deletion_is_confirmed,
    )
}


def while_it_lasts(way: str, fuse: Any, desk: Desk, story: Story) -> None:
    """The way with a fault that comes at each call, from the first page to the end."""
    disarm, fuse.disarm = fuse.disarm, lambda: None
    try:
        WAYS[way](fuse, desk, story)
    finally:
        fuse.disarm = disarm
        fuse.disarm()


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("way", list(WAYS))
def test_a_fault_of_ours_beside_a_form_is_no_500_and_does_nothing_by_halves(way: str, ada: Desk) -> None:
    calls = Rehearsal(MODULES).play(WAYS[way], ada, new_story())
    assert sum(map(bool, calls.values())) > 20
    check(way, WAYS[way], calls, functions(MODULES), ada)


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("way", [way for way in WAYS if way != "list_is_refused"])
def test_a_fault_of_ours_beside_a_form_that_lasts_keeps_nobody_from_it(way: str, ada: Desk) -> None:
    lasting = partial(while_it_lasts, way)
    calls = Rehearsal(MODULES).play(lasting, ada, new_story())
    check(way, lasting, calls, functions(MODULES, besides=CALLED_BY_DJANGO), ada, lasts=True)


def check(way: str, play: Any, calls: Dict[str, int], faults: Any, ada: Desk, lasts: bool = False) -> None:
    symptoms: List[str] = []
    for function in faults:
        if not calls[title(function)] or title(function) == "version.shapes.is_plain":
            continue  # that one is called once for each kind of widget
        story = new_story()
        fuse = Fuse(*function, at=1, lasts=lasts)
        with fuse.put_in(), noting(symptoms, title(function)):
            play(fuse, ada, story)
    assert not symptoms, "\n".join([way, *symptoms])
