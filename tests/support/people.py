"""Users of the test project, logged in without a password form."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Callable, Dict, TypeVar

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import connections
from django.test import Client

T = TypeVar("T")


@dataclass(frozen=True)
class Person:
    """A user with a session of their own."""

    user: Any
    session_key: str

    @property
    def id(self) -> Any:
        return self.user.pk

    @property
    def cookie(self) -> str:
        """The Cookie header of their requests."""
        return f"{settings.SESSION_COOKIE_NAME}={self.session_key}"

    def headers(self, origin: str = "") -> Dict[str, str]:
        return {"Cookie": self.cookie, **({"Origin": origin} if origin else {})}


def in_database(function: Callable[[], T]) -> T:
    """Call what asks the database: here, or in a thread when an event loop runs here."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return function()

    def call() -> T:
        try:
            return function()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(call).result()


def superuser(name: str, **fields: Any) -> Person:
    """Somebody who may do everything."""
    return staff(name, is_superuser=True, **fields)


def staff(name: str, *permissions: str, **fields: Any) -> Person:
    """Somebody of the staff with ``permissions`` such as ``newsroom.view_article``."""
    return in_database(lambda: _staff(name, permissions, fields))


def log_in(user: Any) -> Person:
    """A further session of this user."""
    return in_database(lambda: _log_in(user))


def log_out(person: Person) -> None:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = person.session_key
    in_database(client.logout)


def _staff(name: str, permissions: tuple, fields: Dict[str, Any]) -> Person:
    model = get_user_model()
    known = {field.name for field in model._meta.get_fields()}
    values = {"is_staff": True, model.USERNAME_FIELD: name.lower().replace(" ", "."), **fields}
    if "email" in known:
        values.setdefault("email", "{}@example.com".format(name.lower().replace(" ", ".")))
    if "first_name" in known:
        first, _, last = name.partition(" ")
        values.setdefault("first_name", first)
        values.setdefault("last_name", last)
    user = model._default_manager.create(**values)
    for permission in permissions:
        app_label, _, codename = permission.partition(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app_label, codename=codename))
    return _log_in(user)


def _log_in(user: Any) -> Person:
    client = Client()
    client.force_login(user)
    return Person(user, client.cookies[settings.SESSION_COOKIE_NAME].value)
