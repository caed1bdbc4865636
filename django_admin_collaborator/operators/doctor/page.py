"""A page as a person opens it: a change form with its scripts, socket and requests, over the public address."""

from __future__ import annotations

import http.client
import json
import re
import secrets
import ssl
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional
from urllib.parse import SplitResult, parse_qs, urljoin, urlsplit

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.db import DatabaseError
from django.urls import NoReverseMatch, reverse

from ... import conf
from ...access.collaborative import collaborates
from . import Finding, report
from .browser import TRY_SECONDS, Answer, Browser

PROCESSES_ASKED = 12
CONFIGURATION = re.compile(r'<script id="admin-collaborator-config"[^>]*>(.*?)</script>', re.DOTALL)
FILES = re.compile(r'(?:src|href)="([^"]*django_admin_collaborator/(?:js|css)/[^"]+)"')
UNREACHED = (OSError, http.client.HTTPException)
PACKAGE = Path(__file__).resolve().parent.parent.parent
SESSION_SECONDS = 120

CLOSED = {
    4401: "the socket does not know who is logged in",
    4403: "this user may not view the object",
    4410: "the socket has another user than the page, because a middleware changes it",
    4411: "a hook of the admin needs what a socket's request does not have",
}


class Stop(Exception):
    """Nothing more can be tried. finding: why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.text)
        self.finding = finding


def findings(base: SplitResult, name: Optional[str]) -> Iterator[Finding]:
    """base: the public address. name: of the user who opens the page; None: an active superuser."""
    try:
        user, path = _user(name), _path(base)
        with _session(user) as cookies:
            yield from _visit(Browser(base, cookies), path)
    except Stop as stop:
        yield stop.finding
    except ssl.SSLError as error:
        yield Finding("wrong", "page", f"TLS fails: {error}.", "Mend the certificate, or give an http address.")
    except UNREACHED as error:
        problem = f"{base.netloc} does not answer ({type(error).__name__}: {error})."
        yield Finding("wrong", "page", problem, "See whether server and proxy run, and the address is right.")


def _visit(browser: Browser, path: str) -> Iterator[Finding]:
    answer = browser.get(path, **{report.HEADER: report.question(browser.origin)})
    told = _told(answer, browser, path)
    yield from _of_host(told, browser)
    if told["store"] == "memory":
        yield from _of_processes(told, browser, path)
    yield from _of_files(answer, browser)
    found = CONFIGURATION.search(answer.text)
    if found is None:
        raise Stop(Finding("wrong", "page", "The change form has no configuration of ours.", ANOTHER_TEMPLATE))
    own = json.loads(found.group(1))
    transports = own.get("transports", ["websocket"])
    if "websocket" in transports:
        yield from _of_socket(told, own, browser, has_requests="http" in transports)
    if "http" in transports and own.get("http_path"):
        yield _of_requests(own, browser)


SAME_STORE = "See what was found of the store, and whether it is the same there."
ANOTHER_TEMPLATE = "See whether a template of the project, or a middleware, leaves out {% block content %}."


def _user(name: Optional[str]) -> Any:
    manager, field = get_user_model()._default_manager, get_user_model().USERNAME_FIELD
    try:
        users = manager.filter(**{field: name}) if name else manager.filter(is_superuser=True, is_active=True)
        user = users.order_by("pk").first()
    except Exception as error:  # a user model of the project's own, or a database that is not there
        raise Stop(Finding("wrong", "page", f"No user can be read ({error}).", "Give --user.")) from error
    if user is None:
        text = f"There is no user {name!r}." if name else "No page was opened: there is no active superuser."
        raise Stop(Finding("wrong" if name else "warning", "page", text, "Give --user, one of the staff."))
    return user


def _path(base: SplitResult) -> str:
    """The path of the change form of some object, as a browser would ask for it."""
    from django.contrib.admin.sites import all_sites
    from django.contrib.admin.utils import quote

    import_module(settings.ROOT_URLCONF)
    for site in sorted(all_sites, key=lambda site: site.name):
        for model, model_admin in site._registry.items():
            if not collaborates(model_admin):
                continue
            name = f"{site.name}:{model._meta.app_label}_{model._meta.model_name}_change"
            try:
                row = model._default_manager.order_by("pk").first()
                path = reverse(name, args=[quote(row.pk)]) if row is not None else ""
            except (DatabaseError, NoReverseMatch):  # no table of it was made; or the site is not in the addresses
                continue
            if path:
                below = base.path.rstrip("/")
                return path if path.startswith(below + "/") else below + path
    text = "No page was opened: no model with the mixin has an object yet."
    raise Stop(Finding("warning", "page", text, "Add one, and try again."))


@contextmanager
def _session(user: Any) -> Iterator[Dict[str, str]]:
    """A session of this user, for as long as the doctor needs it."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = user._meta.pk.value_to_string(user)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.set_expiry(SESSION_SECONDS)
    session.save()
    try:
        yield {settings.SESSION_COOKIE_NAME: session.session_key}
    finally:
        session.delete()


