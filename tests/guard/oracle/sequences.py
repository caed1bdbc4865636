"""Sequences of what a person does in a browser: drawn on one side, repeated on the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, List, Sequence, Set

from django.contrib.admin.utils import quote
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import strategies as st

from tests.guard.oracle import shown, values
from tests.guard.oracle.pages import Form, Page, Values, not_ours, words
from tests.guard.oracle.sides import Rows, Side, with_names_of_new_keys

MANAGEMENT = ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
NOT_TYPED = ("action", "select_across", "index", "_selected_action", "_save", "initial-opened_at", "opened_at")
NEEDED = ("title", "name", "code", "key", "required_shelf")
KINDS = ["change", "change", "change", "add", "delete", "list", "action"]
QUERIES = ["?_popup=1", "?_popup=1&_to_field=id", "?_changelist_filters=q%3Dx", "?title=Asked&name=Asked&labels=1"]
BUTTONS = ["_save", "_save", "_continue", "_addanother", "_saveasnew"]
UPLOADS = ["new.txt", "pixel.gif", "ä b.gif"]
PIXEL = b"GIF89a" + bytes.fromhex("01000100800000000000ffffff2c00000000010001000002024401003b")
ACTIONS = ["delete_selected", "double", "wipe", "alone", "asks", "counts"]


@dataclass
class Step:
    """Open a page and post its form. ``typed``: values by control, for each time that a form is posted."""

    kind: str
    pk: Any = None
    button: str = "_save"
    query: str = ""
    action: str = ""
    pks: List[Any] = field(default_factory=list)
    typed: List[Values] = field(default_factory=list)


@dataclass
class Seen:
    """What one request has brought.

    values: what the form would post. untouched: the columns whose controls were posted unchanged.
    unshowable: those of them, and links, whose value their control does not offer. is_list: whether it has posted an
    editable list. told: see ``Page``.
    """

    request: str
    status: int
    location: str
    facts: Dict[str, Any]
    values: Values
    after: Rows
    untouched: Sequence[shown.Where] = ()
    unshowable: Sequence[shown.Where] = ()
    is_list: bool = False
    told: Sequence[str] = ()


def steps(model: Any, spec: values.Spec, kinds: Sequence[str] = KINDS) -> Any:
    pks = [row.get(model._meta.pk.name, row.get(model._meta.pk.attname)) for row in spec[model]]
    pk = st.sampled_from(pks)
    step = st.builds(
        Step,
        kind=st.sampled_from(kinds),
        pk=pk,
        button=st.sampled_from(BUTTONS),
        query=st.sampled_from(["", "", "", "", "", "", *QUERIES]),
        action=st.sampled_from(ACTIONS),
        pks=st.lists(pk, min_size=1, unique=True),
    )
    return st.lists(step, min_size=1, max_size=3)


class Player:
    """Carries out steps on a side. ``draw``: how to decide what is typed; without it, the steps know."""

    def __init__(self, side: Side, draw: Any = None) -> None:
        self.side = side
        self.draw = draw
        self.seen: List[Seen] = []
        self.touched: Set[str] = set()

    def play(self, step: Step, between: Any = None) -> Page:
        """``between``: called when the page is open, before the form is posted."""
        page = self._open(step)
        if between:
            between()
        if page.status != 200 or not page.form.values():
            return page
        for attempt in range(3):
            if self.draw is None and attempt >= len(step.typed):
                break  # the other side was done; that answer differs already
            page, before = self._post(step, page, attempt), page
            is_question = step.kind in ("action", "delete") and attempt == 0
            has_mistakes = page.status == 200 and page.errors and step.kind not in ("action", "delete")
            if not page.form.values() or not (is_question or has_mistakes) or page.url != before.url:
                break
        if page.status == 302:
            self._get(page.location)
        return page

    def url(self, step: Step) -> str:
        opts = self.side.model._meta
        name = {"add": "add", "list": "changelist", "action": "changelist"}.get(step.kind, step.kind)
        arguments = [quote(step.pk)] if step.kind in ("change", "delete") else []
        query = step.query if step.kind in ("change", "add", "delete") else ""
        query = "?p=2" if step.kind == "list" and step.query else query
        return reverse(f"admin:{opts.app_label}_{opts.model_name}_{name}", args=arguments) + query

    def _open(self, step: Step) -> Page:
        return self._get(self.url(step))

    def _get(self, url: str) -> Page:
        page = self.side.get(url)
        self._note(f"GET {url}", page)
        return page

    def _post(self, step: Step, page: Page, attempt: int) -> Page:
        form = page.form
        data: Dict[str, Any] = {
            name: list(found) for name, found in form.values().items() if "__prefix__" not in name
        }
        typed = self.typed(step, form) if self.draw else step.typed[attempt]
        data.update(typed)
        if step.kind == "action" and attempt == 0:
            data.update({"action": [step.action], "_selected_action": [str(pk) for pk in step.pks]})
            data.pop("_save", None)
        elif step.kind not in ("action", "delete"):
            button = step.button if step.button in form.buttons else "_save"
            data[button] = ["1"]
        touched = {name for name, found in typed.items() if found != form.values().get(name, [])}
        self.touched = touched | (self.touched if attempt else set())  # a page with mistakes shows what was typed
        kept = shown.untouched(page, self.touched)
        hidden = shown.unshowable(page, self.touched, self.seen[-1].after)
        data.update({name: upload(typed[name][0]) for name in form.files if name in typed})
        answer = self.side.post(page.url, data)
        self._note(f"POST {page.url} {sorted(touched)}", answer, kept, hidden, step.kind == "list")
        return answer

    def typed(self, step: Step, form: Form) -> Values:
        """Decide what is typed into this form, and note it in the step."""
        typed: Values = {}
        if step.kind in ("change", "add") and form.patterns and self.draw(st.booleans()):
            typed.update(form.add_row(self.draw(st.sampled_from(form.patterns))))
        names = [name for name in sorted(form.controls) if form.controls[name].kind != "hidden" and is_typed(name)]
        if names and step.kind in ("change", "add", "list"):
            chosen = self.draw(st.lists(st.sampled_from(names), max_size=4, unique=True))
            for name in [*chosen, *(name for name in NEEDED if step.kind == "add" and name in names)]:
                control = form.controls[name]
                typed[name] = self.draw(values.typed(name, control.kind, control.options))
            for name in form.files:
                if self.draw(st.booleans()):
                    typed[name] = [self.draw(st.sampled_from(UPLOADS))]
        step.typed.append(typed)
        return typed

    def _note(
        self, request: str, page: Page, untouched: Any = (), unshowable: Any = (), is_list: bool = False
    ) -> None:
        options = {
            name: (control.kind, control.options)
            for name, control in page.form.controls.items()
            if control.options and "_collaborator_" not in name
        }
        facts = {
            "title": page.title,
            "messages": page.messages,
            "errors": page.errors,
            "options": options,
            "buttons": sorted(name for name in page.form.buttons if "_collaborator" not in name),
            "text": words(page.text) if page.status == 200 and not page.forms else "",
            "exceptions": [repr(error)[:300] for error in self.side.failures],
        }
        self.side.failures.clear()
        facts = {name: with_names_of_new_keys(found) for name, found in facts.items()}
        location = with_names_of_new_keys(page.location)
        values = {
            name: [with_names_of_new_keys(value) for value in found] for name, found in page.form.values().items()
        }
        stored = self.side.rows()
        self.seen.append(
            Seen(
                request,
                page.status,
                location,
                facts,
                not_ours(values),
                stored,
                untouched,
                unshowable,
                is_list,
                page.told,
            )
        )


def upload(name: str) -> SimpleUploadedFile:
    """A file as a browser sends it; a picture of one pixel, or something else."""
    content = PIXEL if name.endswith(".gif") else name.encode()
    return SimpleUploadedFile(name, content)


def is_typed(name: str) -> bool:
    parts = name.rpartition("-")
    if name.startswith("_") or name == "csrfmiddlewaretoken" or name in NOT_TYPED or "__prefix__" in name:
        return False
    return parts[2] not in (*MANAGEMENT, "id") and not parts[2].endswith("_ptr")
