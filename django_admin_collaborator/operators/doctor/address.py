"""The public address: settings about hosts, cookies, origins and proxies, and a page that is opened there."""

from __future__ import annotations

from typing import Iterator, Optional
from urllib.parse import SplitResult, urlsplit

import django
from django.conf import settings
from django.http.request import validate_host

from ...access import origins
from . import Finding, page


def findings(url: Optional[str], user: Optional[str] = None) -> Iterator[Finding]:
    """url: the public address of the site, such as ``https://cms.example.com``; None: only settings are looked at.

    user: the name of whoever opens a page there; None: a superuser.
    """
    yield from _of_settings()
    if url is None:
        yield Finding("ok", "address", "Not tried. Give --url https://… to have a page opened as a person does.")
        return
    parts = urlsplit(url if "://" in url else "https://" + url)
    yield from _of_cookie(parts)
    yield from _of_origin(parts)
    yield from page.findings(parts, user)


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
    if isinstance(settings.CSRF_TRUSTED_ORIGINS, str):
        given = settings.CSRF_TRUSTED_ORIGINS
        text = f"{given!r} is a text, and Django takes each of its letters for an entry."
        yield Finding("wrong", "CSRF_TRUSTED_ORIGINS", text, f"Write [{given!r}].")
        return
    for entry in settings.CSRF_TRUSTED_ORIGINS:
        if django.VERSION >= (4, 0) and "://" not in entry:
            yield Finding(
                "wrong",
                "CSRF_TRUSTED_ORIGINS",
                f"{entry!r} has no scheme, and Django takes it for nothing.",
                f"Write 'https://{entry.lstrip('.')}'.",
            )


def _of_cookie(parts: SplitResult) -> Iterator[Finding]:
    host, domain = parts.hostname or "", (settings.SESSION_COOKIE_DOMAIN or "").lstrip(".")
    is_local = host in ("localhost", "127.0.0.1", "::1")
    if settings.SESSION_COOKIE_SECURE and parts.scheme == "http" and not is_local:
        text = "Browsers do not send the session cookie to an address without TLS, so nobody is logged in."
        yield Finding("wrong", "SESSION_COOKIE_SECURE", text, "Give the https address, or set it to False.")
    if domain and host != domain and not host.endswith("." + domain):
        text = f"Browsers do not take a session cookie for {domain} from {host}."
        yield Finding("wrong", "SESSION_COOKIE_DOMAIN", text, "Remove it, or name a domain of this host.")


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


def _is_header(header: object) -> bool:
    if not isinstance(header, (tuple, list)) or len(header) != 2 or not all(isinstance(one, str) for one in header):
        return False
    return header[0].startswith("HTTP_") and "-" not in header[0]


def _is_named(address: str) -> bool:
    scope = {"headers": [(b"host", b"elsewhere.invalid"), (b"origin", address.encode())], "path": "/"}
    return origins.is_trusted(scope)
