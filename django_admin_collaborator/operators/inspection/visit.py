"""A visit to the admin that leaves nothing behind: a client, somebody logged in, and transactions rolled back."""

from __future__ import annotations

import logging
import re
import secrets
import warnings
from contextlib import ExitStack, contextmanager, suppress
from http.cookies import SimpleCookie
from importlib import import_module
from typing import Any, Callable, Dict, Iterable, Iterator, List, Optional, Set, Tuple, Type

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ImproperlyConfigured, ObjectDoesNotExist, ValidationError
from django.db import DatabaseError, connections, models, transaction
from django.test import Client, override_settings

from ...guard.version import base
from ...guard.version import reading as readings
from ...guard.version.form_data import Controls

logger = logging.getLogger("django_admin_collaborator")


class Impossible(Exception):
    """The inspection cannot go on; the message is for a person."""


class Visitor:
    """Who opens the pages: a user that is there, or a temporary one with ``view`` and ``change`` of some models."""

    def __init__(self, name: Optional[str], may_edit: Iterable[Type[models.Model]]) -> None:
        self.name = name
        self.may_edit = list(may_edit)

    @property
    def title(self) -> str:
        return self.name or "a temporary user with permission to view and change it"

    def get(self) -> Any:
        """Raises: Impossible: there is none of this name, or a temporary one cannot be made."""
        users = auth.get_user_model()._default_manager
        if self.name:
            try:
                return users.get_by_natural_key(self.name)
            except ObjectDoesNotExist:
                raise Impossible(f"There is no user {self.name!r}.") from None
        try:
            return self._temporary()
        except (DatabaseError, ValueError, TypeError, AttributeError, ValidationError, ObjectDoesNotExist) as error:
            raise Impossible(f"A temporary user cannot be made ({error}). Name one with --user.") from error

    def _temporary(self) -> Any:
        # Rows are inserted as they are: no signal tells the project of a new user.
        model = auth.get_user_model()
        user = model(**{model.USERNAME_FIELD: f"collaborator-inspect-{secrets.token_hex(4)}"})
        user.is_staff = user.is_active = True
        user.set_unusable_password()
        model._base_manager.bulk_create([user])
        user = model._base_manager.get(**{model.USERNAME_FIELD: user.get_username()})
        field = model._meta.get_field("user_permissions")
        through: Any = field.remote_field.through
        links = [
            through(**{field.m2m_column_name(): user.pk, field.m2m_reverse_name(): permission.pk})
            for permission in self._permissions()
        ]
        through._base_manager.bulk_create(links)
        return model._default_manager.get(pk=user.pk)

    def _permissions(self) -> List[Permission]:
        found: Dict[Any, Permission] = {}
        for model in self.may_edit:
            names = [auth.get_permission_codename(verb, model._meta) for verb in ("view", "change")]
            content_type = ContentType.objects.get_for_model(model, for_concrete_model=False)
            for permission in Permission.objects.filter(content_type=content_type, codename__in=names):
                found[permission.pk] = permission
        return list(found.values())


class Page:
    """An answer, and the form in it as a browser would post it untouched."""

    def __init__(self, response: Any) -> None:
        self.response = response
        self.status = int(response.status_code)
        is_html = not response.streaming and "html" in response.get("Content-Type", "")
        self.form = _Forms(response.content.decode("utf-8", "replace")).main() if is_html else _Form()
        self.context: Dict[str, Any] = getattr(response, "context_data", None) or {}

    @property
    def base_text(self) -> Optional[str]:
        """The guard's signed base; None if no guard took part in this page."""
        values = self.form.values.get(base.FIELD)
        return values[0] if values else None

    @property
    def refusal(self) -> Dict[str, Any]:
        """What a refusal says."""
        return dict((self.context.get("collaborator_guard") or {}).get("page") or {})

    @property
    def problem(self) -> str:
        """Why a save was not done."""
        said = self.refusal
        if said.get("title"):
            return str(said["title"])
        mistakes = list(_mistakes(self.context))
        if mistakes:
            return "the form has mistakes: " + "; ".join(mistakes)
        return f"the answer is {self.status}"


def _mistakes(context: Dict[str, Any]) -> Iterator[str]:
    if context.get("adminform") is None:
        return
    forms = [context["adminform"].form]
    for inline in context.get("inline_admin_formsets") or ():
        forms += inline.formset.forms
        yield from (str(message) for message in inline.formset.non_form_errors())
    for form in forms:
        for name, messages in form.errors.items():
            label = form.add_prefix(name) if name in form.fields else ""
            yield f"{label}: {' '.join(messages)}" if label else " ".join(messages)


class Visit:
    """One transaction, between ``begun`` and its end."""

    def __init__(self, user: Any) -> None:
        self.user = user
        self._client = _client(user)
        self._cookies = self._client.cookies

    @classmethod
    @contextmanager
    def begun(cls, visitor: Visitor) -> Iterator[Visit]:
        """Raises: Impossible: see ``Visitor.get``."""
        with rolled_back():
            yield cls(visitor.get())

    def get(self, url: str) -> Page:
        self._client.cookies = SimpleCookie(self._cookies)
        return Page(self._client.get(url, secure=bool(settings.SECURE_SSL_REDIRECT)))

    def post(self, url: str, data: Dict[str, List[str]]) -> Page:
        self._client.cookies = SimpleCookie(self._cookies)
        posted = {name: values if len(values) != 1 else values[0] for name, values in data.items()}
        return Page(self._client.post(url, posted, secure=bool(settings.SECURE_SSL_REDIRECT)))


