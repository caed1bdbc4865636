"""What a browser would post for a part of a form, read off its HTML.

The way back from a value to posted data is known to the widget's template alone, so that is what is asked:
it works for every widget whose value is in its HTML, other packages' included.
"""

from __future__ import annotations

import re
from datetime import date, time
from html import unescape
from html.parser import HTMLParser
from typing import Any, Dict, List, Mapping, Optional, Set, Tuple

Pairs = Dict[str, List[str]]

_UNPOSTED_TYPES = {"submit", "button", "reset", "image", "file"}


class Controls(HTMLParser):
    """The controls in a piece of HTML: ``names`` of all, and the ``values`` that would be posted.

    is_sanitised: as a browser posts them; else as they are written, whatever the type of the control takes.
    """

    # What looks like a tag within a text area is text.
    CDATA_CONTENT_ELEMENTS = ("script", "style", "textarea")  # type: ignore[misc]  # final in its parent

    def __init__(self, html: str, is_sanitised: bool = False) -> None:
        super().__init__(convert_charrefs=True)
        self.is_sanitised = is_sanitised
        self.names: Set[str] = set()
        self.values: Pairs = {}
        self._select: Optional[_Select] = None
        self._text: Optional[Tuple[str, List[str]]] = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: List[Tuple[str, Optional[str]]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "input" and name and "disabled" not in given:
            self._input(name, given)
        elif tag == "select" and name and "disabled" not in given:
            self._select = _Select(name, "multiple" in given)
            self.names.add(name)
        elif tag == "option" and self._select:
            self._select.option(given)
        elif tag == "textarea" and name and "disabled" not in given:
            self.names.add(name)
            self._text = (name, [])

    def handle_data(self, data: str) -> None:
        if self._text:
            self._text[1].append(data)
        elif self._select:
            self._select.label(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._text:
            name, parts = self._text
            text = unescape("".join(parts))
            # A line end right after the tag is not part of the value; Django's template writes one.
            text = text[2:] if text.startswith("\r\n") else text[1:] if text.startswith("\n") else text
            self._add(name, text)
            self._text = None
        elif tag == "select" and self._select:
            for value in self._select.chosen():
                self._add(self._select.name, value)
            self._select = None

    def _input(self, name: str, given: Dict[str, Optional[str]]) -> None:
        self.names.add(name)
        kind = (given.get("type") or "text").lower()
        if kind in _UNPOSTED_TYPES:
            return
        if kind in ("checkbox", "radio"):
            if "checked" in given:
                self._add(name, given.get("value") if given.get("value") is not None else "on")
        else:
            value = given.get("value") or ""
            self._add(name, sanitised(kind, value, given) if self.is_sanitised else value)

    def _add(self, name: str, value: Optional[str]) -> None:
        self.values.setdefault(name, []).append(value or "")


class _Select:
    def __init__(self, name: str, multiple: bool) -> None:
        self.name = name
        self.multiple = multiple
        self.options: List[Tuple[Optional[str], bool, bool, List[str]]] = []

    def option(self, given: Dict[str, Optional[str]]) -> None:
        value = (given["value"] or "") if "value" in given else None
        self.options.append((value, "selected" in given, "disabled" in given, []))

    def label(self, text: str) -> None:
        if self.options:
            self.options[-1][3].append(text)

    def chosen(self) -> List[str]:
        """What would be posted: a disabled option can be selected, but is never posted."""
        chosen = [option for option in self.options if option[1]]
        if not self.multiple:
            chosen = chosen[-1:] or [option for option in self.options if not option[2]][:1]
        return [
            "".join(label).strip() if value is None else value for value, _, is_off, label in chosen if not is_off
        ]


def sanitised(kind: Optional[str], text: str, attributes: Mapping[str, Any]) -> str:
    """What a browser makes of the value of an ``<input>`` before anybody touches it.

    https://html.spec.whatwg.org/multipage/input.html, the "value sanitization algorithm" of each type.
    """
    if kind == "hidden":
        return text
    if "\r" in text or "\n" in text:
        text = text.replace("\r", "").replace("\n", "")
    if kind in ("email", "url"):
        return text.strip()
    if kind in _VALID:
        return text if _VALID[kind].fullmatch(text) else ""
    if kind == "date":
        return text if _is_date(text) else ""
    if kind == "time":
        return _time(text)
    if kind == "datetime-local":
        day, clock = text[:10], _time(text[11:])
        return f"{day}T{clock}" if text[10:11] in ("T", " ") and _is_date(day) and clock else ""
    if kind == "color":
        return text.lower() if _COLOR.fullmatch(text) else "#000000"
    if kind == "range":
        return _in_range(text, attributes)
    return text


_NUMBER = re.compile(r"-?(\d+(\.\d+)?|\.\d+)([eE][-+]?\d+)?", re.ASCII)
_VALID = {
    "number": _NUMBER,
    "month": re.compile(r"\d{4,}-(0[1-9]|1[0-2])", re.ASCII),
    "week": re.compile(r"\d{4,}-W(0[1-9]|[1-4]\d|5[0-3])", re.ASCII),
}
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(r"(\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?", re.ASCII)
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")


def _is_date(text: str) -> bool:
    try:
        return bool(_DATE.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False


def _time(text: str) -> str:
    """In the shortest way to write it; nothing where it is none."""
    found = _TIME.fullmatch(text)
    try:
        if found is None or time.fromisoformat(text[:8]) is None:
            return ""
    except ValueError:
        return ""
    minutes, seconds, parts = found.groups()
    parts = (parts or "").rstrip("0")
    return minutes + (f":{seconds}" if parts or seconds not in (None, "00") else "") + (f".{parts}" if parts else "")


def _in_range(text: str, attributes: Mapping[str, Any]) -> str:
    """A slider always stands somewhere: in the middle where it has no value, at its end where that is outside."""

    def number(name: str, otherwise: float) -> float:
        given = str(attributes.get(name, ""))
        return float(given) if _NUMBER.fullmatch(given) else otherwise

    low = number("min", 0)
    high = max(low, number("max", 100))
    if _NUMBER.fullmatch(text) and low <= float(text) <= high:
        return text
    value = min(max(float(text), low), high) if _NUMBER.fullmatch(text) else low + (high - low) / 2
    step = number("step", 1)
    if step > 0 and str(attributes.get("step", "")) != "any":
        steps = int((value - low) / step + 0.5)
        value = low + (steps - (low + steps * step > high)) * step
    return f"{value:g}"
