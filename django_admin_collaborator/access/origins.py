"""Which pages may open a socket: those of this site, by the same settings as Django's own CSRF protection.

A browser sends its user's cookies with a WebSocket handshake from any page, and no CSRF token; what tells a
page of ours from one of somebody else is the Origin header alone.
"""

from __future__ import annotations

from typing import Any, Iterator, Mapping, Optional, Tuple
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.utils.http import is_same_domain

from .. import conf

DEFAULT_PORTS = {"http": 80, "https": 443}

Address = Tuple[str, str, Optional[int]]
"""Scheme, host and port of an origin."""


class Handshake(HttpRequest):
    """The handshake of a socket as a request, to which Django's settings about hosts and proxies apply."""

    def __init__(self, scope: Mapping[str, Any]) -> None:
        super().__init__()
        self.method = "GET"
        self.path = self.path_info = str(scope.get("path", "/"))
        self._is_tls = scope.get("scheme") in ("wss", "https")
        server = scope.get("server") or ("unknown", 80)
        self.META["SERVER_NAME"], self.META["SERVER_PORT"] = str(server[0]), str(server[1] or 80)
        for name, value in scope.get("headers", ()):
            key = name.decode("latin1").upper().replace("-", "_")
            key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else "HTTP_" + key
            text = value.decode("latin1")
            # As Django does. A header that came twice has no meaning that anybody could rely on.
            self.META[key] = f"{self.META[key]},{text}" if key in self.META else text

    def _get_scheme(self) -> str:
        return "https" if self._is_tls else "http"


def is_trusted(scope: Mapping[str, Any]) -> bool:
    """Whether the page that opens this socket is one of ours, or one that a setting lets in."""
    request = Handshake(scope)
    given = request.META.get("HTTP_ORIGIN")
    allowed = list(conf.get("ALLOWED_ORIGINS"))
    if given is None:
        return None in allowed
    if "*" in allowed:
        return True
    origin = _parsed(given)
    if origin is None:
        return False
    if _is_own(request, origin):
        return True
    entries = [entry for entry in [*settings.CSRF_TRUSTED_ORIGINS, *allowed] if entry]
    return any(_matches(origin, pattern) for entry in entries for pattern in _patterns(entry))


def _is_own(request: HttpRequest, origin: Address) -> bool:
    """The page's host is the one that the socket was asked of, and is among ``ALLOWED_HOSTS``.

    Of the schemes only the weaker one is refused: a page without TLS that opens a socket with TLS. Behind a
    proxy that does not tell, TLS is not seen here, and the page's own is the better one.
    """
    scheme = origin[0]
    if scheme == "http" and request.is_secure():
        return False
    try:
        own = _parsed(f"{scheme}://{request.get_host()}")
    except DisallowedHost:
        return False
    return own == origin


def _patterns(entry: str) -> Iterator[Tuple[str, str]]:
    """(scheme, host with port) of an entry; the scheme is empty in the form that Django 3.2 takes."""
    scheme, separator, host = str(entry).lower().rpartition("://")
    if host.startswith("*."):
        host = host[1:]  # Django writes a wildcard as *.example.com, and compares it as .example.com
    yield (scheme if separator else ""), host


def _matches(origin: Address, pattern: Tuple[str, str]) -> bool:
    scheme, host, port = origin
    wanted_scheme, wanted_host = pattern
    if wanted_scheme and wanted_scheme != scheme:
        return False
    shown = f"[{host}]" if ":" in host else host
    netlocs = {f"{shown}:{port}"}
    if port == DEFAULT_PORTS.get(scheme):
        netlocs.add(shown)
    return any(is_same_domain(netloc, wanted_host) for netloc in netlocs)


def _parsed(text: str) -> Optional[Address]:
    """None for ``null``, and for everything else that is not scheme, host and port."""
    try:
        parts = urlsplit(text.strip().lower())
        port = parts.port
    except ValueError:
        return None
    bare = not parts.path and not parts.query and not parts.fragment and "@" not in parts.netloc
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or not bare or "," in parts.netloc:
        return None
    return parts.scheme, parts.hostname, port or DEFAULT_PORTS[parts.scheme]
