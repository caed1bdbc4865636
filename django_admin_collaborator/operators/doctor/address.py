"""The public address: settings about hosts, origins and proxies, and a real handshake to it."""

from __future__ import annotations

import http.client
import ssl
from typing import Iterator, Optional
from urllib.parse import SplitResult, urlsplit

import django
from django.conf import settings
from django.http.request import validate_host

from ... import conf
from ...access import origins
from . import Finding

TRY_SECONDS = 10.0


def findings(url: Optional[str]) -> Iterator[Finding]:
    """url: the public address of the site, such as ``https://cms.example.com``; None: only settings are looked at."""
    found = [*_of_settings()]
    if url is None:
        found.append(Finding("ok", "address", "Not tried. Give --url https://… to have a handshake tried."))
    else:
        parts = urlsplit(url if "://" in url else "https://" + url)
        found += [*_of_origin(parts), *_of_handshake(parts)]
    yield from found


def _of_settings() -> Iterator[Finding]:
    header = settings.SECURE_PROXY_SSL_HEADER
    if header is not None and not _is_header(header):
        yield Finding(
            "wrong",
            "SECURE_PROXY_SSL_HEADER",
            f"{header!r} never matches, so no request counts as one by TLS.",
            'Write ("HTTP_X_FORWARDED_PROTO", "https"), if that is the header that your proxy sets.',
        )
    if settings.SECURE_SSL_REDIRECT and header is None:
        yield Finding(
            "warning",
            "SECURE_SSL_REDIRECT",
            "Where a proxy ends TLS, every request is redirected for ever: Django does not see that it came by TLS.",
            "Set SECURE_PROXY_SSL_HEADER, if a proxy ends TLS.",
        )
    if not settings.ALLOWED_HOSTS and not settings.DEBUG:
        yield Finding("wrong", "ALLOWED_HOSTS", "It is empty, so every request is refused.", "Name the public host.")
    for entry in settings.CSRF_TRUSTED_ORIGINS:
        if django.VERSION >= (4, 0) and "://" not in entry:
            yield Finding(
                "wrong",
                "CSRF_TRUSTED_ORIGINS",
                f"{entry!r} has no scheme, and Django takes it for nothing.",
                f"Write 'https://{entry.lstrip('.')}'.",
            )


def _of_origin(parts: SplitResult) -> Iterator[Finding]:
    address = f"{parts.scheme}://{parts.netloc}"
    if not validate_host(parts.hostname or "", settings.ALLOWED_HOSTS or [".localhost", "127.0.0.1", "[::1]"]):
        yield Finding(
            "wrong",
            "ALLOWED_HOSTS",
            f"{parts.hostname} is not in it, so pages and sockets of this address are refused.",
            f"Add {parts.hostname!r}.",
        )
    headers = [(b"host", parts.netloc.encode()), (b"origin", address.encode())]
    if not origins.is_trusted({"headers": headers, "scheme": "ws", "path": "/"}):
        yield Finding(
            "wrong",
            "origin",
            f"Pages of {address} may not open sockets.",
            f"Add the host to ALLOWED_HOSTS, or {address!r} to CSRF_TRUSTED_ORIGINS.",
        )
    elif parts.scheme == "https" and settings.SECURE_PROXY_SSL_HEADER is None and not _is_named(address):
        yield Finding(
            "warning",
            "origin",
            "Where a proxy ends TLS, Django takes forms of this address for those of another site (403, CSRF).",
            "If a proxy ends TLS, let it send X-Forwarded-Proto and set SECURE_PROXY_SSL_HEADER, "
            f"or add {address!r} to CSRF_TRUSTED_ORIGINS.",
        )
    else:
        yield Finding("ok", "origin", f"Pages of {address} may open sockets, if the proxy passes Host on.")


def _of_handshake(parts: SplitResult) -> Iterator[Finding]:
    path = f"{parts.path.rstrip('/')}/{conf.websocket_prefix()}/chat/doctor/"
    try:
        status = _handshake(parts, path)
    except ssl.SSLError as error:
        yield Finding("wrong", "handshake", f"TLS fails: {error}.", "Mend the certificate, or give an http address.")
        return
    except (OSError, http.client.HTTPException) as error:
        problem = f"{parts.netloc} does not answer ({type(error).__name__}: {error})."
        yield Finding("wrong", "handshake", problem, "See whether server and proxy run, and the address is right.")
        return
    if status == 403:
        text = "A handshake of somebody who is not logged in reaches our consumer, and is refused as it should be."
        yield Finding("ok", "handshake", text)
    elif status >= 500:
        yield Finding(
            "wrong",
            "handshake",
            f"The answer to a handshake at {path} is {status}.",
            "If the server's log says “No route found”, websocket_urlpatterns is missing in asgi.py, or the prefix "
            "of the routes is another one there. If it says nothing, the proxy does not reach the server.",
        )
    else:
        yield Finding(
            "wrong",
            "handshake",
            f"The answer to a handshake at {path} is {status}: it did not reach our consumer.",
            "Serve the project by ASGI, with websocket_urlpatterns in asgi.py and a WebSocket library for uvicorn; "
            "let the proxy pass Upgrade and Connection on, with HTTP/1.1 (docs/deployment.md).",
        )


def _handshake(parts: SplitResult, path: str) -> int:
    """The HTTP status of a WebSocket handshake without a session."""
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.netloc, timeout=TRY_SECONDS)
    headers = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Origin": f"{parts.scheme}://{parts.netloc}",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "ZG9jdG9yIGRvY3RvciBkbw==",  # any 16 bytes
    }
    try:
        connection.request("GET", path, headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


def _is_header(header: object) -> bool:
    texts = isinstance(header, (tuple, list)) and len(header) == 2 and all(isinstance(one, str) for one in header)
    return texts and header[0].startswith("HTTP_") and "-" not in header[0]  # type: ignore[index]


def _is_named(address: str) -> bool:
    scope = {"headers": [(b"host", b"elsewhere.invalid"), (b"origin", address.encode())], "path": "/"}
    return origins.is_trusted(scope)
