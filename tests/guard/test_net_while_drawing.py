"""Every function of the package raises once while a page is drawn: one that opens, and one that refuses.

Which functions these are, a trace of the same request says. None is a 500: the page opens, or refuses with everything
that was typed, the log has it once, and what was refused can be saved from there.
"""

from __future__ import annotations

import logging
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional, Set, Tuple

import pytest
from django.contrib import admin
from django.core import serializers

from django_admin_collaborator import log_once
from django_admin_collaborator.guard.version import reading
from tests.guard.conftest import Use
from tests.guard.newsdesk import Desk, Form
from tests.guard.press.models import Passage, Section, Story, Topic
from tests.guard.tabs import Tab
from tests.guard.traced_calls import Call, Trace, catching, kind

pytestmark = [
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
    pytest.mark.expects_fault,
    pytest.mark.slow,
    pytest.mark.timeout(300),
]

TYPED = "Typed by ada"
REFUSED = (409, 423)
THE_NET_ITSELF = {
    "faults.py logged",
    "admin_templates.py __init__",
    "admin_templates.py render",
    "admin_templates.py act_in_net",
    "guard/save.py _messages",
    "guard/save.py is_alone",
    "guard/save.py netted",
    "guard/views/change_form.py _saved",
    "guard/views/change_form.py change_view",
    "guard/views/change_form.py changeform_view",
    "guard/views/changelist.py changelist_view",
    "guard/views/delete.py delete_view",
    "guard/views/versions.py history_view",
    "page/media.py _css",
    "page/media.py _js",
    "page/media.py absolute_path",
    "page/site_index.py extended",
    "utils.py _net",
    "utils.py change_view",
    "utils.py changelist_view",
}
"""What answers when anything else has raised, and what Django calls to get there."""


TELL_NOBODY = {"guard/version/examination.py _mine_column", "guard/views/list_formset.py full_clean"}
"""The first takes what it cannot read for another value, which is shown; the second is called by a condition of a
template, which Django takes for false."""


class Newsroom:
    """Two people, one of whom may be editing the story, and what is in the database."""

    def __init__(self, ada: Desk, ben: Desk) -> None:
        self.ada, self.ben = ada, ben
        section = Section.objects.create(name="Politics")
        self.story, self.other = (
            Story.objects.create(title=name, slug=name.lower(), body="Before", section=section)
            for name in ("First", "Second")
        )
        self.story.topics.set([Topic.objects.create(name="Tax")])
        for text in ("One", "Two"):
            Passage.objects.create(story=self.story, text=text)
        self.tab: Optional[Tab] = None
        self.logged: List[logging.LogRecord] = []

    def ben_edits(self) -> None:
        if self.tab is None:
            self.tab = Tab(self.story, self.ben.user)
        self.tab.claim()

    def rows(self) -> str:
        return serializers.serialize("json", [*Story.objects.order_by("pk"), *Passage.objects.order_by("pk")])

    def put_back(self, rows: str) -> None:
        Story.objects.all().delete()
        for row in serializers.deserialize("json", rows):
            row.save()


class Request(NamedTuple):
    """What ada sends again and again. data: None for a GET."""

    desk: Desk
    url: str
    data: Any = None
    cookies: Any = None

    def send(self) -> Any:
        client = self.desk.client
        if self.cookies is not None:
            client.cookies = self.cookies.copy()
        return client.get(self.url) if self.data is None else client.post(self.url, self.data)

    def page(self, response: Any) -> Form:
        return Form(self.desk, self.url, response)


def posting(page: Form, button: str = "") -> Request:
    data = {**page.data, **({button: ["1"]} if button else {})}
    return Request(page.desk, page.url, data, page.desk.client.cookies.copy())


def filled_in(room: Newsroom) -> Form:
    page = room.ada.open(room.story)
    page["title"], page["passages-2-text"] = TYPED, TYPED + ", too"
    return page


def others_save(room: Newsroom) -> None:
    Story.objects.filter(pk=room.story.pk).update(title="Theirs", body="Theirs")


