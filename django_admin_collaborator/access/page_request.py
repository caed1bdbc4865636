"""The request with which a socket asks the hooks of an admin: as near to its page's request as can be had.

A page's request has passed the project's middlewares, a socket's handshake has not. So the handshake is made into
a request for the page, and passes those middlewares that ``ADMIN_COLLABORATOR_REQUEST_MIDDLEWARE`` names; the hooks
are asked inside of them, where also the tenant's schema is active. Call these functions from a thread.
"""

from __future__ import annotations

import copy
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib import import_module
from typing import Any, Callable, Mapping, Optional, Tuple, TypeVar
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import SESSION_KEY, get_user
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.core.exceptions import MiddlewareNotUsed
from django.db import InterfaceError, OperationalError, connections
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.cookie import parse_cookie
from django.urls import resolve
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string

from .. import conf
from . import hints
from .identity import has_tenants
from .origins import Handshake

T = TypeVar("T")

SCOPE_KEY = "collaborator"
"""The name of the ``Asker`` in a consumer's scope."""
CURRENT_SITE = "django.contrib.sites.middleware.CurrentSiteMiddleware"

TO_FIELD_VAR = "_to_field"
"""Django's name for it; to import it would load models of the admin, which may not be installed."""
DATABASE_AWAY = (OperationalError, InterfaceError)
"""No fault of a hook or a middleware; the next try may succeed."""

_signer = partial(signing.Signer, salt=__name__)


class Unasked(Exception):
    """A hook or a middleware raised, or a middleware answered itself: nobody knows what the user may do."""


@dataclass(frozen=True)
class Page:
    """What a page has said of itself, signed by us.

    user: primary key of the user that it was made for. about: what it shows. path, path_info: of its request.
    to_field: by which its object is found, where its address says so.
    """

    user: str
    about: str
    path: str
    path_info: str
    to_field: str = ""


@dataclass(frozen=True)
class Asker:
    """What a connection adds to its scope.

    page: of our own page client. user: of a connection whose user is not the session's, but was decided by the
    project's consumer. request: of a page that polls; it has passed the project's middlewares itself.
    """

    page: Optional[Page] = None
    user: Any = None
    request: Any = None


def sign_page(request: HttpRequest, opts: Any, object_id: str) -> str:
    """What the page of this request gives to its sockets."""
    about = about_object(opts.app_label, opts.model_name, object_id)
    to_field = request.POST.get(TO_FIELD_VAR, request.GET.get(TO_FIELD_VAR, ""))
    return _signer().sign_object([str(request.user.pk), about, request.path, request.path_info, to_field])


def read_page(text: str) -> Optional[Page]:
    """What ``sign_page`` wrote; None for everything else."""
    try:
        return Page(*_signer().unsign_object(text)) if text else None
    except (signing.BadSignature, TypeError):
        return None


def about_object(app_label: str, model_name: str, object_id: str) -> str:
    return f"{app_label}.{model_name}".lower() + "/" + object_id


def middlewares() -> Tuple[str, ...]:
    """The middlewares that a socket's request passes, outermost first."""
    return tuple(conf.get("REQUEST_MIDDLEWARE") or ())


def is_tenant_unknown() -> bool:
    """Whether this project has tenants, and nobody has said yet what tells a socket in which one it is.

    A thread may still be in the tenant of the request that it served before.
    """
    return conf.get("REQUEST_MIDDLEWARE") is None and has_tenants()


def ask(scope: Mapping[str, Any], user: Any, question: Callable[[Any], T]) -> T:
    """The answer to ``question(request)``.

    user: whose request it is where no middleware is named; with middlewares, the session and they decide.

    Raises: Unasked: a middleware raised, or answered instead of passing the request on.
    """
    polled = getattr(scope.get(SCOPE_KEY), "request", None)
    if polled is not None:
        return question(_as_page(polled, scope[SCOPE_KEY].page))
    # A program has no handshake, and is in the transaction and the tenant of its own thread.
    if not scope or not middlewares():
        return question(SocketRequest(scope, user))
    return _threads.submit(_ask_within, scope, question, middlewares()).result()


def _as_page(request: Any, page: Optional[Page]) -> Any:
    """The request of a page that polls, as if it were for the page itself."""
    asked = copy.copy(request)
    asked.method, asked.META = "GET", {**request.META, "REQUEST_METHOD": "GET"}
    vars(asked).pop("_messages", None)  # what a hook says there is for the page's own request
    if page is not None:
        asked.path, asked.path_info = page.path, page.path_info
        asked.GET = QueryDict(urlencode({TO_FIELD_VAR: page.to_field}) if page.to_field else "")
        asked.resolver_match = SimpleLazyObject(lambda: resolve(page.path_info, getattr(request, "urlconf", None)))
    return asked


