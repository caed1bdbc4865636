"""The names of the controls that show a field's value: what of it a browser is told, and may be told again."""

from __future__ import annotations

from functools import lru_cache
from html.parser import HTMLParser
from typing import Any, List, Optional, Set, Tuple

from django import forms
from django.forms import widgets

from ..guard.version import shapes
from ..guard.version.reading import SECRET

PROBE = "1"
ONE_CONTROL = (widgets.Input, widgets.Textarea, widgets.ChoiceWidget)


def of(bound: Any, with_files: bool = False) -> Set[str]:
    """Of a bound field. None of Django's own widgets is drawn for it, and no choices are asked for.

    with_files: also of a file, of which a browser is told its name.
    """
    widget = shapes.inner(bound.field.widget)
    if bound.field.disabled or SECRET in widget.attrs:
        return set()
    if with_files and isinstance(widget, widgets.FileInput):
        return {bound.html_name}
    return _names(widget, bound.html_name, bound) if _shows_values(widget) else set()


def _names(widget: Any, name: str, bound: Any) -> Set[str]:
    kind: Any = type(widget)
    if _is_one_control(kind):
        attrs = widget.attrs
        is_off = "disabled" in attrs and attrs["disabled"] is not False
        return set() if is_off or _is_secret(getattr(widget, "input_type", ""), attrs) else {name}
    if isinstance(widget, forms.MultiWidget) and shapes.is_plain(kind):
        several: Any = widget
        parts = zip(several.widgets_names, several.widgets)
        return {each for suffix, part in parts for each in _names(shapes.inner(part), name + suffix, bound)}
    return Controls(shapes.drawn(widget, name) or str(bound)).names


def _shows_values(widget: Any) -> bool:
    """Whether a browser is told the value that this widget stands for."""
    if SECRET in widget.attrs:
        return False
    kind: Any = type(widget)
    if _is_one_control(kind):
        return _formats_as_django(kind) or widget.format_value(PROBE) not in (None, "", [])
    if isinstance(widget, forms.MultiWidget):
        return all(_shows_values(one) for one in widget.widgets)
    return widget.get_context("probe", PROBE, {}).get("widget", {}).get("value") not in (None, "")


@lru_cache(maxsize=512)
def _is_one_control(widget_class: Any) -> bool:
    return issubclass(widget_class, ONE_CONTROL) and shapes.is_plain(widget_class)


@lru_cache(maxsize=512)
def _formats_as_django(widget_class: Any) -> bool:
    """Whether it shows every value, as Django's own controls do that are not for files."""
    module = widget_class.format_value.__module__
    is_of_django = module.startswith(("django.forms.", "django.contrib.admin."))
    return is_of_django and not issubclass(widget_class, widgets.FileInput)


def _is_secret(kind: Optional[str], attrs: Any) -> bool:
    if kind in ("password", "file") or SECRET in attrs:
        return True
    autocomplete = str(attrs["autocomplete"] or "") if "autocomplete" in attrs else ""
    return "password" in autocomplete or autocomplete[:3] == "cc-"


class Controls(HTMLParser):
    """The names of the controls in a piece of HTML, without those that hold secrets."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: Set[str] = set()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: List[Tuple[str, Optional[str]]]) -> None:
        given = dict(attrs)
        if tag in ("input", "textarea", "select") and given.get("name") and not _is_secret(given.get("type"), given):
            self.names.add(given["name"] or "")
