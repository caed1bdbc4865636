"""What a browser would post for a part of a form, read off its HTML.

The way back from a value to posted data is known to the widget's template alone, so that is what is asked:
it works for every widget whose value is in its HTML, other packages' included.
"""

from __future__ import annotations

from html import unescape
from html.parser import HTMLParser
from typing import Dict, List, Optional, Set, Tuple

Pairs = Dict[str, List[str]]

_UNPOSTED_TYPES = {"submit", "button", "reset", "image", "file"}


class Controls(HTMLParser):
    """The controls in a piece of HTML: ``names`` of all, and the ``values`` that would be posted."""

    # What looks like a tag within a text area is text.
    CDATA_CONTENT_ELEMENTS = ("script", "style", "textarea")  # type: ignore[misc]

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
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
            self._add(name, given.get("value"))

    def _add(self, name: str, value: Optional[str]) -> None:
        self.values.setdefault(name, []).append(value or "")


class _Select:
    def __init__(self, name: str, multiple: bool) -> None:
        self.name = name
        self.multiple = multiple
        self.options: List[Tuple[Optional[str], bool, List[str]]] = []

    def option(self, given: Dict[str, Optional[str]]) -> None:
        value = (given["value"] or "") if "value" in given else None
        self.options.append((value, "selected" in given, []))

    def label(self, text: str) -> None:
        if self.options:
            self.options[-1][2].append(text)

    def chosen(self) -> List[str]:
        chosen = [option for option in self.options if option[1]]
        if not self.multiple:
            chosen = chosen[-1:] or self.options[:1]
        return ["".join(label).strip() if value is None else value for value, _, label in chosen]
