"""What a browser would post for a control that nobody touches: its shape.

For Django's own widgets the shape is computed from the value, without rendering and without a query for choices.
Any other widget is drawn once and its HTML is read.
"""

from __future__ import annotations

import copy
import json
import re
from contextlib import suppress
from functools import lru_cache
from typing import Any, Callable, Dict, Iterable, List, Tuple

from django.contrib.admin.widgets import AutocompleteMixin, RelatedFieldWidgetWrapper
from django.core.files.base import File
from django.forms import widgets
from django.forms.models import ModelChoiceIterator
from django.utils.datastructures import MultiValueDict

from . import values
from .form_data import Controls, sanitised

Posted = Dict[str, List[str]]

UPLOAD = '"\\u0000upload"'
"""The text of an uploaded file: it differs from every shape, and from every other upload."""

NOTHING = '""'
"""The text of a control in which nothing is entered, or that is not posted at all."""

_READ_LAST = widgets.Widget.value_from_datadict
_READ_CHOSEN = widgets.ChoiceWidget.value_from_datadict
"""Does the same, unless several can be chosen."""

_REDRAWN = ("render", "_render", "get_context", "template_name")


class Unreadable(Exception):
    """What a control would post cannot be told; the message says why."""


class Undrawn(Exception):
    """A widget draws nothing at all."""


def posted(widget: Any, name: str, value: Any, element_id: str = "", exact: bool = False) -> Posted:
    """The controls that ``widget``, drawn with ``value``, would post, by name.

    exact: ask for the choices of a query too, since a list shows its first one where it lacks the value.
    """
    found: Posted = {}
    with suppress(Undrawn):
        _post(inner(widget), name, value, element_id, exact, found)
    return found


def untouched(widget: Any, name: str, value: Any, element_id: str = "", exact: bool = False) -> str:
    """The text of what ``widget``, drawn with ``value``, would post under ``name``. widget: not a wrapper.

    Raises: Undrawn.
    """
    found: Posted = {}
    _post(widget, name, value, element_id, exact, found)
    read = type(widget).value_from_datadict
    if read is _READ_LAST or (read is _READ_CHOSEN and not widget.allow_multiple_selected):
        return text_of(found[name][-1]) if name in found else NOTHING  # as it is with most, without two dictionaries
    return posted_text(widget, MultiValueDict(found), MultiValueDict(), name)


def posted_text(widget: Any, data: Any, files: Any, name: str) -> str:
    """The text of what was posted for ``widget``, equal for what a person would call equal input."""
    widget = inner(widget)
    raw = raw_value(widget, data, files, name)
    if raw is widgets.FILE_INPUT_CONTRADICTION:
        return UPLOAD  # to be cleared, too: Django says that it cannot be both
    if isinstance(raw, File) or (isinstance(raw, (list, tuple)) and any(isinstance(item, File) for item in raw)):
        return UPLOAD
    if isinstance(raw, (list, tuple)) and not isinstance(widget, widgets.MultiWidget) and is_plain(type(widget)):
        raw = sorted(raw, key=str)  # the order in which choices stand on the page is nobody's input
    if isinstance(raw, str):
        raw = _as_browsers_send(widget, raw) or raw  # what no browser sends may have been meant all the same
    return text_of(raw)


def raw_value(widget: Any, data: Any, files: Any, name: str) -> Any:
    """What the widget makes of what was posted. It may read a file for that, which Django is going to read too."""
    places = [(file, _place(file)) for each in files for file in files.getlist(each)] if files else []
    raw = widget.value_from_datadict(data, files, name)
    for file, place in places:
        if place is not None and place != _place(file):
            file.seek(place)
    return raw


def _place(file: Any) -> Any:
    """Up to where a file was read; None for one that cannot tell, as upload handlers of projects may make them."""
    try:
        return file.tell()
    except Exception:
        return None


def text_of(raw: Any) -> str:
    """One text for one posted value; nothing, an empty text and an empty list are the same input."""
    if raw is None or raw == "" or raw == [] or raw == ():
        return NOTHING
    normal = _normal(raw)
    return values.write_text(normal) if type(normal) is str else _dump(normal)


def keys_of(form_field: Any, items: Any) -> List[Any]:
    """Of related objects, what a choice of them is posted as."""
    key = getattr(form_field, "to_field_name", None) or "pk"
    return [getattr(item, key, item) for item in items]


def lacks(form_field: Any, value: Any) -> bool:
    """Whether choices that are objects do not have a value of their row."""
    if value in (None, ""):
        return False
    wanted = keys_of(form_field, value) if isinstance(value, (list, tuple)) else [value]
    key = form_field.to_field_name or "pk"
    try:
        found = form_field.queryset.filter(**{f"{key}__in": wanted}).values_list(key, flat=True)
        return len(set(found)) < len(wanted)
    except (TypeError, ValueError):
        return False


def values_of(text: str) -> List[str]:
    """The posted values in a text, for people to read."""
    return [str(value) for value in _flat(json.loads(text)) if value not in (None, "")]


def is_plain(widget_class: type) -> bool:
    """Whether the widget is drawn as one of Django's own, whatever else a subclass changes."""
    if widget_class.__module__.startswith(("django.forms.", "django.contrib.admin.")):
        return True
    for cls in widget_class.__mro__:
        if cls.__module__.startswith(("django.forms.", "django.contrib.admin.")):
            return True
        if any(name in vars(cls) for name in _REDRAWN):
            return False
    return False


def inner(widget: Any) -> Any:
    while isinstance(widget, RelatedFieldWidgetWrapper):
        if "choices" in vars(widget):  # older Djangos keep them here, and hand them on when the widget is drawn
            widget.widget.choices = widget.choices
        widget = widget.widget
    return widget