def saved_after(
    fill: Callable[[Newsroom], Form], happens: Callable[[Newsroom], None]
) -> Callable[[Newsroom], Request]:
    def begin(room: Newsroom) -> Request:
        page = fill(room)
        happens(room)
        return posting(page, "_save")

    return begin


def form_of_what_is_gone(room: Newsroom) -> Request:
    page = filled_in(room)
    room.story.delete()
    return posting(page, "_save")


def form_with_mistakes(room: Newsroom) -> Request:
    page = filled_in(room)
    page["slug"] = "no slug"
    return posting(page, "_save")


def typed_into_list(room: Newsroom) -> Form:
    page = room.ada.list(Story)
    (row,) = [name for name, value in page.data.items() if value == [room.story.title] and name.endswith("-title")]
    page[row] = TYPED
    return page


def chosen(room: Newsroom, action: str) -> Form:
    page = room.ada.list(Story)
    page["action"], page["_selected_action"], page["reason"] = action, [str(room.story.pk)], TYPED
    return page


def held_action(room: Newsroom) -> Request:
    page = chosen(room, "mail")
    room.ben_edits()
    return posting(page)


def changed_deletion(room: Newsroom) -> Request:
    page = room.ada.open(room.story, "delete")
    others_save(room)
    return posting(page)


def held_deletion(room: Newsroom) -> Request:
    page = room.ada.open(room.story, "delete")
    room.ben_edits()
    return posting(page)


def changed_deletion_of_many(room: Newsroom) -> Request:
    page = chosen(room, "delete_selected").post()
    others_save(room)
    return posting(page)


def deletion_of_many_is_asked(room: Newsroom) -> Request:
    Tab(room.story, room.ben.user)
    return posting(chosen(room, "delete_selected"))


def opened(address: str) -> Callable[[Newsroom], Request]:
    def begin(room: Newsroom) -> Request:
        room.ben_edits()
        Tab(room.story, room.ada.user)
        return Request(room.ada, "/admin/" + address.format(pk=room.story.pk))

    return begin


class Way(NamedTuple):
    """begin: gives the request. statuses: of its answers. is_typed: whether what was typed has to be in them.
    is_late: only after the decision, as a lock service that fails before it lets a save go on."""

    begin: Callable[[Newsroom], Request]
    statuses: Tuple[int, ...] = REFUSED
    is_typed: bool = False
    is_late: bool = False


WAYS: Dict[str, Way] = {
    "a changed form": Way(saved_after(filled_in, others_save), is_typed=True),
    "a held form": Way(saved_after(filled_in, Newsroom.ben_edits), is_typed=True, is_late=True),
    "a form of what is gone": Way(form_of_what_is_gone, is_typed=True),
    "a form with mistakes": Way(form_with_mistakes, (200, *REFUSED), is_typed=True),
    "a changed list": Way(saved_after(typed_into_list, others_save), is_typed=True),
    "a held list": Way(saved_after(typed_into_list, Newsroom.ben_edits), is_typed=True, is_late=True),
    "a held action": Way(held_action, is_typed=True, is_late=True),
    "a changed deletion": Way(changed_deletion),
    "a held deletion": Way(held_deletion, is_late=True),
    "a changed deletion of many": Way(changed_deletion_of_many),
    "the question whether to delete many": Way(deletion_of_many_is_asked, (200, *REFUSED)),
    "a change form": Way(opened("press/story/{pk}/change/"), (200,)),
    "an add form": Way(opened("press/story/add/"), (200,)),
    "a list": Way(opened("press/story/"), (200,)),
    "the question whether to delete": Way(opened("press/story/{pk}/delete/"), (200,)),
    "a history": Way(opened("press/story/{pk}/history/"), (200,)),
    "an index": Way(opened(""), (200,)),
}


class Passages(admin.TabularInline):
    model = Passage
    extra = 1


def mail(self: Any, request: Any, queryset: Any) -> None:
    queryset.update(body="Mailed")


