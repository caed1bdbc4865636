"""Tell a fault of the guard from what projects and Django raise, which ends as it does without the guard."""

from __future__ import annotations

from typing import Iterator

from django.core.exceptions import PermissionDenied

from ..errors import EditingError

_GUARD = ".".join(__name__.split(".")[:2]) + "."
_EDITING = __name__.split(".")[0] + ".editing"


def is_ours(error: BaseException) -> bool:
    """Whether a line of the guard has raised this by mistake, while no program of the project was using it."""
    if not isinstance(error, Exception) or isinstance(error, (EditingError, PermissionDenied)):
        return False
    modules = list(_modules(error))
    return bool(modules) and modules[-1].startswith(_GUARD) and _EDITING not in modules


def _modules(error: BaseException) -> Iterator[str]:
    """Names of the modules that the error has passed, the one that raised it last."""
    part = error.__traceback__
    while part is not None:
        yield str(part.tb_frame.f_globals.get("__name__", ""))
        part = part.tb_next