class SocketRequest(Handshake):
    """The handshake of a socket, made into a request for the page that opened it."""

    user: Any
    session: Any
    question: Callable[[Any], Any]
    outcome: Optional[Tuple[Any, Optional[BaseException]]] = None

    def __init__(self, scope: Mapping[str, Any], user: Any) -> None:
        super().__init__(scope)
        page = getattr(scope.get(SCOPE_KEY), "page", None)
        if page is not None:
            self.path, self.path_info = page.path, page.path_info
            if page.to_field:
                self.GET = QueryDict(urlencode({TO_FIELD_VAR: page.to_field}))
            self.resolver_match: Any = SimpleLazyObject(self._resolve)
        client = scope.get("client")
        if client:
            self.META["REMOTE_ADDR"] = str(client[0])
        self.COOKIES = parse_cookie(self.META.get("HTTP_COOKIE", ""))
        # For middlewares that count or log what people do: this is no activity of theirs.
        self.META["HTTP_X_COLLABORATOR_POLL"] = "1"
        self.session = _session(scope, self.COOKIES)
        self.user = user
        if CURRENT_SITE in settings.MIDDLEWARE:
            self.site: Any = SimpleLazyObject(self._current_site)

    def _resolve(self) -> Any:
        return resolve(self.path_info, getattr(self, "urlconf", None))

    def _current_site(self) -> Any:
        from django.contrib.sites.shortcuts import get_current_site

        return get_current_site(self)


def fresh_user(user: Any) -> Any:
    """The user as the database knows it now, or None. ``scope["user"]`` is as old as its socket."""
    if user is None or not getattr(user, "is_authenticated", False):
        return None
    # scope["user"] may be a lazy wrapper, whose own type has no manager.
    manager = getattr(user, "_meta", None) and user._meta.model._default_manager
    return manager.filter(pk=user.pk).first() if manager else user


def current_user(scope: Mapping[str, Any]) -> Any:
    """The user that a page of this connection would have now; None for nobody."""
    if not middlewares():
        return fresh_user(scope.get("user"))

    def question(request: Any) -> Any:
        return request.user if request.user.is_authenticated else None

    return ask(scope, None, question)


def user_of_handshake(scope: Mapping[str, Any]) -> Any:
    """The user whom Channels' own middleware has just read for this handshake; None where it has not."""
    user = scope.get("user")
    if middlewares() or type(user).__module__ != "channels.auth":
        return None
    return getattr(user, "_wrapped", None)


def _ask_within(scope: Mapping[str, Any], question: Callable[[Any], T], paths: Tuple[str, ...]) -> T:
    request = SocketRequest(scope, None)
    request.user = SimpleLazyObject(partial(_first_user, request, scope))
    request.question = question
    try:
        _chain(paths)(request)
    except DATABASE_AWAY:
        raise
    except Exception as error:  # a middleware of the project's own may raise anything
        hints.tell_middleware(f"{type(error).__name__}: {error}", error)
        raise Unasked from error
    finally:
        connections.close_all()
    if request.outcome is None:
        hints.tell_middleware("one answered instead of passing the request on")
        raise Unasked
    answer: T
    answer, fault = request.outcome
    if fault is not None:
        raise fault
    return answer


def _answer(request: Any) -> HttpResponse:
    """Stands where the view would be. A middleware is not to take a hook's exception for a view's."""
    try:
        request.outcome = (request.question(request), None)
    except Exception as fault:
        request.outcome = (None, fault)
    return HttpResponse(status=500)  # with which Django's own middleware saves no session


@lru_cache(maxsize=8)
def _chain(paths: Tuple[str, ...]) -> Callable[[Any], Any]:
    handler: Callable[[Any], Any] = _answer
    for path in reversed(paths):
        try:
            handler = import_string(path)(handler) or handler
        except MiddlewareNotUsed:
            continue
    return handler


def _first_user(request: Any, scope: Mapping[str, Any]) -> Any:
    """Whom the middlewares find: the session's user, by the database and now, or whom the project has named."""
    known = scope.get("user")
    named = getattr(scope.get(SCOPE_KEY), "user", None) or (
        known if known is not None and known.is_authenticated else None
    )
    session = scope.get("session") or {}
    if named is None or str(session.get(SESSION_KEY)) == str(named.pk):
        return get_user(request)
    return fresh_user(named) or AnonymousUser()


def _session(scope: Mapping[str, Any], cookies: Mapping[str, str]) -> Any:
    """The session as it is now, read when it is asked for. Whatever is written to it is forgotten."""
    known = scope.get("session")
    key = getattr(known, "session_key", None) or cookies.get(settings.SESSION_COOKIE_NAME)
    if key is None:
        return known if known is not None else {}
    return _reading(import_module(settings.SESSION_ENGINE).SessionStore)(key)


@lru_cache(maxsize=4)
def _reading(engine: Any) -> Any:
    """This session engine without its ways to write: that rights are looked up is no activity of a person."""

    def nothing(self: Any, *args: Any, **kwargs: Any) -> None:
        pass

    # The name of the class is part of the key that session data are signed with.
    names = {"__qualname__": engine.__qualname__, "__module__": engine.__module__}
    return type(engine.__name__, (engine,), {**names, "save": nothing, "create": nothing, "delete": nothing})


def _new_threads() -> ThreadPoolExecutor:
    # Only middlewares run in them, which are made for threads that serve one request after the other; what they
    # leave behind in a thread (a schema, a language) must not be met by anybody else.
    return ThreadPoolExecutor(max_workers=4, thread_name_prefix="collaborator-asking")


_threads = _new_threads()


def _forget_threads() -> None:
    """In a forked child, which has no copy of the threads."""
    global _threads
    _threads = _new_threads()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_threads)