@pytest.fixture
def room(database: str, use: Use, ada: Desk, ben: Desk) -> Iterator[Newsroom]:
    use(
        Story,
        fields=["title", "slug", "body", "section", "topics"],
        list_display=["id", "title"],
        list_editable=["title"],
        actions=["mail"],
        mail=mail,
        inlines=[Passages],
    )
    room = Newsroom(ada, ben)
    logger = logging.getLogger("django_admin_collaborator")
    handler = logging.Handler()
    handler.emit = room.logged.append  # type: ignore[method-assign]
    logger.addHandler(handler)
    yield room
    logger.removeHandler(handler)


TRIED: Set[Tuple[str, str]] = set()
"""Functions and their callers."""


def _is_to_be_tried(call: Call) -> bool:
    """Not where another way has tried it, nor where its caller has nothing that could catch: that raises the same,
    and is tried as well. What Django calls is tried in each way."""
    if _is_of_the_net(call):
        return False
    return not call.caller or (call[:2] not in TRIED and call.caller in catching(call.caller.partition(":")[0]))


@pytest.mark.parametrize("name", list(WAYS))
def test_a_fault_while_a_page_is_drawn_is_no_500(name: str, room: Newsroom) -> None:
    way = WAYS[name]
    request = way.begin(room)
    request.send()
    with Trace() as trace:
        answer = request.page(request.send())
    assert answer.status == way.statuses[0] or answer.status in REFUSED
    rows = room.rows()
    symptoms: List[str] = []
    seen: Set[Any] = set()
    for call in sorted(trace.calls, key=lambda call: not call.is_late):
        if (way.is_late and not call.is_late) or not _is_to_be_tried(call):
            continue
        TRIED.add(call[:2])
        symptoms += [f"{call}: {problem}" for problem in _problems(way, request, room, rows, call, seen)]
    assert trace.calls
    assert not symptoms, "\n".join(symptoms)


def _is_of_the_net(call: Call) -> bool:
    is_a_note = call.function.startswith("request_notes.py")
    return kind(call.function) in THE_NET_ITSELF or (is_a_note and kind(call.caller) in THE_NET_ITSELF)


def _problems(way: Way, request: Request, room: Newsroom, rows: str, call: Call, seen: Set[Any]) -> Iterator[str]:
    log_once.said.clear()
    room.logged.clear()
    if room.tab is not None:
        room.ben_edits()
    with reading.reporting_again():
        try:
            with Trace(call) as trace:
                response = request.send()
        except Exception as error:
            yield f"500: {type(error).__name__}"
            return
    if not trace.has_raised:
        return  # its caller remembers what it was told before
    answer = request.page(response)
    if answer.status not in way.statuses:
        yield f"status {answer.status}"
    if room.rows() != rows:
        yield "something was written"
        room.put_back(rows)
    if way.is_typed and not any(TYPED in values for values in answer.data.values()):
        yield "what was typed is lost"
    traces = [record for record in room.logged if record.exc_info and record.exc_info[0]]
    is_told = traces or any("Fault" in record.getMessage() for record in room.logged)
    if len(traces) > 1 or not (is_told or {kind(call.caller), kind(call.function)} & TELL_NOBODY):
        yield f"{len(traces)} tracebacks in the log"
    page = (answer.status, answer.reason, frozenset(answer.data))
    if request.data is not None and page not in seen:
        seen.add(page)
        yield from _no_way_on(answer, room)
        room.put_back(rows)


def _no_way_on(answer: Form, room: Newsroom) -> Iterator[str]:
    """Whatever keeps the answer from being saved or confirmed, at most twice refused, when ben has left."""
    if room.tab is not None:
        room.tab.leave()
    if "slug" in answer.data:
        answer["slug"] = "slug"
    for _ in range(3):
        if 'name="_saveasnew"' in answer.text:
            answer.data.pop("_save", None)
            answer = answer.save("_saveasnew")
            continue
        is_whole = {"_save", "post"} & set(answer.data) or answer.data.get("action", [""])[0]
        answer = answer.post() if is_whole else answer.save()
        if answer.was_saved:
            return
    yield f"no way on: {answer.status} {answer.reason} {answer.errors}"
