"""Which controls an open page may fill with saved values: where reading them back through the form gives the value.

Asked only by a page that has been told of a save, for the form that it fetches again.
"""

from __future__ import annotations

from typing import Any, Iterable, Iterator, List

from . import reading as readings
from . import shapes

HEADER = "HTTP_X_COLLABORATOR_VALUES"
"""Sent by a page that fetches itself for the values alone; its name in ``request.META``."""


def names(forms: Iterable[Any]) -> List[str]:
    """The names of the controls, of forms without input."""
    return [name for form in forms for name in _of_form(form)]


def _of_form(form: Any) -> Iterator[str]:
    for name, reading in readings.read(form).items():
        if reading.fault:
            continue
        try:
            if readings.holds(form, name, reading):
                yield from _controls(form, name)
        except Exception as error:  # of the project's own field; then the person chooses
            readings.report(form, name, f"it cannot be read back ({type(error).__name__}: {error})")


def _controls(form: Any, name: str) -> Iterator[str]:
    bound = form[name]
    yield bound.html_name
    for control in shapes.posted(bound.field.widget, bound.html_name, bound.value(), bound.auto_id):
        if control != bound.html_name:
            yield control
