"""A page as a browser has it: what it would post untouched, what can be chosen, and what the page says."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from typing import Any, Dict, List, Optional

Values = Dict[str, List[str]]

UNPOSTED = {"submit", "button", "reset", "image", "file"}
ONE_LINE = {"text", "search", "url", "tel", "email", "password", "number", "hidden"}
CLOCK = r"\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?"
OURS = re.compile(r"_collaborator_")


class Control:
    """One control. ``options``: the values that can be chosen; empty where text is typed."""

    def __init__(self, name: str, kind: str) -> None:
        self.name = name
        self.kind = kind
        self.options: List[str] = []
        self.values: List[str] = []

    def as_posted(self) -> List[str]:
        return [sanitised(self.kind, value) for value in self.values]


def sanitised(kind: str, value: str) -> str:
    """What the HTML standard makes of a control's value before it is posted."""
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    if kind == "textarea":
        return value.replace("\n", "\r\n")
    if kind == "hidden":
        return value.replace("\n", "\r\n")
    if kind in ONE_LINE:
        value = value.replace("\n", "")
    if kind in ("email", "url"):
        value = value.strip(" \t\f")
    if kind == "number" and not re.fullmatch(r"-?(\d+(\.\d+)?|\.\d+)([eE][-+]?\d+)?", value):
        return ""
    if kind == "date":
        return value if re.fullmatch(r"\d{4}-\d\d-\d\d", value) else ""
    if kind == "time":
        return value if re.fullmatch(CLOCK, value) else ""
    if kind == "datetime-local":
        found = re.fullmatch(rf"(\d{{4}}-\d\d-\d\d)[T ]({CLOCK})", value)
        return f"{found.group(1)}T{re.sub('(?<=:..):00$', '', found.group(2))}" if found else ""
    if kind == "color":
        return value.lower() if re.fullmatch("#[0-9a-fA-F]{6}", value) else "#000000"
    return value


class Form:
    """One form of a page."""

    def __init__(self, attributes: Dict[str, Optional[str]]) -> None:
        self.attributes = attributes
        self.controls: Dict[str, Control] = {}
        self.buttons: Dict[str, str] = {}
        self.files: List[str] = []

    @property
    def patterns(self) -> List[str]:
        """Prefixes of the sets of rows that the page's script can add one to."""
        found = [
            name.partition("-__prefix__-")[0]
            for name in self.controls
            if "-__prefix__-" in name and not name.startswith("initial-")
        ]
        return [
            prefix
            for prefix in dict.fromkeys(found)
            if int(self._value(prefix, "TOTAL_FORMS")) < int(self._value(prefix, "MAX_NUM_FORMS"))
        ]

    def add_row(self, prefix: str) -> Values:
        """Add a row, as the page's script does; what it changes in the form."""
        count = self._value(prefix, "TOTAL_FORMS")
        changed = {prefix + "-TOTAL_FORMS": [str(int(count) + 1)]}
        for name, control in list(self.controls.items()):
            if name.startswith((f"{prefix}-__prefix__-", f"initial-{prefix}-__prefix__-")):
                self.controls[name.replace("__prefix__", count)] = control
                changed[name.replace("__prefix__", count)] = control.as_posted()
        return changed

    def _value(self, prefix: str, name: str) -> str:
        return self.controls[f"{prefix}-{name}"].values[0]

    def values(self) -> Values:
        return {name: control.as_posted() for name, control in self.controls.items() if control.values}


