"""What a serving process tells the doctor of itself: how a page's request reaches it, and where it keeps the rooms.

The doctor asks with a header that it has signed, so nobody else is told.
"""

from __future__ import annotations

import json
import os
import socket
from typing import Any, Dict

from django.core import signing
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse

from ... import __version__
from ...access import origins
from ...rooms.store_choice import choose

HEADER = "X-Collaborator-Doctor"
_SALT = "django_admin_collaborator.doctor"
VALID_SECONDS = 120


def question(origin: str) -> str:
    """The header's value. origin: of the public address that is tried, such as ``https://cms.example.com``."""
    return signing.dumps(origin, salt=_SALT)


def add_to(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Answer the doctor, if it was the doctor who asked."""
    asked = request.META.get("HTTP_" + HEADER.upper().replace("-", "_"))
    if asked is not None:
        try:
            origin = signing.loads(asked, salt=_SALT, max_age=VALID_SECONDS)
        except signing.BadSignature:
            return response
        response[HEADER] = json.dumps(_of(request, str(origin)))
    return response


def _of(request: HttpRequest, origin: str) -> Dict[str, Any]:
    try:
        host = request.get_host()
    except DisallowedHost:
        host = ""
    headers = [
        (name[len("HTTP_") :].replace("_", "-").lower().encode("latin1"), str(value).encode("latin1", "replace"))
        for name, value in request.META.items()
        if name.startswith("HTTP_") and name != "HTTP_ORIGIN"
    ]
    scope = {"headers": [*headers, (b"origin", origin.encode())], "scheme": request.scheme, "path": request.path}
    return {
        "version": __version__,
        "process": f"{socket.gethostname()} {os.getpid()}",
        "interface": "ASGI" if hasattr(request, "scope") else "WSGI",
        "host": host,
        "is_trusted": origins.is_trusted(scope),
        "store": choose().kind,
    }
