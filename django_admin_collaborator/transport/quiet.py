"""Keeps the development server from printing a line for every poll, and for every socket that it cannot open."""

from __future__ import annotations

import logging

from .. import conf

PATH = "/collaborator/"


class NotOurs(logging.Filter):
    """Leaves out polls that were answered, and sockets that a page tries: without ASGI there is no such page."""

    def filter(self, record: logging.LogRecord) -> bool:
        what, status = [*map(str, record.args), "", ""][:2] if isinstance(record.args, tuple) else ("", "")
        is_poll = what.startswith("POST ") and PATH in what and status.startswith("2")
        socket = f"/{conf.websocket_prefix()}/"
        is_socket = what.startswith(f"GET {socket}") and status == "404"
        return not (is_poll or is_socket or (what == "Not Found" and status.startswith(socket)))


def hush() -> None:
    for name in ("django.server", "django.request"):
        logging.getLogger(name).addFilter(NotOurs())
