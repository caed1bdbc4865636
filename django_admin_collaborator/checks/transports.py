"""Checks of how pages may talk to the server."""

from __future__ import annotations

from typing import Iterator

from django.core.checks import CheckMessage, Error, Warning

from .. import conf
from ..conf import own_id
from ..transport import choice
from .project import _check


@_check
def check_transports() -> Iterator[CheckMessage]:
    named, held = conf.get("TRANSPORTS"), conf.get("HELD_REQUESTS")
    known = (choice.WEBSOCKET, choice.HTTP)
    if named is not None and (not isinstance(named, (list, tuple)) or not named or not set(named) <= set(known)):
        yield Error(
            f"ADMIN_COLLABORATOR_TRANSPORTS is {named!r}, by which no page can talk to the server.",
            hint=f"Make it a tuple of one or both of {known!r}, or remove it.",
            id=own_id("E012"),
        )
    elif named is None and choice.own_consumer():
        yield Warning(
            f"{choice.own_consumer()} has rules of its own, so pages without a WebSocket have no lock.",
            hint='Set ADMIN_COLLABORATOR_TRANSPORTS = ("websocket",), or ("websocket", "http") where HTTP requests '
            "may do without these rules.",
            id=own_id("W017"),
        )
    if not isinstance(held, int) or isinstance(held, bool) or held < 0:
        yield Error(
            f"ADMIN_COLLABORATOR_HELD_REQUESTS is {held!r}, which is no number of requests.",
            hint="Make it a whole number; 0 answers every request at once.",
            id=own_id("E012"),
        )
