"""Nets under what is ours: whose fault an exception is, and what goes on without the part that raised it.

What projects and Django raise ends as it does without the package.
"""

from __future__ import annotations

import logging
import os
from contextlib import contextmanager
from typing import Any, Iterator

from django.core.exceptions import PermissionDenied

from .errors import EditingError

logger = logging.getLogger("django_admin_collaborator")

_PACKAGE = __name__.split(".")[0] + "."
_EDITING = _PACKAGE + "editing"
_TOOLS = ("django.conf.", "django.core.", "django.urls.", "django.utils.")
"""Parts of Django that do what their caller has told them. All others may be doing what the project wants."""
_STANDARD_LIBRARY = os.path.dirname(os.__file__) + os.sep
_OF_OTHERS = ("site-packages", "dist-packages")


@contextmanager
def logged(text: str, *arguments: Any) -> Iterator[None]:
    """Log whatever is raised in this block, and go on behind it."""
    try:
        yield
    except Exception:
        logger.exception(text, *arguments)


def is_ours(error: BaseException) -> bool:
    """Whether a line of the package has raised this by mistake, while no program of the project was using it.

    What a tool raises, such as the standard library, counts as raised by the line that has called it.
    """
    if not isinstance(error, Exception) or isinstance(error, (EditingError, PermissionDenied)):
        return False
    is_last_ours = False
    part = error.__traceback__
    while part is not None:
        name = str(part.tb_frame.f_globals.get("__name__", ""))
        if name == _EDITING:
            return False
        if not _is_of_a_tool(name, part.tb_frame.f_code.co_filename):
            is_last_ours = name.startswith(_PACKAGE)
        part = part.tb_next
    return is_last_ours


def _is_of_a_tool(name: str, path: str) -> bool:
    if f"{name}.".startswith(_TOOLS) or path.startswith("<"):
        return True
    return path.startswith(_STANDARD_LIBRARY) and not any(folder in path for folder in _OF_OTHERS)
