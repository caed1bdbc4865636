"""A form class that shows what was typed and cannot be saved, whatever is valid in it."""

from __future__ import annotations

from typing import Any


class RefusingForm:
    """Mixed into the change form's class while a refusal is answered."""

    def is_valid(self) -> bool:
        self.errors  # type: ignore[attr-defined]  # noqa: B018 (mistakes in the input are shown all the same)
        return False


def refusing(form_class: Any) -> Any:
    if issubclass(form_class, RefusingForm):
        return form_class
    attributes = {"__module__": form_class.__module__}
    return type(form_class)("Refusing" + form_class.__name__, (RefusingForm, form_class), attributes)