def _told(answer: Answer, browser: Browser, path: str) -> Dict[str, Any]:
    """What the serving process tells of itself. Raises: Stop"""
    where = f"The page {path} answers {answer.status}"
    if answer.status in (301, 302, 307, 308):
        target = answer.headers.get("Location", "")
        if urlsplit(urljoin(browser.origin + path, target)).netloc != browser.base.netloc or "://" in target:
            raise Stop(Finding("wrong", "page", f"{where} and leads to {target}.", f"Try --url {target} instead."))
        raise Stop(
            Finding(
                "wrong",
                "page",
                f"{where} and leads to {target}: the server does not know the session that was just made here.",
                "Let this command and the server have the same settings: SECRET_KEY, DATABASES, CACHES, SESSION_…; "
                "a --user has to be of the staff.",
            )
        )
    if answer.status == 400:
        remedy = f"Add {browser.base.hostname!r} to ALLOWED_HOSTS, if that is the host that the proxy passes on."
        raise Stop(Finding("wrong", "page", f"{where}: the host is not allowed, or no header is passed on.", remedy))
    if answer.status != 200:
        remedy = "Give the public address of the site, with the sub-path if there is one; see the server's log."
        raise Stop(Finding("wrong", "page", f"{where}.", remedy))
    if report.HEADER not in answer.headers:
        text = f"{where}, but not by an admin with the mixin, or by a server that still runs an older version."
        raise Stop(Finding("wrong", "page", text, "Start the server again. A proxy must not remove headers."))
    told: Dict[str, Any] = json.loads(answer.headers[report.HEADER])
    return told


def _of_host(told: Dict[str, Any], browser: Browser) -> Iterator[Finding]:
    yield Finding("ok", "page", f"A change form opens, served by {told['interface']}.")
    netloc = browser.base.netloc
    if told["is_trusted"]:
        yield Finding("ok", "origin", f"The server lets pages of {browser.origin} open sockets.")
    elif told["host"].lower() != netloc.lower():
        yield Finding(
            "wrong",
            "origin",
            f"The server sees the host {told['host']!r} instead of {netloc!r}, so it takes sockets of its own pages "
            "for those of another site and refuses them.",
            "Let the proxy pass the host on, with its port: proxy_set_header Host $http_host; (nginx). Or add "
            f"{browser.origin!r} to CSRF_TRUSTED_ORIGINS.",
        )
    else:
        yield Finding(
            "wrong",
            "origin",
            f"The server refuses sockets of pages of {browser.origin}.",
            f"Add the host to ALLOWED_HOSTS, or {browser.origin!r} to CSRF_TRUSTED_ORIGINS.",
        )


def _of_processes(told: Dict[str, Any], browser: Browser, path: str) -> Iterator[Finding]:
    """Whether others serve too, of which this one with its memory knows nothing."""
    processes = {told["process"]}
    for _ in range(PROCESSES_ASKED):
        answer = browser.get(path, **{report.HEADER: report.question(browser.origin)})
        processes.add(json.loads(answer.headers.get(report.HEADER, "{}")).get("process", told["process"]))
    if len(processes) > 1:
        yield Finding(
            "wrong",
            "processes",
            f"{len(processes)} processes serve, and each keeps the rooms in its own memory: two people can be the "
            "editor of one object.",
            "Remove ADMIN_COLLABORATOR_STORE, let the rooms be in a database that all may write to "
            "(ADMIN_COLLABORATOR_DATABASE), or set ADMIN_COLLABORATOR_REDIS_URL.",
        )


def _of_files(answer: Answer, browser: Browser) -> Iterator[Finding]:
    urls = list(dict.fromkeys(url.replace("&amp;", "&") for url in FILES.findall(answer.text)))
    missing, others = [], []
    for url in urls:
        file = browser.get(url)
        name = urlsplit(url).path.rpartition("/")[2]
        kind = "css" if name.endswith(".css") else "javascript"
        if file.status != 200 or kind not in file.headers.get("Content-Type", ""):
            missing.append(f"{url} ({file.status})")
        elif name == "admin_edit.js" and file.body != _own_file(name):
            others.append(url)
    if missing or not urls:
        yield Finding(
            "wrong",
            "static files",
            f"The page's scripts and styles are missing: {', '.join(missing) or 'it names none of ours'}. "
            "So it has no lock.",
            "Run manage.py collectstatic, and let the proxy serve STATIC_ROOT, or use whitenoise. In development, "
            "manage.py runserver serves them; uvicorn, daphne and gunicorn do not.",
        )
    elif others:
        yield Finding(
            "warning",
            "static files",
            f"{others[0]} is not that of version {_version()}.",
            "Run manage.py collectstatic again, and empty the caches in between.",
        )
    else:
        yield Finding("ok", "static files", "The page's scripts and styles are there.")


def _own_file(name: str) -> bytes:
    return (PACKAGE / "static" / PACKAGE.name / "js" / name).read_bytes()


def _version() -> str:
    from ... import __version__

    return __version__