def _post(widget: Any, name: str, value: Any, element_id: str, exact: bool, posted: Posted) -> None:
    if widget.attrs.get("disabled", False) is not False:
        return  # browsers do not post it
    kind: Any = type(widget)
    _poster(kind)(widget, name, value, element_id, exact, posted)


@lru_cache(maxsize=512)
def _poster(widget_class: Any) -> Callable[[Any, str, Any, str, bool, Posted], None]:
    """The function that tells what a widget of this class would post."""
    if is_plain(widget_class) and not issubclass(widget_class, widgets.SelectDateWidget):
        for kind, poster in _POSTERS:
            if issubclass(widget_class, kind):
                return poster
    return _post_drawn


def _post_parts(widget: Any, name: str, value: Any, element_id: str, exact: bool, posted: Posted) -> None:
    parts = value if isinstance(value, (list, tuple)) else widget.decompress(value)
    for index, (suffix, part) in enumerate(zip(widget.widgets_names, widget.widgets)):
        if widget.is_localized:
            part.is_localized = True
        part_value = parts[index] if index < len(parts) else None
        with suppress(Undrawn):
            _post(inner(part), name + suffix, part_value, f"{element_id}_{index}", exact, posted)


def _post_checkbox(widget: Any, name: str, value: Any, element_id: str, exact: bool, posted: Posted) -> None:
    if widget.check_test(value):
        text = widget.format_value(value)
        posted[name] = ["on" if text is None else str(text)]


def _post_nothing(widget: Any, name: str, value: Any, element_id: str, exact: bool, posted: Posted) -> None:
    """A file is chosen by its person alone."""


def _post_several(widget: Any, name: str, value: Any, element_id: str, exact: bool, posted: Posted) -> None:
    posted[name] = [str(item) for item in widget.format_value(value)]


def _post_text(widget: Any, name: str, value: Any, element_id: str, exact: bool, posted: Posted) -> None:
    text = widget.format_value(value)
    if isinstance(widget, widgets.PasswordInput) and not widget.render_value:
        text = None
    posted[name] = [_as_browsers_send(widget, "" if text is None else str(text))]


def _post_choices(widget: Any, name: str, value: Any, element_id: str, exact: bool, posted: Posted) -> None:
    chosen = widget.format_value(value)
    chosen = [chosen] if isinstance(chosen, str) else list(chosen or ())
    is_remote = isinstance(widget, AutocompleteMixin)
    kind: Any = type(widget)
    is_whole = isinstance(widget.choices, ModelChoiceIterator) and _has_all_options(kind)
    if (is_remote or is_whole) and not exact:
        posted[name] = [str(item) for item in chosen]
        return
    options = [option for _, group, _ in widget.optgroups(name, chosen) for option in group]
    selected = [option for option in options if option["selected"]]
    if not selected and isinstance(widget, widgets.Select) and not widget.allow_multiple_selected:
        selected = [option for option in options if not _is_off(option)][:1]
    values = [str(option["value"]) for option in selected if not _is_off(option)]
    if values:
        posted[name] = values


def _is_off(option: Dict[str, Any]) -> bool:
    return (option.get("attrs") or {}).get("disabled", False) is not False


@lru_cache(maxsize=512)
def _has_all_options(widget_class: Any) -> bool:
    """Whether no option of the widget is disabled or left out by a class of the project's."""
    made_by = (getattr(widget_class, name).__module__ for name in ("create_option", "optgroups"))
    return all(module.startswith("django.") for module in made_by)


def _post_drawn(widget: Any, name: str, value: Any, element_id: str, exact: bool, posted: Posted) -> None:
    drawing = copy.deepcopy(widget)  # some widgets remember that they were drawn, and the page draws this one
    html = str(drawing.render(name, value, attrs={"id": element_id}))
    with suppress(TypeError):  # one without attributes of its own
        vars(widget)[_DRAWN] = (name, html)
    if not html or html.isspace():
        raise Undrawn
    posted.update(Controls(html, is_sanitised=True).values)


_DRAWN = "_collaborator_drawn"


def drawn(widget: Any, name: str) -> str:
    """What somebody else's widget was drawn as under this name, if it was."""
    known, html = getattr(widget, _DRAWN, ("", ""))
    return html if known == name else ""


_POSTERS: Tuple[Tuple[Any, Callable[[Any, str, Any, str, bool, Posted], None]], ...] = (
    (widgets.MultiWidget, _post_parts),
    (widgets.CheckboxInput, _post_checkbox),
    (widgets.ChoiceWidget, _post_choices),
    (widgets.FileInput, _post_nothing),
    (widgets.MultipleHiddenInput, _post_several),
    ((widgets.Input, widgets.Textarea), _post_text),
)


def _as_browsers_send(widget: Any, text: str) -> str:
    return sanitised(widget.input_type, text, widget.attrs) if isinstance(widget, widgets.Input) else text


def _normal(raw: Any) -> Any:
    if isinstance(raw, str):
        return raw.replace("\r\n", "\n").replace("\r", "\n") if "\r" in raw else raw
    if isinstance(raw, (list, tuple)):
        return [_normal(item) for item in raw]
    if isinstance(raw, dict):
        return {str(key): _normal(item) for key, item in raw.items()}
    return raw


def _flat(value: Any) -> Iterable[Any]:
    if isinstance(value, list):
        for item in value:
            yield from _flat(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _flat(item)
    else:
        yield value


def _other(value: Any) -> Any:
    plain = values.plain(value)
    if plain is not None:
        return plain
    text = str(value)
    if _ADDRESS.search(text):
        raise Unreadable(f"posts a {type(value).__name__}, which has no text of its own")
    return text


_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+>")

_dump = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_other).encode