class _Parser(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: List[Form] = []
        self._form: Optional[Form] = None
        self._templates = 0
        self._disabled = 0
        self._fieldsets: List[bool] = []
        self._select: Any = None
        self._text: Any = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        given = dict(attrs)
        if tag == "template":
            self._templates += 1
        if self._templates:
            return
        if tag == "form":
            self._form = Form(given)
            self.forms.append(self._form)
        elif tag == "fieldset":
            self._fieldsets.append("disabled" in given)
        elif tag in ("input", "button", "select", "textarea") and given.get("form"):
            self._beside(given["form"], tag, given)
            return
        if self._form is None:
            return
        name = given.get("name") or ""
        is_live = bool(name) and "disabled" not in given and not any(self._fieldsets)
        if tag == "option" and self._select is not None:
            self._select[1].append([given.get("value"), "selected" in given, "disabled" in given, ""])
        elif not is_live:
            return
        elif tag == "input":
            self._input(name, given)
        elif tag == "button":
            self._form.buttons[name] = given.get("value") or ""
        elif tag == "select":
            control = self._control(name, "select-multiple" if "multiple" in given else "select")
            self._select = (control, [])
        elif tag == "textarea":
            self._text = (self._control(name, "textarea"), [])

    def _beside(self, form_id: Any, tag: str, given: Any) -> None:
        """A control that stands behind its form."""
        inside = self._form
        self._form = next((form for form in self.forms if form.attributes.get("id") == form_id), None)
        if self._form is not None:
            self.handle_starttag(tag, [(name, value) for name, value in given.items() if name != "form"])
        self._form = inside

    def _control(self, name: str, kind: str) -> Control:
        assert self._form is not None
        return self._form.controls.setdefault(name, Control(name, kind))

    def _input(self, name: str, given: Any) -> None:
        assert self._form is not None
        kind = (given.get("type") or "text").lower()
        if kind in ("submit", "image"):
            self._form.buttons[name] = given.get("value") or ""
        elif kind == "file":
            self._form.files.append(name)
        elif kind in ("checkbox", "radio"):
            control = self._control(name, kind)
            value = given.get("value") if given.get("value") is not None else "on"
            control.options.append(value)
            if "checked" in given:
                control.values = [value] if kind == "radio" else [*control.values, value]
        elif kind not in UNPOSTED:
            self._control(name, kind).values.append(given.get("value") or "")

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text[1].append(data)
        elif self._select is not None and self._select[1]:
            self._select[1][-1][3] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self._templates -= 1
        if self._templates:
            return
        if tag == "form":
            self._form = None
        elif tag == "fieldset" and self._fieldsets:
            self._fieldsets.pop()
        elif tag == "textarea" and self._text is not None:
            control, parts = self._text
            text = "".join(parts).replace("\r\n", "\n")
            control.values.append(text[1:] if text.startswith("\n") else text)
            self._text = None
        elif tag == "select" and self._select is not None:
            self._chosen(*self._select)
            self._select = None

    def _chosen(self, control: Control, options: List[Any]) -> None:
        values = [(label.strip() if value is None else value, chosen, off) for value, chosen, off, label in options]
        control.options += [value for value, _, off in values if not off]
        chosen = [(value, off) for value, is_chosen, off in values if is_chosen]
        if control.kind == "select":
            chosen = chosen[-1:] or [(value, off) for value, _, off in values if not off][:1]
        control.values += [value for value, off in chosen if not off]


class Page:
    """An answer. told: what the guard says on it, and has logged on the way to it."""

    def __init__(self, url: str, response: Any) -> None:
        self.url = url
        self.status = int(response.status_code)
        self.told: List[str] = []
        self.location = response.get("Location", "") if hasattr(response, "get") else ""
        self.response = response
        content = b"" if getattr(response, "streaming", False) else response.content
        self.text = content.decode("utf-8", "replace")
        is_html = "html" in response.get("Content-Type", "")
        self.forms = _Parser(self.text).forms if is_html else []

    @property
    def form(self) -> Form:
        """The form that the page is about: not that of the search, of the language or of the log-out button."""
        found = [
            form
            for form in self.forms
            if (form.attributes.get("method") or "").lower() == "post"
            and form.attributes.get("id") != "logout-form"
            and "/logout" not in (form.attributes.get("action") or "")
        ]
        return found[-1] if found else Form({})

    @property
    def reason(self) -> str:
        """Why we refused, in the one word that the page has for scripts."""
        found = re.search(r'data-collaborator-reason="([^"]+)"', self.text)
        return found.group(1) if found else ""

    @property
    def was_refused(self) -> bool:
        return self.status in (409, 423) or self.reason not in ("", "save-as-new")

    @property
    def refusal(self) -> str:
        """What the page says about a refusal."""
        found = re.search(r'<section id="collaborator-conflict".*?</section>', self.text, re.DOTALL)
        return words(found.group(0)) if found else ""

    @property
    def messages(self) -> List[str]:
        found = re.search(r'<ul class="messagelist">.*?</ul>', self.text, re.DOTALL)
        return [words(item) for item in re.findall(r"<li.*?</li>", found.group(0), re.DOTALL)] if found else []

    @property
    def errors(self) -> List[str]:
        lists = re.findall(r'<(?:ul|p) class="error(?:list|note).*?</(?:ul|p)>', self.text, re.DOTALL)
        return [words(item) for item in lists]

    @property
    def title(self) -> str:
        found = re.search(r"<title>(.*?)</title>", self.text, re.DOTALL)
        return words(found.group(1)) if found else ""


def words(markup: str) -> str:
    markup = re.sub(r"<script.*?</script>", " ", markup, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def not_ours(values: Values) -> Values:
    """Without what our page adds, tokens of the session, and the patterns of rows to come."""
    return {
        name: value
        for name, value in values.items()
        if not OURS.search(name) and name != "csrfmiddlewaretoken" and "__prefix__" not in name
    }