def _of_socket(told: Dict[str, Any], own: Dict[str, Any], browser: Browser, has_requests: bool) -> Iterator[Finding]:
    path = own["socket_path"] + "&member=" + secrets.token_hex(16)
    bare = urlsplit(path).path
    cookie_path = settings.SESSION_COOKIE_PATH.rstrip("/") + "/"
    if not bare.startswith(cookie_path):
        yield Finding(
            "wrong",
            "socket",
            f"Browsers send the session cookie below {settings.SESSION_COOKIE_PATH} only, and sockets are at {bare}: "
            "they are refused, because nobody is logged in there.",
            "Let SESSION_COOKIE_PATH cover both, or set ADMIN_COLLABORATOR_WEBSOCKET_CONNECTION_PREFIX_URL to an "
            "address below it, before the server starts.",
        )
        return
    status, messages, code = browser.open_socket(path)
    types = [message.get("type") for message in messages]
    if "welcome" in types:
        yield Finding("ok", "socket", "A WebSocket opens, and is welcome: this page is live.")
    elif status == 101:
        yield _of_conversation(messages, code)
    elif status == 403:
        if told["is_trusted"]:  # else the origin was told as the reason
            yield Finding(
                "wrong",
                "socket",
                "The handshake of somebody who is logged in is refused (403): the socket does not know the user.",
                "Put AuthMiddlewareStack around URLRouter in asgi.py, and let the proxy pass cookies on.",
            )
    elif told["interface"] == "WSGI" and has_requests:
        yield Finding("ok", "socket", "The project is served by WSGI, without WebSockets: pages ask every 2 seconds.")
    else:
        yield _of_refusal(status, bare, has_requests)


def _of_conversation(messages: List[Dict[str, Any]], code: int) -> Finding:
    if any(message.get("type") == "lock_service" and not message.get("available") for message in messages):
        text = "A WebSocket opens, but the serving process does not reach its store."
        return Finding("wrong", "socket", text, SAME_STORE)
    if code in CLOSED:
        text = f"A WebSocket opens and is closed ({code}): {CLOSED[code]}."
        return Finding("wrong", "socket", text, f"See {conf.DOCS}deployment.md#when-a-socket-asks-an-admin.")
    how = f"closed with {code}" if code else f"silent for {TRY_SECONDS:g} s"
    remedy = "Let the proxy pass frames on as they come, without buffering; see the server's log."
    return Finding("wrong", "socket", f"A WebSocket opens, and is {how}.", remedy)


def _of_refusal(status: int, path: str, has_requests: bool) -> Finding:
    level = "warning" if has_requests else "wrong"
    if status >= 500:
        return Finding(
            level,
            "socket",
            f"The answer to a handshake at {path} is {status}.",
            "If the server's log says “No route found”, websocket_urlpatterns is missing in asgi.py, or the prefix "
            "of the routes is another one there. If it says nothing, the proxy does not reach the server.",
        )
    return Finding(
        level,
        "socket",
        f"The answer to a handshake at {path} is {status}: it did not reach our consumer.",
        "Serve the project by ASGI, with websocket_urlpatterns in asgi.py and a WebSocket library for uvicorn; "
        f"let the proxy pass Upgrade and Connection on, with HTTP/1.1: {conf.DOCS}deployment.md#reverse-proxies.",
    )


def _of_requests(own: Dict[str, Any], browser: Browser) -> Finding:
    """The first request of a page without a WebSocket, and the last one."""
    path = own["http_path"]
    token = _json(browser.get(path)).get("csrf", "")
    query = {name: values[0] for name, values in parse_qs(urlsplit(own["socket_path"]).query).items()}
    client: Dict[str, Any] = {
        "kind": "edit",
        "path": urlsplit(own["socket_path"]).path,
        **query,
        "member": secrets.token_hex(16),
        "connection": secrets.token_hex(8),
        "at": None,
        "ticket": None,
        "frames": [],
    }
    headers = {"X-CSRFToken": token, "X-Collaborator-Poll": "1"}
    answer = browser.post(path, {"hold": 0, "clients": [client]}, **headers)
    found: Any = (_json(answer).get("clients") or [{}])[0] or {}
    types = [message.get("type") for message in found.get("messages", [])]
    if "welcome" in types:
        leaving = {**client, "at": found.get("at"), "ticket": found.get("ticket"), "frames": [], "close": 1000}
        browser.post(path, {"hold": 0, "clients": [leaving]}, **headers)
        return Finding("ok", "requests", "A page without a WebSocket is answered, and welcome.")
    if "lock_service" in types:
        text = "A page without a WebSocket is answered, but the serving process does not reach its store."
        return Finding("wrong", "requests", text, SAME_STORE)
    what = f"{answer.status}" if answer.status != 200 else f"closed with {found.get('close', 'nothing')}"
    return Finding(
        "wrong",
        "requests",
        f"A page without a WebSocket asks {path}, and the answer is {what}.",
        "See the server's log, and whether a middleware or the proxy answers instead.",
    )


def _json(answer: Answer) -> Dict[str, Any]:
    try:
        found = json.loads(answer.text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