def _client(user: Any) -> Client:
    """Logged in without ``login()``, whose signal would tell the project of it."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[auth.SESSION_KEY] = user._meta.pk.value_to_string(user)
    session[auth.BACKEND_SESSION_KEY] = next(
        (path for path, backend in _backends() if backend.get_user(user.pk) is not None), ""
    )
    if hasattr(user, "get_session_auth_hash"):
        session[auth.HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    client = Client(SERVER_NAME=_host())
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


def _backends() -> Iterator[Tuple[str, Any]]:
    for path in settings.AUTHENTICATION_BACKENDS:
        backend = auth.load_backend(path)
        if hasattr(backend, "get_user"):
            yield path, backend


def _host() -> str:
    """One that the project serves, for tenants and sites that are told apart by it."""
    named = [host.lstrip(".") for host in settings.ALLOWED_HOSTS if "*" not in host]
    return named[0] if named else "testserver"


@contextmanager
def without_traces() -> Iterator[None]:
    """Settings under which nothing of a request stays outside the database: no session, cache, mail or room."""
    caches = {alias: {"BACKEND": "django.core.cache.backends.dummy.DummyCache"} for alias in settings.CACHES}
    silent = override_settings(
        ADMIN_COLLABORATOR_KEY_PREFIX="inspect-" + secrets.token_hex(8),
        ADMIN_COLLABORATOR_REDIS_URL=None,
        REDIS_URL=None,
        ALLOWED_HOSTS=[*settings.ALLOWED_HOSTS, "testserver"],
        CACHES=caches,
        **_without_mail(),
        MESSAGE_STORAGE="django.contrib.messages.storage.cookie.CookieStorage",
        SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
    )
    _quietly(silent.enable)
    try:
        yield
    finally:
        _quietly(silent.disable)


def _quietly(change: Callable[[], None]) -> None:
    """Without the warning that a setting will be gone: it is the project that still has it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        change()


def _without_mail() -> Dict[str, Any]:
    backend = "django.core.mail.backends.dummy.EmailBackend"
    mailers = getattr(settings, "MAILERS", None)
    if mailers is not None:  # Django 6.1 and later, which then has no EMAIL_BACKEND
        return {"MAILERS": {alias: {"BACKEND": backend} for alias in mailers}}
    return {"EMAIL_BACKEND": backend}


@contextmanager
def rolled_back() -> Iterator[None]:
    """A transaction in each database, rolled back in the end. Nothing is committed.

    Not only where routers say: an admin, a signal or a ``save()`` may name any database.
    """
    with ExitStack() as stack:
        for using in connections:
            try:
                stack.enter_context(transaction.atomic(using=using))
            except (DatabaseError, ImproperlyConfigured):
                continue  # there is no connection, so nothing can be written there either
            stack.callback(transaction.set_rollback, True, using=using)
        yield


@contextmanager
def undone() -> Iterator[None]:
    """A part of a visit that is undone, in each database."""
    with suppress(_Undo), ExitStack() as stack:
        for using in connections:
            if connections[using].in_atomic_block:
                stack.enter_context(transaction.atomic(using=using))
        yield
        raise _Undo


class _Undo(Exception):
    pass


class Log(logging.Handler):
    """What the guard logs meanwhile, and nobody else hears."""

    def __init__(self) -> None:
        super().__init__()
        self.unguarded: List[Tuple[str, str, str]] = []
        self.faults: List[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.msg == readings.NOT_GUARDED and isinstance(record.args, tuple):
            name, label, reason = record.args
            self.unguarded.append((str(name), str(label), str(reason)))
        elif record.levelno >= logging.ERROR and record.name == logger.name:
            error = record.exc_info[1] if record.exc_info else None
            cause = f" ({type(error).__name__}: {error})" if error is not None else ""
            self.faults.append(record.getMessage() + cause)

    @contextmanager
    def listening(self) -> Iterator[Log]:
        """Everything is heard, also what this process has logged before."""
        quiet = [logging.getLogger(name) for name in ("django.request", logger.name, logger.name + ".security")]
        before = [(each, each.propagate, each.handlers) for each in quiet]
        for each in quiet:
            each.propagate, each.handlers = False, [self]
        try:
            with readings.reporting_again():
                yield self
        finally:
            for each, propagate, handlers in before:
                each.propagate, each.handlers = propagate, handlers


class _Form:
    def __init__(self, attributes: Optional[Dict[str, Optional[str]]] = None) -> None:
        self.attributes = attributes or {}
        self.names: Set[str] = set()
        self.values: Dict[str, List[str]] = {}


class _Forms(Controls):
    """The forms of a page. What stands in a template is no control."""

    def __init__(self, html: str) -> None:
        self.forms: List[_Form] = []
        self._templates = 0
        super().__init__(html)

    def main(self) -> _Form:
        """The form that the page is about: not that of a search, a language or the log-out button."""
        posting = [form for form in self.forms if (form.attributes.get("method") or "").lower() == "post"]
        guarded = [form for form in posting if base.FIELD in form.values]
        longest = sorted(posting, key=lambda form: len(form.names))
        form = (guarded or longest or [_Form()])[-1]
        form.values = {
            name: [re.sub(r"\r\n|\r|\n", "\r\n", value) for value in values] for name, values in form.values.items()
        }
        return form

    def handle_starttag(self, tag: str, attrs: List[Tuple[str, Optional[str]]]) -> None:
        if tag == "template":
            self._templates += 1
        if tag == "form":
            form = _Form(dict(attrs))
            self.forms.append(form)
            self.names, self.values = form.names, form.values
        if not self._templates:
            super().handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self._templates -= 1
        elif not self._templates:
            super().handle_endtag(tag)
        if tag == "form":
            self.names, self.values = set(), {}
